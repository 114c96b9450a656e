import type { SeenBreach } from '../core/judge/accepted.ts';
import type { Api, CommitStatus } from './api.ts';
import type { Attempt } from './attempts.ts';
import { isAfter, newestFirst } from './instant.ts';
import type { Job } from './runs.ts';

/** By what a report on a pull request is known to have been finished. */
export type SeenBy =
  /** The job that checks: its own end. `null`: which job that is cannot be told, so all of its attempt have to have ended. */
  | { readonly kind: 'job'; readonly name: string | null }
  /** The status that `report` set: its own run carries the default branch's commit. */
  | { readonly kind: 'status'; readonly context: string; readonly creator: string };

/** What a run had reported, as it left it beside its report. */
export type Report =
  /** `of`: the attempt that had measured, its own one in `check`. */
  | {
      readonly kind: 'read';
      readonly pull: number | null;
      readonly head: string;
      readonly of: { readonly run: number; readonly attempt: number };
      readonly breaches: readonly SeenBreach[];
    }
  /** It has left none. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Reads what a run left: of one attempt, or (`null`) of its newest; and only what was there `before` then, where that is told. */
export type ReadReport = (from: {
  readonly run: number;
  readonly attempt: number | null;
  readonly before: string | null;
}) => Promise<Report>;

export type Seen =
  /** `begun`: the attempt that had measured. `breaches` is `null` where the server keeps no reports: all that was told. */
  | { readonly kind: 'seen'; readonly at: string; readonly begun: string; readonly breaches: readonly SeenBreach[] | null }
  | { readonly kind: 'unseen'; readonly reason: string };

export interface SeenRequest {
  readonly pull: number;
  readonly headSha: string;
  readonly by: SeenBy;
  /** When the label was set: what ended later, nobody has seen then. */
  readonly before: string;
  /** When the base branch was last changed; `null`: never. What began earlier was measured against another. */
  readonly after: string | null;
  readonly readReport: ReadReport;
  /** Whether it is certain that a run was of this pull request though it left no report; `null` on servers that keep reports. */
  readonly withoutReport: ((run: number) => Promise<boolean>) | null;
}

/** Jobs that ended so have said what they found. */
const REPORTED = ['success', 'failure'];
/** Runs that ended so have measured nothing. */
const SILENT = ['cancelled', 'skipped', 'action_required'];

/**
 * What stood finished in front of a person who set a label then, out of the attempts at this head that had begun (the newest first). The runs of
 * another pull request of the same branch look the same to GitHub: what they left beside their reports tells them apart, and they are passed over.
 */
export function findSeen(api: Api, request: SeenRequest, attempts: readonly Attempt[]): Promise<Seen> {
  return request.by.kind === 'job' ? seenJob(api, request, request.by.name, attempts) : seenStatus(api, request, request.by, attempts);
}

async function seenJob(api: Api, request: SeenRequest, name: string | null, attempts: readonly Attempt[]): Promise<Seen> {
  const { before, after, readReport } = request;
  let silent: number | null = null;
  for (const { run, attempt, begun } of attempts) {
    if (after !== null && !isAfter(begun, after)) break;
    const jobs = await api.jobsOf(run);
    const named = jobsNamed(jobs, attempt, name);
    // Where reports are kept, an attempt that left the job alone has none of its own.
    const end = endOf(request.withoutReport === null ? named : startedIn(attempt, named, jobs), before);
    if (end === null) continue;
    const report = await readReport({ run, attempt, before: end === 'unfinished' ? null : before });
    if (report.kind === 'read' && report.pull !== request.pull) continue;
    if (end === 'unfinished') return unseen(`run ${run} had not finished`);
    switch (report.kind) {
      case 'refused':
        return unseen(report.reason);
      case 'read':
        return report.head === request.headSha ? seen(end, begun, report.breaches) : unseen(`the report of run ${run} was on another head`);
      case 'absent':
        if (await request.withoutReport?.(run)) return seen(end, begun, null);
        silent ??= run;
    }
  }
  if (silent !== null)
    return unseen(`run ${silent} had left no report, or none that is still there (to start all its jobs again drops it)`);
  return unseen(after === null ? 'no run of it had reported' : 'no run of it had reported since its base branch was changed');
}

function jobsNamed(jobs: readonly Job[], attempt: number, name: string | null): readonly Job[] {
  const all = jobs.filter((job) => job.attempt === attempt);
  const named = all.filter((job) => job.name === name);
  return named.length > 0 ? named : all.filter(({ conclusion }) => conclusion !== 'skipped');
}

/** Those that an attempt started itself: one that a partial re-run left alone stands in it with the times it had. */
function startedIn(attempt: number, named: readonly Job[], jobs: readonly Job[]): readonly Job[] {
  const earlier = new Set(jobs.filter((job) => job.attempt < attempt).map((job) => `${job.startedAt} ${job.name}`));
  return named.filter((job) => !earlier.has(`${job.startedAt} ${job.name}`));
}

/** `null`: it said nothing (cancelled, say, or left as it was), so that the attempt before it counts. */
function endOf(jobs: readonly Job[], before: string): string | 'unfinished' | null {
  if (jobs.length === 0) return null;
  const ends = jobs.map(({ completedAt }) => completedAt).filter((end) => end !== null);
  const [last] = ends.toSorted((a, b) => Date.parse(b) - Date.parse(a));
  if (last === undefined || ends.length < jobs.length || !isAfter(before, last)) return 'unfinished';
  return jobs.every(({ conclusion }) => REPORTED.includes(conclusion ?? '')) ? last : null;
}

type ByStatus = Extract<SeenBy, { kind: 'status' }>;

async function seenStatus(api: Api, request: SeenRequest, by: ByStatus, attempts: readonly Attempt[]): Promise<Seen> {
  const { headSha, before, after } = request;
  const { context, creator } = by;
  const statuses = newestFirst(await api.statusesOf(headSha), ({ at }) => at);
  const own = statuses.filter((status) => status.creator?.toLowerCase() === creator.toLowerCase());
  const earlier = own.filter((status) => status.context === context && isAfter(before, status.at));
  const [last] = earlier;
  if (last === undefined) return unseen(`no status ${context} was set by ${creator}`);
  if (!REPORTED.includes(last.state)) return unseen(`the status ${context} was ${last.state}`);
  // What came later, or in the name of another pull request, tells of that one's runs alone.
  const reports = { shown: reportsOf(request, earlier, before), others: reportsOf(request, own, null) };
  for (const one of attempts) {
    if (after !== null && !isAfter(one.begun, after)) return unseen('nothing had been reported since its base branch was changed');
    if (SILENT.includes(one.conclusion ?? '')) continue;
    const report = await reports.shown.on(one);
    if (report.kind === 'read' && report.pull === request.pull && report.head === headSha) return seen(last.at, one.begun, report.breaches);
    const other = await reports.others.on(one);
    if (other.kind === 'read' && other.pull !== request.pull) continue;
    // Another workflow at this head measures nothing. Which one measures, only a report names.
    const measuring = workflowsOf(await reports.shown.all(), attempts);
    if (measuring.size > 0 && !measuring.has(one.workflowId)) continue;
    return unseen(report.kind === 'refused' ? report.reason : `run ${one.run} had not been reported on`);
  }
  return unseen('no run of it had been reported on');
}

/** The workflows whose runs these reports are of. */
function workflowsOf(reports: readonly Report[], attempts: readonly Attempt[]): ReadonlySet<number> {
  const runs = new Set(reports.flatMap((report) => (report.kind === 'read' ? [report.of.run] : [])));
  return new Set(attempts.filter(({ run }) => runs.has(run)).map(({ workflowId }) => workflowId));
}

interface Reports {
  readonly on: (of: Attempt) => Promise<Report>;
  readonly all: () => Promise<readonly Report[]>;
}

/** Finds the report on an attempt among those that these statuses link; each is read once, when it is first needed. */
function reportsOf({ readReport }: SeenRequest, statuses: readonly CommitStatus[], before: string | null): Reports {
  const unread = [...new Set(statuses.flatMap(({ url }) => runOfUrl(url ?? '') ?? []))];
  const known: Report[] = [];
  const readNext = async (): Promise<boolean> => {
    const next = unread.shift();
    if (next !== undefined) known.push(await readReport({ run: next, attempt: null, before }));
    return next !== undefined;
  };
  const on: Reports['on'] = async ({ run, attempt }) => {
    do {
      const found = known.find((report) => report.kind === 'read' && report.of.run === run && report.of.attempt === attempt);
      if (found !== undefined) return found;
    } while (await readNext());
    return known.find(({ kind }) => kind === 'refused') ?? { kind: 'absent' };
  };
  const all: Reports['all'] = async () => {
    while (await readNext());
    return known;
  };
  return { on, all };
}

function runOfUrl(url: string): number | null {
  const [, digits] = /\/actions\/runs\/([1-9]\d{0,14})(?:\/|$)/.exec(url) ?? [];
  return digits === undefined ? null : Number(digits);
}

function seen(at: string, begun: string, breaches: readonly SeenBreach[] | null): Seen {
  return { kind: 'seen', at, begun, breaches };
}

function unseen(reason: string): Seen {
  return { kind: 'unseen', reason };
}
