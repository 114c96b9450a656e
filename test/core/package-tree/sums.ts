import type { Box, Weights } from '../../../src/core/package-tree/box.ts';

const WEIGHTS = ['zip', 'binary', 'code'] as const;

/** Where a box and its children differ, by path; and what no box may have. Empty of a tree that adds up. */
export function mistakesIn(box: Box, path = box.name): readonly string[] {
  const own = (['base', 'head'] as const).flatMap((side) => {
    const whole: Weights | null = box[side];
    if (whole === null) return box.children.some((child) => child[side] !== null) ? [`${path} is not at ${side}, and a child is`] : [];
    return WEIGHTS.flatMap((weight) => {
      if (!(whole[weight] >= 0)) return [`${path}: ${weight} at ${side} is ${whole[weight]}`];
      if (box.children.length === 0) return [];
      const sum = box.children.reduce((total, child) => total + (child[side]?.[weight] ?? 0), 0);
      return sum === whole[weight] ? [] : [`${path}: ${weight} at ${side} is ${whole[weight]}, its children have ${sum}`];
    });
  });
  const keys = box.children.map(({ kind, name }) => `${kind} ${name}`);
  const twice = keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `${path} has ${key} twice`);
  const gone = box.base === null && box.head === null ? [`${path} is at no side`] : [];
  return [...own, ...twice, ...gone, ...box.children.flatMap((child) => mistakesIn(child, `${path} > ${child.name}`))];
}

/** A box by the names on the way to it. */
export function boxAt(root: Box, ...names: readonly string[]): Box {
  return names.reduce((box, name) => {
    const found = box.children.find((child) => child.name === name);
    if (found === undefined) throw new Error(`no ${name} in ${box.name}: ${box.children.map((child) => child.name).join(', ')}`);
    return found;
  }, root);
}
