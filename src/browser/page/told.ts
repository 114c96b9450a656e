import { MEASURE_NAMES, type Measure, type Side } from '../../report/page/address.ts';
import { chain, made } from './element.ts';
import { areaOf, type Place, pathTo } from './place.ts';
import { changeWords, figuresText, kindText } from './words.ts';

interface Told {
  readonly measure: Measure;
  readonly side: Side;
  readonly sides: readonly Side[];
}

/** A box by its name, where it is, and all its figures: what stands below the map, of one height whatever it says. */
export function toldOf(place: Place | null, { measure, side, sides }: Told): readonly HTMLElement[] {
  if (place === null) return [made('p', { class: 'faint' }, 'Point at a box, or move to it by Tab and arrows, for its figures.')];
  const path = pathTo(place)
    .slice(0, -1)
    .map(({ box }) => box.name);
  const nothing = side === 'difference' ? changeWords(place, measure) : 'nothing at this side';
  const unseen = areaOf(place, measure, side) === 0 ? ` · ${nothing}` : '';
  const where = [` ${kindText(place)}`, ...(path.length === 0 ? [] : [' in ', ...chain(path)]), unseen];
  return [
    made('p', { class: 'name' }, made('strong', {}, place.box.name), made('span', { class: 'faint' }, ...where)),
    made('p', {}, MEASURE_NAMES.map((name) => figuresText(place, name, sides)).join(' · ')),
  ];
}
