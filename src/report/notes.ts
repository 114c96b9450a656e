import type { Outcome } from '../core/model.ts';
import { slowerNotes, unprovenLines } from './cold-start-warnings.ts';
import type { Voice } from './escape.ts';
import { findingLines } from './findings.ts';
import { slowerLines } from './init-times.ts';
import { capped } from './limit-text.ts';

/** What a reader should look at although nothing is breached by it, a line each. */
export function warningLines(outcome: Outcome, voice: Voice): readonly string[] {
  return [...findingLines(outcome, voice), ...unprovenLines(outcome, voice), ...slowerLines(outcome, voice)];
}

/** What is good to know: of the comparison, and of cold starts that nobody set a limit on. */
export function noteLines(outcome: Outcome, voice: Voice): readonly string[] {
  const lines = outcome.comparison.notes.map(({ code, text }) => `${code}: ${voice.prose(text)}`);
  return [...capped(lines, 'note'), ...slowerNotes(outcome, voice)];
}
