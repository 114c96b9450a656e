import { groupBy } from '../pair.ts';
import { bytes } from '../units.ts';
import type { BoxKind, Weights } from './box.ts';

/** A box at one side. */
export interface SideBox {
  readonly name: string;
  readonly kind: BoxKind;
  readonly weights: Weights;
  readonly children: readonly SideBox[];
}

export function weightsOf({ zip = 0, binary = 0, code = 0 }: Partial<Record<keyof Weights, number>>): Weights {
  return { zip: bytes(zip), binary: bytes(binary), code: bytes(code) };
}

export function sumOf(all: readonly Weights[]): Weights {
  let [zip, binary, code] = [0, 0, 0];
  for (const one of all) {
    zip += one.zip;
    binary += one.binary;
    code += one.code;
  }
  return weightsOf({ zip, binary, code });
}

/** What is left of a box; a figure below 0 is more than the box has. */
export function without(whole: Weights, parts: readonly Weights[]): Weights {
  const { zip, binary, code } = sumOf(parts);
  return weightsOf({ zip: whole.zip - zip, binary: whole.binary - binary, code: whole.code - code });
}

export function isNothing({ zip, binary, code }: Weights): boolean {
  return zip === 0 && binary === 0 && code === 0;
}

export function areSizes({ zip, binary, code }: Weights): boolean {
  return zip >= 0 && binary >= 0 && code >= 0;
}

export function leaf(kind: BoxKind, name: string, weights: Weights): SideBox {
  return { name, kind, weights, children: [] };
}

/** A box that has what its children have. */
export function boxOf(kind: BoxKind, name: string, children: readonly SideBox[]): SideBox {
  return { name, kind, weights: sumOf(children.map((one) => one.weights)), children };
}

/** Those of one kind and name as one. */
export function joined(boxes: readonly SideBox[]): readonly SideBox[] {
  return [...groupBy(boxes, keyOf).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined || same.length === 1) return same;
    const weights = sumOf(same.map((one) => one.weights));
    return [{ ...first, weights, children: joined(same.flatMap(({ children }) => children)) }];
  });
}

/** Boxes with the same are the same box. A package has one binary, whatever it is called. */
export function keyOf({ kind, name }: Pick<SideBox, 'kind' | 'name'>): string {
  return kind === 'binary' ? kind : `${kind}\0${name}`;
}
