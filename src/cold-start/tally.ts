import { ToolError } from '../core/failures.ts';
import type { ColdStartAtMemory } from '../core/snapshot/cold-start.ts';
import type { FailedInit } from './invocation.ts';
import type { PairPlan } from './pair-plan.ts';
import { SideSamples } from './samples.ts';
import type { CodeSide } from './scratch-code.ts';

/** What came of one memory size. A failure is that of a side that never starts. */
export interface Sampled {
  readonly base: SideSamples | null;
  readonly head: SideSamples;
  /** Without the extension that is sampled on it; `null`: none is. */
  readonly host: SideSamples | null;
  readonly baseFailure: FailedInit | null;
  readonly headFailure: FailedInit | null;
  readonly looksTaken: number;
  /** `never`: a side never starts, so that nothing can be compared. */
  readonly end: ColdStartAtMemory['end'] | 'never';
  /** What AWS ended it with, of which `end` is `time`; `null`: nothing. */
  readonly cut: string | null;
}

/** Lost answers come in bursts. */
const DISCARDED_IN_ROW = 5;

/** Both sides of what is sampled, and how many pairs gave nothing. */
export class Tally {
  readonly base: SideSamples | null;
  readonly head: SideSamples;
  readonly host: SideSamples | null;
  readonly #plan: PairPlan;
  #missed = 0;

  constructor(plan: PairPlan) {
    this.#plan = plan;
    this.base = plan.hasBase ? new SideSamples(plan.memory) : null;
    this.head = new SideSamples(plan.memory);
    this.host = plan.hasHost ? new SideSamples(plan.memory) : null;
  }

  of(side: CodeSide): SideSamples {
    return side === 'base' ? (this.base ?? this.head) : this.head;
  }

  /** A side never starts, and the other neither, or it did as often without a failure: one that fails now and then is asked to the end. */
  get isSettledByFailures(): boolean {
    const all = this.#all;
    const others = all.filter((samples) => this.#neverStarts(samples) === null);
    if (others.length === all.length) return false;
    return others.every(({ starts }) => starts.failed === 0 && starts.attempted >= this.#plan.startsToProve);
  }

  get hasFailed(): boolean {
    return this.#all.some(({ starts }) => starts.failed > 0);
  }

  /**
   * Notes whether a pair counted; `true`: so many were lost to starts that fail that no more is to be had. Throws where too many invocations in
   * a row, or more pairs than were planned in all, say nothing; `names` are the functions'.
   */
  isExhausted(counted: boolean, names: string): boolean {
    for (const [side, samples] of this.#sides) {
      if (samples.discardedInRow < DISCARDED_IN_ROW) continue;
      throw new ToolError(
        `${samples.discardedInRow} invocations of ${side} in ${names} gave no sample, without a good one between (${samples.reasons}): so nothing can be measured`,
      );
    }
    if (counted) return false;
    this.#missed += 1;
    const { looks, startsToProve } = this.#plan;
    if (this.#missed <= Math.max(looks.at(-1) ?? 0, startsToProve * 2)) return false;
    if (this.hasFailed) return true;
    const reasons = this.#sides.map(([side, samples]) => `${side}: ${samples.reasons === '' ? 'none of its own' : samples.reasons}`);
    throw new ToolError(
      `${this.#missed} pairs gave no sample, more than were planned: so nothing can be measured (${names}; ${reasons.join(' | ')})`,
    );
  }

  ended(end: Sampled['end'], looksTaken = this.#looksTaken): Sampled {
    const { base, head, host } = this;
    const failureOf = (samples: SideSamples | null): FailedInit | null =>
      end !== 'never' || samples === null ? null : this.#neverStarts(samples);
    return { base, head, host, baseFailure: failureOf(base), headFailure: failureOf(head), looksTaken, end, cut: null };
  }

  get #sides(): readonly (readonly [CodeSide, SideSamples])[] {
    const head = ['head', this.head] as const;
    return this.base === null ? [head] : [['base', this.base], head];
  }

  get #all(): readonly SideSamples[] {
    return this.#sides.map(([, samples]) => samples);
  }

  /** What came after the last look is looked at too: what ended the sampling knows nothing of the samples. */
  get #looksTaken(): number {
    const { pairs } = this.head;
    const { looks } = this.#plan;
    const taken = looks.filter((look) => look <= pairs).length;
    return pairs > (looks[taken - 1] ?? 0) ? taken + 1 : taken;
  }

  /** How the starts of a side fail that has had enough of them and not a good one. */
  #neverStarts({ starts }: SideSamples): FailedInit | null {
    return starts.failed === starts.attempted && starts.failed >= this.#plan.startsToProve ? starts.failure : null;
  }
}
