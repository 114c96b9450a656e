import { binaryOf, type NamedFunction } from '../../core/function-names.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { failingLines } from './cold-start-failure.ts';
import { cutLines, slowerNotes, unprovenLines, unsampledLines } from './cold-start-warnings.ts';
import type { TextStyle } from './escape.ts';
import { findingLines } from './findings.ts';
import { failedStartLines } from './init-failed-starts.ts';
import { hiddenLines } from './init-hidden.ts';
import { threadLines } from './init-threads.ts';
import { slowerLines } from './init-times.ts';
import { capped } from './limits.ts';
import { misnamedLines } from './misnamed.ts';
import { refusedLines, statusLines } from './statuses.ts';
import { warnedLines } from './warned.ts';

/** What a reader should look at although nothing is breached by it, a line each. */
export function warningLines(outcome: Outcome, style: TextStyle): readonly string[] {
  return [
    // One alone is what the title and the table are about.
    ...(outcome.verdict.warned.length === 1 && outcome.verdict.breaches.length === 0 ? [] : warnedLines(outcome, style)),
    ...capped(refusedLines(outcome, style), 'warning'),
    ...capped(misnamedLines(outcome, style), 'limit'),
    ...findingLines(outcome, style),
    ...failingLines(outcome.comparison.functions, style),
    ...capped(
      outcome.comparison.functions.flatMap((fn) => failedStartLines(fn, style)),
      'warning',
    ),
    ...unprovenLines(outcome, style),
    ...unsampledLines(outcome, style),
    ...cutLines(outcome, style),
    ...slowerLines(outcome, style),
  ];
}

/** What is good to know: of the comparison, and of cold starts that nobody set a limit on. */
export function noteLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const lines = outcome.comparison.notes.map(({ code, text }) => `${code}: ${style.prose(text)}`);
  const renamed = outcome.comparison.functions.flatMap((fn) => (fn.formerly === null ? [] : [renamedText(fn, fn.formerly, style)]));
  const threads = outcome.comparison.functions.flatMap((fn) => threadLines(fn, style));
  const hidden = outcome.comparison.functions.flatMap((fn) => hiddenLines(fn, style).map((line) => `${style.name(fn.name)}: ${line}`));
  return [
    ...capped(renamed, 'note'),
    ...capped(statusLines(outcome, style), 'note'),
    ...capped(threads, 'note'),
    ...capped(hidden, 'note'),
    ...capped(lines, 'note'),
    ...slowerNotes(outcome, style),
  ];
}

/** `billing is what base calls health: it is compared with that`. */
function renamedText(fn: FunctionComparison, formerly: NamedFunction, { name }: TextStyle): string {
  const [to, from] =
    fn.name === formerly.name ? [`${fn.crate}/${binaryOf(fn)}`, `${formerly.crate}/${binaryOf(formerly)}`] : [fn.name, formerly.name];
  return `${name(to)} is what base calls ${name(from)}: it is compared with that`;
}
