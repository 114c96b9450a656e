import type { Outcome } from '../../core/model.ts';
import { slowerNotes, unprovenLines } from './cold-start-warnings.ts';
import type { TextStyle } from './escape.ts';
import { findingLines } from './findings.ts';
import { slowerLines } from './init-times.ts';
import { capped } from './limits.ts';
import { warnedLines } from './warned.ts';

/** What a reader should look at although nothing is breached by it, a line each. */
export function warningLines(outcome: Outcome, style: TextStyle): readonly string[] {
  return [
    ...warnedLines(outcome, style),
    ...findingLines(outcome, style),
    ...unprovenLines(outcome, style),
    ...slowerLines(outcome, style),
  ];
}

/** What is good to know: of the comparison, and of cold starts that nobody set a limit on. */
export function noteLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const lines = outcome.comparison.notes.map(({ code, text }) => `${code}: ${style.prose(text)}`);
  return [...capped(lines, 'note'), ...slowerNotes(outcome, style)];
}
