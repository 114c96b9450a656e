import type { ColdStartOptions, ColdStartRun } from './cold-start/options.ts';
import { declaredAt } from './core/compare/declared-limits.ts';
import type { Outcome } from './core/model/outcome.ts';
import type { Judging } from './core/outcome.ts';
import { millis } from './core/units.ts';
import type { Host } from './host.ts';
import { type MeasuredBoth, type MeasureRequest, measureBoth } from './measure/both.ts';
import { type RepeatedFlag, renderRepeat } from './options/repeat.ts';

export interface CheckRequest extends Omit<MeasureRequest, 'limits' | 'judged' | 'shard'> {
  /** The flags of the command that repeats it. */
  readonly repeat: readonly RepeatedFlag[];
  readonly judging: Judging;
  /** Cold starts on AWS, and whose run they are of; `null`: none. */
  readonly coldStart: (ColdStartOptions & ColdStartRun) | null;
}

export interface Checked extends MeasuredBoth {
  readonly outcome: Outcome;
}

/** The whole story: base, then head, measured in one private checkout; compared and judged. Reporting is the entry's. */
export async function check(request: CheckRequest, host: Host): Promise<Checked> {
  if (request.coldStart !== null) {
    const { checkAwsFirst } = await import('./measure/cold-start.ts');
    await checkAwsFirst(request.coldStart, host);
  }
  const local = await measureBoth({ ...request, limits: request.judging.limits, judged: request.judging.limits, shard: null }, host);
  const both = request.coldStart === null ? local : await withColdStarts(local, request.coldStart, request.judging, host);
  // Loaded now, not before the builds.
  const [{ outcomeOf }, { measuredReferences }] = [await import('./core/outcome.ts'), await import('./core/judge/references.ts')];
  const { snapshot, origin } = both.head;
  const command = renderRepeat(request.repeat, both.wanted?.sha ?? null, request.origin);
  return {
    ...both,
    outcome: outcomeOf(
      both.base,
      { snapshot, origin },
      { ...request.judging, references: measuredReferences(both.references) },
      { timings: both.timings, command, baseReason: both.baseReason },
    ),
  };
}

/** The same measurements with cold starts of the packages on AWS. */
async function withColdStarts(
  both: MeasuredBoth,
  options: ColdStartOptions & ColdStartRun,
  judging: Judging,
  host: Host,
): Promise<MeasuredBoth> {
  const { measureColdStarts } = await import('./measure/cold-start.ts');
  const started = performance.now();
  const { base, head } = both;
  const before = base.kind === 'measured' ? base : null;
  const stopping = { limits: judging.limits, declared: declaredAt(base) };
  const sampled = await measureColdStarts({ base: before, head }, options, stopping, { ...options, beside: 0 }, host);
  const took = performance.now() - started;
  return {
    ...both,
    base: before === null || sampled.base === null ? base : { ...before, snapshot: sampled.base },
    head: { ...head, snapshot: sampled.head },
    timings: { ...both.timings, 'cold-start': millis(Math.round(took)), total: millis(Math.round((both.timings.total ?? 0) + took)) },
  };
}
