import type { Dimension } from './units.ts';

/** Figures of one build are exact, those of the starts on this machine lie apart from run to run. */
const BUILD = { of: 'build', judged: 'exact' } as const;
const INIT = { of: 'init', judged: 'repeated', column: 'init.instructions' } as const;
const FIRST = { of: 'first-response', judged: 'repeated', column: 'first-response.instructions' } as const;
const SIZE = { dimension: 'size', unit: 'bytes' } as const;
const COUNT = { dimension: 'count' } as const;
const LARGER = { happens: { more: 'became larger', less: 'became smaller', over: 'is too large' } } as const;

/**
 * Every metric that a limit may bound, but for `crate:<glob>`, which stands for any number of them: limits, verdict, reports, outputs and
 * documents all come from this list. A new one is a row here and a reader in `compare/metrics.ts`.
 */
export const METRICS = [
  { name: 'zip', ...BUILD, ...SIZE, ...LARGER, word: 'package', column: 'zip', help: 'the package' },
  {
    name: 'unzipped',
    ...BUILD,
    ...SIZE,
    ...LARGER,
    word: 'unpacked size',
    column: 'unzipped',
    help: 'all files of the package, as Lambda unpacks them',
  },
  { name: 'binary', ...BUILD, ...SIZE, ...LARGER, word: 'binary', column: 'binary', help: 'the binary in it, as shipped' },
  { name: 'text', ...BUILD, ...SIZE, ...LARGER, word: 'code', column: 'text', help: "the binary's code (.text)" },
  {
    name: 'dependencies',
    ...BUILD,
    ...COUNT,
    unit: 'packages',
    word: 'dependencies',
    happens: { more: 'has more dependencies', less: 'has fewer dependencies', over: 'has too many dependencies' },
    column: null,
    help: 'packages of registries and git that are linked into the function',
  },
  {
    name: 'init.instructions',
    ...INIT,
    ...COUNT,
    unit: 'instructions',
    word: 'init',
    happens: { more: 'does more work to start', less: 'does less work to start', over: 'does too much work to start' },
    help: 'instructions until the first request',
  },
  {
    name: 'init.faults',
    ...INIT,
    ...COUNT,
    unit: 'page faults',
    word: 'page faults',
    happens: { more: 'loads more to start', less: 'loads less to start', over: 'loads too much to start' },
    help: 'page faults until the first request',
  },
  {
    name: 'init.cpu',
    ...INIT,
    judged: 'sampled',
    dimension: 'time',
    unit: 'milliseconds',
    word: 'CPU time',
    happens: {
      more: 'takes more CPU time to start',
      less: 'takes less CPU time to start',
      over: 'takes too much CPU time to start',
    },
    help: 'CPU time until the first request, in the kernel too, of all threads',
  },
  {
    name: 'init.connects',
    ...INIT,
    ...COUNT,
    unit: 'connections',
    word: 'connections',
    happens: {
      more: 'waits for more connections to start',
      less: 'waits for fewer connections to start',
      over: 'waits for too many connections to start',
    },
    help: 'what is connected to or looked up until the first request',
  },
  {
    name: 'init.memory',
    ...INIT,
    ...SIZE,
    word: 'peak memory',
    happens: { more: 'takes more memory to start', less: 'takes less memory to start', over: 'takes too much memory to start' },
    help: 'the most memory resident at once until the first request',
  },
  {
    name: 'first-response.instructions',
    ...FIRST,
    ...COUNT,
    unit: 'instructions',
    word: 'first response',
    happens: {
      more: 'does more work for its first response',
      less: 'does less work for its first response',
      over: 'does too much work for its first response',
    },
    help: 'instructions between the first event and the response',
  },
  {
    name: 'first-response.faults',
    ...FIRST,
    ...COUNT,
    unit: 'page faults',
    word: 'page faults to respond',
    happens: {
      more: 'loads more for its first response',
      less: 'loads less for its first response',
      over: 'loads too much for its first response',
    },
    help: 'page faults between the first event and the response',
  },
  {
    name: 'first-response.cpu',
    ...FIRST,
    judged: 'sampled',
    dimension: 'time',
    unit: 'milliseconds',
    word: 'CPU time to respond',
    happens: {
      more: 'takes more CPU time for its first response',
      less: 'takes less CPU time for its first response',
      over: 'takes too much CPU time for its first response',
    },
    help: 'CPU time between the first event and the response, in the kernel too, of all threads',
  },
  {
    name: 'first-response.connects',
    ...FIRST,
    ...COUNT,
    unit: 'connections',
    word: 'connections to respond',
    happens: {
      more: 'waits for more connections for its first response',
      less: 'waits for fewer connections for its first response',
      over: 'waits for too many connections for its first response',
    },
    help: 'what is connected to or looked up between the first event and the response',
  },
  {
    name: 'first-response.memory',
    ...FIRST,
    ...SIZE,
    word: 'peak memory to respond',
    happens: {
      more: 'takes more memory for its first response',
      less: 'takes less memory for its first response',
      over: 'takes too much memory for its first response',
    },
    help: 'the most memory resident at once until the first response, init included',
  },
  {
    name: 'cold-start.memory',
    of: 'cold-start',
    judged: 'repeated',
    ...SIZE,
    word: 'memory used',
    phrase: 'memory at a cold start',
    happens: { more: 'takes more memory on AWS', less: 'takes less memory on AWS', over: 'takes too much memory on AWS' },
    column: null,
    help: 'Max Memory Used on AWS, at the smallest memory size',
  },
  {
    name: 'cold-start.p50',
    of: 'cold-start',
    judged: 'sampled',
    dimension: 'time',
    unit: 'milliseconds',
    word: 'cold start',
    phrase: 'cold start (p50)',
    happens: { more: 'starts slower on AWS', less: 'starts faster on AWS', over: 'starts too slowly on AWS' },
    column: 'cold-start.p50',
    help: 'the median Init Duration on AWS, at the smallest memory size',
  },
  {
    name: 'cold-start.first-response.p50',
    of: 'cold-start',
    judged: 'sampled',
    dimension: 'time',
    unit: 'milliseconds',
    word: 'first response on AWS',
    phrase: 'first response on AWS (p50)',
    happens: {
      more: 'answers its first request slower on AWS',
      less: 'answers its first request faster on AWS',
      over: 'answers its first request too slowly on AWS',
    },
    column: 'cold-start.first-response.p50',
    help: 'the median Duration of the first request on AWS, its init not in it, at the smallest memory size',
  },
] as const satisfies readonly MetricShape[];

export interface Happens {
  readonly more: string;
  readonly less: string;
  readonly over: string;
}

interface MetricShape {
  /** In limits, JSON and, with dashes for dots, outputs. */
  readonly name: string;
  /** What measures it: the build, the starts on this machine, the first event that they are given, or the starts on AWS. */
  readonly of: 'build' | 'init' | 'first-response' | 'cold-start';
  /** `exact`: one figure is the truth. `repeated`: the median, and only beyond the spread. `sampled`: the interval of the change decides. */
  readonly judged: 'exact' | 'repeated' | 'sampled';
  readonly dimension: Dimension;
  /** Of its figures in JSON and outputs. */
  readonly unit: string;
  /** At the head of a table's column or row. */
  readonly word: string;
  /** In a sentence, where it is not the word. */
  readonly phrase?: string;
  /** What happens to a function whose figure moves, as the end of a sentence that begins with it; `over`: it is above its limit without having moved. */
  readonly happens: Happens;
  /** The column of the main table in which a reader sees what a limit on it says; `null`: none. */
  readonly column: string | null;
  /** For the documents. */
  readonly help: string;
}

/** A row, its names known to the compiler. */
export type MetricRow = (typeof METRICS)[number];
export type TableMetric = MetricRow['name'];
export type BuildMetric = Extract<MetricRow, { readonly of: 'build' }>['name'];
export type InitMetric = Extract<MetricRow, { readonly of: 'init' }>['name'];
export type FirstResponseMetric = Extract<MetricRow, { readonly of: 'first-response' }>['name'];
/** Of what is started here, until the first request comes and until it is answered. */
export type StartedMetric = InitMetric | FirstResponseMetric;

/** A column of the main table, named after the metric that stands in it. */
export type Column = NonNullable<MetricRow['column']>;

type CrateMetric = `${CratePrefix}:${string}`;
type CratePrefix = (typeof CRATE_METRICS)[number]['prefix'];
/** What a limit may bound. */
export type Metric = TableMetric | CrateMetric;

/** Sums over the crates that a glob matches. A second link of the same compile tells whose each byte is. */
export const CRATE_METRICS = [
  {
    prefix: 'crate',
    name: 'crate:<glob>',
    ...LARGER,
    dimension: 'size',
    column: 'binary',
    help: 'the bytes of the binary that are of the crates that match, added up: code, constants and tables, unwinding, relocations',
  },
  {
    prefix: 'crate-text',
    name: 'crate-text:<glob>',
    ...LARGER,
    dimension: 'size',
    column: 'text',
    help: 'their code alone',
  },
  {
    prefix: 'crate-zip',
    name: 'crate-zip:<glob>',
    ...LARGER,
    dimension: 'size',
    column: 'zip',
    help: 'their share of the package, which moves a little with what else is in it: growth below 1 kB or 2 % of it, whichever is more, never breaches',
  },
] as const;

export type CrateMetricRow = (typeof CRATE_METRICS)[number];

const BY_NAME: ReadonlyMap<string, MetricRow> = new Map(METRICS.map((row) => [row.name, row]));

/** The row of a metric; `null` of crates, which have no row each. */
export function metricRow(metric: Metric): MetricRow | null {
  return BY_NAME.get(metric) ?? null;
}

/** Whether a metric is the sum of the crates that a glob matches. */
export function isCrateMetric(metric: Metric): metric is CrateMetric {
  return crateMetricRow(metric) !== null;
}

/** The row of a sum over crates; `null` of any other metric. */
export function crateMetricRow(metric: string): CrateMetricRow | null {
  return CRATE_METRICS.find(({ prefix }) => metric.startsWith(`${prefix}:`)) ?? null;
}

/** The glob of a sum over crates. */
export function globOf(metric: CrateMetric): string {
  return metric.slice(metric.indexOf(':') + 1);
}

/** The metric of that name; `null` where there is none. */
export function metricNamed(name: string): TableMetric | null {
  return BY_NAME.get(name)?.name ?? null;
}

export function dimensionOf(metric: Metric): Dimension {
  return (metricRow(metric) ?? CRATE_METRICS[0]).dimension;
}

/** The names as a message lists them. */
export const METRIC_NAMES: readonly string[] = METRICS.flatMap(({ name }): string[] =>
  name === 'text' ? [name, ...CRATE_METRICS.map((row) => row.name)] : [name],
);
