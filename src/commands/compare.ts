import { resolve } from 'node:path';
import { readStored, type Stored } from '../cache/store.ts';
import { exitCode } from '../core/judge/judge.ts';
import { outcomeOf } from '../core/outcome.ts';
import { measureComparedInits } from '../measure/compared.ts';
import type { Command } from '../options/command.ts';
import { renderCompare } from '../options/repeat.ts';
import { deliver } from './deliver.ts';
import type { Io } from './io.ts';
import { checkReportFiles } from './report-files.ts';

/** `coldgate compare`: two snapshots, no build. The packages beside them are started beside each other: init of two sessions is not compared. */
export async function performCompare(command: Extract<Command, { readonly verb: 'compare' }>, io: Io): Promise<number> {
  await checkReportFiles(command.reports, io.host);
  const read = (path: string): Promise<Stored> => readStored(resolve(io.host.cwd, path));
  const [before, after] = await Promise.all([read(command.base), read(command.head)]);
  const sideText = (side: string, { snapshot }: Stored, path: string): string => `${side} ${snapshot.commit.sha.slice(0, 7)} (${path})`;
  io.host.progress.step(`comparing ${sideText('head', after, command.head)} with ${sideText('base', before, command.base)}`);
  const { base, head, flames } = await measureComparedInits({ base: before, head: after }, command.init, io.host);
  const outcome = outcomeOf({ kind: 'measured', snapshot: base, origin: 'file' }, { snapshot: head, origin: 'file' }, command.judging, {
    timings: {},
    command: renderCompare(command.base, command.head, command.repeat),
    baseReason: null,
  });
  await deliver({ outcome, flames }, command.reports, io);
  return exitCode(outcome.verdict);
}
