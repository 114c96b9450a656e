import { UsageError } from '../core/failures.ts';
import type { MissingBase } from '../core/model/base.ts';
import type { Asked } from '../core/model/outcome.ts';
import type { Api, PullRequest } from '../github/api.ts';
import type { GitApi } from '../github/git-api.ts';
import { wantedBase } from '../report/text/base-reason.ts';
import { checkLimits } from './asked-limits.ts';
import { headSha, runAnew } from './event.ts';
import type { Leg } from './leg.ts';
import { checkReferences } from './leg-references.ts';
import type { Workflow, WorkflowRun } from './workflow.ts';

/** A leg, and what GitHub confirms of it; `null`: nobody asked. */
export interface AskedLeg {
  readonly leg: Leg;
  readonly asked: Asked | null;
}

/** What no question to GitHub answers. */
const ONLY_SAID = ['figures', 'causes', 'tools'];

/**
 * Holds what a leg says against what GitHub knows: that the measured commit is the pull request's head or its merge with the base, that the
 * base is the one it should be and stands on the base branch, that base's manifests declare the limits that it says, and that there is no project
 * yet where it says so. What contradicts is a UsageError, which refuses the leg. The same question is asked once for all legs. Needs `contents: read`.
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
    const limits = await checkLimits(repository, leg, headSha(workflow.run));
    const references = await checkReferences(repository, leg.description.references, wantedBase(leg.base));
    return {
      confirmed: [...commits.confirmed, ...limits.confirmed, ...references.confirmed],
      claimed: [...ONLY_SAID, ...commits.claimed, ...limits.claimed, ...references.claimed],
    };
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

async function checkBase(api: GitApi, { run, inputs }: Workflow, pull: PullRequest, leg: Leg, expected: string | null): Promise<Asked> {
  const { base: side } = leg;
  const missing = side.kind === 'missing' ? side.why : (side.insteadOf ?? null);
  const base = side.kind === 'measured' && missing === null ? side.snapshot.commit.sha : (missing?.sha ?? null);
  const isCommit = leg.head.commit.source === 'commit';
  const head = { confirmed: isCommit ? ['head'] : [], claimed: isCommit ? [] : ['the files that lay beside head'] };
  if (base === null && expected !== null)
    throw new UsageError(`it says that there is no commit before it, and the base of this head is ${short(expected)}`);
  if (base === null) return { ...head, claimed: [...head.claimed, 'that there is no base'] };
  const named = inputs.check.base !== null;
  if (expected !== null && base !== expected && (named || !(await wasBase(api, pull, leg, base))))
    throw new UsageError(
      `it compares with ${short(base)}, and the base of this head is ${short(expected)}: where another one is meant, mode report needs the same input base`,
    );
  // A queue's base may be the group before it, which no branch has yet.
  const former = isQueue(run) ? await checkQueue(api, base, headSha(run)) : await checkBranch(api, base, pull);
  if (side.kind === 'measured' && missing !== null && !(await isBelow(api, side.snapshot.commit.sha, base)))
    throw new UsageError(`its base ${short(side.snapshot.commit.sha)} is not on ${short(base)}, which it stands in for`);
  return { confirmed: [...head.confirmed, 'base', ...former], claimed: [...head.claimed, ...lostText(missing)] };
}

/** Of a head that was measured by itself the base moves with the base branch: whether GitHub's own, from when the pull request was last pushed, is this. */
async function wasBase(api: GitApi, pull: PullRequest, { head }: Leg, base: string): Promise<boolean> {
  return head.commit.sha === pull.headSha && (await api.compare(pull.baseSha, pull.headSha)).mergeBase === base;
}

async function checkQueue(api: GitApi, base: string, head: string): Promise<readonly string[]> {
  if (await isBelow(api, base, head)) return [];
  throw new UsageError(`its base ${short(base)} is not on ${short(head)}`);
}

/**
 * A base on its branch, or, where that was pushed by force since, on what GitHub says was its tip when the pull request was last pushed: nobody
 * with a fork can choose that. What a new attempt of the same run measures would be the same.
 */
async function checkBranch(api: GitApi, base: string, { baseRef, baseSha }: PullRequest): Promise<readonly string[]> {
  if (await isBelow(api, base, baseRef)) return [];
  if (await isBelow(api, base, baseSha)) return [`that base ${short(base)} was on ${baseRef} and is not any more`];
  throw new UsageError(`its base ${short(base)} is not on ${baseRef}: ${runAnew('the pull request')}`);
}

async function isBelow(api: GitApi, sha: string, tip: string): Promise<boolean> {
  return sha === tip || (await api.compare(sha, tip)).behindBy === 0;
}

/** That there is no project yet is looked up with the limits. */
function lostText(missing: MissingBase | null): readonly string[] {
  return missing === null || missing.sha === null || missing.kind === 'first-run'
    ? []
    : [`that ${short(missing.sha)} could not be measured`];
}

function isQueue({ event }: WorkflowRun): boolean {
  return event.kind === 'merge-group' || (event.kind === 'workflow-run' && event.event === 'merge_group');
}

function short(sha: string): string {
  return sha.slice(0, 12);
}
