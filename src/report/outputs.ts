import { isFunctionName } from '../core/function-names.ts';
import { breachesOf } from '../core/judge/judge.ts';
import { dimensionOf, METRICS, type MetricRow, type TableMetric } from '../core/metrics.ts';
import type { FunctionComparison } from '../core/model/comparison.ts';
import type { Outcome } from '../core/model/outcome.ts';
import { compareText } from '../core/pair.ts';
import type { Pair } from '../core/rows.ts';
import type { Dimension } from '../core/units.ts';
import { isReported, type LegReport, sentenceOfLegs, statusOfLegs } from './text/legs.ts';
import { tightestFirst } from './text/limits.ts';
import { verdictSentence } from './text/sentence.ts';

/** The outputs that are no figures. */
type TextOutput = 'verdict' | 'sentence' | 'report-json' | 'report-markdown' | 'packages' | 'comment-url' | 'function';

/** Every output of the Action: the texts, and those of `METRIC_OUTPUTS`. */
export type Outputs = Readonly<Record<TextOutput, string>> & Readonly<Record<string, string>>;

interface MetricOutput {
  readonly name: string;
  readonly help: string;
  readonly figure: (figures: Pair<number>) => number | null;
}

function outputsFor({ name, unit, help }: MetricRow): readonly MetricOutput[] {
  const stem = name.replaceAll('.', '-');
  return [
    { name: `${stem}-base`, help: `${help}: base (${unit})`, figure: ({ base }) => base },
    { name: `${stem}-head`, help: `${help}: head (${unit})`, figure: ({ head }) => head },
    { name: `${stem}-delta`, help: `${help}: growth (${unit})`, figure: growthOf },
  ];
}

/** Three outputs for each metric, by the name that a limit uses, with dashes for its dots: `init-instructions-head`. */
export const METRIC_OUTPUTS: readonly (MetricOutput & { readonly metric: TableMetric })[] = METRICS.flatMap((row) =>
  outputsFor(row).map((output) => ({ ...output, metric: row.name })),
);

/** Paths of what a run wrote; `null` where it wrote none. */
export interface OutputFiles {
  readonly json: string | null;
  readonly markdown: string | null;
  /** The ZIPs of head. */
  readonly packages: readonly string[];
}

/**
 * The Action's outputs, all of them strings and empty where there is nothing. `verdict` is pass, fail, accepted, unchecked or off; `packages` has a path
 * on each line, as `path:` of actions/upload-artifact takes them; figures are bytes, instructions or milliseconds in decimal digits, of the only or the worst function.
 */
export function outputsOf(outcome: Outcome, files: OutputFiles, commentUrl: string | null): Outputs {
  return {
    verdict: outcome.verdict.status,
    sentence: verdictSentence(outcome),
    ...othersOf([outcome], files, commentUrl),
  };
}

/** The same over all legs of a matrix: a leg that is missing or was refused is a fail, and the figures are of the worst function of any leg. */
export function outputsOfLegs(legs: readonly LegReport[], files: OutputFiles, commentUrl: string | null): Outputs {
  const outcomes = legs.filter(isReported).map(({ outcome }) => outcome);
  return { verdict: statusOfLegs(legs), sentence: sentenceOfLegs(legs), ...othersOf(outcomes, files, commentUrl) };
}

function othersOf(
  outcomes: readonly Outcome[],
  files: OutputFiles,
  commentUrl: string | null,
): Readonly<Record<Exclude<TextOutput, 'verdict' | 'sentence'>, string>> & Readonly<Record<string, string>> {
  const worst = worstOf(outcomes);
  const figures = METRIC_OUTPUTS.map(({ name, metric, figure }) => {
    const value = worst === null ? null : figure(worst.metrics[metric]);
    return [name, value === null ? '' : decimal(value, dimensionOf(metric))] as const;
  });
  return {
    'report-json': files.json ?? '',
    'report-markdown': files.markdown ?? '',
    packages: files.packages.join('\n'),
    'comment-url': commentUrl ?? '',
    function: worst === null || !isFunctionName(worst.name) ? '' : worst.name,
    ...Object.fromEntries(figures),
  };
}

/** Whole bytes and counts (a median of an even number may lie between two), times to the microsecond: 24.87 − 18.4 is 6.47. */
function decimal(value: number, dimension: Dimension): string {
  return String(dimension === 'time' ? Math.round(value * 1e3) / 1e3 : Math.round(value));
}

function growthOf({ base, head }: Pair<number>): number | null {
  return base === null || head === null ? null : head - base;
}

/** The function that no longer starts, here or on AWS, else that of the worst breach; without one, whose package grew most. A new function has not grown; a removed one comes last. */
function worstOf(outcomes: readonly Outcome[]): FunctionComparison | null {
  const [broken] = outcomes.flatMap(({ verdict, comparison }) =>
    verdict.breaches
      .filter(({ kind }) => kind !== 'limit')
      .flatMap((breach) => comparison.functions.filter(({ name }) => name === breach.function)),
  );
  if (broken !== undefined) return broken;
  const breaches = new Map(
    outcomes.flatMap(({ verdict, comparison }) => breachesOf(verdict, 'limit').map((breach) => [breach, comparison.functions] as const)),
  );
  const [worst] = tightestFirst([...breaches.keys()]);
  const breached = worst === undefined ? undefined : breaches.get(worst)?.find(({ name }) => name === worst.function);
  if (breached !== undefined) return breached;
  const [first] = outcomes.flatMap(({ comparison }) => comparison.functions).toSorted(byGrowth);
  return first ?? null;
}

function byGrowth(a: FunctionComparison, b: FunctionComparison): number {
  return (
    Number(a.status === 'removed') - Number(b.status === 'removed') ||
    (growthOf(b.metrics.zip) ?? 0) - (growthOf(a.metrics.zip) ?? 0) ||
    (b.metrics.zip.head ?? 0) - (a.metrics.zip.head ?? 0) ||
    compareText(a.name, b.name)
  );
}
