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

/** Rows that stand together; `kept` only where there is room. */
interface Block<R> {
  readonly rows: readonly R[];
  readonly kept: readonly R[];
}

/** The first blocks that together have no more rows than a person reads, at least one; in what is left `kept` comes after the rows of its block. */
export function fitting<R, T extends Block<R>>(blocks: readonly (T & Block<R>)[]): readonly T[] {
  let count = 0;
  const shown = blocks.filter(({ rows }, place) => {
    count += rows.length;
    return place === 0 || count <= ROWS;
  });
  let room = ROWS - shown.reduce((sum, { rows }) => sum + rows.length, 0);
  return shown.map((block) => {
    const kept = block.kept.slice(0, Math.max(0, room));
    room -= kept.length;
    return { ...block, rows: [...block.rows, ...kept] };
  });
}
