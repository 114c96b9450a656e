import { millis } from '../../src/core/units.ts';
import type { Progress } from '../../src/host.ts';

/** Progress that nobody sees; `say` is told every line that would stay, and what is waited for when that begins. */
export function unseen(say: (line: string) => void = () => {}): Progress {
  const zero = millis(0);
  const ended = (text: string | null): typeof zero => {
    if (text !== null) say(text);
    return zero;
  };
  return {
    step: say,
    begin: ({ text }) => {
      say(text);
      return { tell: () => {}, turn: () => zero, done: ended, [Symbol.dispose]: () => {} };
    },
  };
}
