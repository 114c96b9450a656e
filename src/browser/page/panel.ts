import { type Address, addressText, VIEWS, type View } from '../../report/page/address.ts';
import type { DependencyData, FunctionData, PageData, RowData } from '../../report/page/data.ts';
import { decodeBoxes } from '../../report/page/wire-boxes.ts';
import { dotsOf } from './dots.ts';
import { made } from './element.ts';
import { figureColumns, figureTable, type NamedRow } from './figure-table.ts';
import { countsPart, hasStarted, initView } from './init-view.ts';
import { PackageMap } from './map.ts';
import { type Place, placesOf, within } from './place.ts';
import { PlaceTable } from './place-table.ts';
import { Table } from './table.ts';

const TITLES: Readonly<Record<View, string>> = {
  map: 'Treemap',
  crates: 'Crates',
  symbols: 'Symbols',
  sections: 'Sections',
  files: 'Files',
  dependencies: 'Dependencies',
  init: 'Init',
  'cold-starts': 'Cold starts',
};

export interface PanelEvents {
  readonly go: (address: Address) => void;
  readonly turn: (address: Address) => void;
}

/** A function with its views. Each is made when it is first looked at. */
export class FunctionPanel {
  readonly element = made('section', { class: 'function' });
  private readonly data: FunctionData;
  private readonly page: PageData;
  private readonly events: PanelEvents;
  private readonly tabs: ReadonlyMap<View, HTMLAnchorElement>;
  private readonly place = made('div', { class: 'view' });
  private readonly ready = new Map<View, HTMLElement>();
  /** What had the keyboard in a view that was left. */
  private readonly hadFocus = new Map<View, HTMLElement>();
  private view: View | null = null;
  private root: Place | null = null;
  private map: PackageMap | null = null;
  /** Where the treemap was left. */
  private left: Address | null = null;
  private readonly placeTables = new Map<View, PlaceTable>();

  constructor(data: FunctionData, page: PageData, events: PanelEvents) {
    this.data = data;
    this.page = page;
    this.events = events;
    this.tabs = new Map(this.views.map((view) => [view, made('a', {}, TITLES[view])]));
    const note = data.note === '' ? [] : [made('span', { class: 'faint' }, ` · ${data.note}`)];
    this.element.append(
      made(
        'div',
        { class: 'top' },
        made('h2', { tabindex: -1 }, made('code', {}, data.key), ...note),
        made(
          'nav',
          { 'aria-label': `Views of ${data.key}` },
          made('ul', { class: 'views' }, ...[...this.tabs.values()].map((link) => made('li', {}, link))),
        ),
      ),
      ...(data.untold === null ? [] : [made('p', { class: 'doubtful' }, data.untold)]),
      this.place,
    );
  }

  /** The views that have something to show. */
  get views(): readonly View[] {
    return VIEWS.filter((view) => this.has(view));
  }

  show(address: Address): void {
    if (address.view === 'map') this.left = address;
    for (const [view, link] of this.tabs) {
      const leads = view === 'map' && this.left !== null ? this.left : { ...address, path: [], inside: true };
      link.href = addressText({ ...leads, view });
      if (view === address.view) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    const focused = document.activeElement;
    if (this.view !== null && focused instanceof HTMLElement && this.place.contains(focused)) this.hadFocus.set(this.view, focused);
    this.view = address.view;
    if (!this.has(address.view)) {
      this.place.replaceChildren(made('p', { class: 'faint' }, 'Nothing was measured of it.'));
      return;
    }
    const element = this.ready.get(address.view) ?? this.make(address);
    this.ready.set(address.view, element);
    if (element.parentElement !== this.place) this.place.replaceChildren(element);
    if (address.view === 'map') this.map?.show(address);
    this.placeTables.get(address.view)?.show(address);
  }

  focus(): void {
    this.element.querySelector('h2')?.focus();
  }

  /** Gives the keyboard to the view: to the box that the treemap points at, to what had it when the view was left, else to the name above. */
  focusView(): void {
    if (this.view === 'map') this.map?.focus();
    else if (this.view !== null) this.hadFocus.get(this.view)?.focus();
    if (!this.place.contains(document.activeElement)) this.focus();
  }

  /** Leads to the search of the treemap. */
  search(): boolean {
    if (this.map === null || !this.map.element.isConnected) return false;
    this.map.focusSearch();
    return true;
  }

  private has(view: View): boolean {
    const { boxes, untold, sections, files, dependencies, init, firstResponse, coldStarts } = this.data;
    switch (view) {
      case 'map':
        return boxes !== null;
      case 'crates':
      case 'symbols':
        return boxes !== null && untold === null;
      case 'sections':
        return sections.length > 0;
      case 'files':
        return files.length > 0;
      case 'dependencies':
        return dependencies !== null;
      case 'init':
        return init.flame !== null || [init, firstResponse].some(hasStarted);
      case 'cold-starts':
        return coldStarts.notes.length + coldStarts.times.length + coldStarts.counts.length > 0;
    }
  }

  private get places(): Place {
    if (this.data.boxes === null) throw new Error('a function without boxes has no treemap');
    this.root ??= placesOf(decodeBoxes(this.data.boxes, this.page.names));
    return this.root;
  }

  private make(address: Address): HTMLElement {
    const { sections, files, dependencies, init, firstResponse, coldStarts, sides } = this.data;
    switch (address.view) {
      case 'map': {
        this.map = new PackageMap(this.places, { address, sides }, this.events);
        return this.map.element;
      }
      case 'crates':
        return this.placeTable('crates', 'Crates and what is no crate’s', cratesIn(this.places), address);
      case 'symbols':
        return this.placeTable('symbols', 'Functions, constants and what is told apart no further', leavesIn(this.places), address);
      case 'sections':
        return figureTable('Sections of the binary: they add up to it', this.rows(sections), {
          sides,
          unit: 'bytes',
          kind: 'ranked',
        });
      case 'files':
        return figureTable('Files of the package, compressed, and what the archive says of them: they add up to it', this.rows(files), {
          ...{ sides, unit: 'bytes', kind: 'ranked' },
        });
      case 'dependencies':
        return this.dependencies(dependencies ?? []);
      case 'init':
        return initView(init, firstResponse, { names: this.page.names, viewer: this.page.flame });
      case 'cold-starts':
        return made(
          'div',
          {},
          ...coldStarts.notes.map((note) => made('p', {}, note)),
          ...coldStarts.times.map(dotsOf),
          ...countsPart(coldStarts.counts, this.page.names, 'Memory on AWS'),
        );
    }
  }

  private placeTable(view: View, caption: string, places: readonly Place[], address: Address): HTMLElement {
    const table = new PlaceTable(caption, places, { address, sides: this.data.sides, turn: this.events.turn });
    this.placeTables.set(view, table);
    return table.element;
  }

  private rows(rows: readonly RowData[]): readonly NamedRow[] {
    return rows.map(([name, base, head]) => ({ name: this.page.names[name] ?? '', base, head }));
  }

  private dependencies(all: readonly DependencyData[]): HTMLElement {
    const nameOf = ({ name }: DependencyData): string => this.page.names[name] ?? '';
    const version = (side: 'base' | 'head') => ({
      head: `version at ${side}`,
      kind: 'text' as const,
      value: (row: DependencyData) => versionOrder(row.versions[side]),
      cell: (row: DependencyData) => row.versions[side],
    });
    const { sides } = this.data;
    const columns = [
      {
        ...{ head: 'name', kind: 'text' as const, value: (row: DependencyData) => nameOf(row).toLowerCase() },
        cell: (row: DependencyData) =>
          made('span', { class: 'code' }, nameOf(row), ...(row.own ? [made('span', { class: 'faint' }, ' of this project')] : [])),
      },
      ...(['base', 'head'] as const).filter((side) => sides.includes(side)).map(version),
      ...figureColumns<DependencyData>((row) => row, { sides, unit: 'bytes' }),
    ];
    const table = new Table<DependencyData>({
      ...{ caption: 'Packages that are linked in, with the bytes of the binary that are of their crate', columns },
      ...{ sortedBy: columns.length - 1, empty: 'nothing', text: nameOf },
    });
    table.fill(all);
    return table.element;
  }
}

/** A text that sorts as versions do, `1.9.0` before `1.10.0`; `null`: none. */
function versionOrder(versions: string): string | null {
  return versions === '' ? null : versions.replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}

/** What the binary is shared among. */
function cratesIn(root: Place): readonly Place[] {
  return root.children.flatMap((place) => (place.box.kind === 'binary' ? place.children : []));
}

function leavesIn(root: Place): readonly Place[] {
  return cratesIn(root).flatMap((place) => [...within(place)].filter(({ children }) => children.length === 0));
}
