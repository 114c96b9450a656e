/** The row of `crates` for `.text` that no symbol covers. Not a crate: no glob matches it. */
export const NO_SYMBOL = '[no symbol]';

/** Crate names have `_` where package names may have `-`. */
export function normalizeCrate(name: string): string {
  return name.replaceAll('-', '_');
}

/**
 * Whether a `crate:<glob>` covers a crate as cargo bloat names it. `*` is any run of characters, `?` any one; `-` and `_` are the same.
 * A trailing `?` in the crate's name marks cargo bloat's guess and is no part of it.
 */
export function matchesCrate(glob: string, crate: string): boolean {
  if (crate === NO_SYMBOL) return false;
  const pattern = normalizeCrate(glob);
  const name = normalizeCrate(crate.replace(/\?$/, ''));
  // Two pointers and one place to return to: at worst pattern × name steps, where a regular expression of many stars backtracks without end.
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') [star, mark, p] = [p, n, p + 1];
    else if (pattern[p] === '?' || pattern[p] === name[n]) [p, n] = [p + 1, n + 1];
    else if (star >= 0) [p, n, mark] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}
