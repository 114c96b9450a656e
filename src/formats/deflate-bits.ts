import { ToolError } from '../core/failures.ts';
import { renderInteger } from '../core/units.ts';
import { codeAt } from './deflate-codes.ts';
import { type BlockCodes, bitsAt, type Header, headerAt, LONGEST_HEADER } from './deflate-header.ts';
import { PieceBits } from './piece-bits.ts';

/** What the unpacked bytes of a deflate stream cost in it. Pieces and tables add up to its bits. */
export interface DeflateBits {
  /** Bits of each piece, in their order. */
  readonly pieces: readonly number[];
  /** Bits that stand for no byte: headers and codes of blocks, their ends, padding. */
  readonly tables: number;
}

/** Bytes that a length and a distance take at most with what follows each: 15 + 5 + 15 + 13 bits, which begin within a byte. */
const LONGEST_TOKEN = 8;
/** Taken as one, so that places in bits stay below 2^31. */
const MOST_AT_ONCE = 1 << 20;
const END_OF_BLOCK = 256;

// RFC 1951, 3.2.5: lengths from symbol 257 on, and distances, each with the number of bits that follow it.
const LENGTHS = Uint16Array.of(
  ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258],
);
const LENGTH_BITS = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0);
const DISTANCE_BITS = Uint8Array.from({ length: 30 }, (_, symbol) => (symbol < 2 ? 0 : (symbol >> 1) - 1));
const DISTANCES = Uint16Array.from({ length: 30 }, (_, symbol) => 1 + (symbol < 4 ? symbol : (2 | (symbol & 1)) << ((symbol >> 1) - 1)));

/**
 * Walks a deflate stream (RFC 1951) token by token and shares its bits out among the pieces of what it unpacks to. `ends` are where the pieces
 * end, ascending, in unpacked bytes; the last is the declared size. A match is shared by the bytes that it stands for, rounded where pieces end
 * so that the sum is exact: each end within a match puts its two pieces off by half a bit at most. Nothing is unpacked: a chunk and the codes of
 * a block are held. A ToolError that names `what` and the place for what is damaged, cut short, followed by more, or has another size.
 */
export async function deflateBits(
  compressed: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ends: ArrayLike<number>,
  what: string,
): Promise<DeflateBits> {
  const walker = new Walker(ends, what);
  for await (const chunk of compressed)
    for (let at = 0; at < chunk.length; at += MOST_AT_ONCE) walker.take(chunk.subarray(at, at + MOST_AT_ONCE));
  return walker.end();
}

type State = { readonly kind: 'between' | 'over' } | Extract<Header, { readonly kind: 'block' }>['block'];

class Walker {
  readonly #what: string;
  readonly #bits: PieceBits;
  #state: State = { kind: 'between' };
  /** What is not walked yet, and the bit in it that is next. */
  #data = new Uint8Array(0);
  #at = 0;
  /** Bits in front of `#data`. */
  #before = 0;
  #tables = 0;

  constructor(ends: ArrayLike<number>, what: string) {
    this.#what = what;
    this.#bits = new PieceBits(ends);
  }

  take(chunk: Uint8Array): void {
    const rest = this.#data.subarray(this.#at >>> 3);
    this.#before += (this.#at >>> 3) * 8;
    this.#at &= 7;
    this.#data = new Uint8Array(rest.length + chunk.length);
    this.#data.set(rest);
    this.#data.set(chunk, rest.length);
    this.#walk('more');
    if (this.#state.kind === 'over') this.#checkRest();
  }

  end(): DeflateBits {
    this.#walk('no more');
    if (this.#state.kind !== 'over') throw this.#cut();
    const padding = this.#checkRest();
    const { out, size } = this.#bits;
    if (out !== size) throw this.#fault(`it unpacks to ${renderInteger(out)} bytes, not to the ${renderInteger(size)} that are declared`);
    return { pieces: this.#bits.end(), tables: this.#tables + padding };
  }

  /** Walks while what comes next is surely there whole, or to the end where no more comes. */
  #walk(coming: 'more' | 'no more'): void {
    const until = (ahead: number): number => (this.#data.length - (coming === 'more' ? ahead : 0)) * 8;
    while (this.#state.kind !== 'over') {
      const { kind } = this.#state;
      if (kind === 'between' && this.#at >= until(LONGEST_HEADER)) return;
      const goesOn = this.#step(this.#state, until(LONGEST_TOKEN));
      if (this.#at > this.#data.length * 8) throw this.#cut();
      if (!goesOn) return;
    }
  }

  /** Answers whether there may be more to walk. */
  #step(state: State, until: number): boolean {
    switch (state.kind) {
      case 'over':
        return false;
      case 'between':
        this.#state = this.#header();
        return true;
      case 'stored': {
        const there = Math.min(state.left, this.#data.length - (this.#at >>> 3));
        this.#spend(there, there * 8);
        this.#at += there * 8;
        const left = state.left - there;
        this.#state = left > 0 ? { ...state, left } : { kind: state.last ? 'over' : 'between' };
        return left === 0;
      }
      case 'coded': {
        const ended = this.#tokens(state.codes, until);
        if (ended) this.#state = { kind: state.last ? 'over' : 'between' };
        return ended;
      }
    }
  }

  #header(): State {
    const header = headerAt(this.#data, this.#at);
    if (header.kind === 'fault') throw this.#fault(header.reason);
    this.#tables += header.at - this.#at;
    this.#at = header.at;
    return header.block;
  }

  /** Answers whether the block ended. This is where the time goes: no object is made and no field written but by `spend`. */
  #tokens({ literals, distances }: BlockCodes, until: number): boolean {
    const data = this.#data;
    let at = this.#at;
    while (at < until) {
      const bits = bitsAt(data, at);
      const entry = codeAt(literals, bits);
      const symbol = entry >>> 4;
      let used = entry & 15;
      if (symbol < END_OF_BLOCK && used > 0) {
        this.#spend(1, used);
        at += used;
        continue;
      }
      this.#at = at;
      if (symbol === END_OF_BLOCK) {
        this.#tables += used;
        this.#at += used;
        return true;
      }
      const more = LENGTH_BITS[symbol - 257];
      const shortest = LENGTHS[symbol - 257];
      if (more === undefined || shortest === undefined) throw this.#fault('a code that there is not');
      const length = shortest + ((bits >>> used) & ((1 << more) - 1));
      used += more;
      const back = codeAt(distances, bitsAt(data, at + used));
      const nearest = DISTANCES[back >>> 4];
      const further = DISTANCE_BITS[back >>> 4];
      if (back === 0 || nearest === undefined || further === undefined) throw this.#fault('a distance that there is not');
      used += back & 15;
      if (nearest + (bitsAt(data, at + used) & ((1 << further) - 1)) > this.#bits.out)
        throw this.#fault('it refers to bytes before its first');
      used += further;
      this.#spend(length, used);
      at += used;
    }
    this.#at = at;
    return false;
  }

  #spend(bytes: number, bits: number): void {
    if (!this.#bits.spend(bytes, bits))
      throw this.#fault(`it unpacks to more than the ${renderInteger(this.#bits.size)} bytes that are declared`);
  }

  /** The bits behind the last block, which fill its byte up. */
  #checkRest(): number {
    const rest = this.#data.length * 8 - this.#at;
    if (rest >= 8) throw this.#fault('more follows its end');
    return rest;
  }

  #cut(): ToolError {
    this.#at = this.#data.length * 8;
    return this.#fault('it is cut short');
  }

  #fault(reason: string): ToolError {
    const place = renderInteger(Math.floor((this.#before + this.#at) / 8));
    return new ToolError(
      `${this.#what}: its compressed data cannot be read at byte ${place}: ${reason}. Is the package damaged? Build it again`,
    );
  }
}
