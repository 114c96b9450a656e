/**
 * How far the share of the package moves that an unchanged crate has when others change: codes and matches are of all that lies around it. Growth
 * within the larger of the two says nothing. Measured on ten pairs of real builds, 454 unchanged crates (docs/how-it-measures.md, "What a crate costs
 * in the package"; `npm run bench -- shares`): at most 350 B of what is below 10 kB, 0.9 % of what is above.
 */
const TOLERANCE = { bytes: 1_000, share: 0.02 } as const;

/** The growth that a share of so many bytes at base may have without a change of its crate, in bytes. */
export function shareTolerance(base: number): number {
  return Math.max(TOLERANCE.bytes, base * TOLERANCE.share);
}
