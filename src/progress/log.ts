import type { Progress } from '../host.ts';
import { standingText } from './line.ts';
import { type Open, TICK_MS, type Timing, Waits } from './waits.ts';

/** Ticks come late on a busy machine: half a minute is never passed in silence. */
const SILENCE_MS = 28_000;

/**
 * Progress where nothing can be rewritten: a line a step that is done, one for what is waited for longer than a second, and the same again
 * every half minute. What is brief is said after half a minute alone. `say` writes a line and makes it harmless.
 */
export function logProgress(say: (text: string) => void, timing: Timing): Pick<Progress, 'step' | 'begin'> {
  const tell = (one: Open): void => {
    one.said = timing.now();
    say(standingText(one.standing));
  };
  const isDue = ({ said, standing, wait }: Open): boolean =>
    said === null ? standing.elapsed >= (wait.kind === 'brief' ? SILENCE_MS : TICK_MS) : timing.now() - said >= SILENCE_MS;
  const waits = new Waits(timing, {
    say,
    show: (open, why) => {
      const last = open.at(-1);
      if (why === 'begun' && last?.wait.kind === 'long') {
        last.said = timing.now();
        say(last.wait.text);
      }
      if (why === 'tick') for (const one of open.filter(isDue)) tell(one);
    },
  });
  return { step: say, begin: waits.begin };
}
