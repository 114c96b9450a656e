import { gbSecondsOf, type Spent } from '../core/compare/price.ts';
import type { Place } from '../core/exchange.ts';
import type { ColdStartAtMemory, ColdStarts } from '../core/snapshot/cold-start.ts';
import type { ColdStart, FailedInit, InvocationResult } from './invocation.ts';

const NO_PARTNER = 'the other side of its pair gave no sample';

/** What a size came to. */
export type Ending = Pick<ColdStartAtMemory, 'looksTaken' | 'end' | 'cut'>;

interface PlacedStart extends ColdStart {
  readonly place: Place;
}

/** What one side was seen to do at one memory size. */
export class SideSamples {
  readonly memory: number;
  readonly #paired: PlacedStart[] = [];
  /** Every good sample, its partner's or not: what there is to show of a side whose partner never starts. */
  readonly #all: PlacedStart[] = [];
  readonly #discarded = new Map<string, number>();
  #functionErrors = 0;
  #pairedErrors = 0;
  #requests = 0;
  #gbSeconds = 0;
  #failed = 0;
  #timedOut = 0;
  #discardedInRow = 0;
  #lastFailure: FailedInit | null = null;

  constructor(memory: number) {
    this.memory = memory;
  }

  /** Notes an invocation at its place; `hasPartner`: the other side of its pair gave a sample too. */
  add(invocation: InvocationResult, hasPartner: boolean, place: Place): void {
    this.#bill(invocation);
    switch (invocation.kind) {
      case 'cold-start':
        this.#discardedInRow = 0;
        this.#all.push({ ...invocation.coldStart, place });
        if (invocation.hasFunctionError) this.#functionErrors += 1;
        if (!hasPartner) {
          this.#discard(NO_PARTNER);
          break;
        }
        this.#paired.push({ ...invocation.coldStart, place });
        if (invocation.hasFunctionError) this.#pairedErrors += 1;
        break;
      case 'failed-init':
        this.#failed += 1;
        if (invocation.failure.status === 'timeout') this.#timedOut += 1;
        // An answer it is, if a bad one.
        this.#discardedInRow = 0;
        this.#lastFailure = invocation.failure;
        this.#discard(`init failed: ${invocation.failure.errorType ?? invocation.failure.status}`);
        break;
      case 'discarded':
        this.#discardedInRow += 1;
        this.#discard(invocation.reason);
    }
  }

  /** Notes an invocation that was never meant to count, whatever came of it: it is billed all the same. */
  drop(invocation: InvocationResult): void {
    this.#bill(invocation);
  }

  get pairs(): number {
    return this.#paired.length;
  }
  /** Invocations since the last one that said whether init works. */
  get discardedInRow(): number {
    return this.#discardedInRow;
  }
  /** Starts whose outcome is known. */
  get starts(): Omit<ColdStarts, 'failure'> & { readonly failure: FailedInit | null } {
    const failed = this.#failed;
    return { attempted: this.#all.length + failed, failed, timedOut: this.#timedOut, failure: this.#lastFailure };
  }
  get spent(): Spent {
    return { requests: this.#requests, gbSeconds: this.#gbSeconds };
  }
  get initDurations(): readonly number[] {
    return this.#paired.map((start) => start.initDuration);
  }
  /** Place by place of `initDurations`; `null`: the first event ended in an error. */
  get firstResponses(): readonly (number | null)[] {
    return this.#paired.map((start) => start.firstResponse);
  }
  get places(): readonly Place[] {
    return this.#paired.map(({ place }) => place);
  }
  get reasons(): string {
    return [...this.#discarded].map(([reason, count]) => `${count} × ${reason}`).join('; ');
  }

  /** As the snapshot holds it; `alone`: every good sample, because the other side has none to pair with. */
  toSize({ looksTaken, end, cut }: Ending, alone: boolean): ColdStartAtMemory {
    const starts = alone ? this.#all : this.#paired;
    const discarded = [...this.#discarded]
      .filter(([reason]) => !alone || reason !== NO_PARTNER)
      .map(([reason, count]) => ({ reason, count }));
    const { failure, ...counts } = this.starts;
    return {
      memory: this.memory,
      looksTaken,
      end,
      ...(cut === undefined ? {} : { cut }),
      starts: { ...counts, failure: failure === null ? null : { ...failure, lastLines: [...failure.lastLines] } },
      places: starts.map(({ place }) => ({ ...place })),
      initDuration: starts.map((start) => start.initDuration),
      firstResponse: starts.map((start) => start.firstResponse),
      billedDuration: starts.map((start) => start.billedDuration),
      maxMemoryUsed: starts.map((start) => start.maxMemoryUsed),
      discarded,
      functionErrors: alone ? this.#functionErrors : this.#pairedErrors,
      spent: this.spent,
    };
  }

  #bill(invocation: InvocationResult): void {
    this.#requests += 1;
    this.#gbSeconds += gbSecondsOf(invocation.billed, this.memory);
  }

  #discard(reason: string): void {
    this.#discarded.set(reason, (this.#discarded.get(reason) ?? 0) + 1);
  }
}
