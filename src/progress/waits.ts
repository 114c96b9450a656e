import { lastedText, millis } from '../core/units.ts';
import type { Wait, Waiting } from '../host.ts';
import type { Standing } from './line.ts';

/** Time as this place knows it, so that tests need not wait. */
export interface Timing {
  /** Milliseconds since any moment. */
  readonly now: () => number;
  /** Calls `tick` every so many milliseconds until what it answers is called. */
  readonly every: (milliseconds: number, tick: () => void) => () => void;
}

/** A process that has nothing else to do is not held by a tick. */
export const systemTiming: Timing = {
  now: () => performance.now(),
  every: (milliseconds, tick) => {
    const timer = setInterval(tick, milliseconds).unref();
    return () => clearInterval(timer);
  },
};

/** Where waits are shown. */
export interface View {
  /** A line that stays. */
  readonly say: (text: string) => void;
  /** The waits have changed, or a second has gone by; the last begun is the last. */
  readonly show: (waits: readonly Open[], why: 'begun' | 'told' | 'tick' | 'ended') => void;
}

export const TICK_MS = 1_000;

/** A wait that goes on. */
export class Open implements Waiting {
  readonly wait: Wait;
  readonly #waits: Waits;
  readonly #begun: number;
  #since: number;
  #text: string;
  #detail = '';
  #expected: number | null;
  /** When a log said it last. */
  said: number | null = null;

  constructor(wait: Wait, waits: Waits) {
    this.wait = wait;
    this.#waits = waits;
    this.#begun = waits.timing.now();
    this.#since = this.#begun;
    this.#text = wait.text;
    this.#expected = wait.expected ?? null;
  }

  get standing(): Standing {
    return { text: this.#text, detail: this.#detail, elapsed: this.#waits.timing.now() - this.#since, expected: this.#expected };
  }

  readonly tell: Waiting['tell'] = (text, detail = '') => {
    this.#text = text ?? this.#text;
    this.#detail = detail;
    this.#waits.changed();
  };

  readonly turn: Waiting['turn'] = (text, expected) => {
    const took = millis(this.standing.elapsed);
    this.#since = this.#waits.timing.now();
    this.#text = text;
    this.#detail = '';
    this.#expected = expected;
    this.said = null;
    this.#waits.changed();
    return took;
  };

  readonly done: Waiting['done'] = (text) => {
    const now = this.#waits.timing.now();
    const lasted = now - this.#begun;
    const stays = text !== null && !(this.wait.kind === 'brief' && lasted < TICK_MS);
    this.#waits.end(this, stays ? `${text} · ${lastedText(lasted)}` : null);
    return millis(now - this.#since);
  };

  [Symbol.dispose](): void {
    this.#waits.end(this, null);
  }
}

/** All waits of a run: mostly one, two where tools are installed beside each other. It ticks only while there is one. */
export class Waits {
  readonly timing: Timing;
  readonly #view: View;
  #open: readonly Open[] = [];
  #stop: (() => void) | null = null;
  #looking = false;

  constructor(timing: Timing, view: View) {
    this.timing = timing;
    this.#view = view;
  }

  get open(): readonly Open[] {
    return this.#open;
  }

  readonly begin = (wait: Wait): Waiting => {
    const one = new Open(wait, this);
    this.#open = [...this.#open, one];
    this.#stop ??= this.timing.every(TICK_MS, () => this.#tick());
    this.#view.show(this.#open, 'begun');
    return one;
  };

  /** Something else is to be shown. */
  changed(): void {
    if (!this.#looking) this.#view.show(this.#open, 'told');
  }

  /** A wait that has ended before is no mistake: what is done is disposed of too. */
  end(one: Open, line: string | null): void {
    if (!this.#open.includes(one)) return;
    this.#open = this.#open.filter((other) => other !== one);
    if (this.#open.length === 0) {
      this.#stop?.();
      this.#stop = null;
    }
    this.#view.show(this.#open, 'ended');
    if (line !== null) this.#view.say(line);
  }

  #tick(): void {
    this.#looking = true;
    for (const one of this.#open) one.wait.look?.(one);
    this.#looking = false;
    this.#view.show(this.#open, 'tick');
  }
}
