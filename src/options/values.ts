import { UsageError } from '../core/failures.ts';
import { quoted } from '../core/text.ts';
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
    const text = this.one(flag) ?? '';
    const found = allowed.find((value) => value === text);
    if (found === undefined) throw this.mistake(flag, text, `allowed are ${allowed.join(' and ')}`);
    return found;
  }

  /** Milliseconds, within the flag's range. */
  time(flag: string): number {
    const text = this.one(flag) ?? '';
    const amount = parseAmount(text, 'time');
    if (amount.kind === 'mistake') throw new UsageError(`${this.nameOf(flag)}: ${amount.message}`);
    this.#hold(flag, text, amount.value, millisOf);
    return amount.value;
  }

  /** Whole numbers within the flag's range, ascending, each once; commas part them too. */
  numbers(flag: string): readonly number[] {
    const texts = this.all(flag).flatMap((text) => text.split(',').map((part) => part.trim()));
    const values = texts
      .filter((text) => text !== '')
      .map((text) => {
        if (!/^\d{1,9}$/.test(text)) throw this.mistake(flag, text, 'whole numbers, such as 128');
        this.#hold(flag, text, Number(text), Number);
        return Number(text);
      });
    if (values.length === 0) throw this.mistake(flag, texts.join(), 'whole numbers, such as 128');
    return [...new Set(values)].toSorted((a, b) => a - b);
  }

  mistake(flag: string, text: string, what: string): UsageError {
    return new UsageError(`${this.nameOf(flag)} ${quoted(text)}: ${what}`);
  }

  #hold(flag: string, text: string, value: number, read: (bound: string) => number): void {
    const { range } = flagNamed(flag);
    if (range === undefined) return;
    const [least, most, why] = range;
    if (value < read(least) || value > read(most)) throw this.mistake(flag, text, `from ${least} to ${most}; ${why}`);
  }
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
