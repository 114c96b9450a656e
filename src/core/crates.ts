/** The row of `crates` for `.text` that no symbol covers. Not a crate: no glob matches it. */
export const NO_SYMBOL = '[no symbol]';

/** Crate names have `_` where package names may have `-`. */
export function normalizeCrate(name: string): string {
  return name.replaceAll('-', '_');
}

/**
 * Whether a `crate:<glob>` covers a crate as cargo bloat names it. `*` is any run of characters, `?` any one; `-` and `_` are the same.
 * A trailing `?` in the crate's name marks cargo bloat's guess and is no part of it. Asked of every crate for every limit: it makes no text.
 */
export function matchesCrate(glob: string, crate: string): boolean {
  if (crate === NO_SYMBOL) return false;
  const length = crate.endsWith('?') ? crate.length - 1 : crate.length;
  // Two pointers and one place to return to: at worst pattern × name steps, where a regular expression of many stars backtracks without end.
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < length) {
    const code = glob.charCodeAt(p);
    if (code === STAR) {
      star = p;
      mark = n;
      p += 1;
    } else if (code === ANY || alike(code, crate.charCodeAt(n))) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      mark += 1;
      n = mark;
    } else return false;
  }
  while (glob.charCodeAt(p) === STAR) p += 1;
  return p === glob.length;
}

const [STAR, ANY, DASH, UNDERSCORE] = [42, 63, 45, 95];

function alike(a: number, b: number): boolean {
  return a === b || (a === DASH && b === UNDERSCORE) || (a === UNDERSCORE && b === DASH);
}
