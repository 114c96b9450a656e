import type { Part } from './parts.ts';

/** GitHub refuses a longer comment. It counts characters; UTF-16 units are never fewer. */
export const MAX_COMMENT = 65_536;
/** GitHub drops a longer summary of a step as a whole: its 1,024 kB, taken as the smaller reading of the unit. */
export const MAX_SUMMARY = 1_024_000;

/** Whether a place takes a text, by its own count. */
export type Fits = (text: string) => boolean;

/** So many UTF-16 units. */
export function characters(maximum: number): Fits {
  return (text) => text.length <= maximum;
}

/** So many bytes of UTF-8. A UTF-16 unit is at least one: a text far too long is not encoded to learn that. */
export function utf8(maximum: number): Fits {
  return (text) => text.length <= maximum && new TextEncoder().encode(text).length <= maximum;
}

/** What goes first when a report is too long, and what it is called when it is gone. */
const DROP_ORDER: readonly (readonly [Part, string])[] = [
  ['symbols', 'symbols'],
  ['sections', 'sections'],
  ['package', 'package entries'],
  ['crates', 'crates'],
  ['figures', 'all figures'],
  ['run', 'tools and timings'],
  ['standing', 'what was found besides'],
  ['history', 'the history'],
  ['init', 'init by phase and function'],
  ['coldStart', 'cold starts on AWS'],
  ['notes', 'notes'],
  ['why', 'what changed'],
  ['breaches', 'limits that are exceeded'],
  ['rows', 'functions within their limits'],
  ['dependencies', 'dependencies'],
  ['limits', 'limits'],
  ['warnings', 'warnings'],
  ['because', 'the cause'],
  ['failures', 'what failed starts wrote'],
  ['reproduce', 'how to reproduce it'],
  ['legs', 'the verdict of each job'],
  ['table', 'all functions'],
];

/** The parts that are left out, and the sentence's words for them, in the order they went. */
export interface Dropped {
  readonly parts: ReadonlySet<Part>;
  readonly names: readonly string[];
}

/**
 * The first text that fits as `assemble` drops one part after another in the fixed order; with all of them gone it is given as it is.
 * Only parts that are `there` are named.
 */
export function fitted(fits: Fits, there: (part: Part) => boolean, assemble: (dropped: Dropped) => string): string {
  let text = '';
  for (let count = 0; count <= DROP_ORDER.length; count += 1) {
    const gone = DROP_ORDER.slice(0, count);
    const last = gone.at(-1);
    if (last !== undefined && !there(last[0])) continue;
    text = assemble({ parts: new Set(gone.map(([part]) => part)), names: gone.filter(([part]) => there(part)).map(([, name]) => name) });
    if (fits(text)) return text;
  }
  return text;
}
