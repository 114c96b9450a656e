import { spawn } from 'node:child_process';
import { Screen } from '../doubles/screen.ts';

/** What was seen of a program that ran in a terminal. */
export interface Seen {
  readonly code: number | null;
  /** What stands there in the end. */
  readonly rows: readonly string[];
  /** Each state of the screen that output brought about, the first first. */
  readonly frames: readonly string[];
}

export interface Shown {
  /** Resolves when the screen matches. */
  readonly shows: (pattern: RegExp) => Promise<void>;
  /** As typed on the keyboard: `\u0003` is Ctrl-C. */
  readonly types: (text: string) => void;
  readonly ended: Promise<Seen>;
}

/** Runs a shell command in a pseudo-terminal of so many columns, that of util-linux's `script`, in its own session as from a terminal. */
export function inTerminal(
  command: string,
  columns: number,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Shown {
  const sized = `stty cols ${columns} rows 24 && exec ${command}`;
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', sized, '/dev/null'], {
    cwd,
    env: { ...env, SHELL: '/bin/sh', TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const screen = new Screen(columns);
  const frames: string[] = [];
  const waiting: { readonly pattern: RegExp; readonly resolve: () => void }[] = [];
  let broken: unknown;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    try {
      screen.write(text);
    } catch (error) {
      broken ??= error;
    }
    frames.push(screen.text);
    for (const { pattern, resolve } of waiting) if (pattern.test(screen.text)) resolve();
  });
  const ended = new Promise<Seen>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (broken === undefined ? resolve({ code, rows: screen.text.split('\n'), frames }) : reject(broken)));
  });
  const shows = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ pattern, resolve });
      if (pattern.test(screen.text)) resolve();
      ended.then(() => reject(new Error(`it ended without showing ${pattern}:\n${screen.text}`)), reject);
    });
  return { shows, types: (text) => void child.stdin.write(text), ended };
}
