import { type Identifier, renderIdentifier } from './punycode.ts';

/** Why a walk ends before the symbol does. It never leaves this folder. */
export class Unreadable extends Error {}

/** As in rustc-demangle. */
const DEEPEST = 500;
/** Back references let a symbol of 50 characters name itself 2^10 times; real names have a few thousand characters. */
const LONGEST_TEXT = 100_000;
const MOST_STEPS = 100_000;
const U64 = 2n ** 64n;

/** What can hold each other. `inValue`: generic arguments follow a `::`; a constant needs no braces. */
interface Grammar {
  path(walk: Walk, inValue: boolean): void;
  type(walk: Walk): void;
  constant(walk: Walk, inValue: boolean): void;
}

/** A walk over a v0 symbol: where it reads, and what it has written. */
export class Walk {
  at = 0;
  text = '';
  /** While an impl's own path or the instantiating crate is read: those are not part of the name. Back references are not followed then. */
  silent = false;
  /** The first crate root on the way, that of an impl's own path included. */
  crate: string | null = null;
  private readonly symbol: string;
  private readonly grammar: Grammar;
  /** Lifetimes that `for<…>` binds around this place. */
  private bound = 0;
  private depth = 0;
  private steps = 0;

  constructor(symbol: string, grammar: Grammar) {
    this.symbol = symbol;
    this.grammar = grammar;
  }

  path(inValue: boolean): void {
    this.grammar.path(this, inValue);
  }

  type(): void {
    this.grammar.type(this);
  }

  constant(inValue: boolean): void {
    this.grammar.constant(this, inValue);
  }

  write(text: string): void {
    if (this.silent) return;
    this.text += text;
    if (this.text.length > LONGEST_TEXT) throw new Unreadable();
  }

  silently(work: () => void): void {
    const before = this.silent;
    this.silent = true;
    work();
    this.silent = before;
  }

  /** Everything that can hold itself is read through this. */
  nested(work: () => void): void {
    this.depth += 1;
    this.steps += 1;
    if (this.depth > DEEPEST || this.steps > MOST_STEPS) throw new Unreadable();
    work();
    this.depth -= 1;
  }

  peek(): string {
    return this.symbol[this.at] ?? '';
  }

  eat(tag: string): boolean {
    if (this.peek() !== tag) return false;
    this.at += 1;
    return true;
  }

  next(): string {
    const tag = this.peek();
    if (tag === '') throw new Unreadable();
    this.at += 1;
    return tag;
  }

  /** Up to the closing `E`. Returns how many there were. */
  list(work: () => void, separator: string): number {
    let count = 0;
    for (; !this.eat('E'); count += 1) {
      if (count > 0) this.write(separator);
      work();
    }
    return count;
  }

  /** `_`: 0, `0_`: 1, …: base 62 of 64 bits. */
  integer(): bigint {
    const digits = this.take(/[0-9A-Za-z]*_/y).slice(0, -1);
    if (digits === '') return 0n;
    if (digits.length > 20) throw new Unreadable();
    let value = 0n;
    for (let index = 0; index < digits.length; index += 1) value = value * 62n + BigInt(digit62(digits.charCodeAt(index)));
    return inU64(value + 1n);
  }

  /** 0 without the tag. */
  optionalInteger(tag: string): bigint {
    return this.eat(tag) ? inU64(this.integer() + 1n) : 0n;
  }

  hexadecimal(): string {
    return this.take(/[0-9a-f]*_/y).slice(0, -1);
  }

  identifier(): Identifier {
    const encoded = this.eat('u');
    const length = Number(this.take(/0|[1-9][0-9]*/y));
    this.eat('_');
    const text = this.symbol.slice(this.at, this.at + length);
    if (text.length !== length) throw new Unreadable();
    this.at += length;
    if (!encoded) return { ascii: text, punycode: '' };
    const separator = text.lastIndexOf('_');
    const punycode = text.slice(separator + 1);
    if (punycode === '') throw new Unreadable();
    return { ascii: text.slice(0, Math.max(separator, 0)), punycode };
  }

  name(): string {
    return renderIdentifier(this.identifier());
  }

  /** 0 is `'_`; others count outwards from the innermost binder. */
  lifetime(index: bigint): void {
    if (this.silent) return;
    const depth = index === 0n ? -1 : this.bound - Number(index);
    if (index !== 0n && depth < 0) throw new Unreadable();
    this.write(`'${depth < 0 ? '_' : depth < 26 ? String.fromCharCode(97 + depth) : `_${depth}`}`);
  }

  /** `for<'a, 'b> ` before what `work` writes, where there are any. */
  binder(work: () => void): void {
    const bound = Number(this.optionalInteger('G'));
    const count = this.silent ? 0 : bound;
    for (let index = 0; index < count; index += 1) {
      this.write(index === 0 ? 'for<' : ', ');
      this.bound += 1;
      this.lifetime(1n);
    }
    this.write(count === 0 ? '' : '> ');
    work();
    this.bound -= count;
  }

  /** After its tag: reads what stands at an earlier place as if it stood here. */
  backReference(work: () => void): void {
    const own = this.at - 1;
    const target = this.integer();
    if (target >= BigInt(own)) throw new Unreadable();
    if (this.silent) return;
    const after = this.at;
    this.at = Number(target);
    this.nested(work);
    this.at = after;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.symbol)?.[0];
    if (found === undefined) throw new Unreadable();
    this.at += found.length;
    return found;
  }
}

function inU64(value: bigint): bigint {
  if (value >= U64) throw new Unreadable();
  return value;
}

function digit62(character: number): number {
  return character <= 57 ? character - 48 : character <= 90 ? character - 65 + 36 : character - 97 + 10;
}
