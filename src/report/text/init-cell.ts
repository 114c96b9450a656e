import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Pair } from '../../core/rows.ts';
import { renderCount } from '../../core/units.ts';
import { changeText } from './figures.ts';

/** Whether a report has anything to say of a function's init in its main table: it was started, well or not. */
export function wasStarted({ init: { state }, metrics }: FunctionComparison): boolean {
  return state.kind !== 'none' || metrics['init.instructions'].head !== null;
}

/** The cell `first response` of the table of all figures, as `initCell`. */
export function firstResponseCell(fn: FunctionComparison, hasBase: boolean): string {
  const { kind } = fn.firstResponse.state;
  const figures = fn.metrics['first-response.instructions'];
  return kind === 'none'
    ? unmeasuredText(figures)
    : stageCell({ kind, figures, isNew: fn.status === 'added', hasBase, again: 'answers again' });
}

/**
 * The cell `init` of the table of all figures: `398 k → 25.6 M, +25.2 M (×64)`, or a word for what has no figures.
 * It holds no data of a pull request but numbers.
 */
export function initCell(fn: FunctionComparison, hasBase: boolean): string {
  const { state } = fn.init;
  const figures = fn.metrics['init.instructions'];
  if (state.kind !== 'none') return stageCell({ kind: state.kind, figures, isNew: fn.status === 'added', hasBase, again: 'starts again' });
  switch (state.code) {
    case 'removed':
      return '–';
    case 'unchanged':
      return 'unchanged';
    case 'not-here':
      return 'not measurable here';
    case 'apart':
      return unmeasuredText(figures);
    case 'not-asked':
    case 'off':
      return 'not measured';
  }
}

interface StageCell {
  readonly kind: 'broken' | 'not-measurable' | 'recovered' | 'measured';
  readonly figures: Pair<number>;
  readonly isNew: boolean;
  readonly hasBase: boolean;
  /** Of one that recovered and was not counted. */
  readonly again: string;
}

function stageCell({ kind, figures, isNew, hasBase, again }: StageCell): string {
  switch (kind) {
    case 'broken':
      return 'broken';
    case 'not-measurable':
      return 'not measurable here';
    case 'recovered':
      return figures.head === null ? again : `broken → ${renderCount(figures.head)}`;
    case 'measured':
      if (figures.head === null) return 'not counted';
      if (!hasBase) return renderCount(figures.head);
      return figures.base === null && !isNew ? `not counted → ${renderCount(figures.head)}` : changeText(figures, 'count');
  }
}

function unmeasuredText({ head }: Pair<number>): string {
  return head === null ? 'not measured' : `not measured → ${renderCount(head)}`;
}
