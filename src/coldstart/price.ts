import type { Arch } from '../core/snapshot.ts';

/**
 * What AWS asks for in us-east-1, in dollars, as reported on https://aws.amazon.com/lambda/pricing/ (first tier, no free tier, no savings plan).
 * Other regions ask for other prices: a figure made with these names its region.
 */
export const REPORTED_PRICES = {
  region: 'us-east-1',
  perGbSecond: { x86_64: 0.0000166667, arm64: 0.0000133334 },
  perMillionRequests: 0.2,
} as const satisfies PriceList;

interface PriceList {
  readonly region: string;
  readonly perGbSecond: Readonly<Record<Arch, number>>;
  readonly perMillionRequests: number;
}

/** What was billed: the requests, and each one's billed time × its memory. */
export interface Spent {
  readonly requests: number;
  readonly gbSeconds: number;
}

/** Billed milliseconds at a memory size in MB, as the GB-seconds of Lambda's bill (1 GB = 1,024 MB). */
export function gbSecondsOf(billedMilliseconds: number, memory: number): number {
  return (billedMilliseconds / 1_000) * (memory / 1_024);
}

/** Dollars that init alone costs in a million cold starts: init is billed like the rest (since August 2025 for every kind of package). */
export function initCostPerMillion(initDuration: number, memory: number, arch: Arch): number {
  return gbSecondsOf(initDuration, memory) * REPORTED_PRICES.perGbSecond[arch] * 1e6;
}

/** Dollars for what was billed, requests included. */
export function costOf(spent: Spent, arch: Arch): number {
  return spent.gbSeconds * REPORTED_PRICES.perGbSecond[arch] + (spent.requests / 1e6) * REPORTED_PRICES.perMillionRequests;
}
