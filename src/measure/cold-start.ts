import { join } from 'node:path';
import type { Stored } from '../cache/store.ts';
import type { ColdStartOptions, ColdStartRun } from '../cold-start/options.ts';
import type { ColdStarts } from '../cold-start/run.ts';
import { COLD_START_ALPHA, checkLooks } from '../core/compare/looks.ts';
import { effectiveLimits, lawOf, limitsFor } from '../core/judge/limit-scopes.ts';
import { decided } from '../core/judge/stopping.ts';
import type { Bound, LimitSet, Pair } from '../core/model.ts';
import { pairFunctions } from '../core/pair.ts';
import { withoutQuotedValues } from '../core/redact.ts';
import type { ColdStartMeasurement } from '../core/snapshot/cold-start.ts';
import type { DeclaredLimit, FunctionMeasurement, Snapshot } from '../core/snapshot/snapshot.ts';
import { shipsTheSame } from '../core/snapshot/unchanged.ts';
import type { Host } from '../host.ts';

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

/** A run is over long before: a cap of an hour, ten functions, and time to delete them. */
const EXPIRY_MS = 3 * 60 * 60 * 1_000;

/**
 * Samples the cold starts of every changed function on AWS, base beside head, and answers both snapshots with what came of it. The limits
 * decide when a look settles a function. AWS's client is loaded here and not before.
 */
export async function measureColdStarts(
  sides: { readonly base: Stored | null; readonly head: Stored },
  options: ColdStartOptions,
  stopping: StoppingLimits,
  { key, run }: ColdStartRun,
  host: Pick<Host, 'signal' | 'progress' | 'nameOf'>,
): Promise<MeasuredColdStarts> {
  const { base, head } = sides;
  const results = new Map<FunctionMeasurement, ColdStartMeasurement | null>();
  const keep = ({ base: before, head: fn }: Beside, measured: Pair<ColdStartMeasurement>): void => {
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
    const comparisons = wanted.length * options.memories.length;
    checkLooks(options.looks, comparisons, host.nameOf('cold-start-samples'));
    const bounds = boundsOf(
      wanted.map((pair) => pair.head),
      stopping,
      sides,
    );
    const { sampleColdStarts } = await import('../cold-start/run.ts');
    const sampled: ColdStarts = await sampleColdStarts(
      {
        ...options,
        key,
        run,
        functions: wanted.map(({ base: before, head: fn }) => ({
          name: fn.name,
          crate: fn.crate,
          arch: fn.arch,
          base: before === null || base === null ? null : packageOf(before, base),
          head: packageOf(fn, head),
        })),
        expiry: EXPIRY_MS + options.cap,
        decide: ({ function: name, memory, base: one, head: other, taken, planned }) => {
          // The smallest size is the one that is judged.
          const isJudged = memory === options.memories[0];
          const judged = isJudged ? (bounds.get(name) ?? []) : [];
          // A limit that is not known here may need every look.
          if (isJudged && judged.length === 0 && stopping.declared === 'unknown') return false;
          return decided(one, other, { limits: judged, taken, planned, alpha: COLD_START_ALPHA, comparisons }) !== null;
        },
        rng: Math.random,
      },
      host,
    );
    for (const pair of wanted) {
      const measured = sampled.functions.find(({ name }) => name === pair.head.name);
      if (measured !== undefined) keep(pair, withoutQuotedValues(measured, options.environment));
    }
    const { requests, dollars, priceRegion } = sampled.spent;
    host.progress.step(`cold starts: ${requests} invocations, about $${dollars.toFixed(4)} at the prices of ${priceRegion}`);
  }
  const withColdStart = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    functions: snapshot.functions.map((fn) => ({ ...fn, coldStart: results.get(fn) ?? null })),
  });
  return { base: base === null ? null : withColdStart(base.snapshot), head: withColdStart(head.snapshot) };
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

/** The bounds of each function's `cold-start.p50`, of every limit one. */
function boundsOf(
  functions: readonly FunctionMeasurement[],
  { limits, declared }: StoppingLimits,
  { head }: { readonly head: Stored },
): ReadonlyMap<string, readonly (readonly Bound[])[]> {
  const law = declared === 'unknown' ? [] : lawOf(declared);
  const effective = effectiveLimits(limits, law, head.snapshot.functions);
  return new Map(
    functions.map((fn) => [
      fn.name,
      limitsFor(fn, effective)
        .filter(({ metric }) => metric === 'cold-start.p50')
        .map(({ bounds }) => bounds),
    ]),
  );
}

function packageOf(fn: FunctionMeasurement, { snapshot, folder }: Stored): { readonly zip: string; readonly sha: string } {
  return { zip: join(folder, fn.package.file), sha: snapshot.commit.sha };
}

function reasonToSkip(base: FunctionMeasurement | null, head: FunctionMeasurement): ColdStartMeasurement | null {
  if (head.kind === 'extension') return { kind: 'none', reason: 'an extension has no cold start of its own' };
  if (base !== null && shipsTheSame(base, head)) return { kind: 'none', reason: 'byte-identical to base: nothing changed' };
  return null;
}
