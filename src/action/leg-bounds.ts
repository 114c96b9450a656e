import { isCrateMetric } from '../core/metrics.ts';
import type { LimitSet } from '../core/model/limits.ts';
import type { CountedInstructions } from '../core/snapshot/counted.ts';
import type { FunctionMeasurement, Snapshot } from '../core/snapshot/snapshot.ts';
import { renderInteger } from '../core/units.ts';

/** Those that were not built among them. */
export const LEG_FUNCTIONS = 300;
/** Twice what fifty functions of 400 crates have. */
export const LEG_CRATES = 40_000;

/**
 * What one leg may hold. Below these a report job takes under 10 s and 500 MB whatever the leg was made of, as `npm run bench -- report` shows.
 * `measure` holds a leg to them before it is uploaded, `report` what arrives: both with these sentences.
 */
export const LEG_BOUNDS = {
  /** Of the artifact's ZIP. */
  artifact: 500_000_000,
  /** Of a side's `snapshot.json`. What fifty functions of 400 crates need is told in docs/benchmarks.md. */
  snapshot: 12_000_000,
  /** Of all sides of all legs of a report, which are held until they are judged: more than one leg, so that a matrix of real ones fits. */
  snapshots: 48_000_000,
  /** Timed pairs of each function's init and first response, squared, of a side: what comparing them takes. */
  timings: 3_000_000,
  /** Of all packages together, as they unpack: sixty functions of 8 MB on both sides. What they cost is unpacking and digesting. */
  binaries: 1_000_000_000,
  /** Limits of each function, added up. */
  judgements: 60_000,
  /** Crates that are held against limits on crates: of both sides, once for each limit. */
  matches: 16_000_000,
} as const;

export const SPLIT = 'let several legs or shards share the functions';

/** What a side may have of each in all its functions together: the bytes of a snapshot hold more of what is short than can be compared in time. */
const COUNTS: readonly (readonly [what: string, most: number, of: (snapshot: Snapshot) => number])[] = [
  ['functions', LEG_FUNCTIONS, ({ functions, notBuilt }) => functions.length + notBuilt.length],
  ['crates in its functions', LEG_CRATES, ({ functions }) => sum(functions, cratesOf)],
  [
    'crates in the inits of its functions',
    LEG_CRATES,
    ({ functions }) => sum(functions, (fn) => sum(countedIn(fn), ({ crates }) => crates.length)),
  ],
  [
    'costs in the inits of its functions',
    60_000,
    ({ functions }) => sum(functions, (fn) => sum(countedIn(fn), (one) => one.functions.length)),
  ],
  ['symbols in its functions', 120_000, ({ functions }) => sum(functions, symbolsOf)],
  ['files in its packages', 20_000, ({ functions }) => sum(functions, (fn) => fn.package.entries.length)],
  ['sections in its binaries', 100_000, ({ functions }) => sum(functions, ({ binary }) => binary.sections.length)],
  ['findings', 3_000, ({ functions }) => sum(functions, ({ findings }) => findings.length)],
  [
    'packages linked into its functions',
    150_000,
    ({ functions }) => sum(functions, ({ shipped }) => (shipped.kind === 'known' ? shipped.units.length : 0)),
  ],
  [
    'packages, features and ways between them as they were compiled',
    200_000,
    ({ units }) => sum(units, (unit) => 1 + unit.dependencies.length + unit.features.length),
  ],
  ['lines of its manifests', 50_000, ({ manifests }) => sum(manifests, ({ lines }) => lines.length)],
  [
    'packages and ways between them in its Cargo.lock',
    100_000,
    ({ lockfile }) => sum(lockfile?.packages ?? [], (one) => 1 + one.dependencies.length),
  ],
];

/** A bound that a side is beyond, in words; `null`: none. */
export function sideMistake(side: 'base' | 'head', snapshot: Snapshot): string | null {
  for (const [what, most, of] of COUNTS) {
    const count = of(snapshot);
    if (count > most) return `${side} has ${renderInteger(count)} ${what}, and a leg at most ${renderInteger(most)}: ${SPLIT}`;
  }
  const { functions } = snapshot;
  const timings = sum(functions, (fn) => pairsOf(fn) ** 2 + answersOf(fn) ** 2);
  if (timings <= LEG_BOUNDS.timings) return null;
  return `${side} has ${renderInteger(sum(functions, (fn) => pairsOf(fn) + answersOf(fn)))} timed pairs of ${renderInteger(functions.length)} functions; squared and added up that may be ${renderInteger(LEG_BOUNDS.timings)} in a leg, and is ${renderInteger(timings)}: take fewer init-pairs, or ${SPLIT}`;
}

/** A side's file that is too large for a leg, in words; `null`: it is not. */
export function snapshotMistake(side: 'base' | 'head', size: number): string | null {
  if (size <= LEG_BOUNDS.snapshot) return null;
  return `${side}/snapshot.json has ${renderInteger(size)} bytes, and a leg at most ${renderInteger(LEG_BOUNDS.snapshot)} a side: ${SPLIT}`;
}

/** More to judge than a report may take, in words; `null`: it is not. `limits` are those of the options, beside what base declares, measured or not. */
export function limitsMistake(
  limits: LimitSet,
  base: Snapshot | null,
  head: Snapshot,
  declared: Snapshot['limits'] = base?.limits ?? [],
): string | null {
  const given = limits.kind === 'off' ? [] : limits.limits;
  const onCrates =
    given.filter(({ metric }) => isCrateMetric(metric)).length +
    declared.filter(({ text }) => /(^|\/|\s)crate(-text|-zip)?:/.test(text)).length;
  const judgements = sum(
    head.functions,
    ({ crate }) => given.length + declared.filter((one) => one.package === null || one.package === crate).length,
  );
  if (judgements > LEG_BOUNDS.judgements)
    return `its ${renderInteger(head.functions.length)} functions have ${renderInteger(judgements)} limits in all, and a leg may have ${renderInteger(LEG_BOUNDS.judgements)}: write fewer limits, or ${SPLIT}`;
  const crates = sum([...(base?.functions ?? []), ...head.functions], cratesOf);
  if (onCrates * crates > LEG_BOUNDS.matches)
    return `${renderInteger(onCrates)} limits on crates are held against ${renderInteger(crates)} crates of its functions; that may be ${renderInteger(LEG_BOUNDS.matches)} in a leg, and is ${renderInteger(onCrates * crates)}: write fewer limits on crates, or ${SPLIT}`;
  return null;
}

/** Packages whose binaries are more than `report` unpacks to measure them again, in words; `null`: they are not. One of both sides counts once. */
export function packagesMistake(functions: readonly FunctionMeasurement[]): string | null {
  const sizes = new Map(functions.map(({ binary, package: zip }) => [`${binary.sha256} ${zip.size}`, binary.size]));
  const size = sum([...sizes.values()], (one) => one);
  return size > LEG_BOUNDS.binaries ? binariesMistake(size, LEG_BOUNDS.binaries) : null;
}

export function binariesMistake(size: number, most: number): string {
  return `its packages unpack to ${renderInteger(size)} bytes of binaries and more, and a leg may have ${renderInteger(most)}: ${SPLIT}, or leave debug information out`;
}

/** An artifact that is too large, in words; `null`: it is not. */
export function artifactMistake(size: number): string | null {
  if (size <= LEG_BOUNDS.artifact) return null;
  return `its artifact has ${renderInteger(size)} bytes, and a leg at most ${renderInteger(LEG_BOUNDS.artifact)}: ${SPLIT}`;
}

/** What all legs of a report may hold together. */
export class SnapshotBudget {
  #taken = 0;

  /** Takes a snapshot's bytes in; in words why it is too much, `null`: it is not. */
  take(size: number): string | null {
    this.#taken += size;
    if (this.#taken <= LEG_BOUNDS.snapshots) return null;
    return `with it the snapshots of all legs have ${renderInteger(this.#taken)} bytes, and a report takes ${renderInteger(LEG_BOUNDS.snapshots)}: report on fewer legs at once (several keys)`;
  }
}

function cratesOf({ attribution }: FunctionMeasurement): number {
  return attribution.kind === 'none' ? 0 : attribution.crates.length;
}

function symbolsOf({ attribution }: FunctionMeasurement): number {
  return attribution.kind === 'none' ? 0 : attribution.symbols.length;
}

/** Of init, and of its first response. */
function countedIn({ init }: FunctionMeasurement): readonly CountedInstructions[] {
  if (init?.kind !== 'measured') return [];
  const parts = [init, ...(init.firstResponse?.kind === 'measured' ? [init.firstResponse] : [])];
  return parts.flatMap(({ instructions }) => (instructions.kind === 'counted' ? [instructions] : []));
}

function pairsOf({ init }: FunctionMeasurement): number {
  return init?.kind === 'measured' ? lengthOf(init.timed) : 0;
}

/** Of the first response. */
function answersOf({ init }: FunctionMeasurement): number {
  return init?.kind === 'measured' && init.firstResponse?.kind === 'measured' ? lengthOf(init.firstResponse.timed) : 0;
}

function lengthOf({ wall, cpu }: { readonly wall: readonly unknown[]; readonly cpu: readonly unknown[] | null }): number {
  return Math.max(wall.length, cpu?.length ?? 0);
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
