import type { Box, BoxKind, Weights } from '../../core/package-tree/box.ts';
import { bytes } from '../../core/units.ts';
import type { Names } from './names.ts';

/**
 * Boxes as one list of numbers, each before what is in it: its kind (and which side it lacks), the place of its name, how many are in it; of one with
 * nothing in it its weights at the sides that have it, head's as the difference from base. 10,000 symbols at both sides are 0.3 MB.
 */
export type WireBoxes = readonly number[];

/** By its place here a kind is written. */
const BOX_KINDS: readonly BoxKind[] = [
  ...(['package', 'binary', 'file', 'overhead', 'crate', 'shared'] as const),
  ...(['part', 'module', 'symbol', 'sort', 'constant', 'rest'] as const),
];
const KINDS = BOX_KINDS.length;
const [NO_BASE, NO_HEAD] = [1, 2];
const NOTHING: Weights = { zip: bytes(0), binary: bytes(0), code: bytes(0) };

export function encodeBoxes(box: Box, names: Names): WireBoxes {
  const wire: number[] = [];
  const write = ({ name, kind, base, head, children }: Box): void => {
    const lacking = (base === null ? NO_BASE : 0) + (head === null ? NO_HEAD : 0);
    wire.push(BOX_KINDS.indexOf(kind) + KINDS * lacking, names.placeOf(name), children.length);
    children.forEach(write);
    if (children.length > 0) return;
    if (base !== null) wire.push(base.zip, base.binary, base.code);
    if (head !== null) wire.push(...listOf(head).map((value, at) => value - (listOf(base ?? NOTHING)[at] ?? 0)));
  };
  write(box);
  return wire;
}

/** The same boxes again. What has boxes in it weighs what they do. */
export function decodeBoxes(wire: WireBoxes, names: readonly string[]): Box {
  let at = 0;
  const next = (): number => wire[at++] ?? 0;
  const weights = (from: Weights): Weights => ({
    zip: bytes(from.zip + next()),
    binary: bytes(from.binary + next()),
    code: bytes(from.code + next()),
  });
  const read = (): Box => {
    const [mark, place, count] = [next(), next(), next()];
    const [lacking, kind] = [Math.floor(mark / KINDS), BOX_KINDS[mark % KINDS] ?? 'rest'];
    const children = Array.from({ length: count }, read);
    const has = { base: (lacking & NO_BASE) === 0, head: (lacking & NO_HEAD) === 0 };
    const side = (name: 'base' | 'head', from: Weights): Weights | null => {
      if (!has[name]) return null;
      return count === 0 ? weights(from) : children.reduce((sum, child) => added(sum, child[name] ?? NOTHING), NOTHING);
    };
    const base = side('base', NOTHING);
    return { name: names[place] ?? '', kind, base, head: side('head', base ?? NOTHING), children };
  };
  return read();
}

function listOf({ zip, binary, code }: Weights): readonly number[] {
  return [zip, binary, code];
}

function added(one: Weights, other: Weights): Weights {
  return { zip: bytes(one.zip + other.zip), binary: bytes(one.binary + other.binary), code: bytes(one.code + other.code) };
}
