import { crateOf, NO_CRATE } from '../core/rust-names.ts';
import type { CountedWindow } from './counter.ts';
import { plainName } from './profile/names.ts';
import { isStartFrame } from './profile/start-frames.ts';

/** Why a window has no figure, as it completes "not checked: …". */
export function reasonOf(window: Exclude<CountedWindow, { readonly kind: 'threads' }>): string {
  if (window.kind === 'untold') return window.reason;
  const { who, stack } = window;
  const under = entryOf(stack);
  const where = under === null ? '' : ` (it is in ${under})`;
  if (who === 'relay') return `not repeatable here: threads that start one another never rest after the request${where}`;
  const what = who === 'first' ? 'the first thread' : 'a worker thread that init uses too';
  return `not repeatable here: ${what} never rests after the request${where}`;
}

/** The outermost function of the program that a stack has; the innermost stands first. */
function entryOf(stack: readonly string[]): string | null {
  const names = stack.map(plainName).toReversed();
  return names.find((name) => name.includes('::') && crateOf(name) !== NO_CRATE && !isStartFrame({ crate: crateOf(name), name })) ?? null;
}
