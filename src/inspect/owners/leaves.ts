import { groupBy } from '../../core/pair.ts';
import { type Bytes, bytes } from '../../core/units.ts';
import { sharedOut } from '../../core/whole-bytes.ts';

/** Pieces of one owner that are told under one name, or have none together. */
interface Leaf {
  readonly owner: string;
  /** `null`: all that has no name. */
  readonly key: string | null;
  size: number;
  bits: number;
  count: number;
}

export type SharedLeaf = Readonly<Omit<Leaf, 'size' | 'bits'>> & { readonly size: Bytes; readonly zip: Bytes };

/** Adds up what is told apart of each owner's pieces of one sort. */
export class Leaves {
  readonly #leaves = new Map<string, Leaf>();

  add(owner: string, key: string | null, size: number, bits: number): void {
    const id = `${owner}\0${key ?? '\0'}`;
    const leaf = this.#leaves.get(id) ?? { owner, key, size: 0, bits: 0, count: 0 };
    leaf.size += size;
    leaf.bits += bits;
    leaf.count += 1;
    this.#leaves.set(id, leaf);
  }

  /** With what each costs in the package: those of an owner add up to `zipOf` it, exactly. */
  shared(zipOf: (owner: string) => Bytes): readonly SharedLeaf[] {
    return [...groupBy([...this.#leaves.values()], ({ owner }) => owner)].flatMap(([owner, leaves]) => {
      const zips = sharedOut(
        zipOf(owner),
        leaves.map(({ bits }) => bits),
      );
      return leaves.map(({ bits: _, size, ...leaf }, at) => ({ ...leaf, size: bytes(size), zip: zips[at] ?? bytes(0) }));
    });
  }
}
