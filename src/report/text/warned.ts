import type { Outcome } from '../../core/model/outcome.ts';
import type { Warned } from '../../core/model/verdict.ts';
import { breachText } from './breach.ts';
import type { TextStyle } from './escape.ts';
import { happeningOf } from './happened.ts';
import { capped, tightestFirst } from './limits.ts';

const WHY: Readonly<Record<Warned['because'], string>> = { warn: ', which only warns', 'base-exceeds': '; base exceeds it too' };

const GLANCE: typeof WHY = { warn: '; this limit only warns', 'base-exceeds': '; base is over that limit too' };

/** A limit that is exceeded and stops nobody, as a sentence tells it, with the reason. */
export function warnedText(warned: Warned, outcome: Outcome, style: TextStyle): string {
  return `${breachText({ kind: 'limit', ...warned }, outcome, style)}${WHY[warned.because]}`;
}

/** The same at a glance. */
export function warnedTitle(warned: Warned, outcome: Outcome, style: TextStyle): string {
  const { what, glance } = happeningOf({ kind: 'limit', ...warned }, outcome, style);
  return `${what}: ${glance}${GLANCE[warned.because]}`;
}

/** One line for each of them, the farthest beyond its limit first. */
export function warnedLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const lines = tightestFirst(outcome.verdict.warned).map((warned) => warnedText(warned, outcome, style));
  return capped(lines, 'limit');
}
