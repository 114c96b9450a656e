import { limitsContradiction, parseManifestLimits } from '../cargo/manifest-limits.ts';
import { UsageError } from '../core/failures.ts';
import type { Asked } from '../core/model.ts';
import type { Api, PullRequest } from '../github/api.ts';
import type { GitApi } from '../github/git-api.ts';
import { headSha } from './event.ts';
import { functionsOf, type Leg } from './leg.ts';
import type { Workflow, WorkflowRun } from './workflow.ts';

/** A leg, and what GitHub confirms of it; `null`: nobody asked. */
export interface AskedLeg {
  readonly leg: Leg;
  readonly asked: Asked | null;
}

/** Each is a request, and a token has a thousand an hour: of a larger repository the first are read. */
const MOST_MANIFESTS = 50;
/** What no question to GitHub answers. */
const ONLY_SAID = ['figures', 'causes', 'tools'];

/**
 * Holds what a leg says against what GitHub knows: that the measured commit is the pull request's head or its merge with the base, that the
 * base is the one it should be and stands on the base branch, and that base's manifests declare the limits that it says. What contradicts is
 * a UsageError, which refuses the leg. The same question is asked once for all legs. Needs `contents: read`.
 */
export function asker(workflow: Workflow, api: Api, pull: PullRequest): (leg: Leg) => Promise<Asked> {
  const known = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const before = known.get(key) ?? ask();
    known.set(key, before);
    return before as Promise<T>;
  };
  const repository: GitApi = {
    parentsOf: (sha) => once(`parents ${sha}`, () => api.parentsOf(sha)),
    compare: (base, head) => once(`compare ${base} ${head}`, () => api.compare(base, head)),
    commitOf: (name) => once(`commit ${name}`, () => api.commitOf(name)),
    manifestsAt: (sha) => once(`manifests ${sha}`, () => api.manifestsAt(sha)),
    blob: (sha) => once(`blob ${sha}`, () => api.blob(sha)),
  };
  return async (leg) => {
    const expected = await checkHead(repository, workflow, pull, leg);
    const commits = await checkBase(repository, workflow, pull, leg, expected);
    const limits = await checkLimits(repository, leg);
    return { confirmed: [...commits.confirmed, ...limits.confirmed], claimed: [...ONLY_SAID, ...commits.claimed, ...limits.claimed] };
  };
}

/** The base that belongs to the measured head; `null` where GitHub cannot tell. */
async function checkHead(api: GitApi, { run, inputs }: Workflow, pull: PullRequest, { head }: Leg): Promise<string | null> {
  const { sha, source } = head.commit;
  const expected = headSha(run);
  const named = inputs.check.base;
  if (source === 'working-tree') return named === null ? null : api.commitOf(named);
  if (sha !== expected) {
    const [first, second, ...more] = await api.parentsOf(sha);
    if (isQueue(run) || first === undefined || second !== expected || more.length > 0)
      throw new UsageError(`it measured ${short(sha)}, which is neither ${short(expected)} nor its merge with the base`);
    return named === null ? first : api.commitOf(named);
  }
  if (named !== null) return api.commitOf(named);
  return isQueue(run) ? null : (await api.compare(pull.baseRef, expected)).mergeBase;
}

async function checkBase(api: GitApi, { run }: Workflow, pull: PullRequest, leg: Leg, expected: string | null): Promise<Asked> {
  const { base: side } = leg;
  const missing = side.kind === 'missing' ? side.why : (side.insteadOf ?? null);
  const base = side.kind === 'measured' && missing === null ? side.snapshot.commit.sha : (missing?.sha ?? null);
  const isCommit = leg.head.commit.source === 'commit';
  const head = { confirmed: isCommit ? ['head'] : [], claimed: isCommit ? [] : ['the files that lay beside head'] };
  if (missing?.kind === 'first-run' && expected !== null)
    throw new UsageError(`it says that there is no commit before it, and the base of this head is ${short(expected)}`);
  if (base === null) return { ...head, claimed: [...head.claimed, 'that there is no base'] };
  if (expected !== null && base !== expected)
    throw new UsageError(
      `it compares with ${short(base)}, and the base of this head is ${short(expected)}: where another one is meant, mode report needs the same input base`,
    );
  // A queue's base may be the group before it, which no branch has yet.
  await checkBelow(api, base, isQueue(run) ? headSha(run) : pull.baseRef);
  if (side.kind === 'measured' && missing !== null) await checkBelow(api, side.snapshot.commit.sha, base);
  const lost = missing === null ? [] : [`that ${short(base)} could not be measured`];
  return { confirmed: [...head.confirmed, 'base'], claimed: [...head.claimed, ...lost] };
}

async function checkBelow(api: GitApi, sha: string, tip: string): Promise<void> {
  const { behindBy } = await api.compare(sha, tip);
  if (behindBy > 0) throw new UsageError(`its base ${short(sha)} is not on ${tip}: measure again`);
}

/** Base's limits count. One that is dropped or raised on the way would let a breach through. */
async function checkLimits(api: GitApi, leg: Leg): Promise<Asked> {
  if (leg.base.kind !== 'measured') return { confirmed: [], claimed: [] };
  const { limits, commit } = leg.base.snapshot;
  const { manifests, whole } = await api.manifestsAt(commit.sha);
  const files = new Set(limits.map(({ file }) => file));
  const gone = [...files].find((file) => !manifests.some(({ path }) => path === file));
  if (whole && gone !== undefined)
    throw new UsageError(`it says that ${gone} declares limits, and base ${short(commit.sha)} has no such file`);
  const depth = (path: string): number => path.split('/').length;
  const chosen = manifests
    .toSorted((a, b) => Number(files.has(b.path)) - Number(files.has(a.path)) || depth(a.path) - depth(b.path))
    .slice(0, MOST_MANIFESTS);
  const read = [];
  for (const { path, sha } of chosen) read.push(parseManifestLimits(path, await api.blob(sha)));
  const contradiction = limitsContradiction(limits, read, functionsOf(leg));
  if (contradiction !== null) throw new UsageError(contradiction);
  const all = whole && chosen.length === manifests.length;
  return { confirmed: ["base's limits"], claimed: all ? [] : [`that none but ${read.length} manifests declare limits`] };
}

function isQueue({ event }: WorkflowRun): boolean {
  return event.kind === 'merge-group' || (event.kind === 'workflow-run' && event.event === 'merge_group');
}

function short(sha: string): string {
  return sha.slice(0, 12);
}
