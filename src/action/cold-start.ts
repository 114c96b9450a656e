import { join } from 'node:path';
import type { ColdStartOptions } from '../cold-start/options.ts';
import { ToolError, UsageError } from '../core/failures.ts';
import { checkAwsFirst, comparisonsOf, measureColdStarts } from '../measure/cold-start.ts';
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
  if (workflow.run.event.kind === 'workflow-run' && options.like !== null && options.like.values.length > 0)
    throw new UsageError(
      'input cold-start-like-values is refused under workflow_run: whoever opened the pull request wrote the code that would read these values; give harmless ones with cold-start-env',
    );
  await checkAwsFirst(options, workflow.host);
  const { key, run } = coldStartRun(workflow);
  runner.saveState('cold-start-run', run);
  runner.saveState('cold-start-prefix', options.prefix);
  const comparisons = await comparisonsOfLegs(workflow, options);
  const total = [...comparisons.values()].reduce((sum, one) => sum + one, 0);
  // The risk is shared with every leg of the run, the time with those that this job samples.
  const mine = [...comparisons].filter(([leg]) => inputs.legs.length === 0 || inputs.legs.includes(leg));
  const time = { end: Date.now() + options.cap, left: mine.reduce((sum, [, one]) => sum + one, 0) };
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
    const own = comparisons.get(leg.name) ?? 0;
    // The cap is the run's: each leg has its share of what is left of it.
    const cap = Math.max(1, Math.round((time.end - Date.now()) * (own / Math.max(own, time.left, 1))));
    time.left -= own;
    const beside = { key: `${key}-${leg.name}`, run, beside: total - own };
    const sampled = await measureColdStarts(sides, { ...options, cap }, meant, beside, workflow.host);
    await uploadColdStarts(workflow, leg.name, sampled);
    for (const { name, coldStart } of sampled.head.functions)
      if (coldStart?.kind === 'none' && coldStart.code === 'aws')
        runner.warn(`cold starts of ${name} were not measured: ${coldStart.reason}`);
    for (const { code, text } of sampled.head.notes) if (code === 'left-on-aws') runner.warn(`left on AWS: ${text}`);
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

/**
 * By leg, of all that the run has measured, also where this job samples a part of them: the risk of a wrong verdict is the run's, so each leg
 * has to know of the others before it is sampled.
 */
async function comparisonsOfLegs(workflow: Workflow, options: ColdStartOptions): Promise<ReadonlyMap<string, number>> {
  const everything = { ...workflow, inputs: { ...workflow.inputs, legs: [] } };
  const legs = await collectLegs(everything, async ({ contents: { base, head } }: Arrived) =>
    comparisonsOf({ base: base.kind === 'measured' ? base.snapshot : null, head }, options),
  );
  return new Map(legs.flatMap((leg) => (leg.kind === 'read' ? [[leg.name, leg.contents] as const] : [])));
}
