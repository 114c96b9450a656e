import { renderInteger } from '../../core/units.ts';
import type { FlameViewer } from '../../report/flame-graph/flame-graph.ts';
import { isCompared } from '../../report/page/address.ts';
import type { InitData, RowData, StartedData } from '../../report/page/data.ts';
import { dotsOf } from './dots.ts';
import { made } from './element.ts';
import { figureColumns, figureTable, type NamedRow, sidesOf } from './figure-table.ts';
import { flameFrame } from './flame-frame.ts';
import { Table } from './table.ts';

interface InitViewOptions {
  readonly names: readonly string[];
  readonly viewer: FlameViewer | null;
}

/** Whether there is anything to show of it. */
export function hasStarted({ notes, phases, functions, times, counts }: StartedData): boolean {
  return notes.length + phases.length + functions.length + times.length + counts.length > 0;
}

/** Init by phase, its flame graph, every timed start, and what each function of it costs; then the same of the first response. */
export function initView(init: InitData, response: StartedData, { names, viewer }: InitViewOptions): HTMLElement {
  const { flame } = init;
  const graph = flame === null || viewer === null ? [] : [part('Flame graph', flameFrame(flame.calls, flame.title, names, viewer))];
  return made(
    'div',
    { class: 'init' },
    ...startedParts(
      init,
      { names, phases: 'Instructions by phase', functions: 'Instructions by function', counts: 'Faults, connections, memory' },
      graph,
    ),
    ...startedParts(response, {
      names,
      phases: 'Instructions of the first response',
      functions: 'Instructions of the first response by function',
      counts: 'Faults, connections, memory of the first response',
    }),
  );
}

function part(title: string, ...content: readonly HTMLElement[]): HTMLElement {
  return made('section', {}, made('h3', {}, title), ...content);
}

/** Page faults, connections, memory: figures of which there is no picture. */
export function countsPart(counts: readonly RowData[], names: readonly string[], title: string): readonly HTMLElement[] {
  if (counts.length === 0) return [];
  const rows = counts.map(([name, base, head]): NamedRow => ({ name: names[name] ?? '', base, head }));
  return [part(title, figureTable(title, rows, { sides: sidesOf(rows), unit: 'figure', kind: 'ordered' }))];
}

interface Titles {
  readonly names: readonly string[];
  readonly counts: string;
  readonly phases: string;
  readonly functions: string;
}

function startedParts(
  { notes, phases, functions, times, counts }: StartedData,
  titles: Titles,
  graph: readonly HTMLElement[] = [],
): readonly HTMLElement[] {
  const rows = phases.map(([name, base, head]): NamedRow => ({ name: titles.names[name] ?? '', base, head }));
  const sides = sidesOf(rows);
  const table = (): HTMLElement => figureTable(titles.phases, rows, { sides, unit: 'instructions', kind: 'ordered' });
  return [
    ...notes.map((note) => made('p', {}, note)),
    ...(rows.length === 0 ? [] : [part(`${titles.phases}: ${totalText(rows)}`, table())]),
    ...graph,
    ...times.map(dotsOf),
    ...countsPart(counts, titles.names, titles.counts),
    ...(functions.length === 0 ? [] : [part(titles.functions, costTable(functions, titles))]),
  ];
}

function costTable(functions: StartedData['functions'], { names, functions: title }: Titles): HTMLElement {
  const costs = functions.map(([name, crate, ownBase, ownHead, base, head]) => ({
    ...{ name: names[name] ?? '', crate: names[crate] ?? '' },
    ...{ own: { base: ownBase, head: ownHead }, all: { base, head } },
  }));
  type Cost = (typeof costs)[number];
  const sides = sidesOf(costs.map(({ all }) => all));
  const table = new Table<Cost>({
    caption: `${title}, with all that it calls`,
    columns: [
      {
        head: 'function',
        kind: 'text',
        value: (row) => row.name.toLowerCase(),
        cell: (row) => made('span', { class: 'code' }, row.name, made('span', { class: 'faint' }, ` ${row.crate}`)),
      },
      ...figureColumns<Cost>((row) => row.all, { sides, unit: 'instructions' }),
      ...figureColumns<Cost>((row) => row.own, { sides, unit: 'instructions', of: 'own ' }).slice(isCompared(sides) ? 1 : 0),
    ],
    sortedBy: sides.length,
    text: ({ name, crate }) => `${name} ${crate}`,
    empty: 'nothing',
  });
  table.fill(costs);
  return table.element;
}

/** `397,602 → 25,597,612`: what the phases add up to, at each side where they were counted. */
function totalText(rows: readonly NamedRow[]): string {
  const total = (side: 'base' | 'head'): string => renderInteger(rows.reduce((sum, row) => sum + (row[side] ?? 0), 0));
  return sidesOf(rows)
    .flatMap((side) => (side === 'difference' ? [] : [total(side)]))
    .join(' → ');
}
