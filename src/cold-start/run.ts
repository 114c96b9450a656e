import { PRICE_REGION, priceOf, type Spent } from '../core/compare/price.ts';
import { Cancelled } from '../core/failures.ts';
import type { Progress } from '../host.ts';
import { type Clock, systemClock } from './clock.ts';
import { Lambda } from './lambda.ts';
import type { AwsOptions, ColdStartFunction, ColdStartPlan } from './options.ts';
import { checkPackage } from './scratch-function.ts';
import { measureFunction, type Session } from './session.ts';
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
}

/**
 * Samples cold starts of every function on AWS, base beside head, after a sweep of what earlier runs left. Nothing of its own stays behind,
 * also when it throws or is cancelled. A UsageError for packages that AWS would refuse, a ToolError for what AWS did not do.
 */
export async function sampleColdStarts(options: ColdStartPlan, host: ColdStartHost): Promise<ColdStarts> {
  for (const wanted of options.functions) await checkPackages(wanted, options.bucket);
  const clock = options.clock ?? systemClock;
  using lambda = connect(options, host, clock);
  const region = await lambda.region();
  const start = clock.now();
  const swept = await sweepExpired(lambda, options.prefix, start);
  reportSwept(swept, host);
  const expires = new Date(start + options.expiry);
  const remaining: Remaining[] = [];
  const onRemains = (name: string, reason: string): void => {
    remaining.push({ name, reason });
    host.progress.step(
      `${name} could not be deleted (${reason}): a sweep deletes it after ${expires.toISOString()}, as the next run or \`coldgate sweep\` does`,
    );
  };
  const sessions: Session[] = [];
  let dollars = 0;
  for (const [index, wanted] of options.functions.entries()) {
    if (host.signal.aborted) throw new Cancelled('cancelled while cold starts were sampled');
    const now = clock.now();
    const deadline = now + (start + options.cap - now) / (options.functions.length - index);
    const { progress, signal } = host;
    const session = await measureFunction(wanted, options, {
      ...{ lambda, clock, region, deadline, expires, progress, signal, onRemains },
    });
    sessions.push(session);
    dollars += priceOf(session.spent, wanted.arch);
  }
  return {
    functions: sessions.map(({ name, crate, base, head }) => ({ name, crate, base, head })),
    swept,
    spent: {
      requests: sessions.reduce((sum, { spent }) => sum + spent.requests, 0),
      gbSeconds: sessions.reduce((sum, { spent }) => sum + spent.gbSeconds, 0),
      dollars,
      priceRegion: PRICE_REGION,
    },
    remaining,
  };
}

export interface SweepOptions {
  readonly prefix: string;
  readonly clock?: Clock;
  readonly rng?: () => number;
  readonly aws?: AwsOptions;
}

/** Deletes the scratch functions whose expiry has passed, of any run: `coldgate sweep`. Only those that carry coldgate's own tag. */
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

async function checkPackages({ name, base, head }: ColdStartFunction, bucket: string | null): Promise<void> {
  for (const side of [base, head]) if (side !== null) await checkPackage(side.zip, name, bucket);
}
