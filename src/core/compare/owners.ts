import { compareRows, compareText, groupBy, mapPair } from '../pair.ts';
import { BYTE_SORTS, type ConstantRow, type OwnerRow, type Pair } from '../rows.ts';
import { type OwnedBytes, type OwnedParts, type Owners, soleOwner, zipOf } from '../snapshot/owners.ts';

interface Owned {
  readonly kind: OwnerRow['kind'];
  readonly name: string;
  readonly crates: readonly string[];
  readonly bytes: OwnedBytes;
}

/**
 * Who owned which bytes at base and at head, the largest change of the binary first: the rows add up to the binary at either side, and their `zip` to its
 * compressed entry. What one side lacks is 0 there; a side at which the function does not exist is `null` in every row.
 */
export function compareOwners(sides: Pair<OwnedParts>): readonly OwnerRow[] {
  const maps = mapPair(sides, (side) => new Map(ownedOf(side).map((one) => [`${one.kind}\0${one.name}`, one])));
  const all = new Map([...(maps.base ?? []), ...(maps.head ?? [])]);
  return [...all]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([key, { kind, name, crates }]): OwnerRow => {
      const figure = (read: (bytes: OwnedBytes) => number): Pair<number> =>
        mapPair(maps, (side) => {
          const found = side.get(key);
          return found === undefined ? 0 : read(found.bytes);
        });
      const total = figure((bytes) => BYTE_SORTS.reduce((sum, sort) => sum + bytes[sort], 0));
      const bytes = {
        code: figure(({ code }) => code),
        data: figure(({ data }) => data),
        unwinding: figure(({ unwinding }) => unwinding),
        relocations: figure(({ relocations }) => relocations),
        other: figure(({ other }) => other),
      };
      return { kind, name, crates, ...total, bytes, zip: figure(zipOf) };
    })
    .toSorted(compareRows);
}

function ownedOf({ crates, shared, parts }: OwnedParts): readonly Owned[] {
  return [
    ...crates.map(({ name, ...bytes }): Owned => ({ kind: 'crate', name, crates: [name], bytes })),
    ...shared.map(({ crates: several, ...bytes }): Owned => ({ kind: 'shared', name: sharedName(several), crates: several, bytes })),
    ...parts.map(({ name, ...bytes }): Owned => ({ kind: 'part', name, crates: [], bytes })),
  ];
}

/** As people read it of whom a row is that several crates share. */
export function sharedName(crates: readonly string[]): string {
  return crates.length === 0 ? 'shared by many' : `shared by ${crates.join(', ')}`;
}

/** Code by crate, with a row for each part that has some: they add up to `.text`. */
export function codeRows({ crates, parts }: OwnedParts): readonly { readonly name: string; readonly size: number }[] {
  return [...crates, ...parts].filter(({ code }) => code !== 0).map(({ name, code }) => ({ name, size: code }));
}

/** The largest constants and statics, the largest change first. */
export function compareConstants(sides: Pair<OwnedParts>): readonly ConstantRow[] {
  const maps = mapPair(sides, ({ constants }) => groupBy(constants, (one) => `${soleOwner(one) ?? ''}\0${one.name}`));
  const all = new Map([...(maps.base ?? []), ...(maps.head ?? [])]);
  return [...all]
    .flatMap(([key, [first]]) => (first === undefined ? [] : [{ key, name: first.name, crate: soleOwner(first) }]))
    .map(({ key, name, crate }): ConstantRow => {
      const figure = (of: 'size' | 'zip' | 'count'): Pair<number> =>
        mapPair(maps, (side) => (side.get(key) ?? []).reduce((sum, one) => sum + one[of], 0));
      return { crate, name, ...figure('size'), zip: figure('zip'), count: figure('count') };
    })
    .toSorted(compareRows);
}

/** Why the bytes of a side have no owners; `null` where they have. */
export function reasonOf(owners: Owners): string | null {
  return owners.kind === 'none' ? owners.reason : null;
}

/** What is owned of one side. */
export function ownedParts(owners: Owners): OwnedParts | null {
  return owners.kind === 'owned' ? owners : null;
}
