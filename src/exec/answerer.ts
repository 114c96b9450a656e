import { Lines } from '../core/output.ts';
import type { Millis } from '../core/units.ts';
import { type Environment, startAsked } from './run.ts';

/** An answer has this many characters at most. */
const LONGEST = 1_000;

type Answer = (line: string | null) => void;

/**
 * A process that answers each line with a line, for as long as this side keeps it. It is of this process's own session, so that it is not
 * taken for something that a function has left behind, and ends by itself with the pipe it reads from, whatever becomes of this side.
 */
export class Answerer implements AsyncDisposable {
  readonly #child: ReturnType<typeof startAsked>;
  readonly #closed: Promise<void>;
  readonly #patience: Millis;
  /** Those that wait, in the order they asked. */
  #waiting: readonly Answer[] = [];
  #isOver = false;

  /** `patience`: how long an answer may take. */
  constructor(
    command: string,
    args: readonly string[],
    { patience, ...where }: { readonly cwd: string; readonly env: Environment; readonly patience: Millis },
  ) {
    this.#patience = patience;
    this.#child = startAsked(command, args, where);
    const lines = new Lines((line) => this.#answer(line), { longest: LONGEST, onLonger: 'cut' });
    this.#child.stdout.setEncoding('utf8').on('data', (data: string) => lines.add(data));
    // One that ended answers nobody, and says so by not answering.
    this.#child.stdin.on('error', () => this.#end());
    this.#closed = new Promise((resolve) => {
      const over = (): void => {
        this.#end();
        resolve();
      };
      this.#child.once('error', over).once('close', over);
    });
  }

  /** The line is written before this returns, the answer comes later; `null` where none does: then nothing that is asked later is answered. */
  ask(line: string): Promise<string | null> {
    const answer = this.next();
    if (!this.#isOver) this.#child.stdin.write(`${line}\n`);
    return answer;
  }

  /** A line that it writes unasked; `null` as of `ask`. */
  next(): Promise<string | null> {
    if (this.#isOver) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end(), this.#patience);
      this.#waiting = [
        ...this.#waiting,
        (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
      ];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    await this.#closed;
  }

  #answer(line: string): void {
    const [first, ...others] = this.#waiting;
    this.#waiting = others;
    first?.(line);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#child.kill('SIGKILL');
    for (const answer of this.#waiting) answer(null);
    this.#waiting = [];
  }
}
