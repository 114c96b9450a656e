import type { FunctionComparison } from '../../core/model.ts';
import { renderCount } from '../../core/units.ts';
import { changeText } from './figures.ts';

/** Whether a report has anything to say of a function's init in its main table: it was started, well or not. */
export function wasStarted({ init: { state }, metrics }: FunctionComparison): boolean {
  return state.kind !== 'none' || metrics['init.instructions'].head !== null;
}

/**
 * The cell `init` of the table of all figures: `398 k → 25.6 M, +25.2 M (×64)`, or a word for what has no figures.
 * It holds no data of a pull request but numbers.
 */
export function initCell(fn: FunctionComparison, hasBase: boolean): string {
  const { state } = fn.init;
  const figures = fn.metrics['init.instructions'];
  switch (state.kind) {
    case 'broken':
      return 'broken';
    case 'not-measurable':
      return 'not measurable here';
    case 'recovered':
      return figures.head === null ? 'starts again' : `broken → ${renderCount(figures.head)}`;
    case 'measured':
      if (figures.head === null) return 'not counted';
      if (!hasBase) return renderCount(figures.head);
      if (figures.base === null && fn.status !== 'added') return `not counted → ${renderCount(figures.head)}`;
      return changeText(figures, 'count');
    case 'none':
      break;
  }
  switch (state.code) {
    case 'removed':
      return '–';
    case 'unchanged':
      return 'unchanged';
    case 'not-here':
      return 'not measurable here';
    case 'apart':
      return figures.head === null ? 'not measured' : `not measured → ${renderCount(figures.head)}`;
    case 'not-asked':
    case 'off':
      return 'not measured';
  }
}
