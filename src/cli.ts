#!/usr/bin/env node
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Io } from './commands/io.ts';
import { clear, progressOn, type Stream, sayOn, wantsColour } from './commands/progress.ts';
import { perform } from './commands/verbs.ts';
import { Cancelled, renderFailure, UsageError } from './core/failures.ts';
import { stateFolder } from './host.ts';
import { parseCommand } from './options/command.ts';
import { flagName } from './options/values.ts';
import { VERSION } from './version.ts';

const cancelled = new AbortController();
for (const [signal, number] of [
  ['SIGTERM', 15],
  ['SIGINT', 2],
  ['SIGHUP', 1],
] as const) {
  process.on(signal, () => {
    process.exitCode = 128 + number;
    cancelled.abort();
  });
}
// A reader that has seen enough (`coldgate check | head`) closes the pipe: the exit code is still the verdict's.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const stderr: Stream = {
  isTTY: process.stderr.isTTY === true && process.env.TERM !== 'dumb',
  get columns() {
    return process.stderr.columns;
  },
  write: (text) => process.stderr.write(text),
};

try {
  const code = await perform(parseCommand(process.argv.slice(2)), io, write);
  process.exitCode ??= code;
} catch (error) {
  // Ctrl-C reaches the children of a terminal too: what they say of it is no failure of theirs.
  const stopped = error instanceof Cancelled || cancelled.signal.aborted;
  sayOn(stderr, stopped ? 'cancelled: everything was cleaned' : `coldgate: ${renderFailure(error)}`);
  process.exitCode ??= error instanceof UsageError ? 2 : 3;
}

function write(text: string): void {
  clear(stderr);
  process.stdout.write(text);
}

function io(): Io {
  if (process.platform === 'win32')
    throw new UsageError('coldgate runs on Linux (everything) and macOS (sizes only), not on Windows: use WSL, or a Linux runner');
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return {
    host: {
      cwd: process.cwd(),
      env,
      home: stateFolder(env, homedir(), process.platform),
      signal: cancelled.signal,
      version: VERSION,
      progress: progressOn(stderr),
      nameOf: flagName,
    },
    screen: {
      columns: process.stdout.columns ?? null,
      colour: wantsColour(env, process.stdout.isTTY === true),
    },
    write,
    say: (text) => sayOn(stderr, text),
    // Beside `src/` and `dist/`.
    examples: fileURLToPath(new URL('../examples/', import.meta.url)),
  };
}
