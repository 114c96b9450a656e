import { stripVTControlCharacters } from 'node:util';
import type { Environment } from '../exec/run.ts';
import { type Progress, seldom } from '../host.ts';
import { logText, visible } from '../report/text/escape.ts';

export interface Stream {
  /** A terminal that can take a line back. */
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

/** Lines for a person on standard error. What they quote (a commit's subject, a compiler) can neither steer a terminal nor give a workflow a command. */
export function sayOn(stream: Stream, text: string): void {
  clear(stream);
  stream.write(`${logText(stripVTControlCharacters(text))}\n`);
}

/** `FORCE_COLOR` decides where it says something, as in Node itself: https://force-color.org; then `NO_COLOR`, the kind of terminal, and whether it is one. */
export function wantsColour(env: Environment, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR ?? '';
  if (forced !== '') return !/^(0|false)$/i.test(forced);
  return isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

/** On a terminal, where a step stands is rewritten in place. */
export function progressOn(stream: Stream): Progress {
  const step = (text: string): void => sayOn(stream, text);
  if (stream.isTTY !== true) return { step, tick: seldom(step) };
  const tick = (line: string): void => {
    const width = stream.columns ?? 80;
    const text = visible(stripVTControlCharacters(line), 400);
    stream.write(`\r\x1b[K${text.length >= width ? `${text.slice(0, width - 2)}…` : text}`);
  };
  return { step, tick };
}

/** Takes the line away that a tick left on a terminal. */
export function clear(stream: Stream): void {
  if (stream.isTTY === true) stream.write('\r\x1b[K');
}
