import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../core/failures.ts';
import { isThere } from '../folder.ts';
import type { Workflow } from './workflow.ts';

/** Marks in the job's own folder, of what has been done in it. */
const [BUILT, WRITTEN] = ['coldgate-has-built', 'coldgate-has-written-history'];

const WAY = 'run mode history in a job of its own, with `needs:` those that measure';

/**
 * Keeps the one job that may write to the repository apart from every build: code that is built can read what its job holds. A UsageError in either
 * order. Code that another step builds shows by cargo's own file, on a machine that is made for the job.
 */
export async function keepHistoryApart({ inputs: { mode }, run, host }: Pick<Workflow, 'inputs' | 'run' | 'host'>): Promise<void> {
  const mark = (name: string): string => join(run.temp, name);
  if (mode === 'check' || mode === 'measure') {
    if (await isThere(mark(WRITTEN)))
      throw new UsageError(`mode ${mode} would build in a job that may write to the repository, since mode history ran in it: ${WAY}`);
    await writeFile(mark(BUILT), '');
  }
  if (mode !== 'history') return;
  if (await isThere(mark(BUILT)))
    throw new UsageError(
      `mode history may write to the repository, and code was built in this job, which can read what the job holds: ${WAY}`,
    );
  const info = join(host.cwd, 'target', '.rustc_info.json');
  if (!run.selfHosted && (await isThere(info)))
    throw new UsageError(`mode history may write to the repository, and cargo has built in this job (${info}): ${WAY}`);
  await writeFile(mark(WRITTEN), '');
}
