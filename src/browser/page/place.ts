import type { Box } from '../../core/package-tree/box.ts';
import { type Measure, type Side, segmentsOf } from '../../report/page/address.ts';

/** What a box has of one measure. `grown` and `shrunk` are over the smallest boxes in it, so that `head − base = grown − shrunk`, to the byte. */
export interface Figures {
  readonly base: number;
  readonly head: number;
  readonly grown: number;
  readonly shrunk: number;
}

export type Change = 'grown' | 'shrunk' | 'new' | 'gone' | 'same';

/** A box where it stands: with what it is in, and its part of an address. */
export interface Place {
  readonly box: Box;
  readonly parent: Place | null;
  readonly children: readonly Place[];
  /** Other boxes beside it have another. */
  readonly segment: string;
  readonly figures: Readonly<Record<Measure, Figures>>;
}

/** All boxes of a tree, each with its figures, counted once. */
export function placesOf(root: Box): Place {
  return placed(root, null, '');
}

interface Growing extends Omit<Place, 'children'> {
  children: readonly Place[];
  figures: Place['figures'];
}

function placed(box: Box, parent: Place | null, segment: string): Place {
  const place: Growing = { box, parent, segment, children: [], figures: { zip: NONE, binary: NONE, code: NONE } };
  const segments = segmentsOf(box.children);
  place.children = box.children.map((child, at) => placed(child, place, segments[at] ?? ''));
  const of = (measure: Measure): Figures => figuresOf(place, measure);
  place.figures = { zip: of('zip'), binary: of('binary'), code: of('code') };
  return place;
}

const NONE: Figures = { base: 0, head: 0, grown: 0, shrunk: 0 };

function figuresOf({ box, children }: Place, measure: Measure): Figures {
  const [base, head] = [box.base?.[measure] ?? 0, box.head?.[measure] ?? 0];
  if (children.length === 0) return { base, head, grown: Math.max(0, head - base), shrunk: Math.max(0, base - head) };
  const [grown, shrunk] = (['grown', 'shrunk'] as const).map((name) =>
    children.reduce((sum, child) => sum + child.figures[measure][name], 0),
  );
  return { base, head, grown: grown ?? 0, shrunk: shrunk ?? 0 };
}

/** How large a box is drawn: at a side what it weighs, in the difference all that moved in it. */
export function areaOf({ figures }: Place, measure: Measure, side: Side): number {
  const { base, head, grown, shrunk } = figures[measure];
  return side === 'difference' ? grown + shrunk : side === 'base' ? base : head;
}

export function changeOf({ box, figures }: Place, measure: Measure): Change {
  const { base, head } = figures[measure];
  if (base === head) return 'same';
  if (box.base === null) return 'new';
  if (box.head === null) return 'gone';
  return head > base ? 'grown' : 'shrunk';
}

/** From the package down to it. */
export function pathTo(place: Place): readonly Place[] {
  return place.parent === null ? [place] : [...pathTo(place.parent), place];
}

/** Where a path of segments leads, as far as it leads anywhere. */
export function placeAt(root: Place, segments: readonly string[]): { readonly place: Place; readonly missing: readonly string[] } {
  let place = root;
  for (const [at, segment] of segments.entries()) {
    const next = place.children.find((child) => child.segment === segment);
    if (next === undefined) return { place, missing: segments.slice(at) };
    place = next;
  }
  return { place, missing: [] };
}

/** It and all that is in it, what holds before what is held. */
export function* within(place: Place): Generator<Place> {
  yield place;
  for (const child of place.children) yield* within(child);
}
