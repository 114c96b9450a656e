import { NO_COLD_START } from '../../src/core/compare/cold-start.ts';
import { NO_FIRST_RESPONSE } from '../../src/core/compare/first-response.ts';
import { compareInits, NO_INIT } from '../../src/core/compare/init.ts';
import { metricsOf } from '../../src/core/compare/metrics.ts';
import type { Did, Root } from '../../src/core/did.ts';
import { isCrateMetric } from '../../src/core/metrics.ts';
import type { Cause, Comparison, FunctionComparison, MetricFigures } from '../../src/core/model/comparison.ts';
import type { InitComparison } from '../../src/core/model/init.ts';
import type { Bound, Limit } from '../../src/core/model/limits.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import type { Acceptance, BoundResult, Breach, Judged, Judgement, Verdict } from '../../src/core/model/verdict.ts';
import { mapPair } from '../../src/core/pair.ts';
import type { OwnerRow, Pair, Row, SymbolRow } from '../../src/core/rows.ts';
import type { InitMeasurement } from '../../src/core/snapshot/init.ts';
import { millis } from '../../src/core/units.ts';
import { aBaseSnapshot, aFunction, aSnapshot } from '../core/builders.ts';

/** Outcomes as the core would make them, built directly: a report's test names the figures it is about. */

export const BASE_SHA = 'abc1234def5678abc1234def5678abc1234def56';
export const HEAD_SHA = 'fed8765cba4321fed8765cba4321fed8765cba43';

export function aRow(name: string, base: number | null, head: number | null): Row {
  return { name, base, head };
}

export function aSymbolRow(
  crate: string,
  name: string,
  base: number | null,
  head: number | null,
  count: Pair<number> = { base: base === null ? null : 1, head: head === null ? null : 1 },
): SymbolRow {
  return { crate, name, base, head, count };
}

export function aCause(name: string, base: number, head: number, overrides: Partial<Cause> = {}): Cause {
  return { name, base, head, changes: [], via: [], symbols: [], few: { symbols: 0, delta: 0 }, moved: 0, ...overrides };
}

/** What a person did; the crates are those of the packages that moved, unless said otherwise. */
export function aRoot(did: Did, overrides: Partial<Root> = {}): Root {
  const moves = overrides.moves ?? [];
  return { did, moves, crates: moves.map(({ name }) => name.replaceAll('-', '_')), uses: [], common: [], packages: 0, ...overrides };
}

/** Who owns so many bytes, of the binary as of the package: a crate's code unless said otherwise. */
export function anOwner(name: string, base: number, head: number, overrides: Partial<OwnerRow> = {}): OwnerRow {
  const none = { base: 0, head: 0 };
  const bytes = { code: { base, head }, data: none, unwinding: none, relocations: none, other: none };
  return { kind: 'crate', name, crates: [name], base, head, bytes, zip: { base, head }, ...overrides };
}

/** The function's own code. */
export function ownRoot(...crates: readonly string[]): Root {
  return aRoot({ kind: 'own', of: 'function' }, { crates });
}

/** An unchanged function unless sizes say otherwise: `zip`, `unzipped` (the binary alone), `binary` and `text` as [base, head]. */
export function aRowFunction(
  name: string,
  sizes: { readonly zip?: Sides; readonly unzipped?: Sides; readonly binary?: Sides; readonly text?: Sides } = {},
  overrides: Partial<FunctionComparison> = {},
): FunctionComparison {
  const zip = pair(sizes.zip ?? [918_937, 918_937]);
  const binary = pair(sizes.binary ?? [1_892_672, 1_892_672]);
  const text = pair(sizes.text ?? [1_316_470, 1_316_470]);
  const status =
    zip.base === null
      ? 'added'
      : zip.head === null
        ? 'removed'
        : zip.base === zip.head && text.base === text.head
          ? 'unchanged'
          : 'changed';
  return remeasured({
    name,
    crate: name,
    formerly: null,
    status,
    sha256: {
      base: zip.base === null ? null : '1'.repeat(64),
      head: zip.head === null ? null : (status === 'unchanged' ? '1' : '2').repeat(64),
    },
    metrics: {
      ...UNMEASURED,
      zip: figures(zip),
      unzipped: figures(sizes.unzipped === undefined ? binary : pair(sizes.unzipped)),
      binary: figures(binary),
      text: figures(text),
      dependencies: figures(mapPair(zip, () => 41)),
    },
    notAttributed: null,
    notOwned: 'the linker wrote no map',
    owners: [],
    constants: [],
    crates: [],
    symbols: [],
    sections: [],
    package: [],
    findings: [],
    standing: [],
    causes: [],
    roots: status === 'changed' ? [ownRoot((overrides.crate ?? name).replaceAll('-', '_'))] : [],
    notLinked: null,
    hidden: [],
    init: NO_INIT,
    firstResponse: NO_FIRST_RESPONSE,
    coldStart: NO_COLD_START,
    ...overrides,
  });
}

/** An init that still knows what was measured, so that its metrics can be read. */
type ComparedInit = InitComparison & { readonly sides?: Pair<InitMeasurement> };

/** Local init as the core compares it; `null` for a side without the function. */
export function anInit(
  base: InitMeasurement | null,
  head: InitMeasurement | null,
  own: ReadonlySet<string> = new Set(['health']),
): ComparedInit {
  const side = (init: InitMeasurement): { readonly init: InitMeasurement } => ({ init });
  const pair = { ...mapPair({ base, head }, side), own };
  return { ...(compareInits([pair])[0] ?? NO_INIT), sides: { base, head } };
}

/** A function whose metrics of init and cold starts are those of its `init` and `coldStart`, read by the core. */
export function remeasured(fn: FunctionComparison & { readonly init: ComparedInit }): FunctionComparison {
  const { base, head } = fn.init.sides ?? { base: null, head: null };
  const sides = {
    base: fn.status === 'added' ? null : aFunction({ init: base }),
    head: fn.status === 'removed' ? null : aFunction({ init: head }),
  };
  const { zip, unzipped, binary, text, dependencies } = fn.metrics;
  return { ...fn, metrics: { ...metricsOf(sides, fn.init, fn.firstResponse, fn.coldStart), zip, unzipped, binary, text, dependencies } };
}

function figures(pair: Pair<number>): MetricFigures {
  return { ...pair, spread: null, reason: null };
}

const UNMEASURED = metricsOf({ base: null, head: null }, NO_INIT, NO_FIRST_RESPONSE, NO_COLD_START);

type Sides = readonly [number | null, number | null];

function pair([base, head]: Sides): Pair<number> {
  return { base, head };
}

export const DEFAULT_LIMIT: Limit = {
  function: null,
  metric: 'zip',
  dimension: 'size',
  bounds: [
    { kind: 'growth-percent', percent: 5 },
    { kind: 'growth', value: 50_000 },
  ],
  since: null,
  gate: 'fail',
  text: 'zip: +5% & +50 kB',
  source: { kind: 'default' },
};

export const INIT_LIMIT: Limit = {
  function: null,
  metric: 'init.instructions',
  dimension: 'count',
  bounds: [
    { kind: 'growth-percent', percent: 10 },
    { kind: 'growth', value: 500_000 },
  ],
  since: null,
  gate: 'fail',
  text: 'init.instructions: +10% & +500k',
  source: { kind: 'default' },
};

/** A maximum on a size in the workspace's `Cargo.toml`. */
export function aMaximum(metric: Limit['metric'], value: number, text: string): Limit {
  return {
    function: null,
    metric,
    dimension: 'size',
    bounds: [{ kind: 'maximum', value }],
    since: null,
    gate: 'fail',
    text: `${metric}: ${text}`,
    source: { kind: 'workspace', file: 'Cargo.toml', line: 12 },
  };
}

/** A limit held against the figures of a function. */
export function aJudgement(limit: Limit, fn: FunctionComparison, figures: Pair<number> = fn.metrics.zip): Judgement {
  const [first, ...others] = limit.bounds;
  const bounds = [held(first, figures), ...others.map((bound) => held(bound, figures))];
  const allowed = bounds.map((result) => result.allowed);
  const known = allowed.filter((value) => value !== null);
  const headroom = known.length < allowed.length || figures.head === null ? null : Math.max(...known) - figures.head;
  return { limit, function: fn.name, figures, reference: null, bounds, headroom };
}

function held(bound: Bound, { base, head }: Pair<number>): BoundResult {
  const allowed = allowedBy(bound, base);
  return { bound, allowed, exceeded: allowed !== null && head !== null && head > allowed };
}

function allowedBy(bound: Bound, base: number | null): number | null {
  if (bound.kind === 'maximum') return bound.value;
  if (base === null) return null;
  return bound.kind === 'growth' ? base + bound.value : Math.floor(base * (1 + bound.percent / 100));
}

type VerdictOverrides = Partial<Judged> &
  ({ readonly status?: Exclude<Verdict['status'], 'accepted'> } | { readonly status: 'accepted'; readonly acceptance: Acceptance });

/** Judges every function by `limits` on sizes and on init, as far as it has figures, and adds what else was found. */
export function aVerdict(
  functions: readonly FunctionComparison[],
  limits: readonly Limit[] = [DEFAULT_LIMIT],
  overrides: VerdictOverrides = {},
): Verdict {
  const present = functions.filter(({ status }) => status !== 'removed');
  const judgements = present.flatMap((fn) => limits.flatMap((limit) => judged(limit, fn)));
  const over = judgements.filter(({ headroom }) => headroom !== null && headroom < 0);
  const breaches: readonly Breach[] = [
    ...present.flatMap(({ name, init: { state } }) =>
      state.kind === 'broken' ? [{ kind: 'init' as const, function: name, failure: state.failure, lastLines: state.lastLines }] : [],
    ),
    ...over.map(aBreach),
  ];
  return {
    status: breaches.length > 0 ? 'fail' : 'pass',
    gate: 'fail',
    breaches,
    kept: judgements.filter((judgement) => !over.includes(judgement)),
    warned: [],
    unproven: [],
    unchecked: [],
    ...overrides,
  };
}

/** A judgement as one of a verdict's breaches. */
export function aBreach(judgement: Judgement): Breach {
  return { kind: 'limit', ...judgement };
}

function judged(limit: Limit, fn: FunctionComparison): readonly Judgement[] {
  const { base, head } = isCrateMetric(limit.metric) ? fn.metrics.zip : fn.metrics[limit.metric];
  return head === null ? [] : [aJudgement(limit, fn, { base, head })];
}

export function anOutcome(
  functions: readonly FunctionComparison[],
  overrides: Partial<Omit<Outcome, 'comparison'>> & { readonly comparison?: Partial<Comparison> } = {},
): Outcome {
  const { comparison, ...others } = overrides;
  return {
    comparison: {
      base: {
        kind: 'measured',
        origin: 'stored',
        snapshot: aBaseSnapshot({ commit: { sha: BASE_SHA, source: 'commit', subject: 'Before' } }),
      },
      head: { origin: 'built', snapshot: aSnapshot({ commit: { sha: HEAD_SHA, source: 'commit', subject: 'After' } }) },
      functions,
      dependencies: { added: [], removed: [], changed: [], duplicates: [], count: { base: 41, head: 41 } },
      notes: [],
      project: { findings: [], standing: [] },
      limitChanges: [],
      eventChanges: [],
      ...comparison,
    },
    verdict: aVerdict(functions),
    timings: { base: millis(0), build: millis(113_000), measure: millis(2_400) },
    command: `git fetch https://github.com/octo/lambdas ${BASE_SHA}\nnpx coldgate check --base ${BASE_SHA}`,
    baseReason: null,
    byLabel: null,
    asked: null,
    trends: [],
    ...others,
  };
}
