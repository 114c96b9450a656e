import { dimensionOf, type InitMetric, METRICS, metricRow } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { HistoryNoise } from '../../core/model/trend.ts';
import { deltaOf } from '../../core/pair.ts';
import { renderBytes, renderInteger } from '../../core/units.ts';
import { codeBlock, MARKDOWN } from '../text/escape.ts';
import { counted, listed } from '../text/figures.ts';
import { unmeasuredResponseText } from '../text/first-response.ts';
import { rowsOf, toldFunctions } from '../text/functions.ts';
import { noiseText } from '../text/history.ts';
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
import { collapsed, tableRow } from './details.ts';
import { firstResponseBlock } from './first-response.ts';
import { connectionTexts, costTable, FUNCTIONS, line, medianRow, p90Row, spreadRow } from './init-figures.ts';

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
  const blocks = toldFunctions(outcome).flatMap((fn) => blockOf(fn, outcome));
  if (blocks.length === 0) return '';
  const libraries = [...new Set(toldFunctions(outcome).flatMap(({ init }) => init.cLibrary ?? []))].map(MARKDOWN.prose);
  const measuredWith =
    libraries.length === 0
      ? ''
      : ` Measured with this machine's C library (${listed(libraries, FUNCTIONS)}); Lambda's provided.al2023 has glibc 2.34.`;
  const hint =
    'Instructions are counted until the first request and do not see waiting (network, disk, timers) and what the kernel does; times do, and a limit on `init.cpu` holds the CPU time.';
  const off = unmeasuredResponseText(toldFunctions(outcome), asInput, MARKDOWN);
  return collapsed('Init by phase and function', [...blocks, `${hint}${measuredWith}`, ...(off === null ? [] : [off])].join('\n\n'));
}

function blockOf(fn: FunctionComparison, { trends }: Pick<Outcome, 'trends'>): readonly string[] {
  const { state } = fn.init;
  const noise = trends.find((trend) => trend.function === fn.name && trend.metric === 'init.instructions')?.noise ?? null;
  switch (state.kind) {
    case 'broken':
      return [];
    case 'not-measurable':
      return [failureBlock({ fn, failure: state.failure, lastLines: state.lastLines }, 'is not measurable here')];
    case 'measured':
    case 'recovered':
      return [
        figuresBlock(fn, noise, state.kind === 'recovered' ? 'starts again; base does not start here' : null),
        ...firstResponseBlock(fn),
      ];
    case 'none':
      if (wasStarted(fn)) return [figuresBlock(fn, noise, MARKDOWN.prose(state.reason)), ...firstResponseBlock(fn)];
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

function figuresBlock(fn: FunctionComparison, noise: HistoryNoise | null, remark: string | null): string {
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
    [tableRow(['init', 'base', 'head', 'change']), tableRow(['---', '---:', '---:', '---:']), ...figureRows(fn, noise)].join('\n'),
    ...reasons,
    ...connectionTexts(init.connections),
    ...(costs.length === 0 ? [] : [costTable(costs)]),
  ].join('\n\n');
}

function figureRows({ metrics, init: { phases, time, cpu, paged } }: FunctionComparison, noise: HistoryNoise | null): readonly string[] {
  const instructions = metrics['init.instructions'];
  const rowOf = (metric: InitMetric): readonly string[] =>
    line(metricRow(metric)?.word ?? metric, metrics[metric], dimensionOf(metric) === 'size' ? renderBytes : renderInteger);
  return [
    ...line('instructions', instructions, renderInteger),
    ...spreadRow(instructions),
    ...(noise === null ? [] : [tableRow(['jitter of its history', '', '', noiseText(noise)])]),
    ...phases.flatMap((row) => line(`of them ${row.name}`, row, renderInteger)),
    ...(time === null ? [] : [...medianRow('time to the first request', time), ...p90Row('time to the first request', time)]),
    ...(cpu === null ? [] : medianRow(cpu.of === 'process' ? 'CPU time' : 'CPU time of the threads alive then', cpu, ['more', 'less'])),
    ...rowOf('init.faults'),
    ...rowOf('init.memory'),
    ...line('of the binary paged in', paged, renderBytes),
    ...rowOf('init.connects'),
  ];
}
