/** `.Lanon.<module>.<n>`, as a symbol and in the name of a section; under thin LTO `anon.<module>.<n>.llvm.<m>`. */
const ANONYMOUS = /(?:^|\.)L?anon\.([0-9a-f]{32})\./;

/** The module that made a constant without a name, as LLVM names it; `null` of what has a name. */
export function moduleNamed(symbolOrSection: string): string | null {
  return ANONYMOUS.exec(symbolOrSection)?.[1] ?? null;
}
