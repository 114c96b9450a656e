/*
 * The viewer inside a flame graph: the file that src/report/flame-graph/ draws holds these texts as they stand here, without their imports.
 * Names come from a pull request: they are read as text and written as text, never as markup. Nothing is asked of a network.
 */

/**
 * @typedef {object} Frame A function where it was called from.
 * @property {SVGElement} node
 * @property {SVGElement} rect
 * @property {SVGElement | null} group what it calls
 * @property {SVGElement | null} label made when there is room for one
 * @property {string} text its name and crate
 * @property {string} name
 * @property {string} figures
 * @property {string} key the same for the same function
 * @property {number} start instructions to the left of it
 * @property {number} head
 * @property {number} depth
 * @property {boolean} folded opens when it is zoomed
 * @property {Frame | null} caller
 * @property {Frame[]} calls
 */

const SVG = 'http://www.w3.org/2000/svg';

export const tree = byId('frames', SVGElement);
/** @type {Frame[]} callers before what they call */
export const frames = [];
/** @type {Map<Element, Frame>} */
const byNode = new Map();
export const all = read(/** @type {SVGElement} */ (tree.firstElementChild), null, 0);
/** @type {Map<string, Frame[]>} */
const byKey = new Map();
for (const frame of frames) byKey.set(frame.key, [...placesOf(frame), frame]);

/**
 * @param {SVGElement} node
 * @param {Frame | null} caller
 * @param {number} start
 * @returns {Frame}
 */
function read(node, caller, start) {
  const [text = '', ...figures] = (child(node, 'title')?.textContent ?? '').split('\n');
  const group = child(node, 'g');
  const rect = /** @type {SVGElement} */ (child(node, 'rect'));
  const [key, head, crate] = [node.dataset.function ?? '', Number(node.dataset.head), Number(node.dataset.crate)];
  /** @type {Frame} */
  const frame = {
    ...{ node, rect, group, label: child(node, 'svg'), text, name: text.slice(0, text.length - crate), figures: figures.join(' · ') },
    ...{ key, start, head, depth: caller === null ? 0 : caller.depth + 1, folded: node.classList.contains('folded'), caller, calls: [] },
  };
  frames.push(frame);
  byNode.set(node, frame);
  for (const called of group?.children ?? []) {
    const last = frame.calls.at(-1);
    frame.calls.push(read(/** @type {SVGElement} */ (called), frame, last ? last.start + last.head : start));
  }
  return frame;
}

/** @param {EventTarget | null} target */
export function frameOf(target) {
  const node = target instanceof Element ? target.closest('.frame') : null;
  return node === null ? null : (byNode.get(node) ?? null);
}

/**
 * Everywhere that its function is called.
 * @param {Frame} frame
 */
export function placesOf(frame) {
  return byKey.get(frame.key) ?? [];
}

/**
 * The nearest first.
 * @param {Frame} frame
 */
export function callersOf(frame) {
  /** @type {Frame[]} */
  const callers = [];
  for (let { caller } = frame; caller !== null; { caller } = caller) callers.push(caller);
  return callers;
}

/**
 * Of frames that may stand in each other.
 * @param {Iterable<Frame>} some
 */
export function costOf(some) {
  const counted = new Set(some);
  return [...counted].reduce((sum, frame) => (callersOf(frame).some((caller) => counted.has(caller)) ? sum : sum + frame.head), 0);
}

/**
 * Of the whole, as src/report/flame-graph/frames.ts writes it.
 * @param {number} part
 */
export function percent(part) {
  const value = (part / all.head) * 100;
  if (value >= 99.95) return '100 %';
  return value < 0.01 ? '<0.01 %' : `${value.toFixed(value < 1 ? 2 : 1)} %`;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
export function made(tag, attributes) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/**
 * @param {Element | null} element
 * @param {boolean} visible
 */
export function show(element, visible) {
  if (visible) element?.removeAttribute('display');
  else element?.setAttribute('display', 'none');
}

/**
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`no ${id}`);
  return element;
}

/**
 * @param {Element} parent
 * @param {string} tag
 */
function child(parent, tag) {
  return /** @type {SVGElement | null} */ ([...parent.children].find(({ tagName }) => tagName === tag) ?? null);
}
