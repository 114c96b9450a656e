import type { FunctionComparison, MetricFigures } from '../../core/model/comparison.ts';
import type { InitGrowth } from '../../core/model/init.ts';
import type { TimedComparison } from '../../core/model/sampled-time.ts';
import type { Pair, Row } from '../../core/rows.ts';
import type { Connection } from '../../core/snapshot/counted.ts';

/** What is told of a start in the same words: what it does until its first request comes, and until that is answered. */
export interface Stage {
  readonly what: 'init' | 'the first response';
  /** As the end of a sentence that begins with a function: `runs before the first request`. */
  readonly when: 'before the first request' | 'for the first response';
  readonly instructions: MetricFigures;
  /** Empty where they are not told apart. */
  readonly phases: readonly Row[];
  readonly crates: readonly Row[];
  readonly growth: InitGrowth;
  readonly time: TimedComparison | null;
  readonly connections: Pair<readonly Connection[]>;
}

export function initStage({ init, metrics }: FunctionComparison): Stage {
  return { ...init, what: 'init', when: 'before the first request', instructions: metrics['init.instructions'] };
}

export function responseStage({ firstResponse, metrics }: FunctionComparison): Stage {
  return {
    ...firstResponse,
    what: 'the first response',
    when: 'for the first response',
    phases: [],
    instructions: metrics['first-response.instructions'],
  };
}

/** Whether a report has figures of a first response to tell. */
export function wasAnswered({ firstResponse: { state, time } }: FunctionComparison): boolean {
  return state.kind === 'measured' || state.kind === 'recovered' || time !== null;
}
