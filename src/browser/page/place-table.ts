import { type Address, addressText, MEASURE_NAMES, MEASURES, type Measure, type Side } from '../../report/page/address.ts';
import { made } from './element.ts';
import { type Place, pathTo } from './place.ts';
import { addressOfPlace, placeColumns, placeLink } from './place-columns.ts';
import { radios } from './radios.ts';
import { Table } from './table.ts';

/** Boxes from anywhere in a tree as one table: all crates, all symbols. Each leads to its box in the treemap. */
export class PlaceTable {
  readonly element: HTMLElement;
  private readonly table: Table<Place>;
  private readonly places: readonly Place[];
  private readonly measures: ReturnType<typeof radios<Measure>>;
  private address: Address;
  private filledWith: Measure | null = null;

  constructor(
    caption: string,
    places: readonly Place[],
    { address, sides, turn }: { readonly address: Address; readonly sides: readonly Side[]; readonly turn: (address: Address) => void },
  ) {
    this.address = address;
    this.places = places;
    const side = sides.at(-1) ?? address.side;
    const hrefOf = (place: Place): string => addressText(addressOfPlace({ ...this.address, view: 'map', side }, place));
    const name = (place: Place): HTMLElement => placeLink(place, hrefOf(place), place.parent?.box.kind !== 'binary');
    this.table = new Table<Place>({
      ...{ caption, columns: placeColumns({ measure: () => this.address.measure, sides, name }) },
      ...{
        sortedBy: sides.length,
        empty: 'nothing',
        text: (place: Place) =>
          pathTo(place)
            .map(({ box }) => box.name)
            .join('::'),
      },
    });
    this.measures = radios('Measure', MEASURE_NAMES, {
      label: (one) => MEASURES[one],
      chosen: (measure) => turn({ ...this.address, measure }),
    });
    this.element = made('div', {}, made('div', { class: 'toolbar' }, this.measures.element), this.table.element);
  }

  show(address: Address): void {
    const isOther = this.filledWith !== address.measure;
    this.address = address;
    this.measures.choose(address.measure);
    if (!isOther) return;
    // Else it stands as it was left: how much of it is shown, and what has the keyboard.
    this.table.fill(this.places);
    this.filledWith = address.measure;
  }
}
