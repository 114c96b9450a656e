import { matchesCrate } from '../../core/crates.ts';
import { crateMetricRow, globOf, isCrateMetric, type Metric, metricRow } from '../../core/metrics.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Box } from '../../core/package-tree/box.ts';
import { worstFirst } from '../text/breach.ts';
import { tightestFirst } from '../text/limits.ts';
import { type Address, type Measure, segmentsOf, type View } from './address.ts';
import type { PageFunction } from './input.ts';
import { shownName } from './names.ts';

/** What a verdict is about, of one function: the worst breach, else what only warns. */
interface Subject {
  readonly function: string;
  readonly view: View;
  readonly measure: Measure;
  /** The crates that a limit is on. */
  readonly glob: string | null;
}

export function subjectOf({ verdict }: Outcome): Subject | null {
  const [worst] = worstFirst(verdict);
  const [warned] = tightestFirst(verdict.warned);
  if (worst !== undefined && worst.kind !== 'limit')
    return { function: worst.function, view: worst.kind === 'cold-start' ? 'cold-starts' : 'init', measure: 'zip', glob: null };
  const judged = worst ?? warned;
  return judged === undefined ? null : { function: judged.function, ...seenIn(judged.limit.metric) };
}

function seenIn(metric: Metric): Omit<Subject, 'function'> {
  if (isCrateMetric(metric)) {
    const { column } = crateMetricRow(metric) ?? { column: 'binary' };
    return { view: 'map', measure: column === 'zip' ? 'zip' : column === 'text' ? 'code' : 'binary', glob: globOf(metric) };
  }
  const measure = metric === 'zip' ? 'zip' : metric === 'text' ? 'code' : 'binary';
  if (metric === 'dependencies') return { view: 'dependencies', measure, glob: null };
  const view = metricRow(metric)?.of;
  return {
    view: view === 'cold-start' ? 'cold-starts' : view === 'init' || view === 'first-response' ? 'init' : 'map',
    measure,
    glob: null,
  };
}

/** Where a function is opened: at what its breach is about; of a size, in the difference, at the crate that grew most. */
export function openingOf(key: string, { tree }: PageFunction, subject: Subject | null): Address {
  const root = tree.kind === 'tree' ? tree.root : null;
  const isCompared = root !== null && root.base !== null && root.head !== null;
  const { view = 'map', measure = 'zip', glob = null } = subject ?? {};
  const moved = isCompared && root !== null && sizeOf(root, measure, 'base') !== sizeOf(root, measure, 'head');
  const side = moved ? 'difference' : root?.head === null ? 'base' : 'head';
  const path = root === null || !moved ? [] : grownMost(root, measure, glob);
  return { function: key, view, measure, side, path, inside: path.length === 0 };
}

/** The way to the part of the binary, else of the package, that grew most (shrank most, where nothing grew). */
function grownMost(root: Box, measure: Measure, glob: string | null): readonly string[] {
  const at = root.children.findIndex(({ kind }) => kind === 'binary');
  const binary = root.children[at];
  const way = segments(root)[at];
  const [parent, before] = binary === undefined || way === undefined || binary.children.length === 0 ? [root, []] : [binary, [way]];
  let best: number | null = null;
  let most = 0;
  for (const [place, child] of parent.children.entries()) {
    if (glob !== null && !(child.kind === 'crate' && matchesCrate(glob, child.name))) continue;
    const change = sizeOf(child, measure, 'head') - sizeOf(child, measure, 'base');
    if (best === null || change > most) [best, most] = [place, change];
  }
  const segment = best === null ? undefined : segments(parent)[best];
  return segment === undefined ? before : [...before, segment];
}

function segments({ children }: Box): readonly string[] {
  return segmentsOf(children.map(({ name, kind }) => ({ name: shownName(name), kind })));
}

function sizeOf(box: Box, measure: Measure, side: 'base' | 'head'): number {
  return box[side]?.[measure] ?? 0;
}
