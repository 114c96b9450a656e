const [STAR, ANY] = ['*'.charCodeAt(0), '?'.charCodeAt(0)];

/**
 * Whether a glob covers a text: `*` is any run of characters, `?` any one; whether two characters are `alike` the caller may say. Two pointers
 * and one place to return to: at worst glob × text steps, where a regular expression of many stars backtracks without end.
 */
export function matchesGlob(
  glob: string,
  text: string,
  { length = text.length, alike = isSame }: { readonly length?: number; readonly alike?: (a: number, b: number) => boolean } = {},
): boolean {
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < length) {
    const code = glob.charCodeAt(p);
    if (code === STAR) {
      star = p;
      mark = n;
      p += 1;
    } else if (code === ANY || alike(code, text.charCodeAt(n))) {
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

function isSame(a: number, b: number): boolean {
  return a === b;
}
