import type { TableMetric } from '../metrics.ts';
import type { ColdStartComparison, ColdStartFigures, InitComparison, MetricFigures, Pair } from '../model.ts';
import { mapPair } from '../pair.ts';
import type { MeasuredInit } from '../snapshot/init.ts';
import type { FunctionMeasurement } from '../snapshot/snapshot.ts';
import { extremesOf, quartilesOf, type Repeated } from '../spread.ts';
import { besideHead } from './init.ts';

/** Why there is no figure. */
interface Unmeasured {
  readonly reason: string;
}

/** What a reader answers: `null` where there was not one sample. */
type Reading = Repeated | Unmeasured | null;

/** A reader for each metric: what the build, the starts here and the cold starts on AWS (at the smallest memory size) say of it. */
export function metricsOf(
  pair: Pair<FunctionMeasurement>,
  init: InitComparison,
  coldStart: ColdStartComparison,
): Readonly<Record<TableMetric, MetricFigures>> {
  const built = (read: (fn: FunctionMeasurement) => number | Unmeasured): MetricFigures => builtFigures(pair, read);
  const started = (read: (side: MeasuredInit) => Reading): MetricFigures => startedFigures(pair, init, read);
  const sampled = (read: (side: ColdStartFigures) => number | Repeated): MetricFigures => sampledFigures(pair, coldStart, read);
  return {
    zip: built((fn) => fn.package.size),
    binary: built((fn) => fn.binary.size),
    text: built((fn) => fn.binary.text),
    dependencies: built((fn) => fn.dependencies ?? { reason: 'there is no Cargo.lock' }),
    'init.instructions': started(({ instructions }) => (instructions.kind === 'counted' ? extremesOf(instructions.runs) : instructions)),
    'init.faults': started(({ timed }) => quartilesOf(timed.minorFaults.map((minor, place) => minor + (timed.majorFaults[place] ?? 0)))),
    'init.connects': started(({ connects }) => (connects.kind === 'traced' ? extremesOf(connects.runs) : connects)),
    'init.memory': started(({ timed }) => quartilesOf(timed.peak)),
    'cold-start.memory': sampled(({ memory }) => memory),
    'cold-start.p50': sampled(({ median }) => median),
  };
}

/** One sentence on the sides that lack something; `null` where no side at which the function exists does. */
export function reasonAt(pair: Pair<FunctionMeasurement>, reasonOf: (fn: FunctionMeasurement) => string | null): string | null {
  return sentenceOn(pair, mapPair(pair, reasonOf));
}

function sentenceOn(pair: Pair<unknown>, { base, head }: Pair<string>): string | null {
  if (base !== null && head !== null) return base === head ? head : `base: ${base}; head: ${head}`;
  const only = base ?? head;
  if (only === null || pair.base === null || pair.head === null) return only;
  return base === null ? `head: ${only}` : `base: ${only}`;
}

function builtFigures(pair: Pair<FunctionMeasurement>, read: (fn: FunctionMeasurement) => number | Unmeasured): MetricFigures {
  const readings = mapPair(pair, read);
  const figures = mapPair(readings, (reading) => (typeof reading === 'number' ? reading : null));
  const why = mapPair(readings, (reading) => (typeof reading === 'number' ? null : reading.reason));
  return { ...figures, spread: null, reason: sentenceOn(pair, why) };
}

/** Base counts where it was started beside head. */
function startedFigures(pair: Pair<FunctionMeasurement>, { state }: InitComparison, read: (side: MeasuredInit) => Reading): MetricFigures {
  const after = pair.head?.init ?? null;
  if (after === null || after.kind !== 'measured') return nothing(notStarted(state));
  const readings = mapPair({ base: besideHead(pair.base?.init ?? null, after), head: after }, read);
  const spread = mapPair(readings, (reading) => ('reason' in reading ? null : reading));
  const own = [readings.head, readings.base].flatMap((reading) => (reading !== null && 'reason' in reading ? [reading.reason] : []));
  const why = own[0] ?? (state.kind === 'none' ? state.reason : state.kind === 'recovered' ? BASE_FAILS : NO_SAMPLE);
  return { ...mapPair(spread, ({ median }) => median), spread, reason: lacksSide(pair, spread) ? why : null };
}

const BASE_FAILS = 'base does not reach its first request here';
const NO_SAMPLE = 'it was not measured';

function notStarted(state: InitComparison['state']): string {
  switch (state.kind) {
    case 'none':
      return state.reason;
    case 'not-measurable':
      return 'not measurable here: it does not reach its first request';
    case 'broken':
      return 'head does not reach its first request here';
    case 'measured':
    case 'recovered':
      return NO_SAMPLE;
  }
}

function sampledFigures(
  pair: Pair<FunctionMeasurement>,
  { state, sizes }: ColdStartComparison,
  read: (side: ColdStartFigures) => number | Repeated,
): MetricFigures {
  if (state.kind === 'not-measurable') return nothing('not measurable on AWS: its init fails there');
  const [size] = sizes;
  if (size === undefined) return nothing(state.kind === 'none' ? state.reason : NO_SAMPLE);
  const readings = mapPair(size, read);
  const spread = mapPair(readings, (reading) => (typeof reading === 'number' ? null : reading));
  const figures = mapPair(readings, (reading) => (typeof reading === 'number' ? reading : reading.median));
  const empty = `no invocation gave an Init Duration at ${size.memorySize} MB at ${size.head === null ? 'head' : 'base'}`;
  const why = state.kind === 'none' ? state.reason : state.kind === 'recovered' ? "base's init fails on AWS" : empty;
  const repeated = spread.base !== null || spread.head !== null;
  return { ...figures, spread: repeated ? spread : null, reason: lacksSide(pair, figures) ? why : null };
}

function lacksSide(pair: Pair<unknown>, { base, head }: Pair<unknown>): boolean {
  return head === null || (pair.base !== null && base === null);
}

function nothing(reason: string): MetricFigures {
  return { base: null, head: null, spread: null, reason };
}
