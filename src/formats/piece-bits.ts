/** Gives bits to pieces as the bytes that they unpack to come along. */
export class PieceBits {
  readonly #ends: ArrayLike<number>;
  readonly #pieces: number[] = [];
  /** Bytes so far, and where the piece ends in which they are. */
  #out = 0;
  #end: number;
  /** Bits of that piece so far. */
  #bits = 0;

  /** `ends`: where the pieces end, ascending, in unpacked bytes. */
  constructor(ends: ArrayLike<number>) {
    for (let at = 0; at < ends.length; at += 1)
      if (!((ends[at] ?? 0) >= (ends[at - 1] ?? 0))) throw new RangeError(`pieces must ascend: ${ends[at]} follows ${ends[at - 1] ?? 0}`);
    this.#ends = ends;
    this.#end = ends[0] ?? 0;
  }

  /** Bytes that were given so far. */
  get out(): number {
    return this.#out;
  }

  /** Where the last piece ends. */
  get size(): number {
    return this.#ends[this.#ends.length - 1] ?? 0;
  }

  /** The next `bytes` cost `bits` together. Answers whether there are pieces for them. */
  spend(bytes: number, bits: number): boolean {
    this.#out += bytes;
    if (this.#out > this.#end) return this.#across(bytes, bits);
    this.#bits += bits;
    return true;
  }

  /** Each piece's bits; those of pieces that nothing was given to are 0. */
  end(): readonly number[] {
    while (this.#pieces.length < this.#ends.length) this.#next();
    return this.#pieces;
  }

  /** Rounds what was given up to each end, not each part: so the parts are the whole. */
  #across(bytes: number, bits: number): boolean {
    const start = this.#out - bytes;
    let given = 0;
    while (this.#out > this.#end) {
      const until = Math.round((bits * (this.#end - start)) / bytes);
      this.#bits += until - given;
      given = until;
      if (this.#pieces.length + 1 >= this.#ends.length) return false;
      this.#next();
    }
    this.#bits += bits - given;
    return true;
  }

  #next(): void {
    this.#pieces.push(this.#bits);
    this.#bits = 0;
    this.#end = this.#ends[this.#pieces.length] ?? this.#end;
  }
}
