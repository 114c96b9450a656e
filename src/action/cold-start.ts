import { join } from 'node:path';
import { ToolError, UsageError } from '../core/failures.ts';
import { measureColdStarts } from '../measure/cold-start.ts';
import { counted } from '../report/text/figures.ts';
import { uploadColdStarts } from './cold-start-leg.ts';
import { type Arrived, collectLegs } from './collect.ts';
import { mayComment } from './event.ts';
import { functionsOf, limitsOfLeg, unpackStored } from './leg.ts';
import { type ActionResult, coldStartRun, type Workflow } from './workflow.ts';

/**
 * Mode `cold-start`: samples what `measure` uploaded on AWS, and uploads what came of it for `report`. It checks nothing out and starts
 * nothing here: the packages run on AWS alone, as scratch functions that are deleted.
 */
export async function coldStartMode(workflow: Workflow): Promise<ActionResult> {
  const { inputs, runner } = workflow;
  await mayComment(workflow, 'cold-start');
  const options = inputs.check.coldStart;
  if (options === null) throw new UsageError('mode cold-start needs cold-start-role: the execution role of the scratch functions');
  const { key, run } = coldStartRun(workflow);
  runner.saveState('cold-start-run', run);
  runner.saveState('cold-start-prefix', options.prefix);
  const legs = await collectLegs(workflow, async (leg: Arrived) => {
    const { base, head, description } = leg.contents;
    // When sampling may stop depends on how many functions are compared in all, which one shard does not know.
    if (description.shard !== null) throw new UsageError('cold starts of shards are not sampled: measure in one job for mode cold-start');
    const sides = {
      base: base.kind === 'measured' ? await unpackStored(leg.zip, 'base', base.snapshot, join(leg.scratch, 'base')) : null,
      head: await unpackStored(leg.zip, 'head', head, join(leg.scratch, 'head')),
    };
    // The leg's own limits are of the job that is sampled: one that is easily kept would end its sampling early.
    const meant = { limits: limitsOfLeg(inputs.check.judging.limits, functionsOf(leg.contents), null), declared: 'unknown' } as const;
    const sampled = await measureColdStarts(sides, options, meant, { key: `${key}-${leg.name}`, run }, workflow.host);
    await uploadColdStarts(workflow, leg.name, sampled);
    return leg.contents.head.functions.length;
  });
  const absent = legs.flatMap((leg) =>
    leg.kind === 'read' ? [] : [leg.kind === 'missing' ? `${leg.name} is missing` : `${leg.name}: ${leg.reason}`],
  );
  if (absent.length > 0) throw new ToolError(`not every leg could be sampled: ${absent.join('; ')}`);
  if (legs.length === 0)
    throw new UsageError('there is no artifact of mode measure in this run: cold-start samples what measure has built');
  const count = legs.reduce((sum, leg) => sum + (leg.kind === 'read' ? leg.contents : 0), 0);
  return { kind: 'passed', sentence: `cold starts of ${counted(count, 'function')} sampled` };
}
