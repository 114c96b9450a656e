import { all, byId, callersOf, costOf, frames, percent } from './frames.js';
import { draw, focusOn, view } from './layout.js';

/** @typedef {import('./frames.js').Frame} Frame */

/** Found frames that are listed at once. */
const PAGE = 100;
const XHTML = 'http://www.w3.org/1999/xhtml';

export const query = byId('query', HTMLInputElement);
export const found = byId('found', HTMLElement);
const status = byId('status', HTMLElement);

/** @type {Frame[]} the largest first */
let hits = [];
let listed = PAGE;

/** @param {Frame} frame */
export function zoom(frame) {
  view.zoomed = frame;
  draw();
  mark();
  say();
}

/** Nothing is searched, nothing zoomed, process start is folded. */
export function reset() {
  query.value = '';
  view.zoomed = all;
  draw();
  search();
}

/** Every word must stand in a frame's name or crate. */
export function search() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = words.length === 0 ? [] : frames.filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)));
  hits = matches.sort((a, b) => b.head - a.head);
  listed = PAGE;
  document.documentElement.classList.toggle('searching', words.length > 0);
  mark();
  list();
  say();
}

/**
 * Shows a frame that was found (the largest where none is named), however thin it is and wherever it is folded away.
 * @param {Frame | undefined} frame
 */
export function visit(frame = hits[0]) {
  if (frame === undefined) return;
  zoom(frame);
  focusOn(frame);
}

/** A hit, and what is folded over one. */
function mark() {
  const open = new Set(callersOf(view.zoomed)).add(view.zoomed);
  const marked = new Set(hits);
  for (const hit of hits) for (const caller of callersOf(hit)) if (caller.folded && !open.has(caller)) marked.add(caller);
  for (const frame of frames) frame.node.classList.toggle('hit', marked.has(frame));
}

function list() {
  const items = hits.slice(0, listed).map((frame) => {
    const from = frame.caller === null ? '' : ` called by ${frame.caller.name}`;
    return item(`${percent(frame.head).padStart(7)}  ${frame.text}`, from, () => visit(frame));
  });
  const left = hits.length - listed;
  if (left > 0) items.push(item(`${left} more`, '', more));
  found.replaceChildren(...items);
  found.hidden = items.length === 0;
}

function more() {
  const next = listed;
  listed += PAGE;
  list();
  found.querySelectorAll('button')[next]?.focus();
}

/**
 * @param {string} text
 * @param {string} more what matters less
 * @param {() => void} action
 */
function item(text, more, action) {
  const [entry, button, faint] = ['li', 'button', 'span'].map((tag) => document.createElementNS(XHTML, tag));
  if (!entry || !button || !faint) throw new Error('a list has items, buttons and text');
  button.setAttribute('type', 'button');
  faint.textContent = more;
  button.append(text, faint);
  button.addEventListener('click', action);
  entry.append(button);
  return entry;
}

function say() {
  const said = [];
  if (hits.length > 0) said.push(`found ${hits.length === 1 ? '1 frame' : `${hits.length} frames`}, ${percent(costOf(hits))} of the whole`);
  else if (query.value.trim() !== '') said.push('nothing found');
  if (view.zoomed !== all) said.push(`zoomed to ${percent(view.zoomed.head)}: ${view.zoomed.name}`);
  status.textContent = said.join(' · ');
}
