export type Direction = 'left' | 'right' | 'up' | 'down';

interface Area {
  readonly depth: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Beside each other weighs more than near. */
const ASIDE = 4;

/** The box of the same depth that an arrow leads to: the nearest on that side, one that lies straight ahead before one that lies aside. */
export function nearest<Box extends Area>(from: Box, boxes: readonly Box[], direction: Direction): Box | null {
  let best: Box | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    if (box === from || box.depth !== from.depth) continue;
    const ahead = gapAhead(from, box, direction);
    if (ahead < -1) continue;
    const distance = ahead + ASIDE * gapAside(from, box, direction);
    if (distance < least) [best, least] = [box, distance];
  }
  return best;
}

/** Pixels between their facing edges, negative where one reaches over the other. */
function gapAhead(from: Area, to: Area, direction: Direction): number {
  switch (direction) {
    case 'left':
      return from.x - (to.x + to.width);
    case 'right':
      return to.x - (from.x + from.width);
    case 'up':
      return from.y - (to.y + to.height);
    case 'down':
      return to.y - (from.y + from.height);
  }
}

/** Pixels by which they miss each other across, and a little for how far their first edges are apart. */
function gapAside(from: Area, to: Area, direction: Direction): number {
  const isAcross = direction === 'left' || direction === 'right';
  const [a, aSize, b, bSize] = isAcross ? [from.y, from.height, to.y, to.height] : [from.x, from.width, to.x, to.width];
  const miss = Math.max(0, b - (a + aSize), a - (b + bSize));
  return miss + Math.abs(a - b) / 1_000;
}
