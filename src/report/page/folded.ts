import type { Box, PackageTree, Weights } from '../../core/package-tree/box.ts';
import { bytes } from '../../core/units.ts';

/** Boxes of a page, over all its functions: about 4 MB. Of one function with 10,000 symbols none is folded. */
const MOST_BOXES = 50_000;
/** Bytes of the binary (of a file those of the package). */
const SMALL = [32, 64, 128, 256, 512, 1_024, 4_096, 16_384, 65_536, 1_048_576];
export const FOLDED = '[smaller ones]';

/**
 * The same trees with so few boxes that a page can hold them: where there are too many, boxes that are small at both sides are joined where they
 * stand; crates that changed, which a verdict may be about, only where that is not enough. Every sum stays, and grown and shrunk bytes are told
 * apart no more in what is joined.
 */
export function foldedToFit(trees: readonly PackageTree[], most = MOST_BOXES): readonly PackageTree[] {
  const count = (all: readonly PackageTree[]): number =>
    all.reduce((sum, tree) => sum + (tree.kind === 'tree' ? boxesIn(tree.root) : 0), 0);
  const isOfChange = (box: Box): boolean => box.kind === 'crate' && hasMoved(box);
  const steps = [isOfChange, () => false].flatMap((isKept) => SMALL.map((small) => ({ small, isKept })));
  let fitting = trees;
  for (const { small, isKept } of steps) {
    if (count(fitting) <= most) break;
    const isSmall = (box: Box): boolean => weightOf(box.base) < small && weightOf(box.head) < small && !isKept(box);
    fitting = trees.map((tree) => (tree.kind === 'tree' ? { ...tree, root: folded(tree.root, isSmall) } : tree));
  }
  return fitting;
}

function hasMoved({ base, head }: Box): boolean {
  return (['zip', 'binary', 'code'] as const).some((measure) => (base?.[measure] ?? 0) !== (head?.[measure] ?? 0));
}

function boxesIn({ children }: Box): number {
  return children.reduce((sum, child) => sum + boxesIn(child), 1);
}

function folded(box: Box, isSmall: (box: Box) => boolean): Box {
  const joined = box.children.filter(isSmall);
  if (joined.length < 2) return { ...box, children: box.children.map((child) => folded(child, isSmall)) };
  const kept = box.children.filter((child) => !isSmall(child)).map((child) => folded(child, isSmall));
  const rest: Box = { name: FOLDED, kind: 'rest', base: sumOf(joined, 'base'), head: sumOf(joined, 'head'), children: [] };
  return { ...box, children: [...kept, rest] };
}

function weightOf(weights: Weights | null): number {
  return weights === null ? 0 : Math.max(weights.binary, weights.zip);
}

function sumOf(boxes: readonly Box[], side: 'base' | 'head'): Weights | null {
  const all = boxes.flatMap((box) => box[side] ?? []);
  if (all.length === 0) return null;
  const total = (measure: keyof Weights): Weights['zip'] => bytes(all.reduce((sum, one) => sum + one[measure], 0));
  return { zip: total('zip'), binary: total('binary'), code: total('code') };
}
