import { gbSecondsOf, type Spent } from '../core/compare/price.ts';
import type { ColdStartAtMemory } from '../core/snapshot/cold-start.ts';
import type { ColdStart, FailedInit, InvocationResult } from './invocation.ts';

const NO_PARTNER = 'the other side of its pair gave no sample';

/** What one side was seen to do at one memory size. */
export class SideSamples {
  readonly memory: number;
  readonly #paired: ColdStart[] = [];
  /** Every good sample, its partner's or not: what there is to show of a side whose partner never starts. */
  readonly #all: ColdStart[] = [];
  readonly #discarded = new Map<string, number>();
  #functionErrors = 0;
  #pairedErrors = 0;
  #requests = 0;
  #gbSeconds = 0;
  #failedInRow = 0;
  #discardedInRow = 0;
  #lastFailure: FailedInit | null = null;

  constructor(memory: number) {
    this.memory = memory;
  }

  /** Notes an invocation; `hasPartner`: the other side of its pair gave a sample too. */
  add(invocation: InvocationResult, hasPartner: boolean): void {
    this.#bill(invocation);
    switch (invocation.kind) {
      case 'cold-start':
        this.#failedInRow = 0;
        this.#discardedInRow = 0;
        this.#all.push(invocation.coldStart);
        if (invocation.hasFunctionError) this.#functionErrors += 1;
        if (!hasPartner) {
          this.#discard(NO_PARTNER);
          break;
        }
        this.#paired.push(invocation.coldStart);
        if (invocation.hasFunctionError) this.#pairedErrors += 1;
        break;
      case 'failed-init':
        this.#failedInRow += 1;
        this.#lastFailure = invocation.failure;
        this.#discard(`init failed: ${invocation.failure.errorType ?? invocation.failure.status}`);
        break;
      case 'discarded':
        this.#discardedInRow += 1;
        this.#discard(invocation.reason);
    }
  }

  /** Notes an invocation that does not count, whatever came of it. */
  drop(invocation: InvocationResult, reason: string): void {
    this.#bill(invocation);
    this.#discard(reason);
  }

  get pairs(): number {
    return this.#paired.length;
  }
  /** Failed inits and other discards since the last good start. */
  get inRow(): { readonly failed: number; readonly discarded: number } {
    return { failed: this.#failedInRow, discarded: this.#discardedInRow };
  }
  get hasStarted(): boolean {
    return this.#all.length > 0;
  }
  get lastFailure(): FailedInit | null {
    return this.#lastFailure;
  }
  get spent(): Spent {
    return { requests: this.#requests, gbSeconds: this.#gbSeconds };
  }
  get initDurations(): readonly number[] {
    return this.#paired.map((start) => start.initDuration);
  }
  get reasons(): string {
    return [...this.#discarded].map(([reason, count]) => `${count} × ${reason}`).join('; ');
  }

  /** As the snapshot holds it; `alone`: every good sample, because the other side has none to pair with. */
  toSize(looksTaken: number, alone: boolean): ColdStartAtMemory {
    const starts = alone ? this.#all : this.#paired;
    const discarded = [...this.#discarded]
      .filter(([reason]) => !alone || reason !== NO_PARTNER)
      .map(([reason, count]) => ({ reason, count }));
    return {
      memory: this.memory,
      looksTaken,
      initDuration: starts.map((start) => start.initDuration),
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
