import { describe, expect, test } from 'vitest';
import type { Did, Root } from '../../src/core/did.ts';
import type { Metric } from '../../src/core/metrics.ts';
import type { Cause, FunctionComparison } from '../../src/core/model/comparison.ts';
import type { ConstantRow, OwnerRow, SymbolRow } from '../../src/core/rows.ts';
import { bytes } from '../../src/core/units.ts';
import { MARKDOWN, PLAIN } from '../../src/report/text/escape.ts';
import { mainCause, sizeReason } from '../../src/report/text/size-reason.ts';
import { aCause, anOwner, aRoot, aRow, aRowFunction, aSymbolRow, ownRoot } from './builders.ts';

const added = (name: string, version = '1.0.0') => ({ kind: 'added', name, version }) as const;
const removed = (name: string, version = '1.0.0') => ({ kind: 'removed', name, version }) as const;
const changed = (name: string, base: string, head: string) => ({ kind: 'changed', name, base, head }) as const;
const AT = { file: 'Cargo.toml', line: 9 };
const LOCK = { place: null, by: [] };

/** A function whose package is what its owners say, and nothing more. */
function owned(owners: readonly OwnerRow[], roots: readonly Root[], overrides: Partial<FunctionComparison> = {}): FunctionComparison {
  const sum = (side: 'base' | 'head'): number => owners.reduce((total, { zip }) => total + (zip[side] ?? 0), 0);
  const whole = [sum('base'), sum('head')] as const;
  const rows = { owners, roots, notOwned: null, package: [aRow('bootstrap', ...whole)] };
  return aRowFunction('health', { zip: whole, binary: whole, text: whole }, { ...rows, ...overrides });
}

const reason = (fn: FunctionComparison, metric: Metric = 'zip'): string => sizeReason(fn, metric, PLAIN).join('\n');

describe('why a figure moved', () => {
  const tokio = anOwner('tokio', 300_000, 300_000);

  test.each<[string, Did, readonly Root['moves'][number][], string]>([
    [
      'a line that was added',
      { ...added('regex'), place: AT, by: [] },
      [added('regex'), added('memchr')],
      'regex 1.0.0 was added (Cargo.toml, line 9) and brings memchr',
    ],
    [
      'a dependency that nobody’s manifest asks for',
      { ...added('memchr'), place: null, by: ['regex'] },
      [added('memchr')],
      'memchr 1.0.0 was added (for regex)',
    ],
    [
      'a requirement',
      { ...changed('aws-config', '1.5.18', '1.6.0'), place: AT, by: [] },
      [changed('aws-config', '1.5.18', '1.6.0'), added('aws-lc-sys'), changed('h2', '0.3.27', '0.4.12'), removed('ring')],
      'aws-config 1.5.18 → 1.6.0 (Cargo.toml, line 9) brings aws-lc-sys, h2 0.3.27 → 0.4.12 and drops ring',
    ],
    [
      'a direct upgrade',
      { ...changed('serde', '1.0.1', '1.0.2'), ...LOCK },
      [changed('serde', '1.0.1', '1.0.2')],
      'serde 1.0.1 → 1.0.2 (Cargo.lock)',
    ],
    [
      'a transitive upgrade',
      { ...changed('mio', '1.0.0', '1.0.1'), place: null, by: ['tokio', 'hyper', 'more'] },
      [changed('mio', '1.0.0', '1.0.1')],
      'mio 1.0.0 → 1.0.1 (Cargo.lock, for tokio, hyper … and 1 more)',
    ],
    [
      'a feature',
      { kind: 'features', name: 'hyper', enabled: ['http2'], disabled: [], place: AT, by: [] },
      [added('h2', '0.4.0')],
      "hyper's feature http2 was switched on (Cargo.toml, line 9) and brings h2",
    ],
    [
      'features',
      { kind: 'features', name: 'hyper', enabled: ['a', 'b', 'c', 'd'], disabled: [], ...LOCK },
      [added('h2')],
      "hyper's features a, b, c … and 1 more were switched on and bring h2",
    ],
    [
      'features both ways',
      { kind: 'features', name: 'hyper', enabled: ['a'], disabled: ['b', 'c'], place: AT, by: [] },
      [removed('h2')],
      "hyper's feature a was switched on and b, c off (Cargo.toml, line 9) and drops h2",
    ],
    [
      'the compiler',
      { kind: 'toolchain', base: 'rustc 1.94.0 (4a4ef493e 2026-03-02)', head: 'rustc 1.95.0 (59807616e 2026-04-14)' },
      [],
      'rustc 1.94.0 → rustc 1.95.0',
    ],
    [
      'the profile',
      { kind: 'profile', settings: [{ key: 'release.lto', base: '"fat"', head: null }], place: AT },
      [],
      'release.lto: "fat" → not set (Cargo.toml, line 9)',
    ],
    ['own code', { kind: 'own', of: 'function' }, [], "the function's own code"],
    ['own code of several', { kind: 'own', of: 'project' }, [], "the project's own code (it)"],
  ])('%s', (_, did, moves, text) => {
    const fn = owned([anOwner('it', 0, 412_000), tokio], [aRoot(did, { moves, crates: ['it'] })]);
    expect(reason(fn)).toBe(`${text}: +412 kB of the package`);
    expect(reason(fn, 'binary')).toBe(`${text}: +412 kB of the binary`);
  });

  test('what went took with it what only it needed', () => {
    const roots = [
      aRoot(
        { ...removed('regex'), place: { file: 'api/Cargo.toml', line: null }, by: [] },
        { moves: [removed('regex'), removed('memchr')] },
      ),
    ];
    expect(reason(owned([anOwner('regex', 90_000, 0), tokio], roots))).toBe(
      'regex 1.0.0 was removed (api/Cargo.toml) and takes memchr along: −90.0 kB of the package',
    );
  });

  test('two causes and the rest, which add up', () => {
    const roots = [
      aRoot({ ...added('a'), place: AT, by: [] }, { moves: [added('a')] }),
      aRoot({ ...added('b'), place: AT, by: [] }, { moves: [added('b')] }),
      ownRoot('health'),
    ];
    const rows = [
      anOwner('a', 0, 100_000),
      anOwner('b', 0, 300_000),
      anOwner('health', 10_000, 60_000),
      anOwner('[padding]', 5_000, 8_000, { kind: 'part', crates: [] }),
    ];
    expect(reason(owned(rows, roots))).toBe(
      'b 1.0.0 was added (Cargo.toml, line 9): +300 kB of the package; a 1.0.0 was added (Cargo.toml, line 9): +100 kB; other: +53.0 kB',
    );
    expect(mainCause(owned(rows, roots), 'zip', PLAIN)).toBe('b 1.0.0 is +300 kB of the package');
  });

  test('a second version is another', () => {
    const versions = [
      { version: '0.23.5', by: [] },
      { version: '0.21.12', by: [] },
    ];
    const findings = [{ kind: 'two-versions', name: 'rustls', versions, size: { base: 1, head: 2 } } as const];
    const roots = [aRoot({ ...added('aws-config'), place: AT, by: [] }, { moves: [added('aws-config'), added('rustls', '0.23.5')] })];
    expect(reason(owned([anOwner('rustls', 100_000, 400_000)], roots, { findings }))).toBe(
      'aws-config 1.0.0 was added (Cargo.toml, line 9) and brings another rustls 0.23.5: +300 kB of the package',
    );
  });

  test('a file, a table, data of nobody', () => {
    const file = owned([tokio], [], { package: [aRow('ca.pem', 0, 200_000), aRow('bootstrap', 300_000, 300_000)] });
    const grown = {
      ...file,
      metrics: { ...file.metrics, zip: { ...file.metrics.zip, base: 300_000, head: 500_000 } },
      status: 'changed' as const,
    };
    expect(reason(grown)).toBe('ca.pem: +200 kB of the package');
    expect(mainCause(grown, 'zip', PLAIN)).toBe('ca.pem is +200 kB of the package');
    const constant = (name: string, size: number): ConstantRow => ({
      crate: 'health',
      name,
      base: 0,
      head: size,
      zip: { base: 0, head: size },
      count: { base: 0, head: 1 },
    });
    const table = (name: string): string =>
      reason(
        owned([anOwner('health', 10_000, 914_000)], [ownRoot('health')], { constants: [constant('small', 9), constant(name, 900_000)] }),
      );
    expect(table('health::TABLE')).toBe("the function's own code: +904 kB of the package, most of it health::TABLE");
    expect(table('[constant of 900000 B]')).toBe("the function's own code: +904 kB of the package, most of it a constant of 900 kB");
    expect(table('[small constants]')).toBe("the function's own code: +904 kB of the package");
    const shared = anOwner('shared by tokio, health', 0, 50_000, { kind: 'shared', crates: ['tokio', 'health'] });
    expect(reason(owned([shared, tokio], [ownRoot('health')]))).toBe('constants shared by tokio, health: +50.0 kB of the package');
    expect(reason(owned([anOwner('tokio', 1, 50_001)], [ownRoot('health')]))).toBe(
      'tokio: same version, of which more is used: +50.0 kB of the package',
    );
    expect(reason(owned([anOwner('.symtab', 0, 50_000, { kind: 'part', crates: [] })], []))).toBe(
      'data in the binary, not code (.symtab): +50.0 kB of the package',
    );
  });

  test('two that have a crate of one name: it is told of both, and no 0 of one', () => {
    const added1 = (name: string, line: number): Did => ({ ...added(name), place: { file: 'Cargo.toml', line }, by: [] });
    const first = aRoot(added1('regex', 7), {
      moves: [added('regex'), added('regex-syntax', '0.8.5'), added('memchr')],
      ...{ crates: ['regex', 'memchr'], common: ['regex_syntax'] },
    });
    const second = aRoot(added1('regex-syntax', 8), { moves: [added('regex-syntax')], crates: [], common: ['regex_syntax'] });
    const rows = [anOwner('regex', 0, 400_000), anOwner('regex_syntax', 0, 150_000), anOwner('memchr', 0, 3_000), tokio];
    const fn = owned(rows, [first, second]);
    const common = 'regex_syntax, which regex 1.0.0 (Cargo.toml, line 7) and regex-syntax 1.0.0 (Cargo.toml, line 8) have in common';
    expect(reason(fn)).toBe(`regex 1.0.0 was added (Cargo.toml, line 7) and brings memchr: +403 kB of the package; ${common}: +150 kB`);
    expect(reason(fn, 'crate:regex-syntax')).toBe(`${common}: +150 kB of crate:regex-syntax`);
    expect(mainCause(fn, 'crate:regex-syntax', PLAIN)).toBe(
      'what regex 1.0.0 and regex-syntax 1.0.0 have in common is +150 kB of crate:regex-syntax',
    );
  });

  test('under a limit on crates no other crate is named', () => {
    const moves = [added('regex'), added('regex-automata'), added('memchr')];
    const root = aRoot({ ...added('regex'), place: AT, by: [] }, { moves });
    const fn = owned([anOwner('regex', 0, 80_000), anOwner('regex_automata', 0, 1_000_000), anOwner('memchr', 0, 3_000_000)], [root]);
    const did = 'regex 1.0.0 was added (Cargo.toml, line 9)';
    expect(reason(fn, 'crate:regex*')).toBe(`${did} and brings regex-automata: +1.08 MB of crate:regex*`);
    expect(reason(fn, 'crate-zip:regex')).toBe(`${did}: +80.0 kB of crate-zip:regex`);
    expect(sizeReason(fn, 'crate:reg*', MARKDOWN).join('')).toMatch(/\+1\.08 MB of `crate:reg\*`$/);
  });

  test('what came and what went follow the figure that is told, and not the code', () => {
    const moves = [changed('serde_json', '1.0.1', '1.0.2'), added('zmij'), added('memchr'), removed('ryu'), removed('serde')];
    const root = aRoot({ ...changed('serde_json', '1.0.1', '1.0.2'), place: null, by: [] }, { moves });
    const told = (zip: number): string =>
      reason(owned([anOwner('serde_json', 50_000, 50_000 + zip)], [root], { crates: [aRow('serde_json', 50_000, 48_000)] }));
    const did = 'serde_json 1.0.1 → 1.0.2 (Cargo.lock)';
    expect(told(5_910)).toBe(`${did} brings zmij, memchr and drops ryu, serde: +5.91 kB of the package`);
    expect(told(-5_910)).toBe(`${did} drops ryu, serde and brings zmij, memchr: −5.91 kB of the package`);
  });

  test('more that is used of crates that stayed', () => {
    const grown = (rows: readonly OwnerRow[], metric: Metric, overrides: Partial<FunctionComparison> = {}): string =>
      reason(owned(rows, [ownRoot('health')], overrides), metric);
    const axum = anOwner('axum', 10_000, 18_440);
    expect(grown([axum, anOwner('health', 1, 2)], 'crate:axum*')).toBe(
      'axum: same version, of which more is used: +8.44 kB of crate:axum*',
    );
    expect(grown([axum, anOwner('axum_core', 10_000, 18_000)], 'zip')).toBe(
      'axum: same version, of which more is used: +8.44 kB of the package; other: +8.00 kB',
    );
    // The figure is that of the crates it names, as the table has it, and not what all that stayed came to.
    expect(grown([axum, anOwner('encoding_rs', 90_000, 86_000)], 'zip')).toBe(
      'axum: same version, of which more is used: +8.44 kB of the package; other: −4.00 kB',
    );
    expect(grown([anOwner('std', 90_000, 80_000)], 'zip')).toBe('std: same toolchain, of which less is used: −10.0 kB of the package');
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => anOwner(name, 0, 2_000));
    expect(grown(many, 'zip')).toBe('unchanged crates, compiled differently: +10.0 kB of the package');
    expect(grown([axum], 'zip', { notLinked: 'there is no Cargo.lock' })).toBe(
      'axum (which versions are linked was not measured): +8.44 kB of the package',
    );
  });

  test('own data is called so, and the constant or the file by its name', () => {
    const [code, data] = [
      { base: 9_000, head: 10_000 },
      { base: 0, head: 160_000 },
    ];
    const row = anOwner('orders', 9_000, 170_000);
    const constant = (name: string): ConstantRow => ({
      ...{ crate: 'orders', name, base: 0, head: 160_000, zip: { base: 0, head: 160_000 }, count: { base: 0, head: 1 } },
    });
    const told = (name: string): string | null =>
      mainCause(
        owned([{ ...row, bytes: { ...row.bytes, code, data } }], [ownRoot('orders')], {
          constants: [constant(name)],
          findings: [{ kind: 'large-include', name: 'src/zones.txt', size: bytes(160_000), packed: bytes(160_000), place: null }],
        }),
        'zip',
        PLAIN,
      );
    expect(told('orders::RATES')).toBe("the function's own code and data is +161 kB of the package, most of it orders::RATES");
    expect(told('[constant of 160000 B]')).toBe(
      "the function's own code and data is +161 kB of the package, most of it the file src/zones.txt of 160 kB",
    );
  });

  test('a function that is most of it, and how many instances more there are', () => {
    const symbol = (name: string, size: number, count: number) => ({
      ...aSymbolRow('health', name, 0, size),
      count: { base: 3, head: count },
    });
    const cause = (...symbols: readonly SymbolRow[]) => [aCause('health', 10_000, 60_000, { symbols })];
    const told = (causes: readonly Cause[], metric: Metric): string =>
      reason(
        owned([anOwner('health', 10_000, 60_000), tokio], [ownRoot('health')], { causes, crates: [aRow('health', 10_000, 60_000)] }),
        metric,
      );
    expect(told(cause(symbol('health::small', 10, 3), symbol('health::work', 40_000, 103)), 'zip')).toBe(
      "the function's own code: +50.0 kB of the package, most of it 100 more instances of health::work (3 → 103) +40.0 kB",
    );
    expect(told(cause(symbol('health::work', 40_000, 3)), 'text')).toBe(
      "the function's own code: +50.0 kB of code, most of it health::work +40.0 kB",
    );
    expect(told(cause(symbol('health::work', 20_000, 3)), 'zip')).toBe("the function's own code: +50.0 kB of the package");
  });

  test('of dependencies they are counted', () => {
    const moves = [added('regex'), added('memchr')];
    const fn = owned([tokio], [aRoot({ ...added('regex'), place: AT, by: [] }, { moves, packages: 2 })], { status: 'changed' });
    const dependencies = { ...fn.metrics.dependencies, base: 41, head: 44 };
    expect(reason({ ...fn, metrics: { ...fn.metrics, dependencies } }, 'dependencies')).toBe(
      'regex 1.0.0 was added (Cargo.toml, line 9) and brings memchr: +2 packages; other: +1',
    );
  });

  test('without crates what a person did is told, and why no more is', () => {
    const roots = [aRoot({ ...added('regex'), place: AT, by: [] }, { moves: [added('regex')] }), ownRoot('health')];
    const blind = owned([], roots, { owners: [], notOwned: 'no map', notAttributed: 'no twin', status: 'changed' });
    expect(reason(blind)).toBe('regex 1.0.0 was added (Cargo.toml, line 9); which crates it is was not measured (no twin)');
    expect(reason(owned([tokio], []))).toBe('');
  });

  test('hostile names stay in their place', () => {
    const evil = '`|<b>@octocat\n#1';
    const roots = [
      aRoot({ ...added(evil, evil), place: { file: evil, line: 1 }, by: [] }, { moves: [added(evil), added(`${evil}2`)], crates: ['it'] }),
    ];
    const text = sizeReason(owned([anOwner('it', 0, 412_000)], roots), 'zip', MARKDOWN).join('\n');
    expect(text).toBe(
      '`` `|<b>@octocat\\n#1 `|<b>@octocat\\n#1 `` was added (`` `|<b>@octocat\\n#1 ``, line 1) and brings `` `|<b>@octocat\\n#12 ``: +412 kB of the package',
    );
  });
});
