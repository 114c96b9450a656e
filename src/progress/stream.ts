import { stripVTControlCharacters } from 'node:util';
import { wrapped } from '../core/text.ts';
import type { Environment } from '../exec/run.ts';
import { logText } from '../report/text/escape.ts';
import { cellsOf } from './cells.ts';

/** Where lines for a person go. */
export interface Stream {
  /** Its columns, each time it is asked; `undefined`: not known. */
  readonly columns?: number | undefined;
  readonly write: (text: string) => unknown;
}

/** Lines for a person. What they quote (a commit's subject, a compiler) can neither steer a terminal nor give a workflow a command. */
export function harmless(text: string): string {
  return logText(stripVTControlCharacters(text));
}

/** The same broken at blanks into lines that a terminal does not break elsewhere. What has lines of its own (a compiler's) keeps them. */
export function fitted(text: string, columns: number): string {
  const line = harmless(text);
  return line.includes('\n') ? line : wrapped(line, columns, { hang: '  ', lengthOf: cellsOf }).join('\n');
}

/** `FORCE_COLOR` decides where it says something, as in Node itself: https://force-color.org; then `NO_COLOR`, the kind of terminal, and whether it is one. */
export function wantsColour(env: Environment, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR ?? '';
  if (forced !== '') return !/^(0|false)$/i.test(forced);
  return isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

/** Whether a line can be rewritten in place: on a terminal that takes it back, and not where a CI service shows what was written as a log. */
export function isLive(env: Environment, isTerminal: boolean): boolean {
  return isTerminal && env.TERM !== 'dumb' && /^(|0|false)$/i.test(env.CI ?? '');
}
