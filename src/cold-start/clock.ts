import { setTimeout } from 'node:timers/promises';
import { Cancelled } from '../core/failures.ts';

/** Time as this stage knows it, so that tests need not wait for AWS's delays. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Throws `Cancelled` when the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: async (milliseconds, signal) => {
    try {
      await setTimeout(milliseconds, undefined, { signal });
    } catch (error) {
      if (signal.aborted) throw new Cancelled('cancelled while waiting for AWS');
      throw error;
    }
  },
};

/** A token bucket: at most `burst` requests at once and `perSecond` on average. Lambda's control plane takes 15 a second from an account. */
export class Pace {
  readonly #perSecond: number;
  readonly #burst: number;
  /** When the bucket will have been full again if nobody asks: one number says how full it is. */
  #full = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** AWS said that this is too fast, as others ask too: the bucket is empty from now on. */
  slow(now: number): void {
    this.#full = Math.max(this.#full, now + ((this.#burst + this.#perSecond) * 1_000) / this.#perSecond);
  }

  /** Takes a place and says in how many milliseconds it may be used. */
  take(now: number): number {
    this.#full = Math.max(this.#full, now) + 1_000 / this.#perSecond;
    return Math.max(0, this.#full - now - (this.#burst * 1_000) / this.#perSecond);
  }
}
