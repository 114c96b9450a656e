import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/core/compare/compare.ts';
import { type Parts, partsOf } from '../../../src/core/compare/parts.ts';
import type { Root } from '../../../src/core/did.ts';
import type { Metric } from '../../../src/core/metrics.ts';
import type { FunctionComparison } from '../../../src/core/model/comparison.ts';
import { deltaOf } from '../../../src/core/pair.ts';
import type { OwnerRow } from '../../../src/core/rows.ts';
import type { Snapshot } from '../../../src/core/snapshot/snapshot.ts';
import { anOwner, aRoot, aRow, aRowFunction, ownRoot } from '../../report/builders.ts';
import { aBaseSnapshot, aFunction, aLinked, anEntry, aPackage, aSized, aSnapshot, aSymbol } from '../builders.ts';

const summed = ({ roots, common, rest }: Parts): number => [...roots, ...common, ...rest].reduce((sum, { delta }) => sum + delta, 0);

function owned(owners: readonly OwnerRow[], roots: readonly Root[], overrides: Partial<FunctionComparison> = {}): FunctionComparison {
  const [base, head] = [owners.reduce((sum, row) => sum + (row.base ?? 0), 0), owners.reduce((sum, row) => sum + (row.head ?? 0), 0)];
  return aRowFunction(
    'health',
    { zip: [base, head], binary: [base, head], text: [base, head] },
    { owners, roots, notOwned: null, package: [aRow('bootstrap', base, head)], ...overrides },
  );
}

const told = (fn: FunctionComparison, metric: Metric): readonly unknown[] => {
  const parts = partsOf(fn, metric);
  return parts === null
    ? []
    : [...parts.roots.map(({ root, delta }) => [root.did.kind, delta]), ...parts.rest.map(({ kind, name, delta }) => [kind, name, delta])];
};

describe('the parts of a figure', () => {
  const regex = aRoot(
    { kind: 'added', name: 'regex', version: '1.0.0', place: null, by: [] },
    { crates: ['regex', 'memchr'], packages: 2 },
  );

  test('belong to the root of their crate, to that of all that share them, else to nobody', () => {
    const fn = owned(
      [
        anOwner('regex', 0, 400),
        anOwner('memchr?', 10, 30),
        anOwner('shared by memchr, regex', 0, 7, { kind: 'shared', crates: ['memchr', 'regex'] }),
        anOwner('shared by health, regex', 0, 5, { kind: 'shared', crates: ['health', 'regex'] }),
        anOwner('health', 100, 101),
        anOwner('tokio', 50, 40),
        anOwner('[padding]', 3, 9, { kind: 'part', crates: [] }),
      ],
      [regex, ownRoot('health')],
    );
    expect(told(fn, 'binary')).toEqual([
      ['added', 427],
      ['own', 1],
      ['shared', 'shared by health, regex', 5],
      ['crate', 'tokio', -10],
      ['part', '[padding]', 6],
    ]);
    expect(told(fn, 'crate:re*')).toEqual([['added', 400]]);
    expect(told(fn, 'crate-zip:tokio')).toEqual([['crate', 'tokio', -10]]);
    expect(told(fn, 'init.instructions')).toEqual([]);
  });

  test('of a crate that two roots have by one name are common to both, in no figure of one alone', () => {
    const root = (name: string, crates: readonly string[]): Root =>
      aRoot({ kind: 'added', name, version: '1.0.0', place: null, by: [] }, { crates, common: ['regex_syntax'] });
    const [first, second] = [root('regex', ['regex', 'memchr']), root('regex-syntax', [])];
    const fn = owned(
      [
        anOwner('regex', 0, 400),
        anOwner('regex_syntax', 0, 150),
        anOwner('shared by regex, regex_syntax', 0, 7, { kind: 'shared', crates: ['regex', 'regex_syntax'] }),
        anOwner('shared by health, regex_syntax', 0, 5, { kind: 'shared', crates: ['health', 'regex_syntax'] }),
        anOwner('health', 100, 101),
      ],
      [first, second, ownRoot('health')],
    );
    expect(partsOf(fn, 'binary')).toMatchObject({
      roots: [
        { root: first, delta: 400 },
        { root: { did: { kind: 'own' } }, delta: 1 },
      ],
      common: [{ roots: [first, second], crates: ['regex_syntax'], delta: 157 }],
      rest: [{ kind: 'shared', delta: 5 }],
    });
    expect(partsOf(fn, 'crate:regex-s*')).toMatchObject({ delta: 150, roots: [], common: [{ delta: 150 }], rest: [] });
  });

  test('of a package are those of its files too', () => {
    const fn = owned([anOwner('health', 100, 101)], [ownRoot('health')], {
      package: [aRow('assets/a', 0, 50), aRow('bootstrap', 100, 101), aRow('[overhead]', 10, 13)],
    });
    const zip = { ...fn.metrics.zip, base: 110, head: 164 };
    expect(told({ ...fn, metrics: { ...fn.metrics, zip } }, 'zip')).toEqual([
      ['own', 1],
      ['file', 'assets/a', 50],
      ['none', '[overhead]', 3],
    ]);
  });

  test('that are symbols and debug information belong to a profile that no longer strips them', () => {
    const profile = (key: string): Root => aRoot({ kind: 'profile', settings: [{ key, base: '"symbols"', head: '"none"' }], place: null });
    const rows = [anOwner('.symtab', 0, 900, { kind: 'part', crates: [] }), anOwner('.debug_info', 0, 50, { kind: 'part', crates: [] })];
    expect(told(owned(rows, [profile('release.strip')]), 'binary')).toEqual([['profile', 950]]);
    expect(told(owned(rows, [profile('release.lto')]), 'binary')).toHaveLength(2);
  });

  test('are of code alone where nobody knows whose the other bytes are, and of none where code is not known either', () => {
    const fn = aRowFunction('health', { text: [100, 140] }, { crates: [aRow('regex', 0, 30), aRow('[no symbol]', 1, 11)], roots: [regex] });
    expect(partsOf(fn, 'zip')).toMatchObject({ of: 'code', delta: 40 });
    expect(told(fn, 'zip')).toEqual([
      ['added', 30],
      ['none', '[no symbol]', 10],
    ]);
    expect(partsOf({ ...fn, crates: [] }, 'zip')).toBeNull();
    expect(partsOf(fn, 'crate:regex')).toBeNull();
  });

  test('of the dependencies are counted, what is not known is none', () => {
    const fn = aRowFunction('health', {}, { roots: [regex] });
    const count = (base: number | null, head: number | null): FunctionComparison => ({
      ...fn,
      metrics: { ...fn.metrics, dependencies: { ...fn.metrics.dependencies, base, head } },
    });
    expect(told(count(41, 43), 'dependencies')).toEqual([['added', 2]]);
    expect(told(count(41, 42), 'dependencies')).toEqual([
      ['added', 2],
      ['none', '', -1],
    ]);
    expect(partsOf(count(null, 42), 'dependencies')).toBeNull();
  });

  test('add up to what the figure grew by, whatever moved', () => {
    const name = fc.constantFrom('health', 'regex', 'tokio', 'std', '[Unknown]', 'memchr?');
    const symbols = fc.array(
      fc.tuple(name, fc.nat(100_000)).map(([crate, size]) => aSymbol(crate, 'one', size)),
      { minLength: 1, maxLength: 6 },
    );
    const side = fc
      .record({
        symbols,
        unattributed: fc.nat(50),
        rodata: fc.nat(900_000),
        headers: fc.nat(100),
        compressed: fc.nat(900_000),
        asset: fc.option(fc.nat(900_000)),
        linked: fc.subarray(['regex', 'tokio', 'memchr']),
        version: fc.constantFrom('1.0.0', '1.1.0'),
      })
      .map(({ rodata, asset, linked, version, ...code }): Pick<Snapshot, 'lockfile' | 'units' | 'functions'> => {
        const all = aLinked(aPackage('health', '0.1.0', { source: null }), ...linked.map((one) => aPackage(one, version)));
        const fn = aFunction(
          {},
          { ...code, sections: [aSized('.rodata', rodata)], entries: asset === null ? [] : [anEntry('asset', asset)] },
        );
        return {
          ...all,
          functions: all.functions.map(({ shipped, dependencies }) => ({
            ...fn,
            shipped,
            dependencies: dependencies === null ? null : linked.length,
          })),
        };
      });
    fc.assert(
      fc.property(side, side, (base, head) => {
        const [fn] = compare(
          { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot(base) },
          { origin: 'built', snapshot: aSnapshot(head) },
        ).functions;
        if (fn === undefined || fn.status !== 'changed') return;
        for (const metric of ['zip', 'binary', 'text', 'unzipped', 'dependencies'] as const) {
          const parts = partsOf(fn, metric);
          expect([metric, parts === null ? null : summed(parts)]).toEqual([metric, deltaOf(fn.metrics[metric])]);
          expect(parts?.rest.filter(({ kind, name: left }) => kind === 'none' && left === '' && metric !== 'unzipped')).toEqual([]);
        }
      }),
      { seed: 14, numRuns: 300 },
    );
  });
});
