import type { StartedMetric } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import { compareRows, deltaOf } from '../../core/pair.ts';
import type { Row } from '../../core/rows.ts';
import { renderCount, renderDelta } from '../../core/units.ts';
import { codeName } from './code-name.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';
import { connectionLines } from './init-connections.ts';
import { kernelTime } from './init-cpu.ts';
import { callerOf, explains, grownMost, threadOf } from './init-growth.ts';
import { LOADING, loadedText } from './init-loading.ts';
import { pageLines } from './init-pages.ts';
import { movedText } from './moved-work.ts';
import { NOTICEABLE } from './noticed.ts';
import { initStage, responseStage, type Stage } from './stage.ts';

const CRATES = 4;
/** What is less than this share of the whole change is not worth its words. */
const WORTH = 0.01;

/**
 * Why a function's init changed: its phases and the code in them, then crates, then pages and connections; then its first response. Empty where nothing
 * noticeable did.
 */
export function initWhy(fn: FunctionComparison, style: TextStyle): readonly string[] {
  const [init, response] = [initStage(fn), responseStage(fn)];
  return [
    ...movedLines(fn, style),
    ...instructionLines(fn, init, style),
    ...pageLines(fn, style),
    ...connectionLines(init, style),
    ...instructionLines(fn, response, style),
    ...connectionLines(response, style),
  ];
}

function movedLines(fn: FunctionComparison, style: TextStyle): readonly string[] {
  const moved = movedText(fn, style);
  return moved === null ? [] : [moved];
}

/**
 * The same in a line or two, of the metrics that are `over` first, then of what grew most: the function that did most of the work, or what the
 * loader loads; the parts of the process whose pages were touched; what init newly waits for.
 */
export function initReason(fn: FunctionComparison, style: TextStyle, over: ReadonlySet<StartedMetric> = NONE): readonly string[] {
  const [init, response] = [initStage(fn), responseStage(fn)];
  const kinds: readonly { readonly of: readonly StartedMetric[]; readonly lines: readonly string[] }[] = [
    { of: ['init.instructions'], lines: workReason(fn, init, style) },
    { of: ['init.cpu'], lines: cpuReason(fn, init, style, over) },
    { of: ['init.faults', 'init.memory'], lines: pageLines(fn, style) },
    { of: ['init.connects'], lines: connectionLines(init, style) },
    { of: ['first-response.instructions'], lines: workReason(fn, response, style) },
    { of: ['first-response.connects'], lines: connectionLines(response, style) },
  ];
  const rank = (of: readonly StartedMetric[]): number =>
    Math.max(...of.map((metric) => (over.has(metric) ? Number.POSITIVE_INFINITY : grownBy(fn, metric))));
  // Work touches pages: they are no cause beside it where only the work is over its limit.
  const isCause = ({ of }: { readonly of: readonly StartedMetric[] }): boolean =>
    over.size === 0 || !of.includes('init.memory') || of.some((metric) => over.has(metric));
  const moved = movedLines(fn, style);
  const causes = kinds
    .filter(isCause)
    // What moved explains both figures that moved with it; beside it stands what is over its limit.
    .filter(({ of }) => moved.length === 0 || of.some((metric) => over.has(metric)))
    .toSorted((one, other) => order(rank(other.of), rank(one.of)))
    .flatMap(({ lines }) => lines);
  // Work that breaches the limit on CPU time is the work of the instructions too: it is told once.
  return [...new Set([...moved, ...causes])];
}

const NONE: ReadonlySet<StartedMetric> = new Set();

/** Told of a limit alone: elsewhere its figures are. */
function cpuReason(fn: FunctionComparison, init: Stage, style: TextStyle, over: ReadonlySet<StartedMetric>): readonly string[] {
  if (!over.has('init.cpu')) return [];
  const kernel = kernelTime(fn);
  return kernel === null ? workReason(fn, init, style) : [kernel];
}

/** As a share of what it was. */
function grownBy({ metrics }: FunctionComparison, metric: StartedMetric): number {
  const { base } = metrics[metric];
  return deltaOf(metrics[metric]) / Math.max(1, base ?? 0);
}

/** Two that are infinite are alike. */
function order(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** `health::load, called by health::main, runs before the first request: 24.9 M of the +25.2 M instructions`. */
function workReason(fn: FunctionComparison, stage: Stage, style: TextStyle): readonly string[] {
  const [phase] = instructionLines(fn, stage, style);
  if (phase === undefined) return [];
  const change = deltaOf(stage.instructions);
  const [largest] = worthTelling(stage.phases, change);
  if (change <= 0 || largest?.name === LOADING) return [phase];
  const most = grownMost(stage.growth);
  if (most === null) {
    const thread = threadOf(stage.growth, style);
    return thread === null ? [phase] : [`${thread} runs ${stage.when}: most of the ${renderDelta(change, 'count')} instructions`];
  }
  const caller = callerOf(stage.growth, style);
  const called = caller === null ? '' : `, ${caller},`;
  const cost = explains(most.grown / change)
    ? `${renderCount(most.grown)} of the ${renderDelta(change, 'count')} instructions`
    : `${renderDelta(most.grown, 'count')} instructions, with what shrank ${renderDelta(change, 'count')}`;
  return [`${codeName(most.name, style)}${called} runs ${stage.when}: ${cost}`];
}

function instructionLines(fn: FunctionComparison, stage: Stage, style: TextStyle): readonly string[] {
  const figures = stage.instructions;
  const change = deltaOf(figures);
  if (figures.base === null || Math.abs(change) <= NOTICEABLE.instructions || Math.abs(change) <= figures.base * NOTICEABLE.share)
    return [];
  const [main, ...others] = worthTelling(stage.phases, change);
  const phase = main ?? { name: stage.what, base: figures.base, head: figures.head };
  const rest = others.map((row) => `; ${row.name} ${renderDelta(deltaOf(row), 'count')}`).join('');
  const reason = change > 0 ? reasonText(fn, stage, phase, style) : '';
  const rows = worthTelling(stage.crates, change);
  const crates = rows.map((row) => `${style.name(row.name)} ${renderDelta(deltaOf(row), 'count')}`);
  // One crate alone is said by the function that is named, unless that is another's.
  const isSaid = rows.length === 0 || (rows.length === 1 && (change < 0 || rows[0]?.name === grownMost(stage.growth)?.crate));
  return [
    `${phase.name} ${renderDelta(deltaOf(phase), 'count')} instructions${reason}${rest}`,
    ...(isSaid ? [] : [`instructions by crate: ${listed(crates, CRATES)}`]),
  ];
}

/** The rows that changed in the direction of the whole, the largest first. */
function worthTelling(rows: readonly Row[], change: number): readonly Row[] {
  return rows.filter((row) => deltaOf(row) * Math.sign(change) > Math.abs(change) * WORTH).toSorted(compareRows);
}

/** `, of which HashMap::insert 24.9 M, called by health::main`: the function that explains a phase, or what the loader has to load. */
function reasonText(fn: FunctionComparison, { growth }: Stage, phase: Row, style: TextStyle): string {
  if (phase.name === LOADING) return loadedText(fn, style);
  const most = grownMost(growth);
  if (most === null || !explains(most.grown / deltaOf(phase))) return '';
  const caller = callerOf(growth, style);
  return `, of which ${codeName(most.name, style)} ${renderCount(most.grown)}${caller === null ? '' : `, ${caller}`}`;
}
