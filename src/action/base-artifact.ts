import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadArtifact } from '../cache/artifact.ts';
import { seal } from '../cache/digests.ts';
import { storeKey } from '../cache/keys.ts';
import { writeSnapshot } from '../cache/store.ts';
import { messageOf } from '../core/failures.ts';
import { isWhole } from '../core/snapshot/whole.ts';
import type { Api } from '../github/api.ts';
import type { Run, RunArtifact } from '../github/runs.ts';
import { baseBranches } from './event.ts';
import { artifactName, readLegAsBase, unpackStored } from './leg.ts';
import { LEG_BOUNDS } from './leg-bounds.ts';
import type { Workflow, WorkflowRun } from './workflow.ts';

/** More runs of one commit are not looked through: each costs a request. */
const MOST_RUNS = 5;

/**
 * The base out of an artifact that mode `measure` uploaded when the base itself was pushed to the branch that is merged into, or to the default
 * one: for a base that has left the cache. It counts only if it was built the same way, which its key tells. Answers whether `folder` holds
 * it now; whatever fails is a line in the log.
 */
export function artifactBaseline(workflow: Workflow, api: Api): (sha: string, key: string, folder: string) => Promise<boolean> {
  const { inputs, run, runner } = workflow;
  const name = artifactName(inputs.key, inputs.leg);
  return async (sha, key, folder) => {
    try {
      for (const { id } of basePushes(await api.runsOf(sha), run)) {
        for (const artifact of usable(await api.artifactsOf(id), name)) {
          const taken = await take(workflow, id, artifact, { key, folder }).catch((error: unknown) => {
            runner.log(`the artifact ${artifact.id} of the base was not used: ${messageOf(error)}`);
            return false;
          });
          if (taken) return true;
        }
      }
    } catch (error) {
      runner.log(`no artifact of the base was used: ${messageOf(error)}`);
    }
    return false;
  };
}

/**
 * The pushes that may have measured a base, the newest first. Of other branches anybody with write access has pushed what they like, and any
 * event but a push runs code that nobody has merged. Ids do not tell which is newer.
 */
function basePushes(runs: readonly Run[], run: WorkflowRun): readonly Run[] {
  const branches = baseBranches(run);
  return runs
    .filter(
      ({ event, headBranch, headRepository }) =>
        event === 'push' && headBranch !== null && branches.includes(headBranch) && headRepository === `${run.owner}/${run.repository}`,
    )
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt) || b.attempt - a.attempt)
    .slice(0, MOST_RUNS);
}

/** Those of this name that can still be had, the newest first: each attempt of a run uploads its own. */
function usable(artifacts: readonly RunArtifact[], name: string): readonly RunArtifact[] {
  return artifacts
    .filter((one) => one.name === name && !one.expired && one.size <= LEG_BOUNDS.artifact)
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}

/** Puts the artifact's head into `folder`, if it is the commit that was built as `key` says. */
async function take(
  { inputs, run }: Workflow,
  runId: number,
  artifact: RunArtifact,
  { key, folder }: { readonly key: string; readonly folder: string },
): Promise<boolean> {
  const scratch = join(run.temp, 'coldgate-base-artifact');
  const from = { token: inputs.token, runId, owner: run.owner, repository: run.repository };
  try {
    await rm(scratch, { recursive: true, force: true });
    await mkdir(join(scratch, 'zip'), { recursive: true });
    const zip = await downloadArtifact(artifact, from, join(scratch, 'zip'));
    const { description, head } = await readLegAsBase(zip, artifact.name, scratch);
    if (storeKey(head.commit.sha, head.invocation, null) !== key || !isWhole(head) || description.shard !== null) return false;
    const whole = join(scratch, 'snapshot');
    // Since which commit nothing changed was of that run.
    const snapshot = { ...(await unpackStored(zip, 'head', head, whole)).snapshot, notBuilt: [], renamed: [] };
    await writeSnapshot(whole, snapshot);
    await seal(whole, snapshot);
    // Copied, then put in place: the job's folder may be another mount (a container job) than the state folder.
    const beside = `${folder}.part`;
    await rm(beside, { recursive: true, force: true });
    await cp(whole, beside, { recursive: true });
    await rename(beside, folder);
    return true;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
