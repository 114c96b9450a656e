import { messageOf, ToolError } from '../core/failures.ts';

/** `forbidden`: the token may not. `not-found`: gone, or hidden from the token. `unavailable`: busy, broken or not to be reached. */
export type ApiFailureKind = 'forbidden' | 'not-found' | 'invalid' | 'conflict' | 'unavailable';

/** A call of GitHub's API that did not succeed, in one sentence. */
export class ApiFailure extends ToolError {
  readonly kind: ApiFailureKind;

  constructor(kind: ApiFailureKind, message: string, cause?: unknown) {
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
export function apiFailureOf(error: unknown, route: string): ApiFailure {
  const response = responseOf(error);
  if (response === null) return new ApiFailure('unavailable', `GitHub did not answer ${route}: ${messageOf(error)}`, error);
  const { status } = response;
  const kind = kindOf(response);
  const needed = kind === 'forbidden' || kind === 'not-found' ? permissionOf(route) : null;
  // To a token that may not, a private repository answers 404 as well.
  const right = needed === null ? '' : kind === 'forbidden' ? `; the job needs ${needed}` : `; is it there, and has the job ${needed}?`;
  return new ApiFailure(kind, `GitHub answered ${status} to ${route}: ${messageOf(error)}${right}`, error);
}

/** What a job's `permissions:` must name for a route; the first that fits. `null`: every token may. */
const PERMISSIONS: readonly (readonly [RegExp, string])[] = [
  [/^POST .*\/statuses\//, 'statuses: write'],
  [/\/statuses(?:\/|$)/, 'statuses: read'],
  [/^POST .*\/actions\//, 'actions: write'],
  [/\/actions\//, 'actions: read'],
  [/^(?:POST|PATCH|DELETE) .*\/issues\//, 'pull-requests: write'],
  [/\/(?:issues|pulls)(?:\/|$)/, 'pull-requests: read'],
  [/\/(?:git|compare|contents|commits)\//, 'contents: read'],
];

function permissionOf(route: string): string | null {
  return PERMISSIONS.find(([pattern]) => pattern.test(route))?.[1] ?? null;
}

/** What GitHub asks of those it does not tell more exactly. */
const A_MINUTE = 60;

/**
 * How long to wait before asking again, in seconds, of an answer that says "too much"; `null` for every other failure. `now` is in seconds.
 * The order: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function secondsAsked(error: unknown, now: number): number | null {
  const response = responseOf(error);
  if (response === null || !isLimit(response)) return null;
  const after = numberIn(response.headers['retry-after']);
  if (after !== null) return after;
  const reset = response.headers['x-ratelimit-remaining'] === '0' ? numberIn(response.headers['x-ratelimit-reset']) : null;
  return reset === null ? A_MINUTE : Math.max(0, Math.ceil(reset - now)) + 1;
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

function kindOf(response: Response): ApiFailureKind {
  switch (response.status) {
    case 401:
      return 'forbidden';
    case 403:
      return isLimit(response) ? 'unavailable' : 'forbidden';
    case 404:
      return 'not-found';
    case 409:
      return 'conflict';
    case 429:
      return 'unavailable';
    default:
      return response.status >= 500 ? 'unavailable' : 'invalid';
  }
}

/** GitHub answers 403 or 429 to both of its limits, and 403 to a missing right as well. */
function isLimit({ status, headers, message }: Response): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0' || /\brate limit\b/i.test(message);
}

function numberIn(header: unknown): number | null {
  const seconds = typeof header === 'string' || typeof header === 'number' ? Number(header) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : null;
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
