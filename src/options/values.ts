import { UsageError } from '../core/failures.ts';
import { meant, nearestOf, quoted } from '../core/text.ts';
import { parseAmount } from '../core/units.ts';
import { flagNamed, inputOf } from './flags.ts';

/**
 * What was given for each flag, by its name, whichever door it came through. Where a call has no value the list's default stands in.
 * Every mistake that is made of a value names the option as the person wrote it.
 */
export class OptionValues {
  readonly #given: ReadonlyMap<string, readonly string[]>;
  /** How the person writes an option: `--limit`, or `input limits`. */
  readonly nameOf: (flag: string) => string;

  constructor(given: ReadonlyMap<string, readonly string[]>, nameOf: (flag: string) => string) {
    this.#given = given;
    this.nameOf = nameOf;
  }

  given(flag: string): readonly string[] {
    return this.#given.get(flag) ?? [];
  }

  all(flag: string): readonly string[] {
    const given = this.given(flag);
    const { default: value } = flagNamed(flag);
    return given.length > 0 || value === undefined ? given : [value];
  }

  one(flag: string): string | null {
    return this.all(flag)[0] ?? null;
  }

  on(flag: string): boolean {
    return this.#given.has(flag);
  }

  /** A word out of those that the flag allows. */
  choice<const T extends string>(flag: string, allowed: readonly T[]): T {
    return oneOf(this.nameOf(flag), this.one(flag) ?? '', allowed);
  }

  /** Milliseconds, within the flag's range. */
  time(flag: string): number {
    const text = this.one(flag) ?? '';
    const amount = parseAmount(text, 'time');
    if (amount.kind === 'mistake') throw new UsageError(`${this.nameOf(flag)}: ${amount.message}`);
    this.#hold(flag, text, amount.value, millisOf);
    return amount.value;
  }

  /** A whole number within the flag's range. */
  number(flag: string): number {
    return this.#whole(flag, this.one(flag) ?? '', 'a whole number, such as 20');
  }

  /** Whole numbers, ascending, each once; commas part them too, and where all are blank the list's default stands in. */
  numbers(flag: string): readonly number[] {
    const parts = [this.given(flag).join(), flagNamed(flag).default ?? ''].map((text) =>
      text.split(',').flatMap((part) => part.trim() || []),
    );
    const texts = parts.find(({ length }) => length > 0) ?? [];
    return [...new Set(texts.map((text) => this.#whole(flag, text, 'whole numbers, such as 128')))].toSorted((a, b) => a - b);
  }

  mistake(flag: string, text: string, what: string): UsageError {
    return new UsageError(`${this.nameOf(flag)} ${quoted(text)}: ${what}`);
  }

  #whole(flag: string, text: string, what: string): number {
    if (!/^\d{1,9}$/.test(text)) throw this.mistake(flag, text, what);
    this.#hold(flag, text, Number(text), Number);
    return Number(text);
  }

  #hold(flag: string, text: string, value: number, read: (bound: string) => number): void {
    const { range } = flagNamed(flag);
    if (range === undefined) return;
    const [least, most, why] = range;
    if (value < read(least) || value > read(most)) throw this.mistake(flag, text, `from ${least} to ${most}; ${why}`);
  }
}

/** A word out of those allowed. A UsageError names `option`, as the person wrote it. */
export function oneOf<const T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined)
    throw new UsageError(`${option} ${quoted(text)}: allowed are ${allowed.join(', ')}${meant(nearestOf(text, allowed))}`);
  return found;
}

function millisOf(bound: string): number {
  const amount = parseAmount(bound, 'time');
  return amount.kind === 'amount' ? amount.value : Number.NaN;
}

/** `--limit`, as the command line has it. */
export function flagName(flag: string): string {
  return `--${flag}`;
}

/** `input limits`, as a workflow has it; a flag that the Action lacks keeps its own name. */
export function inputName(flag: string): string {
  const input = inputOf(flagNamed(flag));
  return input === null ? flagName(flag) : `input ${input}`;
}
