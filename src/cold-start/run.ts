import { randomUUID } from 'node:crypto';
import { PRICE_REGION, type Spent } from '../core/compare/price.ts';
import { Cancelled, messageOf, ToolError } from '../core/failures.ts';
import { millis } from '../core/units.ts';
import type { Progress } from '../host.ts';
import { failureKind } from './aws-failure.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Estimate, estimateOf, estimateSentence, minutes, spanOf } from './estimate.ts';
import { Lambda } from './lambda.ts';
import { lanesFor, sideBySide } from './lanes.ts';
import { type AwsOptions, type ColdStartFunction, type ColdStartPlan, settingsOf } from './options.ts';
import { assemble, refusal, type Session, type SizeOutcome } from './session.ts';
import { sampleSize } from './size.ts';
import { type Swept, sweepExpired, sweepRun } from './sweep.ts';

/** The part of the run's host that this stage needs. */
export interface ColdStartHost {
  readonly signal: AbortSignal;
  readonly progress: Pick<Progress, 'step' | 'begin'>;
}

export interface Remaining {
  readonly name: string;
  readonly reason: string;
}

export interface ColdStarts {
  readonly functions: readonly Omit<Session, 'spent'>[];
  /** What earlier runs had left. */
  readonly swept: Swept;
  /** Of the whole run; dollars by the prices reported for `priceRegion`, whatever region it ran in. */
  readonly spent: Spent & { readonly dollars: number; readonly priceRegion: string };
  /** What could not be deleted: the next run's sweep takes it after the expiry. */
  readonly remaining: readonly Remaining[];
  /** The command that deletes that at once. */
  readonly sweep: string;
  /** What it was expected to take. */
  readonly estimate: Estimate;
}

/**
 * Samples cold starts of every function on AWS, base beside head, after a sweep of what earlier runs left. Nothing of its own stays behind,
 * also when it throws or is cancelled. What AWS does not let it sample of a function is that function's reason; a ToolError only where AWS
 * cannot be reached as anybody.
 */
export async function sampleColdStarts(options: ColdStartPlan, host: ColdStartHost): Promise<ColdStarts> {
  const clock = options.clock ?? systemClock;
  using lambda = connect(options, host, clock);
  const region = await lambda.region();
  const start = clock.now();
  const swept = await sweepBefore(lambda, options, start, host);
  const expires = new Date(start + options.expiry);
  const remaining: Remaining[] = [];
  const onRemains = (name: string, reason: string): void => {
    remaining.push({ name, reason });
    host.progress.step(
      `${name} could not be deleted (${reason}): a sweep deletes it after ${expires.toISOString()}, as the next run does; \`${sweepCommand(options)}\` deletes it at once`,
    );
  };
  const lanes = lanesFor(await lambda.concurrency());
  const estimate = estimateOf(jobsOf(options), options.looks, lanes);
  host.progress.step(estimateSentence(estimate, options));
  // Said before anything is made: a run that is killed says nothing more.
  host.progress.step(`should this run be killed, \`${sweepCommand(options)}\` deletes what it leaves`);
  const ended = await sampleSizes(options, host, { lambda, clock, start, estimate, expires, onRemains });
  const sessions = options.functions.map((wanted) => {
    const { session, outcomes } = ended.get(wanted) ?? { session: '', outcomes: [] };
    const planned = options.looks.length;
    const { environment } = settingsOf(options, wanted);
    return assemble(wanted, outcomes, { session, region, planned, comparisons: options.comparisons, environment });
  });
  return {
    functions: sessions.map(({ name, crate, base, head }) => ({ name, crate, base, head })),
    swept,
    spent: {
      requests: sessions.reduce((sum, { spent }) => sum + spent.requests, 0),
      gbSeconds: sessions.reduce((sum, { spent }) => sum + spent.gbSeconds, 0),
      dollars: sessions.reduce((sum, { spent }) => sum + spent.dollars, 0),
      priceRegion: PRICE_REGION,
    },
    remaining,
    sweep: sweepCommand(options),
    estimate,
  };
}

/** What clears away what this run has left. */
function sweepCommand({ run, prefix }: ColdStartPlan): string {
  const where = prefix === 'coldgate-' ? '' : ` --cold-start-prefix ${prefix}`;
  return `coldgate sweep --run ${run}${where}`;
}

interface Sampling {
  readonly lambda: Lambda;
  readonly clock: Clock;
  /** When the run began: the cap counts from here. */
  readonly start: number;
  readonly estimate: Estimate;
  readonly expires: Date;
  readonly onRemains: (name: string, reason: string) => void;
}

interface Ended {
  readonly session: string;
  /** In the order of the memory sizes. */
  readonly outcomes: readonly SizeOutcome[];
}

/** Every function at every size, side by side: the sizes that are judged first. What AWS refuses of one costs that one alone. */
async function sampleSizes(
  options: ColdStartPlan,
  host: ColdStartHost,
  sampling: Sampling,
): Promise<ReadonlyMap<ColdStartFunction, Ended>> {
  const { lambda, clock, start, estimate, expires, onRemains } = sampling;
  const { functions, cap } = options;
  const jobs = jobsOf(options);
  const sessions = new Map(functions.map((wanted) => [wanted, randomUUID()]));
  const text = `sampling cold starts of ${functions.map(({ name }) => name).join(', ')}`;
  using waiting = host.progress.begin({ text, kind: 'long', expected: millis(estimate.most) });
  let done = 0;
  const outcomes = await sideBySide(jobs, estimate.lanes, async ({ wanted, memory }, left): Promise<SizeOutcome> => {
    if (host.signal.aborted) throw new Cancelled('cancelled while cold starts were sampled');
    const now = clock.now();
    // Where not all have a lane, each has its share of the time that is left.
    const deadline = now + (start + cap - now) * Math.min(1, estimate.lanes / left);
    const tell = (detail: string): void => waiting.tell(null, `${done} of ${jobs.length} done; ${detail}`);
    const { step } = host.progress;
    const context = { lambda, clock, expires, onRemains, signal: host.signal, deadline, session: sessions.get(wanted) ?? '' };
    const late = `the cap of ${minutes(cap)} was reached (${jobs.length === 1 ? 'it was' : `all ${jobs.length} were`} expected to take ${spanOf(estimate)})`;
    const outcome = await sampleSize(wanted, memory, options, { ...context, late, tell, step }).catch(refusal);
    if (outcome.kind === 'refused') step(`cold starts of ${wanted.name} at ${memory} MB were not measured: ${outcome.error.message}`);
    done += 1;
    return outcome;
  });
  waiting.done(null);
  const ofFunction = (wanted: ColdStartFunction): readonly SizeOutcome[] => outcomes.filter((_, place) => jobs[place]?.wanted === wanted);
  return new Map(functions.map((wanted) => [wanted, { session: sessions.get(wanted) ?? '', outcomes: ofFunction(wanted) }]));
}

interface Job {
  readonly wanted: ColdStartFunction;
  /** In MB. */
  readonly memory: number;
}

/** The sizes that are judged come first. */
function jobsOf(options: ColdStartPlan): readonly Job[] {
  const all = options.functions.flatMap((wanted) =>
    settingsOf(options, wanted).memories.map((memory, order) => ({ wanted, memory, order })),
  );
  return all.toSorted((one, other) => one.order - other.order);
}

/** A right that only the sweep needs is said to be missing, and stops nothing. */
async function sweepBefore(lambda: Lambda, { prefix, functions }: ColdStartPlan, now: number, host: ColdStartHost): Promise<Swept> {
  const hasExtensions = functions.some(({ kind }) => kind === 'extension');
  try {
    const swept = await sweepExpired(lambda, prefix, now);
    reportSwept(swept, host);
    if (swept.withoutLayers !== null && hasExtensions)
      host.progress.step(`layers of earlier runs were not looked for: ${swept.withoutLayers}`);
    return swept;
  } catch (error) {
    if (!(error instanceof ToolError) || failureKind(error.cause) === 'credentials') throw error;
    host.progress.step(`what earlier runs may have left was not looked for: ${messageOf(error)}`);
    return { deleted: [], kept: [], failed: [], withoutLayers: null };
  }
}

export interface SweepOptions {
  readonly prefix: string;
  readonly clock?: Clock;
  readonly rng?: () => number;
  readonly aws?: AwsOptions;
}

/** Deletes the scratch functions and layers whose expiry has passed, of any run: `coldgate sweep`. Only those that carry coldgate's own tag. */
export async function sweepColdStarts(options: SweepOptions, host: ColdStartHost): Promise<Swept> {
  const clock = options.clock ?? systemClock;
  using lambda = connect(options, host, clock);
  return await sweepExpired(lambda, options.prefix, clock.now());
}

/** Deletes what one run has left, expired or not: for the step after a job that was cancelled. Only those that carry this run's tags. */
export async function cleanUp(options: SweepOptions & { readonly run: string }, host: ColdStartHost): Promise<Swept> {
  using lambda = connect(options, host, options.clock ?? systemClock);
  return await sweepRun(lambda, options.prefix, options.run);
}

function connect(options: SweepOptions, host: ColdStartHost, clock: Clock): Lambda {
  return new Lambda({ ...options.aws, signal: host.signal, clock, rng: options.rng ?? Math.random });
}

function reportSwept({ deleted, failed }: Swept, host: ColdStartHost): void {
  if (deleted.length > 0) host.progress.step(`deleted what an earlier run had left: ${deleted.join(', ')}`);
  for (const { name, reason } of failed) host.progress.step(`the sweep could not deal with ${name}: ${reason}`);
}
