import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingDigest } from '../../../src/cache/keys.ts';
import { compare } from '../../../src/core/compare/compare.ts';
import type { Base, Side } from '../../../src/core/model/base.ts';
import type { Comparison, FunctionComparison } from '../../../src/core/model/comparison.ts';
import { deltaOf } from '../../../src/core/pair.ts';
import type { Row, SymbolRow } from '../../../src/core/rows.ts';
import type { Snapshot } from '../../../src/core/snapshot/snapshot.ts';
import { bytes } from '../../../src/core/units.ts';
import {
  aBaseSnapshot,
  aFunction,
  aLinked,
  aMeasuredInit,
  anEntry,
  anInvocation,
  aPackage,
  aSized,
  aSnapshot,
  aSymbol,
} from '../builders.ts';

const NO_BASE: Base = { kind: 'missing', why: { kind: 'first-run', sha: null, reason: 'nothing stored yet', limits: [] } };

function measured(snapshot: Snapshot): Base & Side {
  return { kind: 'measured', snapshot, origin: 'built' };
}

function between(base: Snapshot, head: Snapshot): Comparison {
  return compare(measured(base), measured(head));
}

function firstOf(comparison: Comparison): FunctionComparison {
  const [fn] = comparison.functions;
  if (fn === undefined) throw new Error('no function');
  return fn;
}

const tables = ({ crates, symbols, sections, package: entries }: FunctionComparison): readonly (readonly Row[])[] => [
  crates,
  symbols,
  sections,
  entries,
];
const sumOf = (rows: readonly Row[], side: 'base' | 'head') => rows.reduce((total, row) => total + (row[side] ?? 0), 0);

/** Functions of a few crates and sizes: small numbers meet often, so that names are shared, missing and equal. */
function someSnapshot(): fc.Arbitrary<Snapshot> {
  const size = fc.nat(50);
  const name = fc.constantFrom('a', 'b', 'c?', '[Unknown]', 'aws-x');
  const symbols = fc.array(
    fc.tuple(name, fc.constantFrom('new', 'drop', 'main'), size).map(([crate, symbol, bytes]) => aSymbol(crate, symbol, bytes)),
  );
  const fn = fc
    .record({
      name: fc.constantFrom('health', 'orders', 'users'),
      symbols,
      unattributed: fc.integer({ min: -5, max: 20 }),
      sections: fc.uniqueArray(fc.tuple(fc.constantFrom('.rodata', '.data', '.bss'), size), { selector: ([section]) => section }),
      headers: size,
      compressed: size,
      entries: fc.array(fc.tuple(fc.constantFrom('ca.pem', 'model.bin'), size), { maxLength: 2 }),
      overhead: size,
      dependencies: fc.option(size),
    })
    .map(({ name, dependencies, sections, entries, ...rest }) =>
      aFunction(
        { name, dependencies },
        {
          ...rest,
          sections: sections.map(([section, length]) => aSized(section, length)),
          entries: entries.map(([file, length]) => anEntry(file, length)),
        },
      ),
    );
  const locked = fc
    .tuple(fc.constantFrom('serde', 'syn', 'http'), fc.constantFrom('0.9.0', '0.10.0', '1.0.0-rc.1', '1.0.0'))
    .map((pair) => aPackage(...pair));
  return fc
    .record({
      functions: fc.uniqueArray(fn, { selector: (one) => one.name }),
      packages: fc.uniqueArray(locked, { selector: ({ name, version }) => `${name} ${version}` }),
    })

    .map(({ functions, packages }) => {
      const { units, functions: linked } = aLinked(...packages);
      const shipped = linked[0]?.shipped ?? { kind: 'unknown', reason: 'nothing is linked' };
      return aSnapshot({ functions: functions.map((one) => ({ ...one, shipped })), lockfile: { packages }, units });
    });
}

describe('a comparison', () => {
  it('of a snapshot with itself is all zeros and unchanged', () => {
    fc.assert(
      fc.property(someSnapshot(), (snapshot) => {
        const { functions, dependencies, notes, limitChanges } = between(snapshot, snapshot);
        expect(functions.every(({ status }) => status === 'unchanged')).toBe(true);
        expect(
          functions
            .flatMap(tables)
            .flat()
            .every((row) => deltaOf(row) === 0),
        ).toBe(true);
        expect(functions.flatMap(({ causes }) => causes)).toEqual([]);
        expect([dependencies.added, dependencies.removed, dependencies.changed, notes, limitChanges].flat()).toEqual([]);
      }),
    );
  });

  it('has rows that add up to the metrics at either side', () => {
    fc.assert(
      fc.property(someSnapshot(), someSnapshot(), (base, head) => {
        for (const fn of between(base, head).functions) {
          for (const side of ['base', 'head'] as const) {
            const { zip, unzipped, binary, text } = fn.metrics;
            const packed = (side === 'base' ? base : head).functions.find(({ name }) => name === fn.name)?.package.entries;
            const sizes = packed?.map(({ uncompressed }) => Number(uncompressed));
            expect(unzipped[side]).toBe(sizes?.reduce((sum, size) => sum + size, 0) ?? null);
            const attributed = (side === 'base' ? base : head).functions.find(({ name }) => name === fn.name)?.attribution;
            expect(sumOf(fn.symbols, side)).toBe(attributed?.kind === 'attributed' ? attributed.text : 0);
            expect([sumOf(fn.package, side), sumOf(fn.sections, side), sumOf(fn.crates, side), sumOf(fn.owners, side)]).toEqual([
              zip[side] ?? 0,
              binary[side] ?? 0,
              text[side] ?? 0,
              binary[side] ?? 0,
            ]);
          }
        }
      }),
    );
  });

  it('negates every delta when the sides are swapped', () => {
    fc.assert(
      fc.property(someSnapshot(), someSnapshot(), (base, head) => {
        const turn = <T extends { readonly base: unknown; readonly head: unknown }>(pair: T): T => ({
          ...pair,
          base: pair.head,
          head: pair.base,
        });
        const swap = (row: Row & { readonly count?: SymbolRow['count'] }): Row => ({
          ...turn(row),
          ...(row.count === undefined ? {} : { count: turn(row.count) }),
        });
        const key = (fn: FunctionComparison) => [fn.name, ...tables(fn)];
        const byName = (a: FunctionComparison, b: FunctionComparison) => (a.name < b.name ? -1 : 1);
        const there = between(base, head);
        const back = between(head, base);
        expect(back.functions.toSorted(byName).map((fn) => [fn.name, ...tables(fn).map((rows) => rows.map(swap))])).toEqual(
          there.functions.toSorted(byName).map(key),
        );
        expect([back.dependencies.added, back.dependencies.removed]).toEqual([there.dependencies.removed, there.dependencies.added]);
        expect(back.dependencies.changed.map((one) => ({ ...one, base: one.head, head: one.base }))).toEqual(there.dependencies.changed);
      }),
    );
  });

  it('is a report without a base too', () => {
    const comparison = compare(NO_BASE, measured(aSnapshot()));
    expect(comparison.functions).toMatchObject([{ status: 'added', metrics: { zip: { base: null, head: 919_107, reason: null } } }]);
    expect(comparison.dependencies.count).toEqual({ base: null, head: 2 });
    expect([comparison.notes, comparison.limitChanges, comparison.dependencies.added]).toEqual([[], [], []]);
  });
});

describe('a function', () => {
  const health = aFunction();

  it('is unchanged where binary, files and metrics are the same, in whatever order the ZIP has them', () => {
    const files = [anEntry('a.pem', 10), anEntry('b.pem', 20)];
    const one = aFunction({}, { entries: files });
    const other = { ...one, package: { ...one.package, entries: one.package.entries.toReversed() } };
    expect(firstOf(between(aSnapshot({ functions: [one] }), aSnapshot({ functions: [other] }))).status).toBe('unchanged');
  });

  it.each([
    ['another binary of one size', { ...health, binary: { ...health.binary, sha256: 'f'.repeat(64) } }],
    ['a file of another size', { ...health, package: { ...health.package, entries: [anEntry('bootstrap', 918_937, 1)] } }],
    ['a file of another name', { ...health, package: { ...health.package, entries: [...health.package.entries, anEntry('empty', 0)] } }],
    ['more dependencies', { ...health, dependencies: 88 }],
  ])('is changed by %s', (_, head) => {
    expect(firstOf(between(aSnapshot({ functions: [health] }), aSnapshot({ functions: [head] }))).status).toBe('changed');
  });

  it("keeps base's figures when removed, and has none at base when added", () => {
    const removed = firstOf(between(aSnapshot(), aSnapshot({ functions: [] })));
    expect(removed).toMatchObject({
      status: 'removed',
      crate: 'health',
      metrics: { zip: { base: 919_107, head: null } },
      findings: [],
      causes: [],
    });
    expect(removed.crates.every(({ base, head }) => base !== null && head === null)).toBe(true);
    const added = firstOf(between(aSnapshot({ functions: [] }), aSnapshot()));
    expect(added.crates.every(({ base, head }) => base === null && head !== null)).toBe(true);
    expect(added.causes).toEqual([]);
  });

  it('has rows by the size of the change, 0 for what one side lacks, one for what has no symbol', () => {
    const base = aFunction({}, { symbols: [aSymbol('std', 'main', 100), aSymbol('old', 'x', 30)], unattributed: 6 });
    const head = aFunction(
      {},
      { symbols: [aSymbol('std', 'main', 90), aSymbol('regex', 'new', 30), aSymbol('regex', 'new', 5)], unattributed: 6 },
    );
    const { crates, symbols } = firstOf(between(aSnapshot({ functions: [base] }), aSnapshot({ functions: [head] })));
    expect(crates).toEqual([
      { name: 'regex', base: 0, head: 35 },
      { name: 'old', base: 30, head: 0 },
      { name: 'std', base: 100, head: 90 },
      { name: '[padding]', base: 6, head: 6 },
    ]);
    expect(symbols[0]).toEqual({ crate: 'regex', name: 'new', base: 0, head: 35, count: { base: 0, head: 2 } });
  });

  it('has no crates where a side could not be attributed, and says why', () => {
    const owners = { kind: 'none', reason: 'no map' } as const;
    const shipped = { kind: 'unknown' as const, reason: 'cargo does not say' };
    const blind = aFunction({ attribution: { kind: 'none', reason: 'no twin' }, owners, dependencies: null, shipped });
    const other = aFunction({ attribution: { kind: 'none', reason: 'not ELF' } });
    const unmeasured = (base: typeof blind, head: typeof blind) => {
      const { notAttributed, metrics } = firstOf(between(aSnapshot({ functions: [base] }), aSnapshot({ functions: [head] })));
      return { crates: notAttributed, dependencies: metrics.dependencies.reason };
    };
    expect(firstOf(between(aSnapshot({ functions: [blind] }), aSnapshot()))).toMatchObject({ crates: [], symbols: [], causes: [] });
    expect(unmeasured(blind, health)).toEqual({ crates: 'base: no twin', dependencies: 'base: cargo does not say' });
    expect(unmeasured(health, other)).toEqual({ crates: 'head: not ELF', dependencies: null });
    expect(unmeasured(blind, blind)).toEqual({ crates: 'no twin', dependencies: 'cargo does not say' });
    expect(unmeasured(blind, other)).toMatchObject({ crates: 'base: no twin; head: not ELF' });
    expect(firstOf(compare(NO_BASE, measured(aSnapshot({ functions: [other] })))).notAttributed).toBe('not ELF');
  });
});

describe('dependencies', () => {
  const own = aPackage('health', '0.1.0', { source: null });
  const lock = (...packages: readonly ReturnType<typeof aPackage>[]) => aLinked(own, ...packages);
  const changesOf = (base: ReturnType<typeof lock>, head: ReturnType<typeof lock>) =>
    between(aBaseSnapshot(base), aSnapshot(head)).dependencies;

  it('pair the highest versions that one side lacks', () => {
    const dependencies = changesOf(
      lock(aPackage('syn', '1.0.9'), aPackage('syn', '2.0.9'), aPackage('old', '1.0.0'), aPackage('http', '1.0.0-rc.1')),
      lock(aPackage('syn', '2.0.10'), aPackage('regex', '1.12.0'), aPackage('http', '1.0.0'), aPackage('http', '0.2.12')),
    );
    expect(dependencies).toEqual({
      added: [
        { name: 'http', version: '0.2.12' },
        { name: 'regex', version: '1.12.0' },
      ],
      removed: [
        { name: 'old', version: '1.0.0' },
        { name: 'syn', version: '1.0.9' },
      ],
      changed: [
        { name: 'http', base: '1.0.0-rc.1', head: '1.0.0' },
        { name: 'syn', base: '2.0.9', head: '2.0.10' },
      ],
      duplicates: [{ name: 'http', versions: ['1.0.0', '0.2.12'] }],
      count: { base: 4, head: 4 },
    });
  });

  it('order pre-releases, before their release', () => {
    const http = (...versions: readonly string[]) => lock(...versions.map((version) => aPackage('http', version)));
    expect(changesOf(http('1.0.0-rc.2', '1.0.0-rc.10'), http('1.0.0'))).toMatchObject({
      changed: [{ base: '1.0.0-rc.10', head: '1.0.0' }],
      removed: [{ version: '1.0.0-rc.2' }],
    });
    expect(changesOf(http('0.9.0'), http('1.0.0', '1.0.0-rc.1'))).toMatchObject({
      changed: [{ base: '0.9.0', head: '1.0.0' }],
      added: [{ version: '1.0.0-rc.1' }],
      duplicates: [{ versions: ['1.0.0', '1.0.0-rc.1'] }],
    });
  });

  it('of one version from another source are changed', () => {
    const git = (revision: string) => aPackage('fork', '0.1.0', { source: `git+https://example.org/fork#${revision}` });
    expect(changesOf(lock(git('aaa')), lock(git('bbb'))).changed).toEqual([
      { name: 'fork', base: '0.1.0 (git+https://example.org/fork#aaa)', head: '0.1.0 (git+https://example.org/fork#bbb)' },
    ]);
  });

  it('of the workspace are own code wherever init spends its time; what is locked from elsewhere is not', () => {
    const growth = {
      functions: ['regex', 'shared_code', 'health', 'warm_up'].map((crate) => ({ crate, name: `${crate}::f`, grown: 9_000 })),
      starters: [{ crate: 'tokio', name: 'tokio::f' }],
    };
    const locked = lock(aPackage('shared-code', '0.1.0', { source: null }), aPackage('regex', '1.12.2'));
    const started = { name: 'warm-up', crate: 'health' };
    const base = aFunction({ ...started, init: aMeasuredInit() });
    const head = aFunction({ ...started, init: aMeasuredInit({}, { growth }) }, { compressed: 918_938 });
    const fn = firstOf(between(aBaseSnapshot({ ...locked, functions: [base] }), aSnapshot({ ...locked, functions: [head] })));
    expect(fn.init.growth.functions.map(({ crate, own }) => [crate, own])).toEqual([
      ['regex', false],
      ['shared_code', true],
      ['health', true],
      ['warm_up', true],
    ]);
    expect(fn.init.growth.starters).toEqual([{ crate: 'tokio', name: 'tokio::f', own: false }]);
  });

  it('leave workspace members out', () => {
    const member = aPackage('shared', '0.1.0', { source: null });
    expect(changesOf(lock(member), lock({ ...member, version: '0.2.0' }))).toMatchObject({ changed: [], count: { base: 0, head: 0 } });
  });

  it('are those of all functions together; what is not known of one at a side is told of neither', () => {
    const at = (fn: Snapshot, ...others: Snapshot['functions']): Snapshot => ({ ...fn, functions: [...fn.functions, ...others] });
    const [base, head] = [
      aBaseSnapshot(lock(aPackage('syn', '1.0.0'))),
      aSnapshot(lock(aPackage('syn', '1.0.0'), aPackage('http', '1.0.0'))),
    ];
    const orders = aFunction({ name: 'orders', shipped: { kind: 'known', units: [0] } });
    const blind = { ...orders, shipped: { kind: 'unknown' as const, reason: 'cargo does not say' } };
    const of = (before: Snapshot, after: Snapshot) => {
      const { added, removed, count } = between(before, after).dependencies;
      return { added: added.map(({ name }) => name), removed: removed.map(({ name }) => name), count };
    };
    expect(of(at(base, orders), at(head, orders))).toEqual({ added: ['http'], removed: [], count: { base: 1, head: 2 } });
    expect(of(at(base, blind), at(head, orders))).toEqual({ added: ['http'], removed: [], count: { base: null, head: 2 } });
    expect(of(at(base, orders), at(head, blind))).toEqual({ added: ['http'], removed: [], count: { base: null, head: null } });
    expect(of(base, at(head, aFunction({ name: 'new', crate: 'new', shipped: { kind: 'known', units: [2] } })))).toMatchObject({
      added: ['http'],
    });
    expect(of(aBaseSnapshot({ functions: [] }), head)).toMatchObject({ added: ['http', 'syn'], count: { base: 0, head: 2 } });
  });

  it('changed in no way without a base', () => {
    const { added, removed, count } = compare(NO_BASE, measured(aSnapshot())).dependencies;
    expect([added, removed, count]).toEqual([[], [], { base: null, head: 2 }]);
  });
});

describe('notes', () => {
  it('say what differs besides the code', () => {
    const base = anInvocation({ rustc: 'rustc 1.95.0 (59807616e 2026-04-14)', environment: { RUSTFLAGS: settingDigest('-D warnings') } });
    const head = anInvocation({ rustc: 'rustc 1.96.0 (aaaaaaaaa 2026-05-28)', profile: 'small', cargoBloat: '0.13.0' });
    const paths = { ...head.paths, checkout: '/elsewhere' };
    expect(between(aBaseSnapshot({ invocation: base }), aSnapshot({ invocation: { ...head, paths } })).notes).toEqual([
      { code: 'toolchain', text: 'rustc 1.95.0 → 1.96.0: a cause of its own, every function may change with it' },
      { code: 'tool', text: 'cargo-bloat 0.12.1 → 0.13.0: crates and symbols may be told apart in another way' },
      { code: 'tool', text: 'profile release → small: base and head are not built alike' },
      { code: 'tool', text: 'RUSTFLAGS … → (none): base and head are not built alike' },
      { code: 'tool', text: 'path of checkout /coldgate/checkout → /elsewhere: paths leak into binaries' },
    ]);
  });

  it('say that a command, a build argument or a variable is another one, and not what it is', () => {
    const of = (value: string) => {
      const setting = settingDigest(value);
      return { prepare: setting, environment: { RUSTFLAGS: setting }, arguments: ['--release', setting] };
    };
    const texts = between(
      aBaseSnapshot({ invocation: anInvocation(of('fetch ghp_one')) }),
      aSnapshot({ invocation: anInvocation(of('fetch ghp_two')) }),
    ).notes.map(({ text }) => text);
    const is = 'is another one (see the workflow: its value is not kept): base and head are not built alike';
    expect(texts).toEqual([`build arguments ${is}`, `prepare ${is}`, `RUSTFLAGS ${is}`]);
  });

  it.each<readonly [string, readonly string[], readonly string[], string]>([
    ['into a folder', ['', '--release'], ['backend', '--release'], "the repository's top → backend"],
    [
      'called from the top',
      ['', '--release'],
      ['', '--release', '--manifest-path', 'backend/Cargo.toml'],
      "the repository's top → backend",
    ],
    ['out of one', ['a', '--release', '--manifest-path', '../b/Cargo.toml'], ['', '--release'], "b → the repository's top"],
  ])('say that the project was moved, which is no build argument: %s', (_, from, to, change) => {
    const notes = between(
      aBaseSnapshot({ invocation: anInvocation({ arguments: [...from, '--bin', 'a'] }) }),
      aSnapshot({ invocation: anInvocation({ arguments: [...to, '--bin', 'b'] }) }),
    ).notes.map(({ text }) => text);
    expect(notes).toEqual([
      `folder of the project ${change}: it was moved, and paths leak into binaries`,
      'build arguments --release --bin a → --release --bin b: base and head are not built alike',
    ]);
  });

  it('do not call the same project another one that was called from elsewhere', () => {
    const [base, head] = [
      ['backend', '--release'],
      ['', '--release', '--manifest-path', 'backend/Cargo.toml'],
    ];
    const notes = between(
      aBaseSnapshot({ invocation: anInvocation({ arguments: base }) }),
      aSnapshot({ invocation: anInvocation({ arguments: head }) }),
    ).notes;
    expect(notes).toEqual([]);
  });

  it('tell two nightlies apart', () => {
    const rustc = (date: string) => ({ invocation: anInvocation({ rustc: `rustc 1.97.0-nightly (${date})` }) });
    expect(between(aBaseSnapshot(rustc('a 2026-05-01')), aSnapshot(rustc('b 2026-05-02'))).notes.map(({ text }) => text)).toEqual([
      'rustc 1.97.0-nightly (a 2026-05-01) → 1.97.0-nightly (b 2026-05-02): a cause of its own, every function may change with it',
    ]);
  });

  it('of both sides stand once', () => {
    const lfs = { code: 'lfs', text: 'model.bin is an LFS pointer' } as const;
    const left = { code: 'bins-left-out', text: 'tool is no function' } as const;
    expect(between(aBaseSnapshot({ notes: [lfs] }), aSnapshot({ notes: [lfs, left] })).notes).toEqual([lfs, left]);
  });
});

describe('a snapshot with sums of its own', () => {
  it('keeps crates that add up to the attribution of a rebuild', () => {
    const head = aFunction();
    const rebuilt =
      head.attribution.kind === 'attributed' ? { ...head.attribution, of: 'rebuild' as const, unattributed: bytes(7) } : head.attribution;
    const { crates } = firstOf(
      between(aSnapshot(), aSnapshot({ functions: [{ ...head, attribution: rebuilt, owners: { kind: 'none', reason: 'rebuilt' } }] })),
    );
    expect(sumOf(crates, 'head')).toBe(1_316_477);
  });
});
