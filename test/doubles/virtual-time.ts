import type { Clock } from './clock.ts';

/** Time that passes only while everybody waits: minutes of a run in seconds. Whoever works says so, and whoever sleeps sleeps here. */
export class VirtualTime {
  readonly #clock: Clock;
  readonly #sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  #busy = 0;
  #isLooking = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly now = (): number => this.#clock.now().getTime();

  readonly sleep = (milliseconds: number): Promise<void> => {
    if (milliseconds <= 0) return Promise.resolve();
    return new Promise((wake) => {
      this.#sleepers.push({ until: this.now() + milliseconds, wake });
      this.#look();
    });
  };

  /** Time stands still while it works. */
  async working<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#look();
    }
  }

  /** Sleeps in the middle of work. */
  async rest(milliseconds: number): Promise<void> {
    this.#busy -= 1;
    await this.sleep(milliseconds);
    this.#busy += 1;
  }

  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    // What was just answered may go on to ask: that comes first.
    const turn = (left: number): void => {
      setImmediate(() => {
        if (this.#busy > 0 || this.#sleepers.length === 0) {
          this.#isLooking = false;
          return;
        }
        if (left > 0) {
          turn(left - 1);
          return;
        }
        this.#isLooking = false;
        this.#wakeNext();
      });
    };
    turn(6);
  }

  #wakeNext(): void {
    const next = Math.min(...this.#sleepers.map(({ until }) => until));
    this.#clock.advance(Math.max(0, next - this.now()));
    const due = this.#sleepers.filter(({ until }) => until <= next);
    for (const one of due) this.#sleepers.splice(this.#sleepers.indexOf(one), 1);
    for (const one of due) one.wake();
    this.#look();
  }
}
