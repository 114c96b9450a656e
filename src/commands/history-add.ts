import { resolve } from 'node:path';
import { readStored } from '../cache/store.ts';
import { compare } from '../core/compare/compare.ts';
import { UsageError } from '../core/failures.ts';
import type { HistoryLine } from '../core/history/line.ts';
import { mergeLines } from '../core/history/merge.ts';
import { type Committed, linesOf } from '../core/history/new-lines.ts';
import { filesOf, linesLeft, updatedMonths } from '../core/history/update.ts';
import type { Base } from '../core/model/base.ts';
import { groupBy } from '../core/pair.ts';
import type { Snapshot } from '../core/snapshot/snapshot.ts';
import { openUserRepository } from '../git/repository.ts';
import { oldestFirst } from '../git/walk.ts';
import { committedIn, instantOf, releasesOf } from '../history/clone.ts';
import { folderStore } from '../history/folder.ts';
import type { Command } from '../options/command.ts';
import { counted } from '../report/text/figures.ts';
import type { Io } from './io.ts';

type Adding = NonNullable<Extract<Command, { readonly verb: 'history' }>['add']>;

/** What the command line measured: of one machine, and so of a series of its own. */
const LEG = 'local';

/**
 * `coldgate history add`: a line for each function of each snapshot, in whatever order they are given; what a person bumped is told against the one
 * of the commit before it that was built alike.
 */
export async function addToHistory({ snapshots: paths, folder }: Adding, { host, say }: Io): Promise<number> {
  const user = await openUserRepository(host.cwd, host.env);
  const releases = await releasesOf(user);
  const written = instantOf(new Date());
  const snapshots: Snapshot[] = [];
  const committed = new Map<string, Committed>();
  for (const path of paths) {
    const { snapshot } = await readStored(resolve(host.cwd, path));
    refuseWorkTree(snapshot, path);
    snapshots.push(snapshot);
    const { sha } = snapshot.commit;
    committed.set(sha, await committedIn(user, sha, releases));
  }
  const order = await oldestFirst(user, [...committed.keys()]);
  const lines = [...groupBy(snapshots, builtAs).values()].flatMap((alike) => {
    const of = groupBy(alike, ({ commit }) => commit.sha);
    let base: Base = NO_BASE;
    return order.flatMap((sha): readonly HistoryLine[] => {
      const [own, before] = [of.get(sha) ?? [], base];
      for (const snapshot of own) base = { kind: 'measured', snapshot, origin: 'file' };
      const at = committed.get(sha);
      if (at === undefined) return [];
      return own.flatMap((snapshot) => linesOf(compare(before, { snapshot, origin: 'file' }), at, { leg: LEG, written }));
    });
  });
  const store = folderStore(resolve(host.cwd, folder), host);
  let [warnings, left]: [readonly string[], number] = [[], 0];
  const changed = await store.update((read) => {
    const months = updatedMonths(read.months, { lines, releases, now: written });
    [warnings, left] = [read.warnings, linesLeft(months, lines).length];
    return filesOf(months);
  }, '');
  for (const warning of warnings) say(`warning: ${warning}`);
  const thinned = mergeLines(lines).length - left;
  const rest = thinned === 0 ? '' : `; ${thinned} of a day long past gave way to its last commit`;
  say(`${changed ? `${counted(left, 'line')} in ${folder}` : `${folder} has these lines already`}${rest}`);
  return 0;
}

/** Snapshots of one architecture and profile are a series. */
function builtAs({ invocation: { arch, profile } }: Snapshot): string {
  return `${arch} ${profile}`;
}

const NO_BASE: Base = { kind: 'missing', why: { kind: 'first-run', sha: null, reason: 'nothing was given before it', limits: [] } };

function refuseWorkTree({ commit }: Snapshot, path: string): void {
  if (commit.source === 'working-tree')
    throw new UsageError(
      `${path} is of a work tree with changes (git status names them), and a history is of commits: commit or remove them, and measure again`,
    );
}
