import type { Measure, Side } from '../../report/page/address.ts';
import { made } from './element.ts';
import { type Direction, nearest } from './geometry.ts';
import { labelOf, saidWith } from './label.ts';
import { type Drawn, layoutOf } from './layout.ts';
import type { Place } from './place.ts';
import { classOf, spoken } from './words.ts';

export interface TreemapView {
  /** The box whose inside is drawn. */
  readonly open: Place;
  /** One in it that an address or the list points at. */
  readonly chosen: Place | null;
  readonly measure: Measure;
  readonly side: Side;
  /** What a search found; `null`: nothing is searched. */
  readonly found: ReadonlySet<Place> | null;
}

export interface TreemapEvents {
  /** A box was clicked, or opened by the keyboard. */
  readonly go: (place: Place) => void;
  /** What is pointed at, or has the keyboard; `null`: nothing. */
  readonly tell: (place: Place | null) => void;
}

const ARROWS: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
/** A name needs that much room. */
const NAMED = { width: 34, height: 15 };
/** Pixels, about. */
const LETTER = 6.8;

function share(pixels: number, whole: number): string {
  return `${(pixels / whole) * 100}%`;
}

/** The picture: a box in a box, each as large as what it weighs. One of them is reached by Tab, the others by arrows. */
export class Treemap {
  readonly element = made('div', { class: 'treemap', role: 'tree' });
  private readonly events: TreemapEvents;
  private readonly boxes = new Map<Element, Drawn>();
  private view: TreemapView | null = null;
  private current: HTMLElement | null = null;

  constructor(events: TreemapEvents) {
    this.events = events;
    this.element.addEventListener('click', ({ target }) => {
      const box = this.boxOf(target);
      if (box !== null) events.go(box.place);
    });
    this.element.addEventListener('pointerover', ({ target }) => events.tell(this.boxOf(target)?.place ?? null));
    this.element.addEventListener('pointerleave', () => events.tell(null));
    this.element.addEventListener('focusin', ({ target }) => {
      const box = this.boxOf(target);
      if (box !== null) events.tell(box.place);
    });
    this.element.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.take(event.key)) return;
      event.preventDefault();
    });
    new ResizeObserver(() => {
      if (this.view !== null) this.draw(this.view);
    }).observe(this.element);
  }

  /** How many boxes there are to see. */
  draw(view: TreemapView): void {
    this.view = view;
    const { open, chosen, measure, side, found } = view;
    const { clientWidth: width, clientHeight: height } = this.element;
    const hasFocus = this.element.contains(document.activeElement);
    const before = this.current === null ? null : (this.boxes.get(this.current)?.place ?? null);
    this.boxes.clear();
    const drawn = layoutOf(open, { measure, side, width, height });
    const elements = drawn.map((box) => {
      const { place, depth } = box;
      const isDim = found !== null && !found.has(place);
      const hasName = box.width >= NAMED.width && box.height >= NAMED.height;
      const label = hasName ? labelOf(place.box.name, box.width / LETTER) : '';
      const element = made('div', {
        class: `box ${classOf(place, view)}${box.isOpen ? ' open' : ''}${isDim ? ' dim' : ''}${place === chosen ? ' chosen' : ''}`,
        role: 'treeitem',
        tabindex: -1,
        'aria-level': depth,
        'aria-label': saidWith(label, spoken(place, measure, side)),
        'aria-selected': place === chosen ? 'true' : null,
      });
      // By the object model: a policy that knows no inline style does not let an attribute pass. In shares of the map: on paper it has another width,
      // and nobody is asked to draw it anew.
      const across = { left: share(box.x, width), width: share(box.width, width) };
      Object.assign(element.style, { ...across, top: share(box.y, height), height: share(box.height, height) });
      if (hasName) element.append(made('span', { class: 'title' }, label));
      this.boxes.set(element, box);
      return element;
    });
    this.element.replaceChildren(...elements);
    this.element.classList.toggle('nothing', elements.length === 0);
    this.current = null;
    this.point(this.elementOf(chosen) ?? this.elementOf(before) ?? elements[0] ?? null);
    if (hasFocus) this.focus();
  }

  name(text: string): void {
    this.element.setAttribute('aria-label', text);
  }

  /** Whether a box can be seen. */
  has(place: Place): boolean {
    return this.elementOf(place) !== null;
  }

  /** Gives the keyboard to a box, else to the one that Tab reaches. */
  focus(place: Place | null = null): void {
    this.point(this.elementOf(place) ?? this.current);
    this.current?.focus({ preventScroll: true });
  }

  private take(key: string): boolean {
    const box = this.current === null ? undefined : this.boxes.get(this.current);
    if (this.view === null || box === undefined) return false;
    const direction = ARROWS[key];
    const all = [...this.boxes.values()];
    if (direction !== undefined) this.focus((nearest(box, all, direction) ?? box).place);
    else if (key === 'Home') this.focus(all[0]?.place);
    else if (key === 'End') this.focus(all.filter(({ depth }) => depth === 1).at(-1)?.place);
    else if (key === 'PageDown') this.focus((all.find(({ place }) => place.parent === box.place) ?? box).place);
    else if (key === 'PageUp') this.focus((all.find(({ place }) => place === box.place.parent) ?? box).place);
    else if (key === 'Enter' || key === ' ') this.events.go(box.place);
    else if (key === 'Backspace' && this.view.open.parent !== null) this.events.go(this.view.open.parent);
    else return false;
    return true;
  }

  private point(element: HTMLElement | null): void {
    this.current?.setAttribute('tabindex', '-1');
    this.current = element;
    element?.setAttribute('tabindex', '0');
  }

  private boxOf(target: EventTarget | null): Drawn | null {
    const element = target instanceof Element ? target.closest('.box') : null;
    return element === null ? null : (this.boxes.get(element) ?? null);
  }

  private elementOf(place: Place | null): HTMLElement | null {
    for (const [element, box] of this.boxes) if (box.place === place && element instanceof HTMLElement) return element;
    return null;
  }
}
