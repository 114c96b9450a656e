import type { Clock } from '../../src/cold-start/clock.ts';
import type { InvokeAnswer } from '../../src/cold-start/lambda.ts';
import type { PairPlan, Slot } from '../../src/cold-start/pair-plan.ts';
import type { CodeSide, Holding } from '../../src/cold-start/scratch-code.ts';

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

/** One side's code, which plays a script, invocation by invocation, and notes what was asked of it. Thrown away starts are none of these. */
export class ScriptedCode {
  readonly calls: string[];
  readonly nonces: string[] = [];
  readonly name: string;
  readonly #play: (nth: number, memory: number) => Script;
  #invoked = 0;

  constructor(name: string, play: (nth: number, memory: number) => Script, calls: string[] = []) {
    this.name = name;
    this.#play = play;
    this.calls = calls;
  }

  answer(memory: number): InvokeAnswer {
    const said = this.#play(this.#invoked, memory);
    this.#invoked += 1;
    return answerOf(said, memory);
  }
}

function answerOf(said: Script, memory: number): InvokeAnswer {
  if (said === 'lost') return { kind: 'lost', reason: 'socket hang up' };
  const failed = said === 'init-error' || said === 'init-timeout';
  const status = said === 'init-timeout' ? 'timeout' : 'error\tError Type: Runtime.ExitError';
  const before = failed ? `boom\nINIT_REPORT Init Duration: 12.00 ms\tPhase: init\tStatus: ${status}\n` : '';
  const init = typeof said === 'number' ? said : said === 'function-error' ? 15 : null;
  const functionError = failed || said === 'function-error' ? 'Unhandled' : null;
  return { kind: 'answer', functionError, payload: '{}', tail: `${before}${reportLine(memory, init)}\n` };
}

/** A function that holds either code in turn; its start after an upload takes 900 ms. */
class ScriptedSlot implements Slot {
  readonly name: string;
  readonly #codes: Codes;
  readonly #memory: number;
  readonly #calls: string[];
  #held: Holding;
  #isFresh = true;

  constructor(name: string, held: CodeSide, codes: Codes, memory: number, calls: string[]) {
    this.name = name;
    this.#held = held;
    this.#codes = codes;
    this.#memory = memory;
    this.#calls = calls;
  }

  readonly upload = async (side: Holding): Promise<void> => {
    this.#calls.push(`upload ${side} to ${this.name}`);
    this.#held = side;
    this.#isFresh = true;
  };

  readonly configure = async (side: Holding, nonce: string): Promise<void> => {
    if (side !== this.#held) throw new Error(`${this.name} holds ${this.#held}`);
    this.#code.calls.push(`configure ${this.#code.name}`);
    this.#code.nonces.push(nonce);
    this.#isFresh = false;
  };

  readonly invoke = async (): Promise<InvokeAnswer> => {
    if (this.#isFresh) return answerOf(900, this.#memory);
    this.#code.calls.push(`invoke ${this.#code.name}`);
    return this.#code.answer(this.#memory);
  };

  get #code(): ScriptedCode {
    const code = this.#codes[this.#held];
    if (code === null) throw new Error(`there is no ${this.#held}`);
    return code;
  }
}

interface Codes {
  readonly base: ScriptedCode | null;
  readonly head: ScriptedCode;
  readonly host: ScriptedCode | null;
}

/** A plan with defaults that decide nothing, on functions that play these codes; `uploads` is told what was uploaded, made and deleted. */
export function pairPlan(
  base: ScriptedCode | null,
  head: ScriptedCode,
  overrides: Partial<PairPlan> = {},
  uploads: string[] = [],
  host: ScriptedCode | null = null,
): PairPlan {
  const clock = new TestClock();
  const memory = overrides.memory ?? 128;
  let nonces = 0;
  return {
    memory,
    looks: [4, 8, 12],
    event: '{}',
    deadline: Number.POSITIVE_INFINITY,
    hasBase: base !== null,
    hasHost: host !== null,
    deploy: async (deployment, exchanged) => {
      uploads.push(`made ${deployment}`);
      const slot = (name: string, side: CodeSide) => new ScriptedSlot(`${name}${deployment}`, side, { base, head, host }, memory, uploads);
      return {
        slots: base === null ? [slot('a', 'head')] : [slot('a', exchanged ? 'head' : 'base'), slot('b', exchanged ? 'base' : 'head')],
        [Symbol.asyncDispose]: async () => void uploads.push(`deleted ${deployment}`),
      };
    },
    decide: () => false,
    startsToProve: 5,
    rng: seeded(1),
    clock,
    nonce: () => {
      nonces += 1;
      return `nonce-${nonces}`;
    },
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
