import { all, byId, costOf, frameOf, frames, percent, placesOf, tree } from './frames.js';
import { draw, focusOn, hideRing, point, stack, view } from './layout.js';
import { found, query, reset, search, visit, zoom } from './search.js';

/** @typedef {import('./frames.js').Frame} Frame */

const details = byId('details', HTMLElement);
/** @type {Frame[]} */
let twins = [];

document.documentElement.classList.add('live');
describe();
draw();
new ResizeObserver(stack).observe(/** @type {Element} */ (details.parentElement));
addEventListener('resize', draw);

tree.addEventListener('click', ({ target }) => {
  const frame = frameOf(target);
  if (frame !== null) zoom(frame);
});
tree.addEventListener('pointerover', ({ target }) => tell(frameOf(target)));
tree.addEventListener('pointerleave', () => tell(tree.contains(document.activeElement) ? view.current : null));
// Not on the tree itself: an SVG element that listens for focus can have it, in Chromium.
document.addEventListener('focusin', ({ target }) => {
  const frame = frameOf(target);
  if (frame === null) return hideRing();
  point(frame);
  tell(frame);
});
document.addEventListener('focusout', hideRing);
tree.addEventListener('keydown', (event) => handled(event, onTree));
document.addEventListener('keydown', (event) => handled(event, onPage));
query.addEventListener('input', search);
query.addEventListener('keydown', (event) => handled(event, onQuery));
found.addEventListener('keydown', (event) => handled(event, onList));
byId('reset', HTMLElement).addEventListener('click', reset);

/** Says to assistive technology what the picture says to the eye: a tree of calls. */
function describe() {
  tree.setAttribute('role', 'tree');
  tree.setAttribute('aria-orientation', 'horizontal');
  for (const { node, group, label, depth } of frames) {
    node.setAttribute('role', 'treeitem');
    node.setAttribute('tabindex', depth === 0 ? '0' : '-1');
    node.setAttribute('aria-level', String(depth + 1));
    group?.setAttribute('role', 'group');
    label?.setAttribute('aria-hidden', 'true');
  }
}

/**
 * Names a frame, its figures, and what its function costs wherever it is called; the other places stand out.
 * @param {Frame | null} frame
 */
function tell(frame) {
  for (const { node } of twins) node.classList.remove('twin');
  const places = frame === null ? [] : placesOf(frame);
  twins = places.length > 1 ? places : [];
  for (const { node } of twins) node.classList.add('twin');
  const everywhere = twins.length === 0 ? '' : ` · in ${twins.length} places ${percent(costOf(twins))}`;
  details.classList.toggle('one', frame !== null);
  const [, title, figures] = details.children;
  if (title) title.textContent = frame?.text ?? '';
  if (figures) figures.textContent = frame === null ? '' : `${frame.figures}${everywhere}`;
}

/**
 * A key with a modifier, or one that composes a letter, is not ours; one that was taken does nothing else.
 * @param {KeyboardEvent} event
 * @param {(event: KeyboardEvent) => boolean} take
 */
function handled(event, take) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (take(event)) event.preventDefault();
}

/** @param {KeyboardEvent} event */
function onPage({ key, target }) {
  if (key === 'Escape') {
    const searching = (target === query || (target instanceof Node && found.contains(target))) && query.value !== '';
    if (searching) {
      query.value = '';
      search();
      query.focus();
    } else reset();
    return true;
  }
  if (target === query || key.length > 1 || key === ' ') return false;
  // What is typed goes into the field; the slash only leads there.
  query.focus();
  return key === '/';
}

/** @param {KeyboardEvent} event */
function onTree({ key }) {
  const { current, shown } = view;
  const row = shown.filter(({ depth }) => depth === current.depth);
  const at = row.indexOf(current);
  /** @type {Map<string, Frame | null | undefined>} */
  const moves = new Map([
    ['ArrowUp', current.caller],
    ['ArrowDown', shown.find(({ caller }) => caller === current)],
    ['ArrowLeft', row[at - 1]],
    ['ArrowRight', row[at + 1]],
    ['Home', all],
    ['End', row.at(-1)],
  ]);
  if (key === 'Enter' || key === ' ') zoom(current);
  else if (moves.has(key)) focusOn(moves.get(key) ?? current);
  else return false;
  return true;
}

/** @param {KeyboardEvent} event */
function onQuery({ key }) {
  if (key === 'Enter') visit();
  else if (key === 'ArrowDown') found.querySelector('button')?.focus();
  else return false;
  return true;
}

/** @param {KeyboardEvent} event */
function onList({ key, target }) {
  const buttons = [...found.querySelectorAll('button')];
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (target));
  if (key === 'ArrowDown') buttons[at + 1]?.focus();
  else if (key === 'ArrowUp') (buttons[at - 1] ?? query).focus();
  else return false;
  return true;
}
