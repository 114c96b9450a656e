import { basename } from 'node:path';
import { NO_SYMBOL } from '../../core/crates.ts';
import { shortened } from '../../core/text.ts';
import type { ProfiledFunction } from './profile.ts';

/** C functions of the program itself: what cargo bloat calls them, so that sizes and instructions speak of the same crates. */
const NO_CRATE = '[Unknown]';

/** The standard library's crates, and those of its dependencies that functions seldom use themselves: a name cannot tell whose copy it is. */
const STD = new Set(
  '__rustc addr2line alloc compiler_builtins core gimli hashbrown object panic_abort panic_unwind proc_macro rustc_demangle std std_detect test unwind'.split(
    ' ',
  ),
);
const MOST_NAME = 1_000;
const MOST_CRATE = 200;

/** A function by the crate it is counted with. `NO_SYMBOL` stands for either. */
export interface Named {
  readonly crate: string;
  readonly name: string;
}

/** Whether an object is the started program rather than a library it loads. */
export type IsProgram = (object: string) => boolean;

/** Names a profiled function: a library's functions by its file name, the program's by the path of their symbol. */
export function nameOf({ name: raw, object }: ProfiledFunction, isProgram: IsProgram): Named {
  const hasName = raw !== '' && raw !== '???' && !/^0x[0-9a-f]+$/i.test(raw);
  const whole = plainName(raw);
  const name = hasName ? shortened(whole, MOST_NAME) : NO_SYMBOL;
  if (object === null) return { crate: NO_SYMBOL, name };
  if (isProgram(object)) return { crate: hasName ? crateOf(whole) : NO_SYMBOL, name };
  return { crate: shortened(basename(object), MOST_CRATE) || NO_SYMBOL, name };
}

/** Without the legacy hash, and without the level at which callgrind tells recursive calls apart (`quicksort'2`). */
export function plainName(name: string): string {
  const plain = name.replace(/'\d+$/, '').replace(/::h[0-9a-f]{16}$/, '');
  return plain === '' ? name : plain;
}

/**
 * The crate of a Rust symbol, by cargo bloat's rules: the first segment of its path; of `<Type as Trait>::function` the type's,
 * and the trait's where the type has none (`<T as core::fmt::Display>`).
 */
export function crateOf(symbol: string): string {
  const [type, trait] = symbol.startsWith('<') ? implOf(symbol) : [symbol, ''];
  // Only core and alloc can give methods to types without a path.
  const crate = firstSegment(type) ?? firstSegment(trait) ?? (symbol.startsWith('<') && symbol.includes('>::') ? 'std' : NO_CRATE);
  return STD.has(crate) ? 'std' : shortened(crate, MOST_CRATE);
}

/** `<A as B>::c` → A, B. */
function implOf(symbol: string): readonly [type: string, trait: string] {
  let depth = 0;
  let separator = -1;
  let index = 0;
  for (; index < symbol.length; index += 1) {
    const character = symbol[index];
    if (character === '<') depth += 1;
    // The arrow of a function type is no bracket.
    else if (character === '>' && symbol[index - 1] !== '-') depth -= 1;
    else if (depth === 1 && separator < 0 && symbol.startsWith(' as ', index)) separator = index;
    if (depth === 0) break;
  }
  return separator < 0 ? [symbol.slice(1, index), ''] : [symbol.slice(1, separator), symbol.slice(separator + 4, index)];
}

function firstSegment(text: string): string | null {
  const path = text.replace(/^(?:[&*<([ ]|'\w+ |(?:mut|const|dyn|impl|unsafe) )+/, '');
  return /^([A-Za-z_]\w*)::/.exec(path)?.[1] ?? null;
}
