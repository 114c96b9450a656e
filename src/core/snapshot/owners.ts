import * as z from 'zod';
import { type Bytes, bytes } from '../units.ts';

// The parser is the one place where plain numbers become branded ones, hence the cast.
const size = z.int().min(0) as unknown as z.ZodType<Bytes>;
const name = z.string().min(1).max(1_024);

/** Constants that more crates than these share are nobody's in particular. */
export const MOST_SHARING = 8;

/** Bytes by what they are there for. */
const sorts = {
  code: size,
  /** Constants, statics, tables. */
  data: size,
  unwinding: size,
  /** What the loader writes into data before anything runs. */
  relocations: size,
  other: size,
};

/** Of the binary, and of the package: their share of the compressed binary. */
const owned = { ...sorts, zip: z.strictObject(sorts) };

/**
 * Who owns each byte of the shipped binary, and of its share of the package. All rows together are the binary, to the byte; their `zip` is the
 * compressed entry, and their `code` is `.text`.
 */
export const owners = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('owned'),
    crates: z.array(z.strictObject({ name, ...owned })).max(20_000),
    /** What several crates use, by their names in order; without names: more than eight do. */
    shared: z.array(z.strictObject({ crates: z.array(name).max(MOST_SHARING), ...owned })).max(20_000),
    /** No crate's: headers, padding, the C runtime, sections that the linker makes, the tables of the compressed stream. */
    parts: z.array(z.strictObject({ name, ...owned })).max(10_000),
    /** The largest constants and statics, by the crates whose they are, as `crates` and `shared` have them. Alike ones without a name are one row. */
    constants: z
      .array(z.strictObject({ crates: z.array(name).max(MOST_SHARING), name, size, zip: size, count: z.int().min(1) }))
      .max(2_000),
  }),
  z.strictObject({ kind: z.literal('none'), reason: z.string().max(4_096) }),
]);

export type Owners = z.infer<typeof owners>;
export type OwnedParts = Extract<Owners, { readonly kind: 'owned' }>;
export type OwnedBytes = Omit<OwnedParts['parts'][number], 'name'>;

/** What owned bytes cost in the package, all together. */
export function zipOf({ zip }: Pick<OwnedBytes, 'zip'>): Bytes {
  return bytes(zip.code + zip.data + zip.unwinding + zip.relocations + zip.other);
}

/** The crate that alone uses a constant; `null`: several do. */
export function soleOwner({ crates }: Pick<OwnedParts['constants'][number], 'crates'>): string | null {
  return crates.length === 1 ? (crates[0] ?? null) : null;
}
