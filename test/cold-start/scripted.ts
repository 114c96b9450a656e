import type { Clock } from '../../src/cold-start/clock.ts';
import type { InvokeAnswer } from '../../src/cold-start/lambda.ts';
import type { PairPlan, PairSide } from '../../src/cold-start/pairs.ts';

/** A clock that only moves when it is told, or slept on. */
export class TestClock implements Clock {
  time = 1_000_000;
  readonly now = (): number => this.time;
  readonly sleep = async (milliseconds: number): Promise<void> => {
    this.time += milliseconds;
  };
}

/** What one invocation does: an Init Duration, or something that gives none. */
export type Script = number | 'warm' | 'init-error' | 'init-timeout' | 'lost' | 'function-error';

export function reportLine(memory: number, init: number | null): string {
  const rest = init === null ? '' : `Init Duration: ${init.toFixed(2)} ms\t`;
  return `REPORT RequestId: 1\tDuration: 2.00 ms\tBilled Duration: 10 ms\tMemory Size: ${memory} MB\tMax Memory Used: 20 MB\t${rest}`;
}

/** A subject that plays a script, invocation by invocation, and notes what was asked of it. */
export class ScriptedSubject implements PairSide {
  readonly calls: string[];
  readonly nonces: string[] = [];
  readonly name: string;
  readonly #play: (nth: number, memory: number) => Script;
  #invoked = 0;
  #memory = 0;

  constructor(name: string, play: (nth: number, memory: number) => Script, calls: string[] = []) {
    this.name = name;
    this.#play = play;
    this.calls = calls;
  }

  readonly configure = async (memory: number, nonce: string): Promise<void> => {
    this.calls.push(`configure ${this.name}`);
    this.nonces.push(nonce);
    this.#memory = memory;
  };

  readonly invoke = async (): Promise<InvokeAnswer> => {
    this.calls.push(`invoke ${this.name}`);
    const said = this.#play(this.#invoked, this.#memory);
    this.#invoked += 1;
    if (said === 'lost') return { kind: 'lost', reason: 'socket hang up' };
    const failed = said === 'init-error' || said === 'init-timeout';
    const status = said === 'init-timeout' ? 'timeout' : 'error\tError Type: Runtime.ExitError';
    const before = failed ? `boom\nINIT_REPORT Init Duration: 12.00 ms\tPhase: init\tStatus: ${status}\n` : '';
    const init = typeof said === 'number' ? said : said === 'function-error' ? 15 : null;
    const functionError = failed || said === 'function-error' ? 'Unhandled' : null;
    return { kind: 'answer', functionError, payload: '{}', tail: `${before}${reportLine(this.#memory, init)}\n` };
  };
}

/** A plan with defaults that decide nothing. */
export function pairPlan(overrides: Partial<PairPlan> = {}): PairPlan {
  const clock = new TestClock();
  let nonces = 0;
  return {
    memory: 128,
    looks: [4, 8, 12],
    event: '{}',
    deadline: Number.POSITIVE_INFINITY,
    decide: () => false,
    rng: seeded(1),
    clock,
    nonce: () => {
      nonces += 1;
      return `nonce-${nonces}`;
    },
    isFresh: false,
    onPair: () => {},
    ...overrides,
  };
}

/** Mulberry32: the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
