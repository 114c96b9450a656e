/** A second reader of deflate streams, bit by bit and without tables, after RFC 1951's own words: what each unpacked byte costs, in fractions of bits. */
export function costsOf(data: Uint8Array): { readonly costs: readonly number[]; readonly tables: number } {
  const costs: number[] = [];
  let at = 0;
  let tables = 0;
  const take = (count: number): number => {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1, at += 1) value |= (((data[at >> 3] ?? 0) >> (at & 7)) & 1) << bit;
    return value;
  };
  const decode = (codes: ReadonlyMap<string, number>): number => {
    for (let code = ''; code.length < 16; ) {
      code += take(1);
      const symbol = codes.get(code);
      if (symbol !== undefined) return symbol;
    }
    throw new Error('no code');
  };
  for (let last = 0; last === 0; ) {
    const start = at;
    last = take(1);
    const kind = take(2);
    if (kind === 0) {
      at = (at + 7) & ~7;
      const length = take(16);
      at += 16;
      tables += at - start;
      for (let left = length; left > 0; left -= 1) costs.push(8);
      at += length * 8;
      continue;
    }
    const [literals, distances] = kind === 1 ? FIXED : own(take, decode);
    tables += at - start;
    for (;;) {
      const from = at;
      const symbol = decode(literals);
      if (symbol === 256) {
        tables += at - from;
        break;
      }
      if (symbol < 256) {
        costs.push(at - from);
        continue;
      }
      const length =
        symbol === 285
          ? 258
          : symbol < 265
            ? symbol - 254
            : 3 + ((4 + ((symbol - 1) & 3)) << more(symbol - 261)) + take(more(symbol - 261));
      const far = decode(distances);
      take(far < 4 ? 0 : (far >> 1) - 1);
      for (let left = length; left > 0; left -= 1) costs.push((at - from) / length);
    }
  }
  return { costs, tables: tables + ((8 - (at & 7)) & 7) };
}

type Codes = ReadonlyMap<string, number>;

const more = (place: number): number => place >> 2;

const FIXED: readonly [Codes, Codes] = [
  codes(Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8))),
  codes(Array.from({ length: 30 }, () => 5)),
];

function own(take: (count: number) => number, decode: (codes: Codes) => number): readonly [Codes, Codes] {
  const [literals, distances, ofLengths] = [take(5) + 257, take(5) + 1, take(4) + 4];
  const first = Array.from({ length: 19 }, () => 0);
  for (const symbol of [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].slice(0, ofLengths)) first[symbol] = take(3);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    const symbol = decode(codes(first));
    const [value, times] =
      symbol < 16 ? [symbol, 1] : symbol === 16 ? [lengths.at(-1) ?? 0, 3 + take(2)] : symbol === 17 ? [0, 3 + take(3)] : [0, 11 + take(7)];
    for (let left = times; left > 0; left -= 1) lengths.push(value);
  }
  return [codes(lengths.slice(0, literals)), codes(lengths.slice(literals))];
}

/** RFC 1951, 3.2.2. */
function codes(lengths: readonly number[]): Codes {
  const result = new Map<string, number>();
  let code = 0;
  for (let length = 1; length < 16; length += 1) {
    code <<= 1;
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue;
      result.set(code.toString(2).padStart(length, '0'), symbol);
      code += 1;
    }
  }
  return result;
}
