import { join } from 'node:path';
import { uploadArtifact } from '../cache/artifact.ts';
import { renderInteger } from '../core/units.ts';
import { type MeasuredBoth, measureBoth } from '../measure/both.ts';
import { writeFlameGraphs } from '../measure/flame-graphs.ts';
import { counted } from '../report/text/figures.ts';
import { keepForLater, withCache } from './cache.ts';
import { baseChoice, headSha, mayComment, pullRequestNumber, refuseRetargeted } from './event.ts';
import { artifactName, LEG_SCHEMA, type LegDescription, TooMuchForLeg, writeLeg } from './leg.ts';
import { agreeBy, shardSuffix, splitDigest } from './shards.ts';
import { withHistory } from './with-history.ts';
import { type ActionResult, apiOf, originOf, type Workflow } from './workflow.ts';

/** Mode `measure`: builds base and head and uploads what was measured as one artifact. No verdict, and no rights needed. */
export async function measureMode(workflow: Workflow): Promise<ActionResult> {
  const { inputs, run, runner } = workflow;
  await mayComment(workflow, 'measure');
  const origin = originOf(workflow);
  const api = apiOf(workflow);
  await refuseRetargeted(workflow, api);
  const { sources, init, secrets, base: named } = inputs.check;
  const both = await measureBoth(
    {
      sources,
      init,
      secrets,
      // By hand and by the clock too: each function has a line of the history then.
      whole: run.event.kind === 'push' || run.event.kind === 'other',
      base: baseChoice(named, run),
      origin,
      limits: null,
      judged: inputs.check.judging.limits,
      shard: inputs.shard === null ? null : { ...inputs.shard, agree: agreeBy(workflow) },
    },
    withHistory(workflow, await withCache(workflow, api)),
  );
  const handedOn = await handOn(workflow, both);
  await keepForLater(workflow, both);
  runner.output('packages', both.head.snapshot.functions.map((one) => join(both.head.folder, one.package.file)).join('\n'));
  return { kind: 'passed', sentence: `measured ${counted(both.head.snapshot.functions.length, 'function')}; ${handedOn}` };
}

/**
 * Uploads what was measured, for `report`, and on push as the base of what comes. Answers in words what became of it: on push, where nothing is
 * judged, what is too large for an artifact is a warning. Throws TooMuchForLeg elsewhere.
 */
export async function handOn(workflow: Workflow, both: MeasuredBoth): Promise<string> {
  const { inputs, run, runner } = workflow;
  const isPush = run.event.kind === 'push';
  const name = `${artifactName(inputs.key, inputs.leg)}${shardSuffix(inputs.shard)}`;
  const root = join(run.temp, name);
  const sides = { base: both.base.kind === 'measured' ? both.base : null, head: both.head };
  try {
    const leg = await writeLeg(root, describe(workflow, both), { ...sides, twins: isPush, limits: inputs.check.judging.limits });
    if (leg.twinsLeftOut !== null)
      runner.warn(
        `the ${renderInteger(leg.twinsLeftOut)} bytes of binaries with names are left out of the artifact ${name}, which would be too large with them: where it is the base of a pull request, its local init is not told by crate and function`,
      );
    await uploadArtifact(name, [...leg.files, ...(await writeFlameGraphs(join(root, 'flame-graphs'), both))], root);
    return `uploaded as ${name}`;
  } catch (error) {
    if (!(isPush && error instanceof TooMuchForLeg)) throw error;
    runner.warn(`nothing is uploaded as ${name}: ${error.message}`);
    return `nothing is uploaded as ${name}: it is too large`;
  }
}

function describe({ inputs, run }: Workflow, { base: side, share, references }: MeasuredBoth): LegDescription {
  const standing = side.kind === 'measured' && side.insteadOf !== undefined ? { insteadOf: side.insteadOf } : {};
  return {
    schema: LEG_SCHEMA,
    key: inputs.key,
    leg: inputs.leg,
    headSha: headSha(run),
    pull: pullRequestNumber(run),
    base: side.kind === 'measured' ? { kind: 'measured', origin: side.origin, ...standing } : side,
    repeat: inputs.check.repeat,
    references,
    shard: inputs.shard === null || share === null ? null : { ...inputs.shard, split: splitDigest(share.split) },
  };
}
