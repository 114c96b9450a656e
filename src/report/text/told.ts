/** More rows nobody reads; the others are counted, and stand in the full report. */
const ROWS = 20;

/** What the main table tells, and what shares a line below it. */
export interface Told<T> {
  readonly told: readonly T[];
  /** What moved by less than a person would notice. */
  readonly calm: readonly T[];
}

/** What is over a limit, then what moved noticeably; one that stands alone is told however little it moved. */
export function toldOf<T>(breached: readonly T[], others: readonly T[], isNoticed: (one: T) => boolean): Told<T> {
  const noticed = others.filter(isNoticed);
  if (breached.length === 0 && noticed.length === 0 && others.length === 1) return { told: others, calm: [] };
  return { told: [...breached, ...noticed], calm: others.filter((one) => !noticed.includes(one)) };
}

/** The first blocks that together have no more rows than a person reads; at least one. */
export function fitting<T extends { readonly rows: readonly unknown[] }>(blocks: readonly T[]): readonly T[] {
  let count = 0;
  return blocks.filter(({ rows }, place) => {
    count += rows.length;
    return place === 0 || count <= ROWS;
  });
}
