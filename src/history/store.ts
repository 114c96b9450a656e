import { ToolError } from '../core/failures.ts';
import { fileOfMonth, type Month, type Months, monthOfFile, parseMonth } from '../core/history/months.ts';
import type { HistoryFiles } from '../core/history/update.ts';
import { renderInteger } from '../core/units.ts';

/** Where the history is kept: a branch of the repository, or a folder. */
export interface HistoryStore {
  /** As people call it. */
  readonly name: string;
  /** What is there; `null`: there is no history yet. */
  readonly read: () => Promise<ReadHistory | null>;
  /**
   * Writes what `change` makes of what is there, as one step: nobody sees half of it, and what others write meanwhile is kept. `change` is asked
   * again for what is there then. Answers whether anything is other than it was.
   */
  readonly update: (change: (read: ReadHistory) => HistoryFiles, message: string) => Promise<boolean>;
}

export interface ReadHistory {
  readonly months: Months;
  /** Of lines that could not be read. */
  readonly warnings: readonly string[];
}

export const NO_HISTORY: ReadHistory = { months: new Map(), warnings: [] };

/** Twenty thousand commits of three functions; more is no month of commits. */
export const MAX_MONTH_BYTES = 64 * 1024 * 1024;

/** Reads the files of a store, of which each is asked for once; `where` begins each warning. A ToolError for one that is too large to be one. */
export async function readMonths(
  files: readonly { readonly name: string; readonly size: number }[],
  where: string,
  textOf: (name: string) => Promise<string>,
): Promise<ReadHistory> {
  const months = new Map<string, Month>();
  const warnings: string[] = [];
  for (const { name, size } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const month = monthOfFile(name);
    if (month === null) continue;
    if (size > MAX_MONTH_BYTES)
      throw new ToolError(
        `${where}${fileOfMonth(month)} has ${renderInteger(size)} bytes, and at most ${renderInteger(MAX_MONTH_BYTES)} are read: move it elsewhere, or drop lines of it`,
      );
    const read = parseMonth(await textOf(name), month, `${where}${name}`);
    months.set(month, read.month);
    warnings.push(...read.warnings);
  }
  return { months, warnings };
}
