import { renderInteger } from '../../core/units.ts';
import { isCompared, SIDES, type Side } from '../../report/page/address.ts';
import { made } from './element.ts';
import { type Column, Table } from './table.ts';
import { signed } from './words.ts';

/** A row with a figure at base and at head; `null`: not there. */
export interface Figured {
  readonly base: number | null;
  readonly head: number | null;
}

/** The sides at which rows have a figure, and the difference where they are two. */
export function sidesOf(rows: readonly Figured[]): readonly Side[] {
  const has = { base: rows.some(({ base }) => base !== null), head: rows.some(({ head }) => head !== null) };
  return has.base && has.head ? SIDES : [has.base ? 'base' : 'head'];
}

/** Base, head and the change between; of one side its figure alone. */
export function figureColumns<Row>(
  figures: (row: Row) => Figured,
  { sides, unit, of = '' }: { readonly sides: readonly Side[]; readonly unit: string; readonly of?: string },
): readonly Column<Row>[] {
  const side = (name: 'base' | 'head'): Column<Row> => ({
    head: `${of}${isCompared(sides) ? name : unit}`,
    kind: 'number',
    value: (row) => figures(row)[name],
    cell: (row) => {
      const figure = figures(row)[name];
      return figure === null ? '–' : renderInteger(figure);
    },
  });
  const change: Column<Row> = {
    head: `${of}change`,
    kind: 'number',
    value: (row) => Math.abs(deltaOf(figures(row))),
    cell: (row) => {
      const { base, head } = figures(row);
      const delta = deltaOf({ base, head });
      const what = base === null ? ' new' : head === null ? ' gone' : '';
      return made('span', { class: `delta ${delta > 0 ? 'more' : delta < 0 ? 'less' : 'same'}` }, `${signed(delta)}${what}`);
    },
  };
  if (!isCompared(sides)) return [side(sides.includes('base') ? 'base' : 'head')];
  return [side('base'), side('head'), change];
}

function deltaOf({ base, head }: Figured): number {
  return (head ?? 0) - (base ?? 0);
}

export interface NamedRow extends Figured {
  readonly name: string;
}

/** Names with a figure at both sides: `ranked` the largest change first, with a filter; `ordered` as they come. */
export function figureTable(
  caption: string,
  rows: readonly NamedRow[],
  options: { readonly sides: readonly Side[]; readonly unit: string; readonly kind: 'ranked' | 'ordered' },
): HTMLElement {
  const name: Column<NamedRow> = {
    head: 'name',
    kind: 'text',
    value: (row) => row.name.toLowerCase(),
    cell: (row) => made('span', { class: 'code' }, row.name),
  };
  const table = new Table<NamedRow>({
    caption,
    columns: [name, ...figureColumns<NamedRow>((row) => row, options)],
    sortedBy: options.kind === 'ordered' ? null : options.sides.length,
    empty: 'nothing',
    ...(options.kind === 'ranked' ? { text: (row: NamedRow) => row.name } : {}),
  });
  table.fill(rows);
  // A few words of our own, which fit a phone.
  if (options.kind === 'ordered') table.element.classList.add('short');
  return table.element;
}
