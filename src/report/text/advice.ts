import type { Advice } from '../../core/advise/advice.ts';
import { type AdviceFigures, type AdviceMetric, changeOf, type Outcome } from '../../core/advise/remedy.ts';
import type { Tried } from '../../core/advise/together.ts';
import { type Dimension, ratioOf, renderAmount, renderDelta, renderInteger, renderRatio } from '../../core/units.ts';

/** The columns, in their order; the names are those of the report. */
export const ADVICE_COLUMNS: readonly { readonly metric: AdviceMetric; readonly word: string; readonly dimension: Dimension }[] = [
  { metric: 'zip', word: 'package', dimension: 'size' },
  { metric: 'binary', word: 'binary', dimension: 'size' },
  { metric: 'instructions', word: 'init instr.', dimension: 'count' },
  { metric: 'faults', word: 'faults', dimension: 'count' },
  { metric: 'memory', word: 'memory', dimension: 'size' },
];

/** What a figure becomes, in a table: `−12 %`; of few, such as page faults, how many fewer. */
export function adviceCell(base: AdviceFigures, to: AdviceFigures, metric: AdviceMetric): string {
  const change = changeOf(base, to, metric);
  if (change === null) return '–';
  if (change === 0) return '0';
  const before = base[metric] ?? 0;
  const ratio = ratioOf(before, before + change);
  if (metric === 'faults' || ratio === null) return renderDelta(change, 'count');
  return renderRatio(ratio);
}

/** The same in a sentence, exact: `package 870,442 → 768,000 B (−102,442)`. */
export function exactText(base: AdviceFigures, to: AdviceFigures): string {
  return ADVICE_COLUMNS.flatMap(({ metric, word, dimension }) => {
    const [before, after] = [base[metric], to[metric]];
    if (before === null || after === null) return [];
    const unit = dimension === 'size' ? ' B' : '';
    const change = after - before;
    const shown = change === 0 ? 'the same' : `${change > 0 ? '+' : '−'}${renderInteger(Math.abs(change))}`;
    return [`${word} ${renderInteger(before)} → ${renderInteger(after)}${unit} (${shown})`];
  }).join(', ');
}

/** How sure a row is. */
export function surenessText({ verify }: Pick<Advice, 'verify'>, outcome: Extract<Outcome, { readonly kind: 'measured' }>): string {
  const starts = outcome.started ? 'builds and starts' : 'builds (not started here)';
  switch (outcome.verified.kind) {
    case 'passed':
      return `verified: ${starts}, and ${verify ?? 'your command'} passes`;
    case 'failed':
      return `NOT TO BE TAKEN: ${verify ?? 'your command'} fails: ${outcome.verified.said}`;
    case 'none':
      return `${starts}; nothing verified what it does`;
  }
}

/** Why a remedy has no figures. */
export function withoutFiguresText(outcome: Exclude<Outcome, { readonly kind: 'measured' }>): string {
  const words = {
    refused: 'not built',
    'not-built': 'does not build here',
    'not-started': 'does not start',
    'no-effect': 'changes nothing',
    'not-tried': 'not tried',
  } as const;
  return `${words[outcome.kind]}: ${outcome.reason}`;
}

/** What is worth taking: measured, fit for Lambda, not refused by the team's command, and better in what was asked for. */
export function isWorthTaking({ base, by }: Pick<Advice, 'base' | 'by'>, { outcome }: Pick<Tried, 'outcome'>): boolean {
  if (outcome.kind !== 'measured' || outcome.unfit !== null || outcome.verified.kind === 'failed') return false;
  return (changeOf(base, outcome.figures, by) ?? 0) < 0;
}

/** A saving in one word: `−102 kB`. */
export function savingText(change: number, by: AdviceMetric): string {
  const dimension = ADVICE_COLUMNS.find(({ metric }) => metric === by)?.dimension ?? 'count';
  return change === 0 ? 'nothing' : renderDelta(change, dimension);
}

/** `package 870 kB`. */
export function figureText(figures: AdviceFigures, metric: AdviceMetric): string {
  const column = ADVICE_COLUMNS.find((one) => one.metric === metric);
  const value = figures[metric];
  return value === null || column === undefined ? '–' : renderAmount(value, column.dimension);
}

/** The patch of all together where they save, else of the best row; `null`: nothing helps. */
export function bestPatch(advice: Advice): { readonly title: string; readonly patch: string } | null {
  const { best } = advice.combination;
  if (best?.outcome.kind === 'measured' && (changeOf(advice.base, best.outcome.figures, advice.by) ?? 0) < 0)
    return { title: 'all together', patch: best.outcome.patch };
  const first = advice.rows.find((row) => isWorthTaking(advice, row));
  return first?.outcome.kind === 'measured' ? { title: first.remedy.title, patch: first.outcome.patch } : null;
}
