import { getOctokit } from '@actions/github';
import { defaults } from '@actions/github/lib/utils';
import { retry } from '@octokit/plugin-retry';
import type { ZodType } from 'zod';
import { messageOf } from '../core/failures.ts';
import { ApiFailure, apiFailureOf, isBreakdown, secondsAsked } from './api-failure.ts';

export interface ApiOptions {
  readonly token: string;
  /** As in `GITHUB_API_URL`. */
  readonly baseUrl: string;
  readonly log: (message: string) => void;
  readonly patience?: Partial<Patience>;
}

/** How long GitHub is waited for. */
export interface Patience {
  /** What a second of waiting lasts, in milliseconds: tests make it short. */
  readonly second: number;
  /** For one request and its whole answer, in milliseconds. */
  readonly timeout: number;
  /** All waiting and all failed requests of a connection together, in seconds. When it is used up, nothing is retried any more. */
  readonly budget: number;
}

const PATIENCE: Patience = { second: 1_000, timeout: 15_000, budget: 60 };
const RETRIES = 3;
const PAGE_SIZE = 100;
/** 10,000 entries: what follows is nothing that a reader would look for. */
const MAX_PAGES = 100;
/** Of these the hook below lets those pass that are limits. 409 is for the caller, who knows what to look up again. */
const DO_NOT_RETRY = [400, 401, 403, 404, 409, 410, 422, 429, 451];

type Parameters = Readonly<Record<string, unknown>>;

export interface ApiConnection {
  readonly ask: <T>(route: string, parameters: Parameters, schema: ZodType<T>) => Promise<T>;
  /** All pages of a list. */
  readonly askAll: <T>(route: string, parameters: Parameters, schema: ZodType<T>) => Promise<readonly T[]>;
  readonly pause: (seconds: number) => Promise<void>;
}

/**
 * Octokit with a bounded patience: rate limits, 429, 5xx, time-outs and lost connections are retried with back-off (1, 4, 9 s, or what
 * GitHub asks for), three times for a request and a minute in all. What remains is thrown as an `ApiFailure`.
 */
export function connect({ token, baseUrl, log, patience: given }: ApiOptions): ApiConnection {
  const patience = { ...PATIENCE, ...given };
  const budget = new Budget(patience.budget);
  const wait = (seconds: number, attempt: number, reason: string): boolean => {
    if (attempt >= RETRIES || !budget.take(seconds)) return false;
    log(`GitHub: ${reason}; asking again in ${seconds} s`);
    return true;
  };
  const octokit = getOctokit(
    token,
    {
      baseUrl,
      log: { debug: () => undefined, info: () => undefined, warn: log, error: log },
      request: { ...defaults.request, fetch: wholeAnswers(defaults.request?.fetch ?? fetch, patience, budget) },
      retry: { retries: RETRIES, retryAfterBaseValue: patience.second, doNotRetry: DO_NOT_RETRY },
    },
    // plugin-retry runs the attempts; how long each waits, and whether the budget allows it, is said here, where `retry-after` is known.
    (octokit) => {
      octokit.hook.error('request', (error, { request }) => {
        const attempt = Number(request.retryCount ?? 0);
        const asked = secondsAsked(error, Date.now() / 1_000);
        if (asked !== null && 'request' in error && wait(asked, attempt, messageOf(error))) {
          error.request.request = { ...error.request.request, retries: RETRIES, retryAfter: asked };
        }
        if (isBreakdown(error) && request.retries !== 0 && !wait((attempt + 1) ** 2, attempt, messageOf(error))) request.retries = 0;
        throw error;
      });
    },
    retry,
  );

  const send = async (route: string, parameters: Parameters) => {
    try {
      return await octokit.request(route, { ...parameters });
    } catch (error) {
      throw apiFailureOf(error, route);
    }
  };
  return {
    ask: async (route, parameters, schema) => parsed(schema, (await send(route, parameters)).data, route),
    // Not `octokit.paginate`: it takes a 409 for an empty page, and an empty list of comments makes a second comment.
    askAll: async (route, parameters, schema) => {
      const pages = [];
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const { data, headers } = await send(route, { ...parameters, per_page: PAGE_SIZE, page });
        pages.push(parsed(schema, data, route));
        if (!/rel="next"/.test(headers.link ?? '')) break;
      }
      return pages;
    },
    pause: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * patience.second)),
  };
}

/** Seconds that may still be lost on a GitHub that does not answer. */
class Budget {
  #left: number;

  constructor(seconds: number) {
    this.#left = seconds;
  }

  take(seconds: number): boolean {
    if (seconds > this.#left) return false;
    this.#left -= seconds;
    return true;
  }

  /** What has been lost already. */
  spend(seconds: number): void {
    this.#left -= seconds;
  }
}

/**
 * A `fetch` that fails unless the whole answer comes in time: Octokit has no time-out, and takes a body that was cut short for an empty one.
 */
function wholeAnswers(send: typeof fetch, patience: Patience, budget: Budget): typeof fetch {
  return async (input, init) => {
    const started = performance.now();
    try {
      const response = await send(input, { ...init, signal: AbortSignal.timeout(patience.timeout) });
      const body = await response.arrayBuffer();
      const { status, statusText, headers } = response;
      // A status that has no body may not be given an empty one either.
      return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers: [...headers] });
    } catch (error) {
      budget.spend((performance.now() - started) / patience.second);
      throw error;
    }
  };
}

function parsed<T>(schema: ZodType<T>, data: unknown, route: string): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  throw new ApiFailure(
    'invalid',
    `GitHub's answer to ${route} has no usable ${first?.path.join('.') || 'body'}: ${first?.message}`,
    result.error,
  );
}
