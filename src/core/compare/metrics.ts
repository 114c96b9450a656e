import { unpackedSize } from '../lambda-limits.ts';
import type { TableMetric } from '../metrics.ts';
import type { ColdStartComparison, ColdStartFigures } from '../model/cold-start.ts';
import type { MetricFigures } from '../model/comparison.ts';
import type { FirstResponseComparison } from '../model/first-response.ts';
import type { InitComparison } from '../model/init.ts';
import { mapPair } from '../pair.ts';
import type { Pair } from '../rows.ts';
import type { MeasuredInit } from '../snapshot/init.ts';
import type { FunctionMeasurement } from '../snapshot/snapshot.ts';
import { extremesOf, looked, quartilesOf, type Repeated } from '../spread.ts';
import { type AnsweredResponse, answered } from './first-response.ts';
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
  firstResponse: FirstResponseComparison,
  coldStart: ColdStartComparison,
): Readonly<Record<TableMetric, MetricFigures>> {
  const built = (read: (fn: FunctionMeasurement) => number | Unmeasured): MetricFigures => builtFigures(pair, read);
  const started = (read: (side: MeasuredInit) => Reading): MetricFigures => startedFigures(pair, init, read);
  const responded = (read: (side: AnsweredResponse, init: MeasuredInit) => Reading): MetricFigures =>
    respondedFigures(pair, firstResponse, read);
  const sampled = (read: (side: ColdStartFigures) => number | Repeated): MetricFigures => sampledFigures(pair, coldStart, read);
  return {
    zip: built((fn) => fn.package.size),
    unzipped: built((fn) => unpackedSize(fn.package.entries)),
    binary: built((fn) => fn.binary.size),
    text: built((fn) => fn.binary.text),
    dependencies: built((fn) => fn.dependencies ?? { reason: unknownShipped(fn) }),
    'init.instructions': started(instructionsOf),
    'init.faults': started(faultsOf),
    'init.cpu': started(({ timed: { cpu, cpuOf } }) => (cpuOf === 'threads' || cpu === null ? { reason: NO_CLOCK } : quartilesOf(cpu))),
    'init.connects': started(connectsOf),
    'init.memory': started(({ timed }) => quartilesOf(timed.peak)),
    'first-response.instructions': responded(instructionsOf),
    'first-response.faults': responded(faultsOf),
    'first-response.cpu': responded(({ timed: { cpu } }, init) =>
      init.timed.cpuOf === 'threads' || cpu === null ? { reason: NO_CLOCK } : quartilesOf(cpu),
    ),
    'first-response.connects': responded(connectsOf),
    'first-response.memory': responded(({ timed }) => quartilesOf(timed.peak)),
    'cold-start.memory': sampled(({ memory }) => memory),
    'cold-start.p50': sampled(({ median }) => median),
    'cold-start.first-response.p50': respondedOnAws(pair, coldStart),
  };
}

type Started = Pick<MeasuredInit | AnsweredResponse, 'instructions' | 'connects'> & {
  readonly timed: Pick<MeasuredInit['timed'], 'minorFaults' | 'majorFaults'>;
};

function instructionsOf({ instructions }: Started): Reading {
  return instructions.kind === 'counted' ? extremesOf(looked(instructions.runs)) : instructions;
}

function faultsOf({ timed }: Started): Reading {
  return quartilesOf(timed.minorFaults.map((minor, place) => minor + (timed.majorFaults[place] ?? 0)));
}

function connectsOf({ connects }: Started): Reading {
  return connects.kind === 'traced' ? extremesOf(connects.runs) : connects;
}

/** Why nobody knows what is linked into a function. */
function unknownShipped({ shipped }: FunctionMeasurement): string {
  return shipped.kind === 'unknown' ? shipped.reason : 'it was not counted';
}

/** One sentence on the sides that lack something; `null` where no side at which the function exists does. */
export function reasonAt(pair: Pair<FunctionMeasurement>, reasonOf: (fn: FunctionMeasurement) => string | null): string | null {
  return sentenceOn(pair, mapPair(pair, reasonOf));
}

/** The same of reasons that are there. */
export function sentenceOn(pair: Pair<unknown>, { base, head }: Pair<string>): string | null {
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
  return readFigures(pair, readings, state.kind === 'none' ? state.reason : state.kind === 'recovered' ? BASE_FAILS : NO_SAMPLE);
}

/** The same of what was answered. */
function respondedFigures(
  pair: Pair<FunctionMeasurement>,
  { state }: FirstResponseComparison,
  read: (side: AnsweredResponse, init: MeasuredInit) => Reading,
): MetricFigures {
  const after = pair.head?.init ?? null;
  if (after?.kind !== 'measured' || answered(after) === null) return nothing(notAnswered(state));
  const sides: Pair<MeasuredInit> = { base: besideHead(pair.base?.init ?? null, after), head: after };
  const readings = mapPair(sides, (init) => {
    const side = answered(init);
    return side === null ? null : read(side, init);
  });
  return readFigures(pair, readings, state.kind === 'none' ? state.reason : state.kind === 'recovered' ? BASE_ERRS : NO_SAMPLE);
}

/** `why`: what a side lacks that says nothing of it itself. */
function readFigures(pair: Pair<unknown>, readings: Pair<Exclude<Reading, null>>, why: string): MetricFigures {
  const spread = mapPair(readings, (reading) => ('reason' in reading ? null : reading));
  const own = [readings.head, readings.base].flatMap((reading) => (reading !== null && 'reason' in reading ? [reading.reason] : []));
  return { ...mapPair(spread, ({ median }) => median), spread, reason: lacksSide(pair, spread) ? (own[0] ?? why) : null };
}

const NO_CLOCK = 'nothing here reads the clock of a process: with perl or python3 on PATH its CPU time counts what ended threads used, too';
const BASE_FAILS = 'base does not reach its first request here';
const BASE_ERRS = 'base does not answer its first request here';
const NO_SAMPLE = 'it was not measured';

function notStarted(state: InitComparison['state']): string {
  switch (state.kind) {
    case 'none':
      return state.reason;
    case 'not-measurable': {
      const { failure } = state;
      if (failure.kind !== 'listens') return 'not measurable here: it does not reach its first request';
      return `it speaks HTTP itself and asks for no event: init-event http ${failure.ports[0] ?? 8080} / measures it`;
    }
    case 'broken':
      return 'head does not reach its first request here';
    case 'measured':
    case 'recovered':
      return NO_SAMPLE;
  }
}

function notAnswered(state: FirstResponseComparison['state']): string {
  switch (state.kind) {
    case 'none':
      return state.reason;
    case 'not-measurable':
      return 'not measurable here: it does not answer its first request';
    case 'broken':
      return 'head does not answer its first request here';
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

/** What the first events took that were answered; the cold starts beside them may be whole. */
function respondedOnAws(pair: Pair<FunctionMeasurement>, coldStart: ColdStartComparison): MetricFigures {
  const started = sampledFigures(pair, coldStart, ({ median }) => median);
  const [size] = coldStart.sizes;
  if (size === undefined || started.head === null) return started;
  const figures = mapPair({ base: size.firstResponse.base, head: size.firstResponse.head }, ({ median }) => median);
  if (!lacksSide(pair, figures)) return { ...figures, spread: null, reason: null };
  return { ...figures, spread: null, reason: started.reason ?? NO_ANSWER };
}

const NO_ANSWER =
  'no first request of both sides was answered: each ended in a function error; cold-start-event gives an event that the function answers';

function lacksSide(pair: Pair<unknown>, { base, head }: Pair<unknown>): boolean {
  return head === null || (pair.base !== null && base === null);
}

function nothing(reason: string): MetricFigures {
  return { base: null, head: null, spread: null, reason };
}
