import { join } from 'node:path';
import { uploadArtifact } from '../cache/artifact.ts';
import { measureBoth } from '../measure/both.ts';
import { writeFlameGraphs } from '../measure/flame-graphs.ts';
import { counted } from '../report/text/figures.ts';
import { keepForLater, withCache } from './cache.ts';
import { baseChoice, headSha, mayComment, pullRequestNumber, refuseRetargeted } from './event.ts';
import { artifactName, LEG_SCHEMA, writeLeg } from './leg.ts';
import { agreeBy, shardSuffix, splitDigest } from './shards.ts';
import { type ActionResult, apiOf, originOf, type Workflow } from './workflow.ts';

/** Mode `measure`: builds base and head and uploads what was measured as one artifact. No verdict, and no rights needed. */
export async function measureMode(workflow: Workflow): Promise<ActionResult> {
  const { inputs, run, runner } = workflow;
  await mayComment(workflow, 'measure');
  const origin = originOf(workflow);
  const api = apiOf(workflow);
  await refuseRetargeted(workflow, api);
  const { sources, init, secrets, base: named, repeat } = inputs.check;
  const both = await measureBoth(
    {
      sources,
      init,
      secrets,
      whole: run.event.kind === 'push',
      base: baseChoice(named, run),
      origin,
      limits: null,
      shard: inputs.shard === null ? null : { ...inputs.shard, agree: agreeBy(workflow) },
    },
    await withCache(workflow, api),
  );
  const name = `${artifactName(inputs.key, inputs.leg)}${shardSuffix(inputs.shard)}`;
  const root = join(run.temp, name);
  const { base: side } = both;
  const standing = side.kind === 'measured' && side.insteadOf !== undefined ? { insteadOf: side.insteadOf } : {};
  const base = side.kind === 'measured' ? { kind: 'measured' as const, origin: side.origin, ...standing } : side;
  const shard = inputs.shard === null || both.share === null ? null : { ...inputs.shard, split: splitDigest(both.share.split) };
  const description = {
    schema: LEG_SCHEMA,
    key: inputs.key,
    leg: inputs.leg,
    headSha: headSha(run),
    pull: pullRequestNumber(run),
    base,
    repeat,
    shard,
  } as const;
  const stored = both.base.kind === 'measured' ? both.base : null;
  const leg = await writeLeg(root, description, {
    base: stored,
    head: both.head,
    twins: run.event.kind === 'push',
    limits: inputs.check.judging.limits,
  });
  const files = [...leg, ...(await writeFlameGraphs(join(root, 'flame-graphs'), both))];
  await uploadArtifact(name, files, root);
  await keepForLater(workflow, both);
  runner.output('packages', both.head.snapshot.functions.map((one) => join(both.head.folder, one.package.file)).join('\n'));
  const count = both.head.snapshot.functions.length;
  return { kind: 'passed', sentence: `measured ${counted(count, 'function')}; uploaded as ${name}` };
}
