#!/usr/bin/env node
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Io } from './commands/io.ts';
import { perform } from './commands/verbs.ts';
import { Cancelled, renderFailure, UsageError } from './core/failures.ts';
import { stateFolder } from './host.ts';
import { parseCommand } from './options/command.ts';
import { flagName } from './options/values.ts';
import { logProgress } from './progress/log.ts';
import { harmless, isLive, wantsColour } from './progress/stream.ts';
import { type Terminal, terminalProgress } from './progress/terminal.ts';
import { systemTiming } from './progress/waits.ts';
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
// A reader that has seen enough (`coldgate check | head`) closes the pipe, and a terminal may be gone (EIO) while what runs is being ended: the
// exit code is still the verdict's.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
const terminal = isLive(env, process.stderr.isTTY === true) ? openTerminal() : null;
const say = terminal?.say ?? ((text: string): void => void process.stderr.write(`${harmless(text)}\n`));

try {
  const code = await perform(parseCommand(process.argv.slice(2)), io, write);
  process.exitCode ??= code;
} catch (error) {
  // Ctrl-C reaches the children of a terminal too: what they say of it is no failure of theirs.
  const stopped = error instanceof Cancelled || cancelled.signal.aborted;
  say(stopped ? 'cancelled: everything was cleaned' : `coldgate: ${renderFailure(error)}`);
  process.exitCode ??= error instanceof UsageError ? 2 : 3;
}

function openTerminal(): Terminal {
  const { stderr } = process;
  const stream = {
    get columns() {
      return stderr.columns;
    },
    write: (text: string) => stderr.write(text),
  };
  const opened = terminalProgress(stream, systemTiming, cancelled.signal);
  stderr.on('resize', opened.resized);
  // However it ends; a write to a terminal is done when it returns.
  process.on('exit', opened.clear);
  process.on('uncaughtExceptionMonitor', opened.clear);
  return opened;
}

function write(text: string): void {
  terminal?.clear();
  process.stdout.write(text);
}

function io(): Io {
  if (process.platform === 'win32')
    throw new UsageError('coldgate runs on Linux (everything) and macOS (sizes only), not on Windows: use WSL, or a Linux runner');
  return {
    host: {
      cwd: process.cwd(),
      env,
      home: stateFolder(env, homedir(), process.platform),
      signal: cancelled.signal,
      version: VERSION,
      progress: terminal?.progress ?? logProgress(say, systemTiming),
      nameOf: flagName,
    },
    screen: {
      columns: process.stdout.columns ?? null,
      colour: wantsColour(env, process.stdout.isTTY === true),
    },
    write,
    say,
    // Beside `src/` and `dist/`.
    examples: fileURLToPath(new URL('../examples/', import.meta.url)),
  };
}
