import type { Arch } from './snapshot.ts';

/** US dollars as reported for us-east-1; other regions differ by some percent, and tiers and free allowances are left out. */
const PER_GB_SECOND: Readonly<Record<Arch, number>> = { x86_64: 0.0000166667, arm64: 0.0000133334 };
const PER_MILLION_REQUESTS = 0.2;

/** Lambda's GB is 1,024 of the MB that a memory size is configured in. */
const MB_PER_GB = 1_024;

/**
 * US dollars for the init of a million cold starts of `millis` each at `memorySize` MB. Init is billed for every packaging since 2025-08-01;
 * the requests themselves and their handlers' time are not in it.
 */
export function initPricePerMillion(millis: number, memorySize: number, arch: Arch): number {
  return ((1e6 * millis) / 1e3) * (memorySize / MB_PER_GB) * PER_GB_SECOND[arch];
}

/** US dollars for what was really run: its GB-seconds and its requests. */
export function priceOf({ requests, gbSeconds }: { readonly requests: number; readonly gbSeconds: number }, arch: Arch): number {
  return gbSeconds * PER_GB_SECOND[arch] + (requests / 1e6) * PER_MILLION_REQUESTS;
}
