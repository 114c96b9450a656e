import { basename, resolve } from 'node:path';
import { check } from '../check.ts';
import type { Command } from '../options/command.ts';
import { deliver } from './deliver.ts';
import type { Io } from './io.ts';
import { checkFolder, checkReportFiles } from './report-files.ts';

/** `coldgate check`: this tree against its base. What is not needed before the builds is loaded after them. */
export async function performCheck(command: Extract<Command, { readonly verb: 'check' }>, io: Io): Promise<number> {
  const { host } = io;
  await checkReportFiles(command.reports, host);
  if (command.flameGraphs !== null) await checkFolder('flame-graphs', command.flameGraphs, host);
  const base =
    command.base === null ? ({ kind: 'default' } as const) : ({ kind: 'named', name: command.base, option: host.nameOf('base') } as const);
  const coldStart = command.coldStart === null ? null : { ...command.coldStart, key: 'cli', run: crypto.randomUUID() };
  const checked = await check({ ...command, whole: false, coldStart, base, origin: null }, host);
  await deliver(checked, command.reports, io);
  if (command.flameGraphs !== null) {
    const { writeFlameGraphs } = await import('../measure/flame-graphs.ts');
    const files = await writeFlameGraphs(resolve(host.cwd, command.flameGraphs), checked);
    io.say(writtenText(command.flameGraphs, files));
  }
  const { exitCode } = await import('../core/judge/judge.ts');
  return exitCode(checked.outcome.verdict);
}

/** How many files are named. */
const NAMED = 5;

/** What `--flame-graphs` wrote; there is one for each function that was started and whose instructions were counted. */
function writtenText(folder: string, files: readonly string[]): string {
  if (files.length === 0)
    return `no flame graph was written to ${folder}: instructions were counted of no function (what is unchanged is not started; the report says what is missing)`;
  const more = files.length > NAMED ? ` and ${files.length - NAMED} more` : '';
  const names = files.slice(0, NAMED).map((file) => basename(file));
  return `flame graphs in ${folder}: ${names.join(', ')}${more}`;
}
