import { readSnapshotFile } from '../cache/store.ts';
import { exitCode } from '../core/judge/judge.ts';
import { outcomeOf } from '../core/outcome.ts';
import type { Command } from '../options/command.ts';
import { renderCommand } from '../options/repeat.ts';
import { deliver } from './deliver.ts';
import type { Io } from './io.ts';
import { checkReportFiles } from './report-files.ts';

/** `coldgate compare`: two snapshots, no build. */
export async function performCompare(command: Extract<Command, { readonly verb: 'compare' }>, io: Io): Promise<number> {
  await checkReportFiles(command.reports, io.host);
  const [base, head] = await Promise.all([readSnapshotFile(command.base), readSnapshotFile(command.head)]);
  const outcome = outcomeOf({ kind: 'measured', snapshot: base, origin: 'file' }, { snapshot: head, origin: 'file' }, command.judging, {
    timings: {},
    command: renderCommand(['compare', command.base, command.head, ...command.repeat]),
  });
  await deliver(outcome, command.reports, io);
  return exitCode(outcome.verdict);
}
