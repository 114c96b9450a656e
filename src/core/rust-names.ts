import { shortened } from './text.ts';

/** C functions of the program itself: what cargo bloat calls them, so that sizes and instructions speak of the same crates. */
export const NO_CRATE = '[Unknown]';

/** The standard library's crates, and those of its dependencies that functions seldom use themselves: a name cannot tell whose copy it is. */
const STD = new Set(
  '__rustc addr2line alloc compiler_builtins core gimli hashbrown object panic_abort panic_unwind proc_macro rustc_demangle std std_detect test unwind'.split(
    ' ',
  ),
);
export const MOST_CRATE = 200;

/**
 * The crate of a Rust symbol, by cargo bloat's rules: the first segment of its path; of `<Type as Trait>::function` the type's,
 * and the trait's where the type has none (`<T as core::fmt::Display>`).
 */
export function crateOf(symbol: string): string {
  const [type, trait] = symbol.startsWith('<') ? implOf(symbol) : [symbol, ''];
  // Only core and alloc can give methods to types without a path.
  const crate = firstSegment(type) ?? firstSegment(trait) ?? (symbol.startsWith('<') && symbol.includes('>::') ? 'std' : NO_CRATE);
  return countedWith(crate);
}

/** A crate as it is counted: all of the standard library is `std`. */
export function countedWith(crate: string): string {
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

/**
 * A symbol's name without what differs between instantiations of one function and between compilers: the legacy hash (`::h0123…`), the v0
 * disambiguator (`std[e28293b1aa0f68bd]`) and instantiated generic arguments (`::<u32>`). An impl's own type (`<Vec<T> as Drop>`) stays.
 */
export function foldName(name: string): string {
  const plain = name
    .replace(/::h[0-9a-f]{16}$/, '')
    .replace(/\[[0-9a-f]{8,16}\]/g, '')
    // Drop glue is the one function whose arguments a legacy name has: v0 writes `drop_in_place::<T>`, and std comes in v0.
    .replace(/^core::ptr::drop_in_place</, 'core::ptr::drop_in_place::<');
  if (!plain.includes('::<')) return plain;
  const closing = closingAngles(plain);
  let [folded, from] = ['', 0];
  for (let at = plain.indexOf('::<'); at >= 0; ) {
    // `<impl Trait for T>` after a path is the impl's name, not an argument.
    const end = plain.startsWith('::<impl ', at) ? undefined : closing.get(at + 2);
    if (end !== undefined) {
      folded += plain.slice(from, at);
      from = end + 1;
    }
    at = plain.indexOf('::<', end ?? at + 1);
  }
  return folded + plain.slice(from);
}

/** Where each `<` is closed, if it is. The arrow of a function type is no bracket. */
function closingAngles(text: string): ReadonlyMap<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '<') open.push(index);
    else if (text[index] === '>' && text[index - 1] !== '-') {
      const opened = open.pop();
      if (opened !== undefined) closing.set(opened, index);
    }
  }
  return closing;
}
