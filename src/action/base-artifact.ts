import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadArtifact, listArtifacts } from '../cache/artifact.ts';
import { storeKey } from '../cache/keys.ts';
import { writeSnapshot } from '../cache/store.ts';
import { messageOf } from '../core/failures.ts';
import { isWhole } from '../core/snapshot/whole.ts';
import type { Api } from '../github/api.ts';
import { artifactName, MAX_ARTIFACT_BYTES, readLeg, unpackStored } from './leg.ts';
import type { Workflow } from './workflow.ts';

/** More runs of one commit are not looked through: each costs a request. */
const MOST_RUNS = 5;

/**
 * The base out of an artifact that mode `measure` uploaded when the base itself was pushed: for a base that has left the cache. It counts only
 * if it was built the same way, which its key tells. Answers whether `folder` holds it now; whatever fails is a line in the log.
 */
export function artifactBaseline(workflow: Workflow, api: Api): (sha: string, key: string, folder: string) => Promise<boolean> {
  const { inputs, run, runner } = workflow;
  const name = artifactName(inputs.key, inputs.leg);
  return async (sha, key, folder) => {
    const scratch = join(run.temp, 'coldgate-base-artifact');
    try {
      const pushes = (await api.runsOf(sha)).filter(({ event }) => event === 'push').slice(0, MOST_RUNS);
      for (const { id } of pushes) {
        const from = { token: inputs.token, runId: id, owner: run.owner, repository: run.repository };
        const artifact = (await listArtifacts(from)).find((one) => one.name === name && one.size <= MAX_ARTIFACT_BYTES);
        if (artifact === undefined) continue;
        await rm(scratch, { recursive: true, force: true });
        await mkdir(join(scratch, 'zip'), { recursive: true });
        const zip = await downloadArtifact(artifact, from, join(scratch, 'zip'));
        const { description, head } = await readLeg(zip, artifact.name, scratch);
        if (storeKey(head.commit.sha, head.invocation, null) !== key || !isWhole(head) || description.shard !== null) continue;
        const whole = join(scratch, 'snapshot');
        // Since which commit nothing changed was of that run.
        await writeSnapshot(whole, { ...(await unpackStored(zip, 'head', head, whole)).snapshot, notBuilt: [] });
        // Copied, then put in place: the job's folder may be another mount (a container job) than the state folder.
        const beside = `${folder}.part`;
        await rm(beside, { recursive: true, force: true });
        await cp(whole, beside, { recursive: true });
        await rename(beside, folder);
        return true;
      }
    } catch (error) {
      runner.log(`no artifact of the base was used: ${messageOf(error)}`);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return false;
  };
}
