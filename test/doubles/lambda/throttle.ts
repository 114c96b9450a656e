import type { LambdaAction } from './faults.ts';
import { throttled } from './refusals.ts';

/** AWS allows 15 control-plane requests a second in all, GetFunction apart (100), and Invoke by concurrency instead. */
const GET_FUNCTION_LIMIT = 100;
const WINDOW_MS = 1_000;

/** A sliding second of requests. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests. */
export class Throttle {
  readonly #limit: number;
  readonly #elapsed: () => number;
  readonly #reads: number[] = [];
  readonly #others: number[] = [];

  constructor(limit: number, elapsed: () => number) {
    this.#limit = limit;
    this.#elapsed = elapsed;
  }

  /** Throws TooManyRequestsException for a call above the rate; a refused call does not count. */
  admit(action: LambdaAction): void {
    if (action === 'Invoke') return;
    const [times, limit] = action === 'GetFunction' ? [this.#reads, GET_FUNCTION_LIMIT] : [this.#others, this.#limit];
    const now = this.#elapsed();
    while ((times[0] ?? now) <= now - WINDOW_MS) times.shift();
    if (times.length >= limit) throw throttled('CallerRateLimitExceeded', 1);
    times.push(now);
  }
}
