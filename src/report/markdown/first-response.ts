import { dimensionOf, type FirstResponseMetric, METRICS, metricRow } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { deltaOf } from '../../core/pair.ts';
import { renderBytes, renderInteger } from '../../core/units.ts';
import { codeBlock, MARKDOWN } from '../text/escape.ts';
import { counted } from '../text/figures.ts';
import { askedForText, unansweredAdvice, unansweredText } from '../text/first-response.ts';
import { rowsOf, toldFunctions } from '../text/functions.ts';
import { asInput, FAILURES, lastLineText, WRITTEN } from '../text/init-failure.ts';
import { movedText } from '../text/moved-work.ts';
import { tableRow } from './details.ts';
import { connectionTexts, costTable, FUNCTIONS, line, medianRow, p90Row, spreadRow } from './init-figures.ts';

/**
 * What functions said that answer their first request at base and not at head, open; and in a line each why others answer at neither side. Empty
 * where there are none.
 */
export function firstResponseFailures(outcome: Outcome): string {
  const failed = rowsOf(outcome).breached.flatMap(unanswered('broken'));
  const left = failed.length - FAILURES;
  const nowhere = toldFunctions(outcome).flatMap(unanswered('not-measurable')).slice(0, FAILURES);
  return [
    ...failed.slice(0, FAILURES).map((one) => failureBlock(one, 'no longer answers its first request')),
    ...(left <= 0 ? [] : [`and ${counted(left, 'more function')} that no longer ${left === 1 ? 'answers' : 'answer'}`]),
    ...nowhere.map((one) => failureLine(one, 'does not answer its first request here')),
  ].join('\n\n');
}

interface Failed {
  readonly fn: FunctionComparison;
  readonly state: Extract<FunctionComparison['firstResponse']['state'], { readonly kind: 'broken' | 'not-measurable' }>;
}

function unanswered(kind: Failed['state']['kind']): (fn: FunctionComparison) => readonly Failed[] {
  return (fn) => {
    const { state } = fn.firstResponse;
    return (state.kind === 'broken' || state.kind === 'not-measurable') && state.kind === kind ? [{ fn, state }] : [];
  };
}

function failureLine({ fn, state }: Failed, what: string): string {
  return `${whatHappened({ fn, state }, what)}${lastLineText(state.lastLines, MARKDOWN)}. ${unansweredAdvice(state, asInput, MARKDOWN)}`;
}

function failureBlock({ fn, state }: Failed, what: string): string {
  const written = state.lastLines.slice(-WRITTEN).join('\n');
  return [
    `${whatHappened({ fn, state }, what)}. ${unansweredAdvice(state, asInput, MARKDOWN)}`,
    ...(written.trim() === '' ? [] : [codeBlock(written, 'text')]),
  ].join('\n\n');
}

function whatHappened({ fn, state }: Failed, what: string): string {
  return `${MARKDOWN.name(fn.name)} ${what}: ${unansweredText(state.why, MARKDOWN)}${askedForText(state, MARKDOWN)}`;
}

/** The figures of a function's first response; empty where there are none. */
export function firstResponseBlock(fn: FunctionComparison): readonly string[] {
  const { state, event, statuses, functions, connections } = fn.firstResponse;
  const head = `${MARKDOWN.name(fn.name)}, first response`;
  if (state.kind === 'none' && state.code === 'not-here') return [`${head} not measured: ${MARKDOWN.prose(state.reason)}`];
  const rows = figureRows(fn);
  if (rows.length === 0) return [];
  const reasons = METRICS.flatMap(({ name, of }) => {
    const { head: figure, reason } = fn.metrics[name];
    const told = of === 'first-response' && reason !== null && (figure === null || state.kind === 'measured');
    return told ? [`${name} not measured: ${MARKDOWN.prose(reason)}`] : [];
  });
  const moved = movedText(fn, MARKDOWN);
  const costs = functions.filter(({ inclusive }) => deltaOf(inclusive) !== 0).slice(0, FUNCTIONS);
  const remark =
    state.kind === 'recovered' ? '; base does not answer it here' : state.kind === 'none' ? `; ${MARKDOWN.prose(state.reason)}` : '';
  const parts = [
    `${head}${whatWasAsked(event, statuses.head)}${remark}`,
    [tableRow(['first response', 'base', 'head', 'change']), tableRow(['---', '---:', '---:', '---:']), ...rows].join('\n'),
    ...(moved === null ? [] : [moved]),
    ...reasons,
    ...connectionTexts(connections),
    ...(costs.length === 0 ? [] : [costTable(costs)]),
  ];
  return [parts.join('\n\n')];
}

/** ` (api-gateway-v2, answered with 404)`. */
function whatWasAsked(event: string | null, status: number | null): string {
  if (event === null) return '';
  return ` (${MARKDOWN.name(event)}${status === null ? '' : `, answered with ${status}`})`;
}

function figureRows({ metrics, firstResponse: { time, cpu } }: FunctionComparison): readonly string[] {
  const instructions = metrics['first-response.instructions'];
  const rowOf = (metric: FirstResponseMetric): readonly string[] =>
    line(metricRow(metric)?.word ?? metric, metrics[metric], dimensionOf(metric) === 'size' ? renderBytes : renderInteger);
  return [
    ...line('instructions', instructions, renderInteger),
    ...spreadRow(instructions),
    ...(time === null ? [] : [...medianRow('time to the response', time), ...p90Row('time to the response', time)]),
    ...(cpu === null ? [] : medianRow(cpu.of === 'process' ? 'CPU time' : 'CPU time of the threads alive then', cpu, ['more', 'less'])),
    ...rowOf('first-response.faults'),
    ...rowOf('first-response.memory'),
    ...rowOf('first-response.connects'),
  ];
}
