import { BASIC_TYPES } from './basic-types.ts';
import { Unreadable, type Walk } from './walk.ts';

/** By a constant's first letter: those that need braces where they are generic arguments. */
const COMPOUND: Readonly<Record<string, (walk: Walk) => void>> = {
  e(walk) {
    walk.write('*');
    text(walk);
  },
  R(walk) {
    walk.write('&');
    walk.constant(true);
  },
  Q(walk) {
    walk.write('&mut ');
    walk.constant(true);
  },
  A(walk) {
    walk.write('[');
    walk.list(() => walk.constant(true), ', ');
    walk.write(']');
  },
  T(walk) {
    walk.write('(');
    if (walk.list(() => walk.constant(true), ', ') === 1) walk.write(',');
    walk.write(')');
  },
  V(walk) {
    walk.path(true);
    fields(walk);
  },
};

/** `inValue`: within another constant or an array's type, where no braces are needed. */
export function constant(walk: Walk, inValue: boolean): void {
  walk.nested(() => {
    const tag = walk.next();
    const compound = COMPOUND[tag];
    if (tag === 'B') walk.backReference(() => walk.constant(inValue));
    // `"…"` is a `&str` itself.
    else if (tag === 'R' && walk.eat('e')) text(walk);
    else if (compound === undefined) literal(walk, tag);
    else {
      walk.write(inValue ? '' : '{');
      compound(walk);
      walk.write(inValue ? '' : '}');
    }
  });
}

function fields(walk: Walk): void {
  const tag = walk.next();
  if (tag === 'T') {
    walk.write('(');
    walk.list(() => walk.constant(true), ', ');
    walk.write(')');
  } else if (tag === 'S') {
    walk.write(' { ');
    walk.list(() => {
      walk.optionalInteger('s');
      walk.write(`${walk.name()}: `);
      walk.constant(true);
    }, ', ');
    walk.write(' }');
  } else if (tag !== 'U') throw new Unreadable();
}

function literal(walk: Walk, tag: string): void {
  if (tag === 'p') walk.write('_');
  else if ('htmyoj'.includes(tag)) integer(walk, tag);
  else if ('aslxni'.includes(tag)) {
    if (walk.eat('n')) walk.write('-');
    integer(walk, tag);
  } else if (tag === 'b') {
    const value = numberOf(walk.hexadecimal());
    if (value !== 0n && value !== 1n) throw new Unreadable();
    walk.write(value === 1n ? 'true' : 'false');
  } else if (tag === 'c') {
    const code = numberOf(walk.hexadecimal());
    if (code === null || code > 0x10ffffn || (code >= 0xd800n && code <= 0xdfffn)) throw new Unreadable();
    walk.write(`'${escaped(String.fromCodePoint(Number(code)), "'")}'`);
  } else throw new Unreadable();
}

function integer(walk: Walk, tag: string): void {
  const digits = walk.hexadecimal();
  walk.write(`${numberOf(digits) ?? `0x${digits}`}${BASIC_TYPES[tag] ?? ''}`);
}

/** `null`: more than 64 bits. */
function numberOf(digits: string): bigint | null {
  const significant = digits.replace(/^0+/, '');
  return significant.length > 16 ? null : BigInt(`0x${significant === '' ? '0' : significant}`);
}

function text(walk: Walk): void {
  const digits = walk.hexadecimal();
  const raw = Buffer.from(digits, 'hex');
  const value = raw.toString('utf8');
  if (digits.length % 2 !== 0 || !Buffer.from(value, 'utf8').equals(raw)) throw new Unreadable();
  walk.write(`"${escaped(value, '"')}"`);
}

const SHORT: Readonly<Record<string, string>> = { '\0': '\\0', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

/** Rust's `char::escape_debug`, one character at a time. */
function escaped(value: string, quote: string): string {
  return value.replace(/[\p{C}\p{Z}\p{Grapheme_Extend}\\'"]/gu, (character) => {
    if (character === ' ') return character;
    if (character === "'" || character === '"') return character === quote ? `\\${character}` : character;
    return SHORT[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}
