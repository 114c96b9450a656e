import type { Timing } from '../../src/progress/waits.ts';

/** Time that goes by when a test says so, tick by tick. */
export class FakeTiming implements Timing {
  #now = 0;
  readonly #timers = new Set<{ next: number; readonly interval: number; readonly tick: () => void }>();

  readonly now = (): number => this.#now;

  readonly every: Timing['every'] = (interval, tick) => {
    const timer = { next: this.#now + interval, interval, tick };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Whether anything would still tick. */
  get isTicking(): boolean {
    return this.#timers.size > 0;
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [first] = [...this.#timers].filter(({ next }) => next <= end).toSorted((a, b) => a.next - b.next);
      if (first === undefined) break;
      this.#now = first.next;
      first.next += first.interval;
      first.tick();
    }
    this.#now = end;
  }
}
