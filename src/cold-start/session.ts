import { priceOf, type Spent } from '../core/compare/price.ts';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import { withoutValues } from '../core/redact.ts';
import type { ColdStartAtMemory, ColdStartMeasurement, NotSampled } from '../core/snapshot/cold-start.ts';
import type { Arch } from '../core/snapshot/snapshot.ts';
import { millis } from '../core/units.ts';
import { BrokenOff } from './broken-off.ts';
import type { FailedInit } from './invocation.ts';
import type { ColdStartFunction } from './options.ts';
import type { Ending, SideSamples } from './samples.ts';
import type { Sampled } from './tally.ts';

/** As a snapshot takes it. */
const LONGEST_REASON = 4_096;

/** One function's base and head, sampled beside each other; `base` is `null` where there is none. */
export interface Session {
  readonly name: string;
  readonly crate: string;
  readonly base: ColdStartMeasurement | null;
  readonly head: ColdStartMeasurement;
  /** US dollars by the prices of each side's architecture. */
  readonly spent: Spent & { readonly dollars: number };
}

/** What came of one memory size of a function. */
export type SizeOutcome =
  | { readonly kind: 'sampled'; readonly sampled: Sampled }
  /** Time was up before the first look: nothing that could be judged. */
  | { readonly kind: 'late'; readonly reason: string; readonly sampled: Sampled | null }
  /** `sampled`: what was seen before AWS ended it; `null` where it never began. */
  | { readonly kind: 'refused'; readonly error: ToolError | UsageError; readonly sampled: Sampled | null };

export interface Place {
  readonly session: string;
  readonly region: string;
  /** How many looks were planned. */
  readonly planned: number;
  /** Functions × sizes of all legs of the run. */
  readonly comparisons: number;
  /** Whose values are not repeated. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What AWS does not do, or would refuse, costs one size alone; a cancelled run is no outcome. */
export function refusal(error: unknown): SizeOutcome {
  if (error instanceof BrokenOff) return { kind: 'refused', error, sampled: error.sampled };
  if (error instanceof ToolError || error instanceof UsageError) return { kind: 'refused', error, sampled: null };
  throw error;
}

/**
 * What was sampled of a function, its sizes in ascending order. Without the smallest, which is the one that is judged, it is `none` with the
 * reason, and everything that was billed is still told.
 */
export function assemble(wanted: ColdStartFunction, outcomes: readonly SizeOutcome[], place: Place): Session {
  const { name, crate } = wanted;
  const spent = spentOf(outcomes, wanted);
  const [judged] = outcomes;
  const sampled = outcomes.flatMap((outcome) => (outcome.kind === 'sampled' ? [outcome.sampled] : []));
  const failed = sampled.find(({ end }) => end === 'never');
  if (judged?.kind !== 'sampled' && failed === undefined) {
    const none = { kind: 'none', code: 'aws', reason: judged === undefined ? 'it was not sampled' : reasonOf(judged) } as const;
    const seen = outcomes.flatMap((outcome) => (outcome.sampled === null ? [] : [outcome.sampled]));
    const base = {
      ...none,
      ...startsUntil(
        seen.flatMap((one) => one.base ?? []),
        place,
      ),
    };
    return {
      name,
      crate,
      base: wanted.base === null ? null : base,
      head: {
        ...none,
        ...startsUntil(
          seen.map((one) => one.head),
          place,
        ),
      },
      spent,
    };
  }
  // Where a side does not start there is nothing beyond that.
  const told = failed === undefined ? sampled : sampled.slice(0, sampled.indexOf(failed) + 1);
  return { name, crate, ...sidesOf(told, failed, place), spent };
}

function reasonOf(outcome: SizeOutcome): string {
  switch (outcome.kind) {
    case 'late':
      return outcome.reason;
    case 'refused':
      return messageOf(outcome.error).slice(0, LONGEST_REASON);
    case 'sampled':
      return 'it was not sampled';
  }
}

function spentOf(outcomes: readonly SizeOutcome[], { base, head }: ColdStartFunction): Session['spent'] {
  const all = outcomes.flatMap((outcome) => (outcome.sampled === null ? [] : [outcome.sampled]));
  const priced = (samples: SideSamples | null, arch: Arch): readonly Session['spent'][] =>
    samples === null ? [] : [{ ...samples.spent, dollars: priceOf(samples.spent, arch) }];
  const spents = all.flatMap((sampled) => [
    ...priced(sampled.base, (base ?? head).arch),
    ...priced(sampled.head, head.arch),
    ...priced(sampled.host, head.arch),
  ]);
  return {
    requests: spents.reduce((sum, { requests }) => sum + requests, 0),
    gbSeconds: spents.reduce((sum, { gbSeconds }) => sum + gbSeconds, 0),
    dollars: spents.reduce((sum, { dollars }) => sum + dollars, 0),
  };
}

function sidesOf(done: readonly Sampled[], failed: Sampled | undefined, place: Place): Pick<Session, 'base' | 'head'> {
  const bases = done.flatMap(({ base }) => (base === null ? [] : [base]));
  const heads = done.map(({ head }) => head);
  const hosts = done.map(({ host }) => host);
  const [baseFailure, headFailure] = [failed?.baseFailure ?? null, failed?.headFailure ?? null];
  // Where a side does not start nothing was looked at.
  const ends = done.map(({ looksTaken, end }) => (failed !== undefined || end === 'never' ? NOT_LOOKED_AT : { looksTaken, end }));
  const headEnds = ends.map((end, index) => ({ ...end, ...cutOf(done[index]?.cut ?? null, place) }));
  return {
    base: bases.length === 0 ? null : measurement(bases, baseFailure, headFailure !== null, ends, place),
    head: measurement(heads, headFailure, baseFailure !== null, headEnds, place, hosts),
  };
}

function cutOf(cut: string | null, { environment }: Place): Pick<Ending, 'cut'> {
  return cut === null ? {} : { cut: withoutValues(cut, environment).slice(0, LONGEST_REASON) };
}

const NOT_LOOKED_AT = { looksTaken: 0, end: 'failures' } as const;

/** Where the other side does not start there are no pairs: every good start is shown, and nothing is compared. */
function measurement(
  samples: readonly SideSamples[],
  failure: FailedInit | null,
  otherFailed: boolean,
  /** What each size came to, in the samples' order. */
  ends: readonly Ending[],
  { session, region, planned, comparisons, environment }: Place,
  hosts: readonly (SideSamples | null)[] = [],
): ColdStartMeasurement {
  const redacted = redactor(environment);
  if (failure !== null) return { kind: 'failed', session, region, ...redacted(failure) };
  const sizes = samples
    .map((one, index) => withHost(one.toSize(ends[index] ?? NOT_LOOKED_AT, otherFailed), hosts[index] ?? null))
    .filter(({ starts }) => starts.attempted > 0)
    .map((size) => ({ ...size, starts: { ...size.starts, failure: size.starts.failure === null ? null : redacted(size.starts.failure) } }));
  if (sizes.length === 0) return { kind: 'none', code: 'aws', reason: 'no invocation gave a cold start that counts' };
  return { kind: 'sampled', session, region, plannedLooks: planned, comparisons, sizes };
}

/** An extension's host alone is told, and paid for, with head. */
function withHost(size: ColdStartAtMemory, host: SideSamples | null): ColdStartAtMemory {
  if (host === null) return size;
  const { requests, gbSeconds } = host.spent;
  const spent = { requests: size.spent.requests + requests, gbSeconds: size.spent.gbSeconds + gbSeconds };
  return { ...size, spent, host: [...host.initDurations].map(millis) };
}

/** The starts that were seen of sizes that are not measured: one that fails is an outcome, whatever ended the sampling. */
function startsUntil(samples: readonly SideSamples[], { session, comparisons, environment }: Place): Pick<NotSampled, 'until'> {
  const redacted = redactor(environment);
  const sizes = samples.flatMap(({ memory, starts: { failure, ...counts } }) =>
    counts.attempted === 0 ? [] : [{ memory, starts: { ...counts, failure: failure === null ? null : redacted(failure) } }],
  );
  return sizes.length === 0 ? {} : { until: { session, comparisons, sizes } };
}

/** What a function wrote, without the values of its variables. */
function redactor(environment: Place['environment']) {
  return <F extends { readonly lastLines: readonly string[] }>(failed: F) => ({
    ...failed,
    lastLines: failed.lastLines.map((line) => withoutValues(line, environment)),
  });
}
