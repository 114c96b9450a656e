import * as z from 'zod';

const count = z.int().min(0);
const name = z.string().min(1).max(1_024);

/** A package as it was compiled for a function's target; functions of one call of cargo share it. */
export const shippedUnit = z.strictObject({
  /** An index into the lock file's packages. */
  package: count,
  /** As its code is called: the library's own name, else the binary's. */
  crate: name,
  /** What is switched on, in order. */
  features: z.array(name).max(20_000),
  /** Indices into the lock file's packages: what its own code depends on with these features, of what was compiled for the target. */
  dependencies: z.array(count).max(10_000),
});

/** What of `Cargo.lock` is linked into a function. */
export const shipped = z.discriminatedUnion('kind', [
  /** Indices into the snapshot's units: the function's own package first, and path packages among them. */
  z.strictObject({ kind: z.literal('known'), units: z.array(count).min(1).max(20_000) }),
  z.strictObject({ kind: z.literal('unknown'), reason: z.string().max(4_096) }),
]);

export type ShippedUnit = z.infer<typeof shippedUnit>;
export type Shipped = z.infer<typeof shipped>;

/** The units of one function, before they have a place among those of the snapshot. */
export type Shipping =
  | { readonly kind: 'known'; readonly units: readonly ShippedUnit[] }
  | { readonly kind: 'unknown'; readonly reason: string };
