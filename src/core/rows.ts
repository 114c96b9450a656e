/** A figure at base and at head; `null` where that side has none. */
export interface Pair<T> {
  readonly base: T | null;
  readonly head: T | null;
}

export interface Row extends Pair<number> {
  readonly name: string;
}

/** A symbol without hash and generic arguments. */
export interface SymbolRow extends Row {
  readonly crate: string;
  /** How many instances of it there are. */
  readonly count: Pair<number>;
}

/** What bytes of a binary are there for, in the order in which they are told. */
export const BYTE_SORTS = ['code', 'data', 'unwinding', 'relocations', 'other'] as const;

/** Who owns bytes of the binary, and its share of the package. */
export interface OwnerRow extends Row {
  /** `shared`: constants that several crates use. `part`: what is no crate's (`[headers]`, `[padding]`, the linker's own sections). */
  readonly kind: 'crate' | 'shared' | 'part';
  /** The crate's name, or those that share it; empty of a part, and of what more than eight share. */
  readonly crates: readonly string[];
  /** They add up to the row's own figures. */
  readonly bytes: Readonly<Record<(typeof BYTE_SORTS)[number], Pair<number>>>;
  /** Of the compressed binary. */
  readonly zip: Pair<number>;
}

/** A large constant or static; `crate` is `null` where several crates or none use it. */
export interface ConstantRow extends Row {
  readonly crate: string | null;
  readonly zip: Pair<number>;
  readonly count: Pair<number>;
}

/** The row of `sections` for what is in no section of the binary. */
export const HEADERS = '[headers]';
/** The row of `package` for what is in no entry of the ZIP. */
export const OVERHEAD = '[overhead]';
