import { preflight } from '../cargo/preflight.ts';
import type { LogRow } from '../core/bisect/found.ts';
import { compare } from '../core/compare/compare.ts';
import { UsageError } from '../core/failures.ts';
import type { HistoryLine } from '../core/history/line.ts';
import { type Committed, linesOf } from '../core/history/new-lines.ts';
import type { Release } from '../core/history/update.ts';
import type { Metric } from '../core/metrics.ts';
import type { Snapshot } from '../core/snapshot/snapshot.ts';
import { lastedText, type Millis, millis } from '../core/units.ts';
import { type Revision, resolveCommit, type UserRepository } from '../git/repository.ts';
import { commitsOf, isAncestor, refuseCut, refuseShallow } from '../git/walk.ts';
import { committedIn, instantOf, releasesOf } from '../history/clone.ts';
import type { Host } from '../host.ts';
import { requestOf } from '../measure/both.ts';
import { openContext, type Sources } from '../measure/context.ts';
import { namingFullDisk } from '../measure/full-disk.ts';
import type { InitOptions } from '../measure/init.ts';
import { functionMeant, functionsHere } from '../measure/one-function.ts';
import { type Meter, meterAt } from './meter.ts';
import { figureAt, startsFor } from './value.ts';

/** Which commits of a range are measured: those along first parents, merges alone, or all. */
export type Walk = 'first-parent' | 'merges' | 'all';

export interface LogRequest {
  readonly sources: Sources;
  readonly init: InitOptions;
  /** `null`: all. */
  readonly function: string | null;
  /** `A..B`, or one name: all that it contains. */
  readonly range: string;
  readonly walk: Walk;
  /** The newest so many of them; `null`: all. */
  readonly most: number | null;
  readonly metrics: readonly Metric[];
}

export interface MeasuredLog {
  /** The oldest first. */
  readonly rows: readonly LogRow[];
  readonly lines: readonly HistoryLine[];
  readonly took: Millis;
}

/** Of one machine, and so of a series of its own. */
const LEG = 'local';

/** Measures each commit of a range, the oldest first. `onRow`: called as soon as one is done. */
export function log(request: LogRequest, host: Host): Promise<MeasuredLog> {
  return namingFullDisk(host, () => logHere(request, host));
}

async function logHere(request: LogRequest, host: Host): Promise<MeasuredLog> {
  const started = performance.now();
  const { metrics } = request;
  const sources = await requestOf(request.sources, host);
  await preflight(sources, host);
  const init = await startsFor(metrics, request.init, host);
  const fn = request.function === null ? null : functionMeant(request.function, await functionsHere(sources, host), 'log', host);
  await using context = await openContext(sources, host);
  const { user } = context;
  const commits = await commitsIn(request, host, user);
  const newest = commits.at(-1);
  if (newest === undefined)
    throw new UsageError(`${request.range}: there is no ${request.walk === 'merges' ? 'merge' : 'commit'} in this range`);
  const releases = await releasesOf(user);
  const written = instantOf(new Date());
  const meter: Meter = { context, newest, fn, init };
  const rows: LogRow[] = [];
  const lines: HistoryLine[] = [];
  let before: Snapshot | null = null;
  let [built, took] = [0, 0];
  for (const [at, commit] of commits.entries()) {
    const ahead = built === 0 ? '' : `, about ${lastedText((took / built) * (commits.length - at))} left`;
    host.progress.step(`commit ${at + 1} of ${commits.length}${ahead}: ${commit.sha.slice(0, 7)} "${commit.subject}"`);
    const begun = performance.now();
    const lacking = (time: string, reason: string): void => {
      host.progress.step(`${commit.sha.slice(0, 7)} cannot be measured: ${reason}`);
      rows.push({ commit, time, functions: [], reason });
    };
    const committed = await knownOf(user, commit, releases);
    if (typeof committed === 'string') {
      lacking('', committed);
      continue;
    }
    const metered = await meterAt(meter, commit);
    if (metered.kind === 'does-not-build') {
      lacking(committed.time, metered.reason);
      continue;
    }
    if (metered.from === 'built') [built, took] = [built + 1, took + performance.now() - begun];
    const { snapshot } = metered;
    const base = before === null ? NO_BASE : ({ kind: 'measured', snapshot: before, origin: 'stored' } as const);
    lines.push(...linesOf(compare(base, { snapshot, origin: 'stored' }), committed, { leg: LEG, written }));
    rows.push({
      ...{ commit, time: committed.time, reason: null },
      functions: snapshot.functions.map((one) => ({
        function: one.name,
        crate: one.crate,
        figures: Object.fromEntries(metrics.map((metric) => [metric, figureOf(one, metric)])),
      })),
    });
    before = snapshot;
  }
  return { rows, lines, took: millis(Math.round(performance.now() - started)) };
}

const NO_BASE = { kind: 'missing', why: { kind: 'first-run', sha: null, reason: 'nothing was measured before it', limits: [] } } as const;

function figureOf(fn: Snapshot['functions'][number], metric: Metric): number | null {
  const found = figureAt(fn, metric);
  return 'value' in found ? found.value : null;
}

/** What git knows of a commit; why a line cannot hold it (a time beyond all calendars). */
async function knownOf(user: UserRepository, { sha }: Revision, releases: readonly Release[]): Promise<Committed | string> {
  return committedIn(user, sha, releases).catch((error: unknown) => {
    if (error instanceof UsageError) return error.message;
    throw error;
  });
}

/** The commits of a range, the oldest first. A UsageError where git knows no such range. */
async function commitsIn({ range, walk, most }: LogRequest, host: Host, user: UserRepository): Promise<readonly Revision[]> {
  const [, from, to] = /^(.*?)\.\.(.*)$/s.exec(range) ?? [null, null, range];
  if (range.includes('...')) throw new UsageError(`${range}: log takes A..B, what B has and A has not; three dots are of two sides`);
  const named = async (name: string): Promise<string> => (await resolveCommit(user, name === '' ? 'HEAD' : name, 'RANGE')).sha;
  const end = await named(to ?? 'HEAD');
  const start = from === null || from === undefined ? null : await named(from);
  if (start === null && most === null)
    throw new UsageError(`${range}: name where it begins, as in v1.0.0..${range}, or how many with ${host.nameOf('newest')}`);
  if (start !== null && !(await isAncestor(user, start, end))) await refuseShallow(user, range);
  const how = { 'first-parent': ['--first-parent'], merges: ['--first-parent', '--merges'], all: [] }[walk];
  if (start !== null) await refuseCut(user, [...(walk === 'all' ? [] : ['--first-parent']), end, `^${start}`], range);
  const list = await commitsOf(user, [...how, end, ...(start === null ? [] : [`^${start}`])]);
  return most === null ? list : list.slice(-most);
}
