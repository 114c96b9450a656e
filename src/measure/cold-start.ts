import { join } from 'node:path';
import type { Stored } from '../cache/store.ts';
import type { ColdStartOptions, ColdStartPackage, ColdStartRun } from '../cold-start/options.ts';
import type { ColdStarts } from '../cold-start/run.ts';
import { startsToProve } from '../core/compare/failing-starts.ts';
import { claimsPerSize, FIRST_RESPONSE_ON_AWS } from '../core/compare/first-response-on-aws.ts';
import { COLD_START_ALPHA, checkLooks } from '../core/compare/looks.ts';
import { ToolError, UsageError } from '../core/failures.ts';
import { effectiveLimits, lawOf, limitsFor } from '../core/judge/limit-scopes.ts';
import { isOfColdStarts } from '../core/judge/sampled.ts';
import { decided } from '../core/judge/stopping.ts';
import { LAMBDA_LIMITS, unpackedSize } from '../core/lambda-limits.ts';
import type { Limit, LimitSet } from '../core/model/limits.ts';
import { pairFunctions } from '../core/pair.ts';
import { withoutQuotedValues, withoutValues } from '../core/redact.ts';
import type { Pair } from '../core/rows.ts';
import type { ColdStartMeasurement } from '../core/snapshot/cold-start.ts';
import type { DeclaredLimit, FunctionMeasurement, Note, Snapshot } from '../core/snapshot/snapshot.ts';
import { shipsTheSame } from '../core/snapshot/unchanged.ts';
import { renderBytes } from '../core/units.ts';
import type { Host } from '../host.ts';
import { ownSettings } from './cold-start-settings.ts';

export interface MeasuredColdStarts {
  readonly base: Snapshot | null;
  readonly head: Snapshot;
}

/** A function of head, and what it was at base. */
type Beside = Pair<FunctionMeasurement> & { readonly head: FunctionMeasurement };

/** By which limits a look may end the sampling: those of the inputs, and those that base declares where these can be believed. */
export interface StoppingLimits {
  readonly limits: LimitSet;
  /** `unknown`: a function that no input bounds takes all its looks. */
  readonly declared: readonly DeclaredLimit[] | 'unknown';
}

/** As a snapshot takes it. */
const LONGEST_REASON = 4_096;
/** A run is over long before: a cap of an hour, ten functions, and time to delete them. */
const EXPIRY_MS = 3 * 60 * 60 * 1_000;

/**
 * Samples the cold starts of every changed function on AWS, base beside head, and answers both snapshots with what came of it. The limits
 * decide when a look settles a function. What AWS does not do, or would refuse, costs the cold starts alone: their reason stands in their
 * place. AWS's client is loaded here and not before.
 */
export async function measureColdStarts(
  sides: { readonly base: Stored | null; readonly head: Stored },
  options: ColdStartOptions,
  stopping: StoppingLimits,
  run: ColdStartRun & {
    /** Functions × sizes of the run's other legs: the risk is shared with them. */
    readonly beside: number;
  },
  host: Pick<Host, 'signal' | 'progress' | 'nameOf'>,
): Promise<MeasuredColdStarts> {
  const { base, head } = sides;
  const results = new Map<FunctionMeasurement, ColdStartMeasurement | null>();
  const notes: Note[] = [];
  const keep: Keep = ({ base: before, head: fn }, measured) => {
    results.set(fn, measured.head);
    if (before !== null) results.set(before, measured.base);
  };
  const pairs = pairFunctions(base?.snapshot.functions ?? [], head.snapshot.functions, head.snapshot.renamed);
  const wanted = pairs
    .flatMap(({ base: before, head: fn }): readonly Beside[] => (fn === null ? [] : [{ base: before, head: fn }]))
    .filter((pair) => {
      const skipped = reasonToSkip(pair.base, pair.head);
      if (skipped !== null) keep(pair, { base: skipped, head: skipped });
      return skipped === null;
    });
  if (wanted.length > 0) {
    try {
      await sampleAll(wanted, keep, notes, { sides, options, stopping, run, host });
    } catch (error) {
      if (!(error instanceof ToolError || error instanceof UsageError)) throw error;
      host.progress.step(`cold starts were not measured: ${error.message}`);
      const none = notMeasured(withoutValues(error.message, options.environment));
      for (const pair of wanted) if (!results.has(pair.head)) keep(pair, { base: none, head: none });
    }
  }
  const withColdStart = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    functions: snapshot.functions.map((fn) => ({ ...fn, coldStart: results.get(fn) ?? null })),
  });
  const after = withColdStart(head.snapshot);
  return { base: base === null ? null : withColdStart(base.snapshot), head: { ...after, notes: [...after.notes, ...notes] } };
}

/** How many functions × sizes of a leg would be sampled: those that change, at the sizes that are known without asking AWS. */
export function comparisonsOf(sides: { readonly base: Snapshot | null; readonly head: Snapshot }, options: ColdStartOptions): number {
  const { base, head } = sides;
  return pairFunctions(base?.functions ?? [], head.functions, head.renamed).reduce(
    (sum, pair) =>
      pair.head === null || reasonToSkip(pair.base, pair.head) !== null
        ? sum
        : sum + (options.perFunction.get(pair.head.name)?.memories ?? options.memories).length,
    0,
  );
}

type Keep = (pair: Beside, measured: Pair<ColdStartMeasurement>) => void;

interface Sampling {
  readonly sides: { readonly base: Stored | null; readonly head: Stored };
  readonly options: ColdStartOptions;
  readonly stopping: StoppingLimits;
  readonly run: ColdStartRun & { readonly beside: number };
  readonly host: Pick<Host, 'signal' | 'progress' | 'nameOf'>;
}

async function sampleAll(
  wanted: readonly Beside[],
  keep: Keep,
  notes: Note[],
  { sides, options, stopping, run: { beside, ...run }, host }: Sampling,
): Promise<void> {
  const settings = await ownSettings(
    options,
    wanted.map(({ head }) => head.name),
    host,
  );
  const sampling = wanted.flatMap((pair) => {
    const own = settings.get(pair.head.name);
    if (own?.kind === 'settings') return [{ pair, settings: own.settings }];
    const none = notMeasured(own?.reason ?? '');
    keep(pair, { base: none, head: none });
    return [];
  });
  const own = sampling.reduce((sum, { settings: { memories } }) => sum + memories.length, 0);
  if (own === 0) return;
  const comparisons = own + beside;
  const law = stopping.declared === 'unknown' ? [] : lawOf(stopping.declared);
  // Recorded are functions × sizes: who judges knows the limits, and counts the claims for itself.
  const claimed = comparisons * claimsPerSize([stopping.limits, ...law.map(({ set }) => set)]);
  checkLooks(options.looks, claimed, host.nameOf('cold-start-samples'));
  const limits = limitsOf(
    sampling.map(({ pair }) => pair.head),
    stopping.limits,
    law,
    sides,
  );
  const { sampleColdStarts } = await import('../cold-start/run.ts');
  const sampled: ColdStarts = await sampleColdStarts(
    {
      ...options,
      ...run,
      functions: sampling.map(({ pair: { base: before, head: fn }, settings: own }) => ({
        kind: fn.kind,
        name: fn.name,
        crate: fn.crate,
        base: before === null || sides.base === null ? null : packageOf(before, sides.base),
        head: packageOf(fn, sides.head),
        settings: own,
      })),
      expiry: EXPIRY_MS + options.cap,
      startsToProve: startsToProve(comparisons),
      comparisons,
      decide: ({ function: name, memory, base: one, head: other, firstResponse: events, places, taken, planned }) => {
        // The smallest size is the one that is judged.
        const [smallest] = sampling.find(({ pair }) => pair.head.name === name)?.settings.memories ?? [];
        const isJudged = memory === smallest;
        const judged = isJudged ? (limits.get(name) ?? []) : [];
        // A limit that is not known here may need every look.
        if (isJudged && judged.length === 0 && stopping.declared === 'unknown') return false;
        const on = (metric: Limit['metric']): readonly Limit[] => judged.filter((limit) => limit.metric === metric);
        const look = { taken, planned, alpha: COLD_START_ALPHA, comparisons: claimed };
        const first = { events, limits: on(FIRST_RESPONSE_ON_AWS) };
        return decided(one, other, places, { ...look, limits: on('cold-start.p50'), first }) !== null;
      },
      rng: Math.random,
    },
    host,
  );
  notes.push(...leftNote(sampled));
  for (const { pair, settings: own } of sampling) {
    const measured = sampled.functions.find(({ name }) => name === pair.head.name);
    if (measured !== undefined) keep(pair, withoutQuotedValues(measured, own.environment));
  }
  const { requests, dollars, priceRegion } = sampled.spent;
  host.progress.step(`cold starts: ${requests} invocations, about $${dollars.toFixed(4)} at the prices of ${priceRegion}`);
}

/** Names of coldgate's own, so that a person can look for them. */
const NAMED = 5;

function leftNote({ remaining, sweep }: ColdStarts): readonly Note[] {
  if (remaining.length === 0) return [];
  const names = remaining.map(({ name }) => name);
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  const text = `not deleted: ${names.slice(0, NAMED).join(', ')}${more}; ${sweep} deletes what is still there`;
  return [{ code: 'left-on-aws', text }];
}

function notMeasured(reason: string): ColdStartMeasurement {
  return { kind: 'none', code: 'aws', reason: reason.slice(0, LONGEST_REASON) };
}

/** What can be known of AWS before anything is built: a ToolError where nothing could be sampled afterwards, a UsageError for a function that is not there to be like. */
export async function checkAwsFirst(
  { like }: Pick<ColdStartOptions, 'like'>,
  host: Pick<Host, 'signal' | 'progress' | 'env'>,
): Promise<void> {
  const { checkAws } = await import('../cold-start/ready.ts');
  await checkAws(host, {}, [...(like?.deployed.values() ?? [])]);
}

/** Deletes scratch functions on AWS that outlived their run: all that expired, or what one run has left. */
export async function sweep(
  prefix: string,
  run: string | null,
  host: Pick<Host, 'signal' | 'progress'>,
): ReturnType<typeof import('../cold-start/run.ts').sweepColdStarts> {
  const { sweepColdStarts, cleanUp } = await import('../cold-start/run.ts');
  return run === null ? sweepColdStarts({ prefix }, host) : cleanUp({ prefix, run }, host);
}

/** Each function's limits on what is sampled in looks. */
function limitsOf(
  functions: readonly FunctionMeasurement[],
  limits: LimitSet,
  law: ReturnType<typeof lawOf>,
  { head }: { readonly head: Stored },
): ReadonlyMap<string, readonly Limit[]> {
  const effective = effectiveLimits(limits, law, head.snapshot.functions);
  return new Map(functions.map((fn) => [fn.name, limitsFor(fn, effective).filter(({ metric }) => isOfColdStarts(metric))]));
}

function packageOf(fn: FunctionMeasurement, { snapshot, folder }: Stored): ColdStartPackage {
  return { zip: join(folder, fn.package.file), sha: snapshot.commit.sha, arch: fn.arch };
}

function aKind({ kind }: FunctionMeasurement): string {
  return kind === 'extension' ? 'an extension' : 'a function';
}

function reasonToSkip(base: FunctionMeasurement | null, head: FunctionMeasurement): ColdStartMeasurement | null {
  if (base !== null && base.kind !== head.kind)
    return { kind: 'none', code: 'skipped', reason: `it is ${aKind(head)}, and at base it was ${aKind(base)}` };
  if (base !== null && shipsTheSame(base, head))
    return { kind: 'none', code: 'skipped', reason: 'byte-identical to base: nothing changed' };
  for (const [fn, whose] of [
    [head, 'its package'],
    [base, "base's package"],
  ] as const) {
    const size = fn === null ? 0 : Math.max(fn.package.size, unpackedSize(fn.package.entries));
    if (size >= LAMBDA_LIMITS.unpacked)
      return { kind: 'none', code: 'skipped', reason: `${whose} unpacks to ${renderBytes(size)}, which Lambda does not take` };
  }
  return null;
}
