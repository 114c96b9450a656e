import type { Api } from './api.ts';
import { isAfter } from './instant.ts';
import type { Job, Run } from './runs.ts';

/** By what a report on a pull request is known to have been finished. */
export type SeenBy =
  /** The job that checks: its own end. `null`: which job that is cannot be told, so all of its attempt have to have ended. */
  | { readonly kind: 'job'; readonly name: string | null }
  /** The status that `report` set: its own run carries the default branch's commit. */
  | { readonly kind: 'status'; readonly context: string; readonly creator: string };

export type Seen =
  /** `run`: which one holds the report as an artifact. */
  { readonly kind: 'seen'; readonly at: string; readonly run: number } | { readonly kind: 'unseen'; readonly reason: string };

export interface SeenRequest {
  readonly headSha: string;
  readonly by: SeenBy;
  /** When the label was set: what ended later, nobody has seen then. */
  readonly before: string;
  /** When the base branch was last changed; `null`: never. What began earlier was measured against another. */
  readonly after: string | null;
}

/** Jobs that ended so have said what they found. */
const REPORTED = ['success', 'failure'];

/** What stood finished in front of a person who set a label then, out of the runs of this head that had begun (the newest first). */
export function findSeen(api: Api, request: SeenRequest, runs: readonly Run[]): Promise<Seen> {
  return request.by.kind === 'job' ? seenJob(api, request, request.by.name, runs) : seenStatus(api, request, request.by, runs);
}

async function seenJob(api: Api, { before, after }: SeenRequest, name: string | null, runs: readonly Run[]): Promise<Seen> {
  for (const { id } of runs) {
    const jobs = await api.jobsOf(id);
    const attempts = [...new Set(jobs.map(({ attempt }) => attempt))].toSorted((a, b) => b - a);
    for (const attempt of attempts) {
      const end = endOf(jobsNamed(jobs, attempt, name), before, after);
      if (end === 'unfinished') return unseen(`run ${id} had not finished`);
      if (end !== null) return { kind: 'seen', at: end, run: id };
    }
  }
  return unseen(after === null ? 'no run of it had reported' : 'no run of it had reported since its base branch was changed');
}

function jobsNamed(jobs: readonly Job[], attempt: number, name: string | null): readonly Job[] {
  const all = jobs.filter((job) => job.attempt === attempt);
  const named = all.filter((job) => job.name === name);
  return named.length > 0 ? named : all.filter(({ conclusion }) => conclusion !== 'skipped');
}

/** `null`: it began afterwards, or said nothing (cancelled, say), so that the attempt before it counts. */
function endOf(jobs: readonly Job[], before: string, after: string | null): string | 'unfinished' | null {
  const begun = jobs.filter(({ startedAt }) => isAfter(before, startedAt));
  if (begun.length === 0) return null;
  const ends = jobs.map(({ completedAt }) => completedAt).filter((end) => end !== null);
  const last = ends.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  if (last === undefined || ends.length < jobs.length || !isAfter(before, last)) return 'unfinished';
  if (jobs.some(({ conclusion }) => !REPORTED.includes(conclusion ?? ''))) return null;
  return after === null || jobs.every(({ startedAt }) => isAfter(startedAt, after)) ? last : null;
}

async function seenStatus(
  api: Api,
  { headSha, before, after }: SeenRequest,
  { context, creator }: Extract<SeenBy, { kind: 'status' }>,
  [newest]: readonly Run[],
): Promise<Seen> {
  const own = (await api.statusesOf(headSha)).filter(
    (status) => status.context === context && status.creator?.toLowerCase() === creator.toLowerCase() && isAfter(before, status.at),
  );
  const last = own.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).at(-1);
  const run = Number(/\/actions\/runs\/([1-9]\d{0,14})(?:\/|$)/.exec(last?.url ?? '')?.[1] ?? 0);
  if (last === undefined || run === 0) return unseen(`no status ${context} was set by ${creator}`);
  if (!REPORTED.includes(last.state)) return unseen(`the status ${context} was ${last.state}`);
  if (newest !== undefined && isAfter(newest.createdAt, last.at)) return unseen(`run ${newest.id} had not been reported on`);
  if (after !== null && !isAfter(last.at, after)) return unseen('nothing had been reported since its base branch was changed');
  return { kind: 'seen', at: last.at, run };
}

function unseen(reason: string): Seen {
  return { kind: 'unseen', reason };
}
