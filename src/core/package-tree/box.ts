import type { Bytes } from '../units.ts';

/** What a box weighs. */
export interface Weights {
  /** Bytes of the package. */
  readonly zip: Bytes;
  /** Bytes of the binary as shipped, unpacked. */
  readonly binary: Bytes;
  /** Bytes of code (`.text`). */
  readonly code: Bytes;
}

export type BoxKind =
  /** The root. */
  | 'package'
  /** The entry that is the binary. */
  | 'binary'
  /** Another entry. */
  | 'file'
  /** What the archive says of its entries. */
  | 'overhead'
  | 'crate'
  /** What several crates use. */
  | 'shared'
  /** Of no crate: headers, padding, the C runtime. */
  | 'part'
  | 'module'
  | 'symbol'
  /** All of a crate that is there for one thing: data, unwinding, relocations, other. */
  | 'sort'
  | 'constant'
  /** What is left of a box beside those that are named. */
  | 'rest';

/**
 * What a package holds, base against head. Of each weight and at each side the children of a box add up to it, exactly; a box without children
 * is not told apart further.
 */
export interface Box {
  /** One segment: a file, a crate, a module, a function without its path. */
  readonly name: string;
  readonly kind: BoxKind;
  /** `null`: not there at base, so new. */
  readonly base: Weights | null;
  /** `null`: gone. */
  readonly head: Weights | null;
  readonly children: readonly Box[];
}

/**
 * The tree of one function. `untold`: why its binary is one box that is not told apart; `null`: it is. `none`: its figures contradict each other, as
 * only a snapshot of another's making can have them.
 */
export type PackageTree =
  | { readonly kind: 'tree'; readonly root: Box; readonly untold: string | null }
  | { readonly kind: 'none'; readonly reason: string };
