/** Init Durations as AWS would give them, drawn with a seed: for the tests and for `scripts/simulate-cold-starts.mjs`. */

export interface Distribution {
  /** Milliseconds. */
  readonly median: number;
  /** Standard deviation of the body's logarithms. */
  readonly sigma: number;
  /** A straggler is the body's draw times a factor between these, even in logarithms. */
  readonly tail: readonly [from: number, to: number];
}

export const TAIL_SHARE = 0.03;

/**
 * Two public configurations (Rust on provided.al2023, 128 MB). The tails are read off the published p99 and maximum, which pool good and bad
 * days: within one day they can only be lighter. The bodies are what gives back, stragglers included, the published figures of one day (the
 * script prints them): arm64 p90 / median 1.127 and a coefficient of variation of 9 %; x86_64 about 14 %, and medians of 10 against 10 that
 * differ by up to 13.6 % (p95).
 */
export const PUBLISHED = {
  'CV 9 % (arm64)': { median: 13.58, sigma: 0.084, tail: [1, 5.8] },
  'CV 14 % (x86_64)': { median: 16.45, sigma: 0.126, tail: [1.3, 4.2] },
} as const satisfies Readonly<Record<string, Distribution>>;

/** mulberry32: even draws in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One Init Duration in the hundredths of a millisecond that Lambda reports. `factor` is the true change: 1.2 is +20 %. */
export function drawInit({ median, sigma, tail: [from, to] }: Distribution, random: () => number, factor = 1): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const straggler = random() < TAIL_SHARE ? from * (to / from) ** random() : 1;
  return Math.round(median * factor * Math.exp(sigma * normal) * straggler * 100) / 100;
}

/** Places of so many pairs, as looks of 20 take them: in turn, on two functions of each look. */
export function placesOf(pairs: number): { readonly deployment: number; readonly exchanged: boolean }[] {
  return Array.from({ length: pairs }, (_, pair) => ({ deployment: Math.floor(pair / 20), exchanged: pair % 2 === 1 }));
}
