#!/usr/bin/env node
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { Cancelled, messageOf, renderFailure, ToolError, UsageError } from './core/failures.ts';
import type { Outcome } from './core/model.ts';
import type { Host, Progress } from './host.ts';
import { stateFolder } from './host.ts';
import { type Command, parseCommand } from './options/command.ts';
import type { ReportFiles } from './options/groups.ts';
import { renderHelp } from './options/help.ts';
import { visible } from './report/text/escape.ts';
import { VERSION } from './version.ts';

/** `examples/` beside `src/` and `dist/`. */
const EXAMPLES = fileURLToPath(new URL('../examples/', import.meta.url));
/** Without a terminal, progress is a plain line this often at most. */
const PLAIN_TICK_MS = 10_000;

const arguments_ = process.argv.slice(2);
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

try {
  const code = await perform(parseCommand(arguments_));
  process.exitCode ??= code;
} catch (error) {
  clearTick();
  say(`${error instanceof Cancelled ? '' : 'coldgate: '}${renderFailure(error)}`);
  process.exitCode ??= error instanceof UsageError ? 2 : 3;
}

/** Each command's code is loaded when it is asked for: `--help` and a usage error start nothing else. */
async function perform(command: Command): Promise<number> {
  switch (command.verb) {
    case 'help':
      process.stdout.write(renderHelp(command.of));
      return 0;
    case 'version':
      process.stdout.write(`coldgate ${VERSION}\n`);
      return 0;
    case 'doctor': {
      const [{ doctor }, { renderDoctor }] = await Promise.all([import('./commands/doctor.ts'), import('./report/terminal/doctor.ts')]);
      const host = hostOf();
      const { statuses, ok } = await doctor({ home: host.home, env: host.env, cwd: host.cwd });
      process.stdout.write(renderDoctor(statuses, screen()));
      return ok ? 0 : 3;
    }
    case 'sweep': {
      const { sweep } = await import('./measure/cold-start.ts');
      const { deleted, kept, failed } = await sweep(command.prefix, null, hostOf());
      clearTick();
      const lines = [
        ...deleted.map((name) => `deleted ${name}`),
        ...kept.map(({ name, reason }) => `kept ${name}: ${reason}`),
        ...failed.map(({ name, reason }) => `failed ${name}: ${reason}`),
      ];
      process.stdout.write(`${[...lines, `${deleted.length} deleted, ${kept.length} kept, ${failed.length} failed`].join('\n')}\n`);
      return failed.length === 0 ? 0 : 3;
    }
    case 'demo': {
      const { demo } = await import('./commands/demo.ts');
      const { outcome, markdown } = await demo(EXAMPLES, hostOf());
      await deliver(outcome, command.reports);
      process.stderr.write(`\nThe same as a pull request comment: ${markdown}\nNow in your own project: coldgate check\n`);
      return 0;
    }
    case 'measure': {
      const [{ measure }, { checkExport, exportSnapshot }] = await Promise.all([import('./measure/both.ts'), import('./cache/store.ts')]);
      const host = hostOf();
      const folder = resolve(host.cwd, command.output);
      await checkExport(folder);
      const measured = await measure(command.sources, command.init, host);
      await exportSnapshot(measured, folder);
      clearTick();
      process.stdout.write(`${join(folder, 'snapshot.json')}\n`);
      return 0;
    }
    case 'check': {
      const [{ check }, { exitCode }] = await Promise.all([import('./check.ts'), import('./core/judge/judge.ts')]);
      const base = command.base === null ? ({ kind: 'default' } as const) : ({ kind: 'named', name: command.base } as const);
      const host = hostOf();
      const coldStart = command.coldStart === null ? null : { ...command.coldStart, key: 'cli', run: crypto.randomUUID() };
      const checked = await check({ ...command, coldStart, base, origin: null, arguments: arguments_.slice(1) }, host);
      await deliver(checked.outcome, command.reports);
      if (command.flameGraphs !== null) {
        const { writeFlameGraphs } = await import('./measure/flame-graphs.ts');
        await writeFlameGraphs(resolve(host.cwd, command.flameGraphs), checked);
      }
      return exitCode(checked.outcome.verdict);
    }
    case 'compare': {
      const [{ readSnapshotFile }, { outcomeOf }, { exitCode }] = await Promise.all([
        import('./cache/store.ts'),
        import('./core/outcome.ts'),
        import('./core/judge/judge.ts'),
      ]);
      const [base, head] = await Promise.all([readSnapshotFile(command.base), readSnapshotFile(command.head)]);
      const run = { timings: {}, command: ['coldgate', ...arguments_].join(' ') };
      const outcome = outcomeOf(
        { kind: 'measured', snapshot: base, origin: 'file' },
        { snapshot: head, origin: 'file' },
        command.judging,
        run,
      );
      await deliver(outcome, command.reports);
      return exitCode(outcome.verdict);
    }
  }
}

/**
 * Writes the files that were asked for; standard output carries one report: the terminal's, or the one sent to `-`. A file that cannot be
 * written is a ToolError after the report was shown: the verdict is not lost.
 */
async function deliver(outcome: Outcome, files: ReportFiles): Promise<void> {
  if (cancelled.signal.aborted) throw new Cancelled('cancelled');
  clearTick();
  const reports = [
    { flag: '--json', file: files.json, render: async () => (await import('./report/json/json.ts')).renderJson(outcome) },
    {
      flag: '--markdown',
      file: files.markdown,
      render: async () => (await import('./report/markdown/markdown.ts')).renderMarkdown(outcome),
    },
  ];
  const shown = reports.find(({ file }) => file === '-');
  process.stdout.write(
    shown === undefined ? (await import('./report/terminal/terminal.ts')).renderTerminal(outcome, screen()) : await shown.render(),
  );
  for (const { flag, file, render } of reports) {
    if (file === null || file === '-') continue;
    const text = await render();
    await writeFile(file, text).catch((cause: unknown) => {
      throw new ToolError(`${flag} ${file} cannot be written (${messageOf(cause)}); the report above is whole`, { cause });
    });
  }
}

/** Writes lines to standard error. What they quote (a commit's subject, a compiler) can neither steer a terminal nor give a workflow a command. */
function say(text: string): void {
  const lines = stripVTControlCharacters(text).split('\n');
  const harmless = lines.map((line) => visible(line.replace(/^\s*::/, ' : :').replaceAll('##[', '# #['), 4_000));
  process.stderr.write(`${harmless.join('\n')}\n`);
}

function hostOf(): Host {
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  if (process.platform === 'win32')
    throw new UsageError('coldgate runs on Linux (everything) and macOS (sizes only), not on Windows: use WSL, or a Linux runner');
  return {
    cwd: process.cwd(),
    env,
    home: stateFolder(env, homedir(), process.platform),
    signal: cancelled.signal,
    version: VERSION,
    progress: progress(),
  };
}

function screen(): { readonly columns: number; readonly colour: boolean } {
  const forced = (process.env.FORCE_COLOR ?? '') !== '';
  return {
    columns: process.stdout.columns ?? 80,
    colour: forced || (process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === ''),
  };
}

function progress(): Progress {
  const terminal = process.stderr.isTTY === true;
  let last = 0;
  return {
    step: (text) => {
      clearTick();
      say(text);
    },
    tick: (line) => {
      if (terminal) {
        const width = process.stderr.columns ?? 80;
        const text = visible(stripVTControlCharacters(line), 400);
        process.stderr.write(`\r\x1b[K${text.length >= width ? `${text.slice(0, width - 2)}…` : text}`);
      } else if (performance.now() - last > PLAIN_TICK_MS) {
        last = performance.now();
        say(line);
      }
    },
  };
}

function clearTick(): void {
  if (process.stderr.isTTY === true) process.stderr.write('\r\x1b[K');
}
