import type {
  ColdStartAtSize,
  ColdStartBreach,
  ColdStartComparison,
  ColdStartFigures,
  ColdStartState,
  Unproven,
} from '../../core/model.ts';
import { changeReportOf, intervalReportOf } from './paired.ts';
import type { Check } from './schema.ts';

type ColdStart = Check['functions'][number]['coldStart'];
type Size = ColdStart['sizes'][number];
type Breach = Check['verdict']['coldStartBreaches'][number];

/** One function's cold starts as the JSON report has them: keys in a fixed order, text as it is, no infinite number. */
export function coldStartReportOf({ state, region, looks, sizes, spent }: ColdStartComparison): ColdStart {
  return {
    state: stateOf(state),
    region,
    looks: looks === null ? null : { taken: looks.taken, planned: looks.planned },
    sizes: sizes.map(sizeOf),
    spent: spent === null ? null : { requests: spent.requests, gbSeconds: spent.gbSeconds, dollars: spent.dollars },
  };
}

export function coldStartBreachOf({ function: name, ...failure }: ColdStartBreach): Breach {
  return { function: name, ...failureOf(failure) };
}

/** What is known of a limit that is not proven, besides the limit. */
export function unprovenFiguresOf({
  change,
  pairs,
  detectable,
}: Unproven): Pick<Check['verdict']['unproven'][number], 'change' | 'pairs' | 'detectable'> {
  return { change: changeReportOf(change), pairs, detectable };
}

function stateOf(state: ColdStartState): ColdStart['state'] {
  switch (state.kind) {
    case 'measured':
    case 'recovered':
      return { kind: state.kind };
    case 'broken':
    case 'not-measurable':
      return { kind: state.kind, ...failureOf(state) };
    case 'none':
      return { kind: state.kind, code: state.code, reason: state.reason };
  }
}

function failureOf({ status, errorType, lastLines }: Omit<ColdStartBreach, 'function'>): Omit<Breach, 'function'> {
  return { status, errorType, lastLines: [...lastLines] };
}

function sizeOf({ memorySize, base, head, change, verdict, detectable }: ColdStartAtSize): Size {
  return { memorySize, base: figuresOf(base), head: figuresOf(head), change: changeReportOf(change), verdict, detectable };
}

function figuresOf(figures: ColdStartFigures | null): Size['head'] {
  if (figures === null) return null;
  const { median, p90, interval, samples, discarded, functionErrors, maxMemoryUsed, memory, billed, pricePerMillion } = figures;
  return {
    median,
    p90,
    interval: intervalReportOf(interval),
    samples,
    discarded: discarded.map(({ reason, count }) => ({ reason, count })),
    functionErrors,
    maxMemoryUsed,
    memory: { median: memory.median, low: memory.low, high: memory.high, count: memory.count },
    billed,
    pricePerMillion,
  };
}
