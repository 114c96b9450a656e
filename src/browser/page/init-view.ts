import { renderInteger } from '../../core/units.ts';
import type { FlameViewer } from '../../report/flame-graph/flame-graph.ts';
import type { InitData } from '../../report/page/data.ts';
import { dotsOf } from './dots.ts';
import { made } from './element.ts';
import { figureColumns, figureTable, type NamedRow } from './figure-table.ts';
import { flameFrame } from './flame-frame.ts';
import { Table } from './table.ts';

interface InitViewOptions {
  readonly names: readonly string[];
  readonly compared: boolean;
  readonly viewer: FlameViewer | null;
  /** The phases, by name. */
  readonly rows: readonly NamedRow[];
}

/** Init by phase, its flame graph, every timed start, and what each function of it costs. */
export function initView({ notes, functions, times, flame }: InitData, { names, compared, viewer, rows }: InitViewOptions): HTMLElement {
  const part = (title: string, ...content: readonly HTMLElement[]): HTMLElement => made('section', {}, made('h3', {}, title), ...content);
  const phases =
    rows.length === 0
      ? []
      : [
          part(
            `Instructions by phase: ${totalText(rows, compared)}`,
            figureTable('Instructions by phase', rows, { compared, unit: 'instructions', kind: 'ordered' }),
          ),
        ];
  const graph = flame === null || viewer === null ? [] : [part('Flame graph', flameFrame(flame.calls, flame.title, names, viewer))];
  const costs = functions.map(([name, crate, ownBase, ownHead, base, head]) => ({
    ...{ name: names[name] ?? '', crate: names[crate] ?? '' },
    ...{ own: { base: ownBase, head: ownHead }, all: { base, head } },
  }));
  type Cost = (typeof costs)[number];
  const table = new Table<Cost>({
    caption: 'Instructions by function, with all that it calls',
    columns: [
      {
        head: 'function',
        kind: 'text',
        value: (row) => row.name.toLowerCase(),
        cell: (row) => made('span', { class: 'code' }, row.name, made('span', { class: 'faint' }, ` ${row.crate}`)),
      },
      ...figureColumns<Cost>((row) => row.all, { compared, unit: 'instructions' }),
      ...figureColumns<Cost>((row) => row.own, { compared, unit: 'own', of: 'own ' }).slice(compared ? 1 : 0),
    ],
    sortedBy: compared ? 3 : 1,
    text: ({ name, crate }) => `${name} ${crate}`,
    empty: 'nothing',
  });
  table.fill(costs);
  const byFunction = costs.length === 0 ? [] : [part('Instructions by function', table.element)];
  return made(
    'div',
    { class: 'init' },
    ...notes.map((note) => made('p', {}, note)),
    ...phases,
    ...graph,
    ...times.map(dotsOf),
    ...byFunction,
  );
}

/** `397,602 → 25,597,612`: what the phases add up to. */
function totalText(rows: readonly NamedRow[], compared: boolean): string {
  const total = (side: 'base' | 'head'): string => renderInteger(rows.reduce((sum, row) => sum + (row[side] ?? 0), 0));
  return compared ? `${total('base')} → ${total('head')}` : total('head');
}
