import { renderInteger } from '../../core/units.ts';
import { type Address, isCompared, type Measure, type Side } from '../../report/page/address.ts';
import { chain, made } from './element.ts';
import { changeOf, type Place, pathTo } from './place.ts';
import type { Column } from './table.ts';
import { kindText, signed } from './words.ts';

/** The columns of a table of boxes: name, base, head, change, each as large as `measure` says. Where there is one side alone there is one size. */
export function placeColumns({
  measure,
  sides,
  name,
}: {
  readonly measure: () => Measure;
  readonly sides: readonly Side[];
  readonly name: (place: Place) => Node;
}): readonly Column<Place>[] {
  const size = (side: 'base' | 'head'): Column<Place> => ({
    head: isCompared(sides) ? side : 'bytes',
    kind: 'number',
    value: ({ box, figures }) => (box[side] === null ? null : figures[measure()][side]),
    cell: ({ box, figures }) => (box[side] === null ? '–' : renderInteger(figures[measure()][side])),
  });
  const change: Column<Place> = {
    head: 'change',
    kind: 'number',
    value: ({ figures }) => Math.abs(figures[measure()].head - figures[measure()].base),
    cell: (place) => {
      const { base, head } = place.figures[measure()];
      const kind = changeOf(place, measure());
      return made('span', { class: `delta ${kind}` }, `${signed(head - base)}${kind === 'new' || kind === 'gone' ? ` ${kind}` : ''}`);
    },
  };
  const named: Column<Place> = { head: 'name', kind: 'text', value: ({ box }) => box.name.toLowerCase(), cell: name };
  if (!isCompared(sides)) return [named, size(sides.includes('base') ? 'base' : 'head')];
  return [named, size('base'), size('head'), change];
}

/** A box's name as a link to it; beside it what it is, or what it is in where that is not the open box. */
export function placeLink(place: Place, href: string, withPath: boolean): HTMLElement {
  const path = pathTo(place)
    .slice(1, -1)
    .map(({ box }) => box.name);
  const beside = withPath ? made('span', { class: 'faint' }, ...chain(path)) : made('span', { class: 'faint kind' }, kindText(place));
  return made('span', {}, made('a', { href, class: 'code' }, place.box.name), ' ', beside);
}

/** Where a box is: one that holds others is looked into, one that holds none is pointed at. */
export function addressOfPlace(address: Address, place: Place): Address {
  const path = pathTo(place)
    .slice(1)
    .map(({ segment }) => segment);
  return { ...address, path, inside: place.children.length > 0 || path.length === 0 };
}
