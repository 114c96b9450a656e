import { messageOf, ToolError } from '../core/failures.ts';

/** `forbidden`: the token may not. `not-found`: gone, or hidden from the token. `unavailable`: busy, broken or not to be reached. */
export type FailureKind = 'forbidden' | 'not-found' | 'invalid' | 'conflict' | 'unavailable';

/** A call of GitHub's API that did not succeed, in one sentence. */
export class ApiFailure extends ToolError {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** A write that did not happen: `forbidden` is the token's fault, and so may be 404. */
export interface NotDone {
  readonly kind: 'forbidden' | 'failed';
  readonly reason: string;
}

/** How a write ended that did not happen. Anything but an `ApiFailure` is a defect and thrown on. */
export function notDone(error: unknown): NotDone {
  if (!(error instanceof ApiFailure)) throw error;
  return { kind: error.kind === 'forbidden' || error.kind === 'not-found' ? 'forbidden' : 'failed', reason: error.message };
}

/** What Octokit threw for a route (`GET /repos/…`), as an `ApiFailure`. */
export function failureOf(error: unknown, route: string): ApiFailure {
  const response = responseOf(error);
  if (response === null) return new ApiFailure('unavailable', `GitHub did not answer ${route}: ${messageOf(error)}`, error);
  const { status } = response;
  return new ApiFailure(kindOf(response), `GitHub answered ${status} to ${route}: ${messageOf(error)}`, error);
}

/** How long a busy GitHub asks to wait, in seconds; `null` where it does not say, or the failure is another. */
export function secondsAsked(error: unknown): number | null {
  const response = responseOf(error);
  if (response === null || (response.status !== 403 && response.status !== 429)) return null;
  const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : null;
}

/** No answer at all (a lost connection, a time-out), or that GitHub broke down. */
export function isBreakdown(error: unknown): boolean {
  const response = responseOf(error);
  return response === null || response.status >= 500;
}

interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly message: string;
}

function kindOf({ status, headers, message }: Response): FailureKind {
  switch (status) {
    case 401:
      return 'forbidden';
    case 403:
      return headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0' || /\brate limit\b/i.test(message)
        ? 'unavailable'
        : 'forbidden';
    case 404:
      return 'not-found';
    case 409:
      return 'conflict';
    case 429:
      return 'unavailable';
    default:
      return status >= 500 ? 'unavailable' : 'invalid';
  }
}

/** By its shape: a `RequestError` with a response. Octokit gives one without to a connection that failed. */
function responseOf(error: unknown): Response | null {
  if (!(error instanceof Error) || !('response' in error)) return null;
  const { response, message } = error;
  if (typeof response !== 'object' || response === null || !('status' in response) || !('headers' in response)) return null;
  const { status, headers } = response;
  if (typeof status !== 'number' || typeof headers !== 'object' || headers === null) return null;
  return { status, headers: { ...headers }, message };
}
