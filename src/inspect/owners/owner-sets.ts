/** Sets of crates as bits, one number for each set: thousands of constants are joined again and again. */
export class OwnerSets {
  private readonly names: string[] = [];
  private readonly places = new Map<string, number>();

  /** The set of one crate. */
  of(crate: string): bigint {
    const known = this.places.get(crate);
    const place = known ?? this.names.push(crate) - 1;
    if (known === undefined) this.places.set(crate, place);
    return 1n << BigInt(place);
  }

  /** Sorted by name. */
  namesOf(set: bigint): readonly string[] {
    const found: string[] = [];
    for (let [left, place] = [set, 0]; left > 0n; left >>= 1n, place += 1) if ((left & 1n) === 1n) found.push(this.names[place] ?? '');
    return found.toSorted();
  }
}
