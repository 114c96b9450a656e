import { stripVTControlCharacters } from 'node:util';
import type { Progress } from '../host.ts';
import { visible } from '../report/text/escape.ts';
import { cellsOf } from './cells.ts';
import { fittingText } from './line.ts';
import { fitted, type Stream } from './stream.ts';
import { type Open, type Timing, Waits } from './waits.ts';

/** What is told more often is shown with the next tick, or when something is told after that time. */
const RESTLESS_MS = 100;
const MOST_TEXT = 400;

export interface Terminal {
  readonly progress: Pick<Progress, 'step' | 'begin'>;
  /** A line that stays, above what is waited for. */
  readonly say: (text: string) => void;
  /** Takes the line of what is waited for away: at the end, and before something else writes. */
  readonly clear: () => void;
  /** Its size has changed. */
  readonly resized: () => void;
}

/**
 * Progress on a terminal: below all that was said one line that is rewritten in place, and never longer than the terminal is wide. The cursor
 * is never hidden, so that nothing has to be restored, however the run ends. `signal`: what is waited for when it aborts is the end.
 */
export function terminalProgress(stream: Stream, timing: Timing, signal: AbortSignal): Terminal {
  /** Cells of the line that stands there now; 0: none. */
  let standing = 0;
  let drawn = 0;
  const columns = (): number => stream.columns ?? 80;
  const clear = (): void => {
    stream.write(erase());
  };
  /** Where the terminal was made narrower meanwhile, the line has become several. */
  const erase = (): string => {
    if (standing === 0) return '';
    const above = Math.ceil(standing / Math.max(1, columns())) - 1;
    standing = 0;
    return above > 0 ? `\r\x1b[${above}A\x1b[J` : '\r\x1b[K';
  };
  const draw = (one: Open | undefined): void => {
    const gone = erase();
    if (one === undefined) {
      if (gone !== '') stream.write(gone);
      return;
    }
    const { text, detail, elapsed, expected } = one.standing;
    const shown = signal.aborted
      ? { text: 'cancelled: what was started is being ended', detail: '', elapsed, expected: null }
      : { text: inert(text), detail: inert(detail), elapsed, expected };
    // The last column stays free: a terminal may wrap as soon as it is written to.
    const line = fittingText(shown, columns() - 1);
    standing = cellsOf(line);
    drawn = timing.now();
    // One write: nothing is seen between the old line and the new one.
    stream.write(`${gone}${line}`);
  };
  const say = (text: string): void => {
    stream.write(`${erase()}${fitted(text, columns())}\n`);
    draw(waits.open.at(-1));
  };
  const waits = new Waits(timing, {
    say,
    show: (open, why) => {
      if (why !== 'told' || timing.now() - drawn >= RESTLESS_MS) draw(open.at(-1));
    },
  });
  const redraw = (): void => {
    if (waits.open.length > 0) draw(waits.open.at(-1));
  };
  signal.addEventListener('abort', redraw);
  return { progress: { step: say, begin: waits.begin }, say, clear, resized: redraw };
}

/** One visible line: a crate's or a function's name is the pull request's. */
function inert(text: string): string {
  return visible(stripVTControlCharacters(text), MOST_TEXT);
}
