import { renderInteger } from '../../core/units.ts';
import { type Address, addressText, MEASURE_NAMES, MEASURES, type Measure, type Side } from '../../report/page/address.ts';
import { made } from './element.ts';
import { keysText, legendOf } from './legend.ts';
import { type Place, pathTo, placeAt, within } from './place.ts';
import { addressOfPlace, placeColumns, placeLink } from './place-columns.ts';
import { radios } from './radios.ts';
import { holds, Table, wordsOf } from './table.ts';
import { toldOf } from './told.ts';
import { Treemap } from './treemap.ts';
import { sumText } from './words.ts';

/** What the list says of itself. */
const HELD = { caption: 'What the open box holds', empty: 'nothing in it' };
const FOUND = { caption: 'What the search found', empty: 'nothing found' };

interface Searched {
  readonly place: Place;
  readonly text: string;
}

export interface MapEvents {
  /** Somebody went to another box: the page goes there too, and the browser can go back. */
  readonly go: (address: Address) => void;
  /** The same box, measured or seen otherwise: no step to go back. */
  readonly turn: (address: Address) => void;
}

/** The treemap of a function with all that belongs to it: what is measured, the way down to the open box, the list of what it holds, search. */
export class PackageMap {
  readonly element: HTMLElement;
  private readonly root: Place;
  private readonly events: MapEvents;
  private readonly sidesThere: readonly Side[];
  private readonly treemap: Treemap;
  private readonly table: Table<Place>;
  private readonly way = made('ol', { class: 'way' });
  private readonly sum = made('p', { class: 'sum', role: 'status' });
  private readonly lost = made('p', { class: 'doubtful', role: 'status' });
  private readonly told = made('div', { class: 'told' });
  private readonly legend = made('ul', { class: 'legend', 'aria-label': 'Colours and patterns' });
  private readonly query = made('input', {
    type: 'search',
    id: 'query',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'function, crate or file',
  });
  private readonly measures: ReturnType<typeof radios<Measure>>;
  private readonly sides: ReturnType<typeof radios<Side>>;
  private address: Address;
  private open: Place;
  private chosen: Place | null = null;
  private found: readonly Place[] | null = null;
  private searched: readonly Searched[] | null = null;

  constructor(root: Place, { address, sides }: { readonly address: Address; readonly sides: readonly Side[] }, events: MapEvents) {
    this.root = root;
    this.address = address;
    this.open = root;
    this.events = events;
    this.sidesThere = sides;
    this.treemap = new Treemap({ go: (place) => this.go(place), tell: (place) => this.tell(place) });
    this.measures = radios('Measure', MEASURE_NAMES, {
      label: (one) => MEASURES[one],
      chosen: (measure) => events.turn({ ...this.address, measure }),
    });
    this.sides = radios('Side', sides, {
      label: (one) => one,
      chosen: (side) => events.turn({ ...this.address, side }),
    });
    this.table = new Table({
      ...HELD,
      columns: placeColumns({
        measure: () => this.address.measure,
        sides,
        name: (place) => placeLink(place, this.hrefOf(place), this.found !== null),
      }),
      sortedBy: sides.indexOf(address.side) + 1,
      isCurrent: (place) => place === this.chosen,
    });
    this.query.addEventListener('input', () => this.search());
    this.query.addEventListener('keydown', (event) => this.onQuery(event));
    this.element = this.build();
  }

  /** Goes where an address leads, as far as it leads anywhere. */
  show(address: Address): void {
    const before = this.address.side;
    this.address = address;
    const { place, missing } = placeAt(this.root, address.path);
    const isOpened = place.parent === null || (place.children.length > 0 && (address.inside || missing.length > 0));
    this.open = isOpened ? place : (place.parent ?? place);
    this.chosen = isOpened ? null : place;
    this.lost.textContent = missing.length === 0 ? '' : `${missing.join(' › ')} is not in this package: this is where it would be.`;
    this.lost.hidden = missing.length === 0;
    this.measures.choose(address.measure);
    this.sides.choose(address.side);
    const isInList = this.table.element.contains(document.activeElement);
    const isInWay = this.way.contains(document.activeElement);
    if (before !== address.side) this.table.sortBy(this.sidesThere.indexOf(address.side) + 1);
    this.draw();
    // Where the keyboard was is drawn anew.
    if (isInList) this.table.focus();
    if (isInWay) this.focus();
  }

  private search(text = this.query.value): void {
    this.query.value = text;
    const words = wordsOf(text);
    this.found = words.length === 0 ? null : this.leaves.filter(({ text }) => holds(text, words)).map(({ place }) => place);
    this.draw();
  }

  /** Gives the keyboard to the box that is pointed at, else to the one that Tab reaches. */
  focus(): void {
    this.treemap.focus(this.chosen);
  }

  focusSearch(): void {
    this.query.focus();
  }

  private build(): HTMLElement {
    const search = made('div', { class: 'search', role: 'search' }, made('label', { for: 'query' }, 'Search'), this.query);
    const keys = made('p', { class: 'keys faint' }, ...keysText());
    return made(
      'div',
      { class: 'map' },
      made('div', { class: 'toolbar' }, this.measures.element, this.sides.element, search),
      made('div', { class: 'where' }, made('nav', { 'aria-label': 'Way to the open box' }, this.way), this.sum),
      this.lost,
      made(
        'div',
        { class: 'panes' },
        made('div', { class: 'pane' }, this.treemap.element, this.told, this.legend, keys),
        made('div', { class: 'pane list' }, this.table.element),
      ),
    );
  }

  private draw(): void {
    const { measure, side } = this.address;
    const found = this.found === null ? null : withHolders(this.found);
    this.treemap.name(`Treemap of ${this.open.box.name}: ${MEASURES[measure]}, ${side}`);
    this.treemap.draw({ open: this.open, chosen: this.chosen, measure, side, found });
    const path = pathTo(this.open);
    this.way.replaceChildren(
      ...path.map((place) =>
        made(
          'li',
          {},
          place === this.open
            ? made('span', { 'aria-current': 'true' }, place.box.name)
            : made('a', { href: this.hrefOf(place) }, place.box.name),
        ),
      ),
    );
    this.sum.textContent = this.sumOf();
    this.legend.replaceChildren(...legendOf(side));
    const { caption, empty } = this.found === null ? HELD : FOUND;
    this.table.name(caption, empty);
    this.table.fill(this.found ?? this.open.children);
    this.table.mark();
    this.tell(null);
  }

  private sumOf(): string {
    const { measure, side } = this.address;
    if (this.found === null) return `${MEASURES[measure]}: ${sumText(this.open.figures[measure], side)}`;
    const figures = this.found.map((place) => place.figures[measure]);
    const total = (name: 'base' | 'head' | 'grown' | 'shrunk'): number => figures.reduce((sum, one) => sum + one[name], 0);
    const sum = { base: total('base'), head: total('head'), grown: total('grown'), shrunk: total('shrunk') };
    return `${renderInteger(this.found.length)} found, ${MEASURES[measure]}: ${sumText(sum, side)}`;
  }

  private tell(place: Place | null): void {
    this.told.replaceChildren(...toldOf(place ?? this.chosen, { ...this.address, sides: this.sidesThere }));
  }

  /** What no box is in, with all that it is in, as people search it; made once. */
  private get leaves(): readonly Searched[] {
    this.searched ??= [...within(this.root)]
      .filter(({ children }) => children.length === 0)
      .map((place) => ({ place, text: fullName(place).toLowerCase() }));
    return this.searched;
  }

  private hrefOf(place: Place): string {
    return addressText(addressOfPlace(this.address, place));
  }

  private go(place: Place): void {
    this.events.go(addressOfPlace(this.address, place));
    this.focus();
  }

  private onQuery(event: KeyboardEvent): void {
    const { first } = this.table;
    if (event.key === 'Escape' && this.query.value !== '') this.search('');
    else if (event.key === 'Enter' && this.found !== null && first !== null) this.go(first);
    else return;
    event.preventDefault();
  }
}

function fullName(place: Place): string {
  return pathTo(place)
    .map(({ box }) => box.name)
    .join('::');
}

/** These and all that they are in. */
function withHolders(places: readonly Place[]): ReadonlySet<Place> {
  const all = new Set<Place>();
  for (const place of places) for (let one: Place | null = place; one !== null && !all.has(one); one = one.parent) all.add(one);
  return all;
}
