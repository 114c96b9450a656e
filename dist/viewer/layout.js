import { all, byId, callersOf, made, percent, show } from './frames.js';

/** @typedef {import('./frames.js').Frame} Frame */

/** Pixels, as the renderer has them. */
const ROW = 20;
const BELOW = 12;
const LABEL = { left: 5, baseline: 14, fewest: 3 };

const page = document.documentElement;
const graph = byId('graph', SVGElement);
const headPlace = byId('page', SVGElement);
const head = headPlace.firstElementChild ?? page;
const ring = byId('ring', SVGElement);
const letter = letterWidth();

/** What is looked at: the frame that has the whole width, the one that the Tab key reaches, and all that can be seen, row by row in order. */
export const view = { zoomed: all, current: all, shown: /** @type {Frame[]} */ ([]) };

/** Lays out what is zoomed: its callers over the whole width as the way back, and all below it that is not folded. */
export function draw() {
  const { zoomed } = view;
  const path = new Set(callersOf(zoomed)).add(zoomed);
  // The topmost frame has all of it, whatever is zoomed.
  const { width } = all.rect.getBoundingClientRect();
  view.shown = [];
  place(all);
  const rows = 1 + view.shown.reduce((deepest, { depth }) => Math.max(deepest, depth), 0);
  graph.setAttribute('height', String(rows * ROW));
  stack();
  point([view.current, ...callersOf(view.current)].find((frame) => view.shown.includes(frame)) ?? all);

  /** @param {Frame} frame */
  function place(frame) {
    const above = frame !== zoomed && path.has(frame);
    const open = !frame.folded || path.has(frame);
    const calls = open ? frame.calls.filter((called) => !above || path.has(called)) : [];
    const [start, share] = above ? [0, 1] : [(frame.start - zoomed.start) / zoomed.head, frame.head / zoomed.head];
    put(frame, { start, share, width, open });
    frame.node.classList.toggle('above', above);
    if (frame === zoomed) frame.node.setAttribute('aria-current', 'true');
    else frame.node.removeAttribute('aria-current');
    if (frame.calls.length > 0) frame.node.setAttribute('aria-expanded', String(open));
    show(frame.group, open);
    for (const called of frame.calls) show(called.node, calls.includes(called));
    view.shown.push(frame);
    calls.forEach(place);
  }
}

/**
 * @param {Frame} frame
 * @param {{ start: number, share: number, width: number, open: boolean }} where shares of the width, and its pixels
 */
function put(frame, { start, share, width, open }) {
  const letters = Math.floor((share * width - 2 * LABEL.left) / letter);
  if (letters >= LABEL.fewest) write(frame, letters, open);
  show(frame.label, letters >= LABEL.fewest);
  for (const box of [frame.rect, frame.label]) {
    box?.setAttribute('x', `${start * 100}%`);
    box?.setAttribute('width', `${share * 100}%`);
  }
}

/**
 * @param {Frame} frame
 * @param {number} letters that have room
 * @param {boolean} open
 */
function write(frame, letters, open) {
  if (frame.label === null) {
    frame.label = made('svg', { y: frame.depth * ROW, height: ROW - 1, 'aria-hidden': 'true' });
    frame.label.append(made('text', { x: LABEL.left, y: LABEL.baseline }));
    frame.rect.after(frame.label);
  }
  const text = /** @type {Element} */ (frame.label.firstElementChild);
  const name = `${open ? '' : '▸ '}${frame.name}`;
  const whole = `${name} ${percent(frame.head)}`;
  text.textContent = whole.length <= letters ? whole : fitted(name, letters);
}

/**
 * Of a path that is too long the end tells most: first types lose theirs (`<Client as Http>::send`), then it loses its beginning
 * (`…::Builder::build`), at last it is cut.
 * @param {string} name
 * @param {number} letters
 */
function fitted(name, letters) {
  if (name.length <= letters) return name;
  const short = name.replace(/(?<=[<&([, ])(?:\w+::)+(?=\w)/g, '');
  if (short.length <= letters) return short;
  let [nesting, last] = [0, short];
  for (let at = 0; at < short.length; at += 1) {
    if (short[at] === '<') nesting += 1;
    // The arrow of a function type is no bracket.
    else if (short[at] === '>' && short[at - 1] !== '-') nesting -= 1;
    else if (nesting === 0 && short.startsWith('::', at)) {
      last = short.slice(at + 2);
      if (last.length + 3 <= letters) return `…::${last}`;
    }
  }
  return `${last.slice(0, letters - 1)}…`;
}

/** The frames stand below the head, and the file is as high as both. */
export function stack() {
  const height = Math.ceil(head.getBoundingClientRect().height);
  headPlace.setAttribute('height', String(height));
  graph.setAttribute('y', String(height));
  page.setAttribute('height', String(height + Number(graph.getAttribute('height')) + BELOW));
}

/**
 * Moves the place of the Tab key, and the ring to where the keyboard is.
 * @param {Frame} frame
 */
export function point(frame) {
  view.current.node.setAttribute('tabindex', '-1');
  view.current = frame;
  const { rect, node } = frame;
  node.setAttribute('tabindex', '0');
  show(ring, document.activeElement === node && node.matches(':focus-visible'));
  for (const side of ['x', 'y', 'width', 'height']) ring.setAttribute(side, rect.getAttribute(side) ?? '0');
}

export function hideRing() {
  show(ring, false);
}

/** @param {Frame} frame */
export function focusOn(frame) {
  point(frame);
  // By itself the browser would scroll to the middle of all that the frame calls.
  frame.node.focus({ preventScroll: true });
  frame.rect.scrollIntoView({ block: 'nearest' });
}

function letterWidth() {
  const probe = /** @type {SVGTextElement} */ (made('text', {}));
  probe.textContent = 'm'.repeat(50);
  all.node.append(probe);
  const width = probe.getComputedTextLength() / 50;
  probe.remove();
  return width || 7.3;
}
