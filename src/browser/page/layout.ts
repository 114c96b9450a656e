import { type HierarchyRectangularNode, hierarchy, treemap } from 'd3-hierarchy';
import type { Measure, Side } from '../../report/page/address.ts';
import { areaOf, type Place } from './place.ts';

/** A box as it is drawn, pixels of the map. */
export interface Drawn {
  readonly place: Place;
  /** 1: what the open box holds. */
  readonly depth: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Boxes in it are drawn, below its name. */
  readonly isOpen: boolean;
}

/** The name above what a box holds, and the edge around it. */
const HEAD = 19;
const EDGE = 2;
/** Boxes are opened where what they hold can be told apart. */
const OPEN = { width: 44, height: 40 };
/** Smaller ones are a speck: the list has them. */
export const SMALLEST = 4;
const DEEPEST = 12;

/**
 * Where each box is drawn: squarified, in each open box by area, the largest first. Those that are too small to be seen are left out.
 */
export function layoutOf(
  open: Place,
  { measure, side, width, height }: { readonly measure: Measure; readonly side: Side; readonly width: number; readonly height: number },
): readonly Drawn[] {
  const area = (place: Place): number => areaOf(place, measure, side);
  const held = (place: Place): readonly Place[] => place.children.filter((child) => area(child) > 0);
  if (area(open) === 0 || width < SMALLEST || height < SMALLEST) return [];
  const drawn: Drawn[] = [];
  let level: readonly Frame[] = [{ place: open, x: 0, y: 0, width, height }];
  for (let depth = 1; level.length > 0 && depth <= DEEPEST; depth += 1) {
    const next: Frame[] = [];
    for (const frame of level) {
      for (const part of shared(frame, held(frame.place), area)) {
        if (part.width < SMALLEST || part.height < SMALLEST) continue;
        const isOpen = part.width >= OPEN.width && part.height >= OPEN.height && held(part.place).length > 0;
        drawn.push({ ...part, depth, isOpen });
        if (isOpen) next.push(inside(part));
      }
    }
    level = next;
  }
  return drawn;
}

interface Frame {
  readonly place: Place;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function inside({ place, x, y, width, height }: Frame): Frame {
  return { place, x: x + EDGE, y: y + HEAD, width: width - 2 * EDGE, height: height - HEAD - EDGE };
}

function shared({ x, y, width, height }: Frame, parts: readonly Place[], area: (place: Place) => number): readonly Frame[] {
  const root = hierarchy<Place | null>(null, (one) => (one === null ? [...parts] : []))
    .sum((one) => (one === null ? 0 : area(one)))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const laid: HierarchyRectangularNode<Place | null> = treemap<Place | null>()
    .size([Math.max(0, width), Math.max(0, height)])
    .paddingInner(1)
    .round(true)(root);
  return (laid.children ?? []).flatMap(({ data, x0, y0, x1, y1 }) =>
    data === null ? [] : [{ place: data, x: x + x0, y: y + y0, width: x1 - x0, height: y1 - y0 }],
  );
}
