import { expect, test } from 'vitest';
import { compare } from '../../../src/core/compare/compare.ts';
import { openFindings } from '../../../src/core/compare/findings.ts';
import type { Base } from '../../../src/core/model/base.ts';
import type { LockedPackage, Snapshot } from '../../../src/core/snapshot/snapshot.ts';
import { aBaseSnapshot, aFunction, aLinked, aPackage, aSnapshot, aSymbol } from '../builders.ts';

const OWN = aPackage('health', '0.1.0', { source: null });
const NO_BASE: Base = { kind: 'missing', why: { kind: 'first-run', sha: null, reason: 'nothing stored yet', limits: [] } };

/** A side whose `rustls` has so many bytes of code. */
function side(size: number, ...packages: readonly LockedPackage[]): Pick<Snapshot, 'lockfile' | 'units' | 'functions'> {
  const linked = aLinked(OWN, ...packages);
  const code = aFunction({}, { symbols: [aSymbol('rustls', 'handshake', size), aSymbol('tiny', 'one', 10)] });
  return { ...linked, functions: linked.functions.map(({ shipped }) => ({ ...code, shipped })) };
}

function found(base: ReturnType<typeof side> | null, head: ReturnType<typeof side>): readonly unknown[] {
  const before: Base = base === null ? NO_BASE : { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot(base) };
  return compare(before, { origin: 'built', snapshot: aSnapshot(head) }).functions.flatMap(openFindings);
}

const rustls = (version: string) => aPackage('rustls', version);

test('a package in more versions than at base is found, with who asks for which and what they cost together', () => {
  const one = side(200_000, rustls('0.21.12'));
  const client = aPackage('client', '1.0.0', { dependencies: [2] });
  const two = side(412_000, client, rustls('0.23.5'), rustls('0.21.12'));
  expect(found(one, two)).toEqual([
    {
      kind: 'two-versions',
      name: 'rustls',
      size: { base: 200_000, head: 412_000 },
      versions: [
        { version: '0.23.5', by: ['health', 'client'] },
        { version: '0.21.12', by: ['health'] },
      ],
    },
  ]);
  expect(
    found(one, {
      ...two,
      functions: two.functions.map((fn) => ({
        ...fn,
        attribution: { kind: 'none', reason: 'no twin' },
        owners: { kind: 'none', reason: 'no twin' },
      })),
    }),
  ).toMatchObject([{ name: 'rustls', size: { base: null, head: null } }]);
});

test('what base has too, what costs next to nothing and what nothing is compared with stays quiet', () => {
  const two = side(412_000, rustls('0.23.5'), rustls('0.21.12'));
  expect(found(side(400_000, rustls('0.22.0'), rustls('0.21.12')), two)).toEqual([]);
  expect(found(two, side(400_000, rustls('0.23.5')))).toEqual([]);
  expect(found(null, two)).toEqual([]);
  expect(found(side(1), side(1, aPackage('tiny', '1.0.0'), aPackage('tiny', '2.0.0')))).toEqual([]);
  const [fn] = two.functions;
  const added = { ...two, functions: fn === undefined ? [] : [fn, { ...fn, name: 'new', crate: 'new' }] };
  expect(found(two, added)).toEqual([]);
  expect(found(side(412_000, rustls('0.23.5')), added)).toHaveLength(2);
});

test('HTTP and TLS stacks in two versions stand where this change did not bring them, with what they cost', () => {
  const two = side(412_000, rustls('0.23.5'), rustls('0.21.12'), aPackage('tiny', '1.0.0'), aPackage('tiny', '2.0.0'));
  const standing = (base: Base) =>
    compare(base, { origin: 'built', snapshot: aSnapshot(two) }).functions.flatMap((fn) =>
      fn.standing.map((one) => [one, fn.findings.includes(one)]),
    );
  const found = { kind: 'two-versions', name: 'rustls', versions: [{ version: '0.23.5' }, { version: '0.21.12' }] };
  expect(standing(NO_BASE)).toMatchObject([[{ ...found, size: { head: 412_000 } }, true]]);
  expect(standing({ kind: 'measured', origin: 'built', snapshot: aBaseSnapshot(two) })).toMatchObject([[found, true]]);
  const one = side(200_000, rustls('0.21.12'));
  expect(standing({ kind: 'measured', origin: 'built', snapshot: aBaseSnapshot(one) })).toEqual([]);
});
