import { declaredAt } from '../core/compare/declared-limits.ts';
import { identityOf } from '../core/function-names.ts';
import { joinReferences } from '../core/judge/references.ts';
import type { Base } from '../core/model/base.ts';
import type { Asked } from '../core/model/outcome.ts';
import type { Snapshot } from '../core/snapshot/snapshot.ts';
import { UnitPool } from '../core/snapshot/units.ts';
import type { AskedLeg } from './asked.ts';
import type { Collected } from './collect.ts';
import { functionsOf, type Leg, type LegDescription } from './leg.ts';
import { readLegName } from './shards.ts';

/**
 * The legs whose functions several jobs shared, each as one again: judged and shown as if one job had measured them. Where a shard is missing or
 * was refused, or two do not go by one split, so is the whole leg, with the reason: what was not measured passes nowhere.
 */
export function joinShards(collected: readonly Collected<AskedLeg>[]): readonly Collected<AskedLeg>[] {
  const parts = new Map<string, Collected<AskedLeg>[]>();
  for (const one of collected) {
    const name = readLegName(one.name).leg;
    parts.set(name, [...(parts.get(name) ?? []), one]);
  }
  return [...parts].map(([name, legs]) => {
    const [only] = legs;
    const isShared = legs.length > 1 || (only !== undefined && only.name !== name);
    return isShared || only === undefined ? joined(name, legs) : only;
  });
}

function joined(name: string, parts: readonly Collected<AskedLeg>[]): Collected<AskedLeg> {
  const refused = (reason: string): Collected<AskedLeg> => ({ kind: 'refused', name, reason });
  const asked: AskedLeg[] = [];
  for (const part of parts) {
    if (part.kind === 'missing') return refused(`${shown(part.name)} did not upload a measurement`);
    if (part.kind === 'refused') return refused(`${shown(part.name)}: ${part.reason}`);
    asked.push(part.contents);
  }
  const legs = asked.map(({ leg }) => leg);
  const shards = legs.map(({ description }) => description.shard);
  const [first] = legs;
  const shard = shards[0] ?? null;
  if (first === undefined || shard === null || shards.includes(null))
    return refused('it was measured whole and in shards in one run: re-run all jobs');
  const disagrees = shards.find((one) => one?.split !== shard.split || one.count !== shard.count);
  if (disagrees !== undefined)
    return refused(
      `shards ${shard.index} and ${disagrees?.index} shared the functions out in different ways: re-run all jobs of the measuring run`,
    );
  const missing = Array.from({ length: shard.count }, (_, at) => at + 1).filter((index) => !shards.some((one) => one?.index === index));
  if (missing.length > 0) return refused(`shard ${missing.join(', ')} of ${shard.count} did not upload a measurement`);
  const differs = differenceOf(legs);
  if (differs !== null) return refused(`its shards measured different things (${differs}): re-run all jobs of the measuring run`);
  const twice =
    twiceIn(legs.map(({ head }) => head)) ?? twiceIn(legs.flatMap(({ base }) => (base.kind === 'measured' ? [base.snapshot] : [])));
  if (twice !== null) return refused(`two of its shards measured ${twice}`);
  // A shard that has nothing to measure knows nothing of base, not even whether it builds.
  const working = legs.filter((leg) => functionsOf(leg).length > 0);
  const base = joinBases((working.length > 0 ? working : legs).map((leg) => leg.base));
  const references = joinReferences(legs.map(({ description: one }) => one.references));
  const description: LegDescription = { ...first.description, base: described(base), references: [...references] };
  const leg = { description, base, head: joinSnapshots(legs.map(({ head }) => head)) };
  return { kind: 'read', name, contents: { leg, asked: joinAsked(asked.map((one) => one.asked)) } };
}

function shown(name: string): string {
  const { shard } = readLegName(name);
  return shard === null ? 'its job' : `shard ${shard.index} of ${shard.count}`;
}

/** What every shard of a leg has to have alike; `null`: it is. */
function differenceOf(legs: readonly Leg[]): string | null {
  const facts: Readonly<Record<string, (leg: Leg) => unknown>> = {
    'head commit': ({ head }) => head.commit.sha,
    'pull request': ({ description }) => description.pull,
    'base commit': ({ base }) => (base.kind === 'measured' ? (base.insteadOf?.sha ?? base.snapshot.commit.sha) : base.why.sha),
    'limits in Cargo.toml': ({ head }) => head.limits,
    'limits of base': ({ base }) => declaredAt(base),
    'Cargo.lock': ({ head }) => head.lockfile,
    compiler: ({ head: { invocation } }) => [
      invocation.rustc,
      invocation.cargoLambda,
      invocation.profile,
      invocation.arch,
      invocation.arguments,
    ],
  };
  return Object.keys(facts).find((fact) => new Set(legs.map((leg) => JSON.stringify(facts[fact]?.(leg)))).size > 1) ?? null;
}

function twiceIn(snapshots: readonly Snapshot[]): string | null {
  const seen = new Set<string>();
  for (const fn of snapshots.flatMap(({ functions }) => functions)) {
    if (seen.has(identityOf(fn))) return fn.name;
    seen.add(identityOf(fn));
  }
  return null;
}

/** Confirmed is what was so of every shard. */
function joinAsked(answers: readonly (Asked | null)[]): Asked | null {
  const [first, ...others] = answers.flatMap((answer) => answer ?? []);
  if (first === undefined || others.length + 1 < answers.length) return null;
  const confirmed = first.confirmed.filter((fact) => others.every((other) => other.confirmed.includes(fact)));
  return { confirmed, claimed: [...new Set([first, ...others].flatMap(({ claimed }) => claimed))] };
}

function described(base: Base): LegDescription['base'] {
  if (base.kind === 'missing') return base;
  const { kind, origin, insteadOf } = base;
  return { kind, origin, ...(insteadOf === undefined ? {} : { insteadOf }) };
}

/** One shard whose base did not build leaves growth unjudged for all, as in one job. */
function joinBases(bases: readonly Base[]): Base {
  const measured = bases.filter((base) => base.kind === 'measured');
  const missing = bases.find((base) => base.kind === 'missing');
  const [first] = measured;
  if (missing !== undefined) return missing;
  if (first === undefined) throw new Error('a leg without a base');
  const insteadOf = measured.find((base) => base.insteadOf !== undefined)?.insteadOf;
  const commits = new Set(measured.map(({ snapshot }) => snapshot.commit.sha));
  // Shards that had to go back to different commits have no one base.
  if (insteadOf !== undefined && commits.size > 1) return { kind: 'missing', why: insteadOf };
  const origin = measured.find((base) => base.origin === 'built')?.origin ?? first.origin;
  return {
    ...{ kind: 'measured', origin, snapshot: joinSnapshots(measured.map(({ snapshot }) => snapshot)) },
    ...(insteadOf === undefined ? {} : { insteadOf }),
  };
}

function joinSnapshots(snapshots: readonly Snapshot[]): Snapshot {
  const [first] = snapshots;
  if (first === undefined) throw new Error('a leg without a shard');
  const notes = snapshots.flatMap((snapshot) => snapshot.notes);
  const pool = new UnitPool(first.lockfile ?? { packages: [] });
  const byName = <T extends { readonly name: string }>(all: readonly T[]): T[] => all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const timings: Record<string, (typeof first.timings)[string]> = {};
  for (const [step, took] of snapshots.flatMap((snapshot) => Object.entries(snapshot.timings))) {
    const before = timings[step];
    if (before === undefined || before < took) timings[step] = took;
  }
  return {
    ...first,
    inputs: null,
    functions: byName(snapshots.flatMap((snapshot) => pool.carry(snapshot.functions, snapshot))),
    units: pool.units,
    notBuilt: byName(snapshots.flatMap((snapshot) => snapshot.notBuilt)),
    renamed: snapshots.flatMap(({ renamed }) => renamed),
    // What ships decides of some: a shard knows of its own functions alone.
    findings: [...new Map(snapshots.flatMap(({ findings }) => findings.map((one) => [JSON.stringify(one), one]))).values()],
    notes: notes.filter((note, at) => notes.findIndex(({ code, text }) => code === note.code && text === note.text) === at),
    timings,
  };
}
