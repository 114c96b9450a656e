import { preflight } from '../cargo/preflight.ts';
import type { Bisection, FoundJump } from '../core/bisect/found.ts';
import { findJump, findJumps, type Jump } from '../core/bisect/search.ts';
import type { Measured, Reading, Walker } from '../core/bisect/walker.ts';
import { compare } from '../core/compare/compare.ts';
import { ToolError, UsageError } from '../core/failures.ts';
import type { NamedFunction } from '../core/function-names.ts';
import { isCrateMetric, type Metric } from '../core/metrics.ts';
import type { Snapshot } from '../core/snapshot/snapshot.ts';
import { lastedText, millis } from '../core/units.ts';
import { type Revision, resolveCommit } from '../git/repository.ts';
import { firstParents, forksOf, isAncestor, parentsOf, refuseCut, refuseShallow } from '../git/walk.ts';
import type { Host } from '../host.ts';
import { requestOf } from '../measure/both.ts';
import { openContext, type Sources } from '../measure/context.ts';
import { namingFullDisk } from '../measure/full-disk.ts';
import type { InitOptions } from '../measure/init.ts';
import { functionIn, functionMeant, functionsHere } from '../measure/one-function.ts';
import { type Meter, meterAt } from './meter.ts';
import { figureAt, startsFor } from './value.ts';

export interface BisectRequest {
  readonly sources: Sources;
  readonly init: InitOptions;
  /** `null`: the only one there is. */
  readonly function: string | null;
  readonly good: string;
  readonly bad: string;
  readonly metric: Metric;
  /** Every jump, not the one in the middle alone. */
  readonly all: boolean;
}

/** Finds the commit that brought a metric's growth: first along first parents, then inside the merge. */
export function bisect(request: BisectRequest, host: Host): Promise<Bisection> {
  return namingFullDisk(host, () => bisectHere(request, host));
}

async function bisectHere(request: BisectRequest, host: Host): Promise<Bisection> {
  const started = performance.now();
  const { metric } = request;
  const sources = await requestOf(request.sources, host);
  await preflight(sources, host);
  const init = await startsFor([metric], request.init, host);
  const fn = functionMeant(request.function, await functionsHere(sources, host), 'bisect', host);
  await using context = await openContext(sources, host);
  const { user } = context;
  const [good, bad] = [
    await resolveCommit(user, request.good, host.nameOf('good')),
    await resolveCommit(user, request.bad, host.nameOf('bad')),
  ];
  if (good.sha === bad.sha) throw new UsageError(`${request.good} and ${request.bad} are one commit: there is nothing between them`);
  const range = `${request.good}..${request.bad}`;
  if (!(await isAncestor(user, good.sha, bad.sha))) {
    await refuseShallow(user, range);
    throw new UsageError(
      `${request.good} (${good.sha.slice(0, 7)}) is not in the history of ${request.bad} (${bad.sha.slice(0, 7)}): name a commit that it comes from, such as $(git merge-base ${request.good} ${request.bad})`,
    );
  }
  await refuseCut(user, [bad.sha, `^${good.sha}`], range);
  const revisions = new Map<string, Revision>([good, bad].map((one) => [one.sha, one]));
  const snapshots = new Map<string, Snapshot>();
  const readings = new Map<string, Reading>();
  const skipped: { commit: Revision; reason: string }[] = [];
  const errors = new Map<string, Error>();
  const counts = { built: 0, stored: 0 };
  let [steps, took] = [0, 0];
  const meter: Meter = { context, newest: bad, fn, init };
  const nameOf = (sha: string): Revision => revisions.get(sha) ?? { sha, source: 'commit', subject: '' };
  const keep = (list: readonly Revision[]): readonly string[] =>
    list.map((one) => {
      revisions.set(one.sha, one);
      return one.sha;
    });
  const read = async (sha: string, left: number): Promise<Reading> => {
    const known = readings.get(sha);
    if (known !== undefined) return known;
    const revision = nameOf(sha);
    steps += 1;
    const ahead = counts.built === 0 ? '' : `, about ${lastedText((took / counts.built) * left)} left`;
    host.progress.step(`step ${steps} of about ${steps + left - 1}${ahead}: ${sha.slice(0, 7)} "${revision.subject}"`);
    const begun = performance.now();
    const metered = await meterAt(meter, revision);
    const reading = readingOf(metered, fn, metric);
    if (metered.kind === 'measured') {
      counts[metered.from] += 1;
      if (metered.from === 'built') took += performance.now() - begun;
      snapshots.set(sha, metered.snapshot);
    } else if (metered.error !== null) errors.set(sha, metered.error);
    if (reading.kind === 'unknown') {
      skipped.push({ commit: revision, reason: reading.reason });
      host.progress.step(`${sha.slice(0, 7)} cannot be measured: ${reading.reason}`);
    }
    readings.set(sha, reading);
    return reading;
  };
  const walker: Walker<string> = {
    read,
    chain: async (from, to) => keep(await firstParents(user, from, to)),
    parents: async (sha) => keep(await parentsOf(user, sha)),
    forks: async (one, others) => keep(await forksOf(user, one, others)),
  };
  const distance = (await walker.chain([good.sha], bad.sha)).length;
  const about = Math.ceil(Math.log2(Math.max(2, distance)));
  const endAt = async (end: Revision, left: number, option: string): Promise<Measured<string>> => {
    const reading = await read(end.sha, left);
    if (reading.kind === 'value') return { commit: end.sha, value: reading.value };
    throw endFailure(`${option} ${end.sha.slice(0, 7)} cannot be measured: ${reading.reason}`, errors.get(end.sha));
  };
  const [low, high] = [await endAt(good, about + 2, host.nameOf('good')), await endAt(bad, about + 1, host.nameOf('bad'))];
  if (high.value <= low.value) {
    const none =
      isCrateMetric(metric) && low.value === 0 && high.value === 0 ? `: neither has a crate in ${fn.name} that this matches` : '';
    throw new UsageError(
      `${metric} did not grow: it is ${low.value} at ${request.good} (${good.sha.slice(0, 7)}) and ${high.value} at ${request.bad} (${bad.sha.slice(0, 7)})${none}`,
    );
  }
  const jumps = request.all ? await findJumps(low, high, walker) : [await findJump(low, high, walker)];
  return {
    ...{ function: fn, metric, distance, skipped, ...counts },
    good: { commit: good, value: low.value },
    bad: { commit: bad, value: high.value },
    jumps: jumps.map((jump) => foundJump(jump, { nameOf, snapshots, fn })),
    took: millis(Math.round(performance.now() - started)),
  };
}

function endFailure(message: string, cause: Error | undefined): ToolError {
  const process = cause instanceof ToolError ? cause.process : null;
  const advice = [...(cause instanceof ToolError ? cause.advice : []), 'name another commit near it that builds'];
  return new ToolError(message, { advice, ...(cause === undefined ? {} : { cause }), ...(process === null ? {} : { process }) });
}

function readingOf(metered: Awaited<ReturnType<typeof meterAt>>, fn: NamedFunction, metric: Metric): Reading {
  if (metered.kind === 'does-not-build') return { kind: 'unknown', reason: metered.reason };
  const own = functionIn(metered.snapshot, fn);
  if (own === null) return { kind: 'unknown', reason: `it has no function ${fn.name}` };
  const found = figureAt(own, metric);
  return 'value' in found ? { kind: 'value', value: found.value } : { kind: 'unknown', reason: found.reason };
}

function foundJump(
  { commits, before, after, merges, ofMerge }: Jump<string>,
  {
    nameOf,
    snapshots,
    fn,
  }: { readonly nameOf: (sha: string) => Revision; readonly snapshots: ReadonlyMap<string, Snapshot>; readonly fn: NamedFunction },
): FoundJump {
  const [earlier, later] = [snapshots.get(before.commit), snapshots.get(after.commit)];
  const comparison =
    earlier === undefined || later === undefined
      ? null
      : compare({ kind: 'measured', snapshot: earlier, origin: 'stored' }, { snapshot: later, origin: 'stored' });
  return {
    commits: commits.map(nameOf),
    before: { commit: nameOf(before.commit), value: before.value },
    after: { commit: nameOf(after.commit), value: after.value },
    merges: merges.map(nameOf),
    ofMerge,
    comparison: comparison?.functions.find((one) => one.crate === fn.crate && one.status !== 'removed') ?? null,
  };
}
