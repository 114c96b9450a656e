/** A clock that moves when a test says so. */
export class Clock {
  #now: number;

  constructor(start: Date = new Date('2026-03-02T09:00:00Z')) {
    this.#now = start.getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** As GitHub's REST API writes times: whole seconds. */
  stamp(): string {
    return `${this.now().toISOString().slice(0, 19)}Z`;
  }
}
