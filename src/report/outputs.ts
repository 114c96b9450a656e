import type { FunctionComparison, MeasuredMetric, Outcome, Pair } from '../core/model.ts';
import { compareText } from '../core/pair.ts';
import { mediansOf } from './text/cold-start.ts';
import { PLAIN } from './text/escape.ts';
import { instructionsOf } from './text/init-cell.ts';
import { isReported, type LegReport, sentenceOfLegs, statusOfLegs } from './text/legs.ts';
import { tightestFirst } from './text/limits.ts';
import { verdictSentence } from './text/sentence.ts';

type SizeMetric = Exclude<MeasuredMetric, 'dependencies'>;

const NO_FIGURES: Pair<number> = { base: null, head: null };

/** Every output of the Action. */
export type OutputName =
  | 'verdict'
  | 'sentence'
  | 'report-json'
  | 'report-markdown'
  | 'packages'
  | 'comment-url'
  | 'function'
  | `${SizeMetric | 'init-instructions' | 'cold-start'}-${'base' | 'head' | 'delta'}`;

export type Outputs = Readonly<Record<OutputName, string>>;

/** Paths of what a run wrote; `null` where it wrote none. */
export interface OutputFiles {
  readonly json: string | null;
  readonly markdown: string | null;
  /** The ZIPs of head. */
  readonly packages: readonly string[];
}

/**
 * The Action's outputs, all of them strings and empty where there is nothing. `verdict` is pass, fail, accepted or off; `packages` has a path
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

function othersOf(outcomes: readonly Outcome[], files: OutputFiles, commentUrl: string | null): Omit<Outputs, 'verdict' | 'sentence'> {
  const worst = worstOf(outcomes);
  const zip = figuresOf(worst, 'zip');
  const binary = figuresOf(worst, 'binary');
  const text = figuresOf(worst, 'text');
  const coldStart = worst === null ? NO_FIGURES : mediansOf(worst.coldStart);
  const init = worst === null ? NO_FIGURES : wholeFigures(instructionsOf(worst.init));
  return {
    'report-json': files.json ?? '',
    'report-markdown': files.markdown ?? '',
    packages: files.packages.join('\n'),
    'comment-url': commentUrl ?? '',
    function: worst === null ? '' : PLAIN.name(worst.name),
    'zip-base': decimal(zip.base),
    'zip-head': decimal(zip.head),
    'zip-delta': decimal(growthOf(zip)),
    'binary-base': decimal(binary.base),
    'binary-head': decimal(binary.head),
    'binary-delta': decimal(growthOf(binary)),
    'text-base': decimal(text.base),
    'text-head': decimal(text.head),
    'text-delta': decimal(growthOf(text)),
    'init-instructions-base': decimal(init.base),
    'init-instructions-head': decimal(init.head),
    'init-instructions-delta': decimal(growthOf(init)),
    'cold-start-base': microseconds(coldStart.base),
    'cold-start-head': microseconds(coldStart.head),
    'cold-start-delta': microseconds(growthOf(coldStart)),
  };
}

function figuresOf(fn: FunctionComparison | null, metric: SizeMetric): Pair<number> {
  return fn?.metrics[metric] ?? NO_FIGURES;
}

/** The median of an even number of runs may be half an instruction. */
function wholeFigures({ base, head }: Pair<number>): Pair<number> {
  return { base: base === null ? null : Math.round(base), head: head === null ? null : Math.round(head) };
}

/** A difference of milliseconds without the crumbs of binary fractions: 24.87 − 18.4 is 6.47. */
function microseconds(millis: number | null): string {
  return decimal(millis === null ? null : Math.round(millis * 1e3) / 1e3);
}

function growthOf({ base, head }: Pair<number>): number | null {
  return base === null || head === null ? null : head - base;
}

function decimal(value: number | null): string {
  return value === null ? '' : String(value);
}

/** The function that no longer starts, here or on AWS, else that of the worst breach; without one, whose package grew most. A new function has not grown; a removed one comes last. */
function worstOf(outcomes: readonly Outcome[]): FunctionComparison | null {
  const [broken] = outcomes.flatMap(({ verdict, comparison }) =>
    [...verdict.initBreaches, ...verdict.coldStartBreaches].flatMap((breach) =>
      comparison.functions.filter(({ name }) => name === breach.function),
    ),
  );
  if (broken !== undefined) return broken;
  const breaches = new Map(
    outcomes.flatMap(({ verdict, comparison }) => verdict.breaches.map((breach) => [breach, comparison.functions] as const)),
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
