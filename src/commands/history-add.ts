import { resolve } from 'node:path';
import { readStored } from '../cache/store.ts';
import { compare } from '../core/compare/compare.ts';
import { UsageError } from '../core/failures.ts';
import type { HistoryLine } from '../core/history/line.ts';
import { mergeLines } from '../core/history/merge.ts';
import { linesOf } from '../core/history/new-lines.ts';
import { filesOf, updatedMonths } from '../core/history/update.ts';
import type { Base } from '../core/model/base.ts';
import type { Snapshot } from '../core/snapshot/snapshot.ts';
import { openUserRepository } from '../git/repository.ts';
import { committedIn, instantOf, releasesOf } from '../history/clone.ts';
import { folderStore } from '../history/folder.ts';
import type { Command } from '../options/command.ts';
import { counted } from '../report/text/figures.ts';
import type { Io } from './io.ts';

type Adding = NonNullable<Extract<Command, { readonly verb: 'history' }>['add']>;

/** What the command line measured: of one machine, and so of a series of its own. */
const LEG = 'local';

/** `coldgate history add`: a line for each function of each snapshot; what a person bumped is told against the snapshot before it. */
export async function addToHistory({ snapshots, folder }: Adding, { host, say }: Io): Promise<number> {
  const user = await openUserRepository(host.cwd, host.env);
  const releases = await releasesOf(user);
  const written = instantOf(new Date());
  const lines: HistoryLine[] = [];
  let base: Base = NO_BASE;
  for (const path of snapshots) {
    const { snapshot } = await readStored(resolve(host.cwd, path));
    refuseWorkTree(snapshot, path);
    const comparison = compare(base, { snapshot, origin: 'file' });
    lines.push(...linesOf(comparison, await committedIn(user, snapshot.commit.sha, releases), { leg: LEG, written }));
    base = { kind: 'measured', snapshot, origin: 'file' };
  }
  const store = folderStore(resolve(host.cwd, folder), host);
  let warnings: readonly string[] = [];
  const changed = await store.update((read) => {
    warnings = read.warnings;
    return filesOf(updatedMonths(read.months, { lines, releases, now: written }));
  }, '');
  for (const warning of warnings) say(`warning: ${warning}`);
  say(changed ? `${counted(mergeLines(lines).length, 'line')} in ${folder}` : `${folder} has these lines already`);
  return 0;
}

const NO_BASE: Base = { kind: 'missing', why: { kind: 'first-run', sha: null, reason: 'nothing was given before it', limits: [] } };

function refuseWorkTree({ commit }: Snapshot, path: string): void {
  if (commit.source === 'working-tree')
    throw new UsageError(
      `${path} is of a work tree with changes (git status names them), and a history is of commits: commit or remove them, and measure again`,
    );
}
