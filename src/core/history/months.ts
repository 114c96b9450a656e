import { compareText } from '../pair.ts';
import { quoted } from '../text.ts';
import { renderInteger } from '../units.ts';
import { type HistoryLine, monthOf, readLine, renderLine } from './line.ts';
import { compareLines, mergeLines } from './merge.ts';

/** A file of the history. */
export interface Month {
  readonly lines: readonly HistoryLine[];
  /** What could not be read, as it stands there: another version may, so it is kept. */
  readonly unread: readonly string[];
}

/** All files of the history, by month: `2026-11`. */
export type Months = ReadonlyMap<string, Month>;

/** Of one file: nobody reads more, and what is no history at all has one for each of its lines. */
const MOST_WARNINGS = 20;

const MONTH_FILE = /^(\d{4}-(?:0[1-9]|1[0-2]))\.jsonl$/;

/** The month that a file holds; `null`: it is none of the history's. */
export function monthOfFile(name: string): string | null {
  return MONTH_FILE.exec(name)?.[1] ?? null;
}

export function fileOfMonth(month: string): string {
  return `${month}.jsonl`;
}

/**
 * Reads a file of the history. A line that is none costs itself and a warning that names file and line (the first twenty; then how many more);
 * so does one that stands in another month's file. What is there twice is read once.
 */
export function parseMonth(text: string, month: string, where: string): { readonly month: Month; readonly warnings: readonly string[] } {
  const lines: HistoryLine[] = [];
  const unread: string[] = [];
  const warnings: string[] = [];
  // Editors on Windows begin a file with a mark.
  for (const [index, row] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (row.trim() === '') continue;
    const read = readLine(row);
    const mistake =
      'mistake' in read ? read.mistake : monthOf(read.line) === month ? null : `of ${monthOf(read.line)}, in the file of ${month}`;
    if ('line' in read && mistake === null) lines.push(read.line);
    else {
      unread.push(row.replace(/\r$/, ''));
      warnings.push(`${where}:${index + 1}: left out: ${quoted(mistake ?? '').slice(1, -1)}`);
    }
  }
  const more = warnings.length - MOST_WARNINGS;
  const told = more <= 0 ? warnings : [...warnings.slice(0, MOST_WARNINGS), `${where}: ${renderInteger(more)} more are left out`];
  return { month: { lines: mergeLines(lines), unread: [...new Set(unread)] }, warnings: told };
}

/** A file's text: lines by time, then what could not be read. */
export function renderMonth({ lines, unread }: Month): string {
  const rows = [...lines.toSorted(compareLines).map(renderLine), ...[...new Set(unread)].toSorted(compareText)];
  return rows.map((row) => `${row}\n`).join('');
}

/** Both sides' lines, each once. */
export function mergeMonths(one: Months, other: Months): Months {
  const names = [...new Set([...one.keys(), ...other.keys()])].toSorted(compareText);
  return new Map(
    names.map((name) => {
      const [a, b] = [one.get(name) ?? EMPTY, other.get(name) ?? EMPTY];
      return [name, { lines: mergeLines([...a.lines, ...b.lines]), unread: [...new Set([...a.unread, ...b.unread])] }];
    }),
  );
}

/** New lines, in the files that they belong to. */
export function monthsOf(lines: readonly HistoryLine[]): Months {
  const names = [...new Set(lines.map(monthOf))].toSorted(compareText);
  return new Map(names.map((name) => [name, { lines: mergeLines(lines.filter((line) => monthOf(line) === name)), unread: [] }]));
}

const EMPTY: Month = { lines: [], unread: [] };
