import { dimensionOf, type InitMetric, METRICS, metricRow } from '../../core/metrics.ts';
import type { CostRow, FunctionComparison, Outcome, Pair, TimedComparison } from '../../core/model.ts';
import { deltaOf, mapPair } from '../../core/pair.ts';
import type { Connection } from '../../core/snapshot/init.ts';
import type { Repeated } from '../../core/spread.ts';
import { ratioOf, renderBytes, renderDelta, renderInteger, renderMillis, renderRatio } from '../../core/units.ts';
import { CELL, codeBlock, MARKDOWN } from '../text/escape.ts';
import { counted, listed, signedInteger } from '../text/figures.ts';
import { rowsOf, toldFunctions } from '../text/functions.ts';
import { wasStarted } from '../text/init-cell.ts';
import {
  asInput,
  FAILURES,
  type FunctionFailure,
  failureAdvice,
  failureText,
  functionFailures,
  lastLineText,
  WRITTEN,
} from '../text/init-failure.ts';
import { changeInPairs } from '../text/init-times.ts';
import { collapsed, tableRow } from './details.ts';

const FUNCTIONS = 5;
const ADDRESSES = 20;

/**
 * What functions wrote that start at base and not at head, open: it is the first thing to read; and in a line each why others start at neither side
 * and what would let them. Empty where there are none.
 */
export function failuresPart(outcome: Outcome): string {
  const rows = rowsOf(outcome);
  const failed = functionFailures(rows.breached, 'broken');
  const shown = failed.slice(0, FAILURES).map((start) => failureBlock(start, 'no longer starts'));
  const left = failed.length - shown.length;
  const nowhere = functionFailures(toldFunctions(outcome), 'not-measurable').slice(0, FAILURES).map(nowhereLine);
  return [
    ...(failed.length === 0 ? [] : ['**It wrote**', ...shown]),
    ...(left === 0 ? [] : [`and ${counted(left, 'more function')} that no longer ${left === 1 ? 'starts' : 'start'}`]),
    ...nowhere,
  ].join('\n\n');
}

function nowhereLine({ fn, failure, lastLines }: FunctionFailure): string {
  const why = `${failureText(failure, MARKDOWN)}${lastLineText(lastLines, MARKDOWN)}`;
  return `${MARKDOWN.name(fn.name)} does not start here: ${why}. ${failureAdvice({ failure, lastLines }, asInput, MARKDOWN)}`;
}

/** The collapsed figures of local init, function by function. Empty where nothing was started. */
export function initDetails(outcome: Outcome): string {
  const blocks = toldFunctions(outcome).flatMap((fn) => blockOf(fn));
  if (blocks.length === 0) return '';
  const hint =
    'Instructions are counted until the first request and do not see waiting (network, disk, timers); times do. Times are shown, not gated.';
  return collapsed('Init by phase and function', [...blocks, hint].join('\n\n'));
}

function blockOf(fn: FunctionComparison): readonly string[] {
  const { state } = fn.init;
  switch (state.kind) {
    case 'broken':
      return [];
    case 'not-measurable':
      return [failureBlock({ fn, failure: state.failure, lastLines: state.lastLines }, 'is not measurable here')];
    case 'measured':
    case 'recovered':
      return [figuresBlock(fn, state.kind === 'recovered' ? 'starts again; base does not start here' : null)];
    case 'none':
      if (wasStarted(fn)) return [figuresBlock(fn, MARKDOWN.prose(state.reason))];
      return state.code === 'not-here' ? [`${MARKDOWN.name(fn.name)} was not started: ${MARKDOWN.prose(state.reason)}`] : [];
  }
}

function failureBlock({ fn, failure, lastLines }: FunctionFailure, what: string): string {
  const written = lastLines.slice(-WRITTEN).join('\n');
  return [
    `${MARKDOWN.name(fn.name)} ${what}: ${failureText(failure, MARKDOWN)}. ${failureAdvice({ failure, lastLines }, asInput, MARKDOWN)}`,
    ...(written.trim() === '' ? [] : [codeBlock(written, 'text')]),
  ].join('\n\n');
}

function figuresBlock(fn: FunctionComparison, remark: string | null): string {
  const { name, init, metrics } = fn;
  const reasons = METRICS.flatMap(({ name: metric, of }) => {
    const { head, reason } = metrics[metric];
    // Where base has none for all of them, the remark says why.
    const told = of === 'init' && reason !== null && (head === null || init.state.kind === 'measured');
    return told ? [`${metric} not measured: ${MARKDOWN.prose(reason)}`] : [];
  });
  const costs = init.functions.filter(({ inclusive }) => deltaOf(inclusive) !== 0).slice(0, FUNCTIONS);
  return [
    `${MARKDOWN.name(name)}${remark === null ? '' : `: ${remark}`}`,
    [tableRow(['init', 'base', 'head', 'change']), tableRow(['---', '---:', '---:', '---:']), ...figureRows(fn)].join('\n'),
    ...reasons,
    ...connectionTexts(init.connections),
    ...(costs.length === 0 ? [] : [costTable(costs)]),
  ].join('\n\n');
}

/** A line of the table; left out where neither side has a figure. */
function line(
  what: string,
  { base, head }: Pair<number>,
  render: (value: number) => string,
  change: string | null = null,
): readonly string[] {
  if (base === null && head === null) return [];
  const text = (value: number | null): string => (value === null ? '–' : render(value));
  return [tableRow([what, text(base), text(head), change ?? changeOf({ base, head }, render)])];
}

function changeOf({ base, head }: Pair<number>, render: (value: number) => string): string {
  if (base === null || head === null) return '–';
  if (head === base) return '0';
  const ratio = ratioOf(base, head);
  const shown = ratio === null ? '0 %' : renderRatio(ratio);
  return `${head > base ? '+' : '−'}${render(Math.abs(head - base))}${shown === '0 %' ? '' : ` (${shown})`}`;
}

function figureRows({ metrics, init: { phases, time, cpu, paged } }: FunctionComparison): readonly string[] {
  const instructions = metrics['init.instructions'];
  const { spread } = instructions;
  const rowOf = (metric: InitMetric): readonly string[] =>
    line(metricRow(metric)?.word ?? metric, metrics[metric], dimensionOf(metric) === 'size' ? renderBytes : renderInteger);
  return [
    ...line('instructions', instructions, renderInteger),
    ...(spread === null || spread.head === null
      ? []
      : [tableRow(['spread of the runs', spreadText(spread.base), spreadText(spread.head), ''])]),
    ...phases.flatMap((row) => line(`of them ${row.name}`, row, renderInteger)),
    ...(time === null ? [] : [...medianRow('time to the first request', time), ...p90Row('time to the first request', time)]),
    ...(cpu === null ? [] : medianRow('CPU time', cpu)),
    ...rowOf('init.faults'),
    ...rowOf('init.memory'),
    ...line('of the binary paged in', paged, renderBytes),
    ...rowOf('init.connects'),
  ];
}

function medianRow(what: string, time: TimedComparison): readonly string[] {
  const { base, head, change, verdict } = time;
  const proven = verdict === 'slower' || verdict === 'faster' ? `${verdict}: ` : '';
  const text = change === null ? null : `${proven}${changeInPairs(time)}`;
  return line(
    `${what}, median`,
    mapPair({ base, head }, ({ median }) => median),
    renderMillis,
    text,
  );
}

function p90Row(what: string, { base, head }: TimedComparison): readonly string[] {
  return line(
    `${what}, p90`,
    mapPair({ base, head }, ({ p90 }) => p90),
    renderMillis,
  );
}

/** `397,602 to 397,604 (3)`. */
function spreadText(repeated: Repeated | null): string {
  return repeated === null ? '–' : `${renderInteger(repeated.low)} to ${renderInteger(repeated.high)} (${counted(repeated.count, 'run')})`;
}

function connectionTexts(connections: Pair<readonly Connection[]>): readonly string[] {
  const text = (side: readonly Connection[]): string =>
    listed(
      side.map(({ kind, address }) => `${MARKDOWN.name(address)} (${kind})`),
      ADDRESSES,
    );
  const { base, head } = connections;
  return [
    ...(base === null || base.length === 0 ? [] : [`Connections at base: ${text(base)}`]),
    ...(head === null || head.length === 0 ? [] : [`Connections at head: ${text(head)}`]),
  ];
}

function costTable(costs: readonly CostRow[]): string {
  const rows = costs.map(({ crate, name, self, inclusive }) =>
    tableRow([
      CELL.name(crate),
      CELL.name(name),
      inclusive.base === null ? '–' : renderInteger(inclusive.base),
      inclusive.head === null ? '–' : renderInteger(inclusive.head),
      inclusive.base === null ? '–' : signedInteger(deltaOf(inclusive)),
      self.base === null ? '–' : renderDelta(deltaOf(self), 'count'),
    ]),
  );
  const heads = tableRow(['crate', 'function with what it calls', 'base', 'head', 'change', 'own change']);
  return [heads, tableRow(['---', '---', '---:', '---:', '---:', '---:']), ...rows].join('\n');
}
