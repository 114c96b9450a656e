import { UsageError } from '../core/failures.ts';
import type { Workflow } from './workflow.ts';

/**
 * Refuses with a UsageError what cannot come to a good end in this job, before minutes are spent on a build: legs of a matrix that would
 * overwrite each other, and modes that need what the server does not have.
 */
export function refuseUnfit(workflow: Workflow): void {
  refuseUnnamedLegs(workflow);
  refuseServer(workflow);
}

/** Two legs of one name write one artifact, one comment and one status: the last one would stand for all. */
function refuseUnnamedLegs({ inputs }: Workflow): void {
  const { mode, jobTotal, key, leg, shard } = inputs;
  // Shards of one leg are told apart by their number.
  if (shard !== null && shard.count === jobTotal) return;
  if (jobTotal <= 1 || mode === 'accept' || key !== 'default' || (mode === 'measure' && leg !== 'default')) return;
  const name =
    mode === 'measure'
      ? 'give each its name, `leg: ${{ matrix.… }}`, and list them all in `legs` of the report job'
      : 'give each its own `key: ${{ matrix.… }}`, or measure in the matrix (mode measure, `leg`) and report in one job after it';
  throw new UsageError(`this is one of ${jobTotal} jobs of a matrix, and none is told from the others: ${name}`);
}

/** As the toolkit tells: artifacts of the present form are on github.com and on ghe.com (GitHub Enterprise Cloud), on no GitHub Enterprise Server. */
function refuseServer({ inputs, run }: Workflow): void {
  const host = new URL(run.serverUrl).hostname.toLowerCase();
  const has = host === 'github.com' || host.endsWith('.ghe.com') || host.endsWith('.localhost');
  if (has || inputs.mode === 'check' || inputs.mode === 'accept') return;
  throw new UsageError(
    `mode ${inputs.mode} hands measurements on as an artifact, and GitHub Enterprise Server (${host}) has none of the form that the toolkit writes: use mode check, in one job, there`,
  );
}
