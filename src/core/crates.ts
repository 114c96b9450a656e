import { matchesGlob } from './globs.ts';

/** The row of `crates` for `.text` that no symbol covers. Not a crate: no glob matches it. */
export const NO_SYMBOL = '[no symbol]';

/** Crate names have `_` where package names may have `-`. */
export function normalizeCrate(name: string): string {
  return name.replaceAll('-', '_');
}

/** A crate as code calls it: cargo bloat's name without the mark of a guess. */
export function crateOf(name: string): string {
  return normalizeCrate(name.replace(/\?$/, ''));
}

/**
 * Whether a `crate:<glob>` covers a crate as cargo bloat names it. `*` is any run of characters, `?` any one; `-` and `_` are the same.
 * A trailing `?` in the crate's name marks cargo bloat's guess and is no part of it. Asked of every crate for every limit: it makes no text.
 */
export function matchesCrate(glob: string, crate: string): boolean {
  if (crate === NO_SYMBOL) return false;
  return matchesGlob(glob, crate, { length: crate.endsWith('?') ? crate.length - 1 : crate.length, alike });
}

const [DASH, UNDERSCORE] = [45, 95];

function alike(a: number, b: number): boolean {
  return a === b || (a === DASH && b === UNDERSCORE) || (a === UNDERSCORE && b === DASH);
}
