import type { Dimension } from './units.ts';

/** Figures of one build are exact, those of the starts on this machine lie apart from run to run. */
const BUILD = { of: 'build', judged: 'exact' } as const;
const INIT = { of: 'init', judged: 'repeated', column: 'init.instructions' } as const;
const SIZE = { dimension: 'size', unit: 'bytes' } as const;
const COUNT = { dimension: 'count' } as const;
const LARGER = { happens: { more: 'became larger', less: 'became smaller', over: 'is too large' } } as const;

/**
 * Every metric that a limit may bound, but for `crate:<glob>`, which stands for any number of them: limits, verdict, reports, outputs and
 * documents all come from this list. A new one is a row here and a reader in `compare/metrics.ts`.
 */
export const METRICS = [
  { name: 'zip', ...BUILD, ...SIZE, ...LARGER, word: 'package', column: 'zip', help: 'the package' },
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
    help: 'packages of Cargo.lock that the function reaches',
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
] as const satisfies readonly MetricShape[];

export interface Happens {
  readonly more: string;
  readonly less: string;
  readonly over: string;
}

interface MetricShape {
  /** In limits, JSON and, with dashes for dots, outputs. */
  readonly name: string;
  /** What measures it: the build, the starts on this machine, or those on AWS. */
  readonly of: 'build' | 'init' | 'cold-start';
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

/** A column of the main table, named after the metric that stands in it. */
export type Column = NonNullable<MetricRow['column']>;

type CrateMetric = `crate:${string}`;
/** What a limit may bound. */
export type Metric = TableMetric | CrateMetric;

/** The sum of the crates that a glob matches: bytes of `.text`, told apart by a second link of the same compile. */
export const CRATE_METRIC = {
  name: 'crate:<glob>',
  ...LARGER,
  dimension: 'size',
  column: 'text',
  help: 'the code of the crates that match, added up',
} as const;

const BY_NAME: ReadonlyMap<string, MetricRow> = new Map(METRICS.map((row) => [row.name, row]));

/** The row of a metric; `null` of crates, which have no row each. */
export function metricRow(metric: Metric): MetricRow | null {
  return BY_NAME.get(metric) ?? null;
}

/** Whether a metric is the sum of the crates that a glob matches. */
export function isCrateMetric(metric: Metric): metric is CrateMetric {
  return metric.startsWith('crate:');
}

/** The metric of that name; `null` where there is none. */
export function metricNamed(name: string): TableMetric | null {
  return BY_NAME.get(name)?.name ?? null;
}

export function dimensionOf(metric: Metric): Dimension {
  return (metricRow(metric) ?? CRATE_METRIC).dimension;
}

/** The names as a message lists them. */
export const METRIC_NAMES: readonly string[] = METRICS.flatMap(({ name }): string[] =>
  name === 'text' ? [name, CRATE_METRIC.name] : [name],
);
