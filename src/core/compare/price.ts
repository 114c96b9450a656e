import type { Arch } from '../snapshot/snapshot.ts';

/** The region whose prices these are. */
export const PRICE_REGION = 'us-east-1';
/** US dollars as reported on https://aws.amazon.com/lambda/pricing/ for us-east-1; other regions differ by some percent, and tiers and free allowances are left out. */
const PER_GB_SECOND: Readonly<Record<Arch, number>> = { x86_64: 0.0000166667, arm64: 0.0000133334 };
const PER_MILLION_REQUESTS = 0.2;

/** Lambda's GB is 1,024 of the MB that a memory size is configured in. */
const MB_PER_GB = 1_024;

/** What was billed: the requests, and each one's billed time × its memory. */
export interface Spent {
  readonly requests: number;
  readonly gbSeconds: number;
}

/** Billed milliseconds at a memory size in MB, as the GB-seconds of Lambda's bill. */
export function gbSecondsOf(billedMilliseconds: number, memorySize: number): number {
  return (billedMilliseconds / 1e3) * (memorySize / MB_PER_GB);
}

/**
 * US dollars for the init of a million cold starts of `millis` each at `memorySize` MB. Init is billed for every packaging since 2025-08-01;
 * the requests themselves and their handlers' time are not in it.
 */
export function initPricePerMillion(millis: number, memorySize: number, arch: Arch): number {
  return 1e6 * gbSecondsOf(millis, memorySize) * PER_GB_SECOND[arch];
}

/** US dollars for what was really run: its GB-seconds and its requests. */
export function priceOf({ requests, gbSeconds }: Spent, arch: Arch): number {
  return gbSeconds * PER_GB_SECOND[arch] + (requests / 1e6) * PER_MILLION_REQUESTS;
}
