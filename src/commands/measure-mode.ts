import { join } from 'node:path';
import { uploadArtifact } from '../baseline/artifact.ts';
import { measureBoth } from '../check.ts';
import { baseWish, headSha } from './base-wish.ts';
import { writeFlameGraphs } from './flame-graphs.ts';
import { keepForLater, withCache } from './keep.ts';
import { artifactName, LEG_SCHEMA, writeLeg } from './leg.ts';
import { mayComment } from './refuse.ts';
import { type ActionResult, apiOf, originOf, type Workflow } from './workflow.ts';

/** Mode `measure`: builds base and head and uploads what was measured as one artifact. No verdict, and no rights needed. */
export async function measureMode(workflow: Workflow): Promise<ActionResult> {
  const { inputs, run, runner } = workflow;
  mayComment(workflow, 'measure');
  const origin = originOf(workflow);
  const request = {
    sources: inputs.check.sources,
    init: inputs.check.init,
    base: baseWish(inputs.check.base, run),
    origin,
    arguments: inputs.arguments,
  };
  const both = await measureBoth(request, await withCache(workflow, apiOf(workflow)));
  const name = artifactName(inputs.key, inputs.leg);
  const root = join(run.temp, name);
  const base = both.base.kind === 'measured' ? { kind: 'measured' as const, origin: both.base.origin } : both.base;
  const description = { schema: LEG_SCHEMA, key: inputs.key, leg: inputs.leg, headSha: headSha(run), base, command: both.command } as const;
  const stored =
    both.base.kind === 'measured' && both.baseFolder !== null ? { folder: both.baseFolder, snapshot: both.base.snapshot } : null;
  const leg = await writeLeg(root, description, { base: stored, head: both.head, twins: run.event.kind === 'push' });
  const files = [...leg, ...(await writeFlameGraphs(join(root, 'flame-graphs'), both))];
  await uploadArtifact(name, files, root);
  await keepForLater(workflow, both);
  runner.output('packages', both.head.snapshot.functions.map((one) => join(both.head.folder, one.package.file)).join('\n'));
  const count = both.head.snapshot.functions.length;
  return { kind: 'passed', sentence: `measured ${count} ${count === 1 ? 'function' : 'functions'}; uploaded as ${name}` };
}
