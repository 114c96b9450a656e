import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/core/compare/compare.ts';
import { linkedBy } from '../../../src/core/compare/linked.ts';
import { movesBetween } from '../../../src/core/compare/moves.ts';
import type { Did, Move, Root } from '../../../src/core/did.ts';
import type { FunctionComparison } from '../../../src/core/model/comparison.ts';
import { groupBy } from '../../../src/core/pair.ts';
import type { ManifestLine } from '../../../src/core/snapshot/manifests.ts';
import type { FunctionMeasurement, Snapshot } from '../../../src/core/snapshot/snapshot.ts';
import { aFunction, aManifestLine, anInvocation, aPackage, aSnapshot, aSymbol, aUnit } from '../builders.ts';

/** `name version {features}: dependency dependency@version`; a name that begins with a dot is the project's own. The first is the function's. */
function project(lines: readonly string[], manifest: readonly ManifestLine[] = [], overrides: Partial<Snapshot> = {}): Snapshot {
  const rows = lines.map((line) => /^(\.?)(\S+) ([^\s:{]+)(?: \{(.*)\})?(?:: (.*))?$/.exec(line) ?? []);
  const place = (wanted: string): number => {
    const [name, version] = wanted.split('@');
    return rows.findIndex((row) => row[2] === name && (version === undefined || row[3] === version));
  };
  const to = (needs = ''): number[] =>
    needs
      .split(' ')
      .filter((one) => one !== '')
      .map(place);
  const units = rows.map(([, , name = '', , features = '', needs], at) =>
    aUnit(at, { crate: name.replaceAll('-', '_'), features: features.split(',').filter((one) => one !== ''), dependencies: to(needs) }),
  );
  const packages = rows.map(([, own, name = '', version = '', , needs]) =>
    aPackage(name, version, { dependencies: to(needs), ...(own === '.' ? { source: null } : {}) }),
  );
  const [first] = packages;
  const fn = aFunction({ name: first?.name ?? '', crate: first?.name ?? '', shipped: { kind: 'known', units: units.map((_, at) => at) } });
  return aSnapshot({
    ...{ lockfile: { packages }, units, functions: [fn] },
    manifests: [{ file: 'Cargo.toml', package: first?.name ?? null, lines: [...manifest] }],
    ...overrides,
  });
}

/** Built into another binary. */
function built(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    functions: snapshot.functions.map((fn): FunctionMeasurement => ({ ...fn, binary: { ...fn.binary, sha256: 'f'.repeat(64) } })),
  };
}

function functionBetween(base: Snapshot, head: Snapshot): FunctionComparison {
  const side = (snapshot: Snapshot) => ({ kind: 'measured', origin: 'built', snapshot }) as const;
  const [fn] = compare(side(base), side(built(head))).functions;
  if (fn === undefined) throw new Error('no function');
  return fn;
}

type Moving = Move | Extract<Did, { readonly by: readonly string[] }>;

const moveText = (move: Moving): string => {
  switch (move.kind) {
    case 'changed':
      return `${move.name} ${move.base} → ${move.head}`;
    case 'features':
      return `${move.name} ${[...move.enabled.map((one) => `+${one}`), ...move.disabled.map((one) => `-${one}`)].join(' ')}`;
    case 'added':
      return `+${move.name} ${move.version}`;
    case 'removed':
      return `-${move.name} ${move.version}`;
  }
};

const didText = (did: Did): string => {
  switch (did.kind) {
    case 'own':
      return `own ${did.of}`;
    case 'toolchain':
      return `${did.base} → ${did.head}`;
    case 'profile':
      return `${did.settings.map(({ key, base, head }) => `${key} ${base} → ${head}`).join()} ${did.place?.file}:${did.place?.line}`;
    default: {
      const at = did.place === null ? `lock${did.by.length === 0 ? '' : ` of ${did.by.join()}`}` : `${did.place.file}:${did.place.line}`;
      return `${moveText(did)} (${at})`;
    }
  }
};

/** Each root with what came along, own code left out. */
function rootsText(base: Snapshot, head: Snapshot): readonly string[] {
  return functionBetween(base, head)
    .roots.filter(({ did }) => did.kind !== 'own')
    .map(({ did, moves }) => `${didText(did)}: ${moves.map(moveText).join(', ')}`);
}

const line = aManifestLine;

describe('what a person did', () => {
  test('added a dependency, which brings what only it needs', () => {
    const base = project(['.health 0.1.0: tokio', 'tokio 1.0.0: memchr', 'memchr 2.7.5'], [line('tokio', 3)]);
    const head = project(
      [
        '.health 0.1.0: tokio regex',
        'tokio 1.0.0: memchr',
        'memchr 2.7.5 {std}',
        'regex 1.13.0: regex-automata memchr',
        'regex-automata 0.4.1: aho-corasick',
        'aho-corasick 1.1.4',
      ],
      [line('tokio', 3), line('regex', 9)],
    );
    expect(rootsText(base, head)).toEqual([
      '+regex 1.13.0 (Cargo.toml:9): +regex 1.13.0, +regex-automata 0.4.1, +aho-corasick 1.1.4, memchr +std',
    ]);
    expect(functionBetween(base, head).roots[0]).toMatchObject({ crates: ['regex', 'regex_automata', 'aho_corasick', 'memchr'], uses: [] });
    expect(rootsText(head, base)).toEqual([
      '-regex 1.13.0 (Cargo.toml:null): -regex 1.13.0, -regex-automata 0.4.1, -aho-corasick 1.1.4, memchr -std',
    ]);
  });

  test('has what came use more of what was there', () => {
    const base = project(['.health 0.1.0: tokio', 'tokio 1.0.0: memchr', 'memchr 2.7.5'], [line('tokio', 3)]);
    const head = project(
      ['.health 0.1.0: tokio regex', 'tokio 1.0.0: memchr', 'memchr 2.7.5', 'regex 1.13.0: memchr'],
      [line('tokio', 3), line('regex', 9)],
    );
    for (const fn of [functionBetween(base, head), functionBetween(head, base)])
      expect(fn.roots[0]).toMatchObject({ moves: [{ name: 'regex' }], crates: ['regex', 'memchr'], uses: ['memchr'] });
  });

  test('added two that have a crate of one name, which is neither’s alone', () => {
    const lines = ['.health 0.1.0: log', 'log 0.4.0: libc', 'libc 0.2.1'];
    const head = project(
      [
        '.health 0.1.0: log regex regex-syntax@0.7.5',
        ...lines.slice(1),
        'regex 1.13.2: regex-syntax@0.8.5 libc',
        'regex-syntax 0.8.5',
        'regex-syntax 0.7.5: libc',
      ],
      [line('log', 3), line('regex', 7, { requirement: '1' }), line('regex-syntax', 8, { requirement: '0.7' })],
    );
    const base = project(lines, [line('log', 3)]);
    expect(rootsText(base, head)).toEqual([
      '+regex 1.13.2 (Cargo.toml:7): +regex 1.13.2, +regex-syntax 0.8.5',
      '+regex-syntax 0.7.5 (Cargo.toml:8): +regex-syntax 0.7.5',
    ]);
    for (const fn of [functionBetween(base, head), functionBetween(head, base)])
      expect(fn.roots.slice(0, 2).map(({ crates, uses, common }) => ({ crates, uses, common }))).toEqual([
        { crates: ['regex'], uses: [], common: ['regex_syntax', 'libc'] },
        { crates: [], uses: [], common: ['regex_syntax', 'libc'] },
      ]);
  });

  test('asked for another version, which brought a second of what stays', () => {
    const base = project(
      ['.health 0.1.0: aws-config http', 'aws-config 1.5.18: rustls h2', 'rustls 0.21.0', 'h2 0.3.0', 'http 1.0.0: rustls'],
      [line('aws-config', 4, { requirement: '1.5' }), line('http', 5)],
    );
    const head = project(
      [
        '.health 0.1.0: aws-config http',
        'aws-config 1.6.0: rustls@0.23.0 h2',
        'rustls 0.21.0',
        'rustls 0.23.0: aws-lc-sys',
        'aws-lc-sys 0.30.0',
        'h2 0.4.0',
        'http 1.0.0: rustls@0.21.0',
      ],
      [line('aws-config', 4, { requirement: '1.6' }), line('http', 5)],
    );
    expect(rootsText(base, head)).toEqual([
      'aws-config 1.5.18 → 1.6.0 (Cargo.toml:4): aws-config 1.5.18 → 1.6.0, +rustls 0.23.0, h2 0.3.0 → 0.4.0, +aws-lc-sys 0.30.0',
    ]);
  });

  test('updated the lock file: direct dependencies each, then what nobody of the project asks for', () => {
    const lines = [line('tokio', 3), line('serde', 4)];
    const base = project(['.health 0.1.0: tokio serde', 'tokio 1.0.0: mio', 'mio 1.0.0: libc', 'libc 0.2.1', 'serde 1.0.1'], lines);
    const head = project(['.health 0.1.0: tokio serde', 'tokio 1.0.0: mio', 'mio 1.0.1: libc', 'libc 0.2.2', 'serde 1.0.2'], lines);
    expect(rootsText(base, head)).toEqual([
      'serde 1.0.1 → 1.0.2 (lock): serde 1.0.1 → 1.0.2',
      'mio 1.0.0 → 1.0.1 (lock of tokio): mio 1.0.0 → 1.0.1, libc 0.2.1 → 0.2.2',
    ]);
  });

  test('switched on a feature: of a dependency, of the workspace, of their own', () => {
    const base = ['.health 0.1.0: hyper', 'hyper 1.0.0 {http1}'];
    const head = ['.health 0.1.0: hyper', 'hyper 1.0.0 {http1,http2}: h2', 'h2 0.4.0'];
    expect(rootsText(project(base, [line('hyper', 5)]), project(head, [line('hyper', 5, { features: ['http2'] })]))).toEqual([
      'hyper +http2 (Cargo.toml:5): hyper +http2, +h2 0.4.0',
    ]);
    const shared = (features: string[]): Pick<Snapshot, 'manifests'> => ({
      manifests: [
        { file: 'Cargo.toml', package: null, lines: [line('hyper', 20, { table: 'workspace', features })] },
        { file: 'health/Cargo.toml', package: 'health', lines: [line('hyper', 7, { inherits: true, requirement: null })] },
      ],
    });
    expect(rootsText(project(base, [], shared([])), project(head, [], shared(['http2'])))).toEqual([
      'hyper +http2 (Cargo.toml:20): hyper +http2, +h2 0.4.0',
    ]);
    const own = (features: string[]): ManifestLine[] => [
      line('simd', 5, { optional: true }),
      line('default', 9, { table: 'features', requirement: null, features }),
    ];
    expect(
      rootsText(project(['.health 0.1.0 {default}'], own([])), project(['.health 0.1.0 {default}: simd', 'simd 1.0.0'], own(['dep:simd']))),
    ).toEqual(['health +dep:simd (Cargo.toml:9): +simd 1.0.0']);
    expect(rootsText(project(base), project(head))).toEqual(['hyper +http2 (lock): hyper +http2, +h2 0.4.0']);
  });

  test('of another function switched on a feature, which cargo joins', () => {
    const both = (lines: readonly string[]): Snapshot => {
      const whole = project(lines);
      const units = lines.flatMap((one, at) => (one.startsWith('.orders') || one.startsWith('regex') ? [] : [at]));
      return { ...whole, functions: whole.functions.map((fn) => ({ ...fn, shipped: { kind: 'known', units } })) };
    };
    const base = both(['.health 0.1.0: memchr', 'memchr 2.7.5', '.orders 0.1.0']);
    const head = both(['.health 0.1.0: memchr', 'memchr 2.7.5 {std}', '.orders 0.1.0: regex', 'regex 1.13.0: memchr']);
    expect(rootsText(base, head)).toEqual(['memchr +std (lock of regex): memchr +std']);
  });

  test('changed nothing that is linked: a build dependency explains no code', () => {
    const lines = (requirement: string) => [line('cc', 8, { table: 'build-dependencies', requirement })];
    expect(rootsText(project(['.health 0.1.0'], lines('1.0')), project(['.health 0.1.0'], lines('1.2')))).toEqual([]);
  });

  test('asks for two versions of one package: each line has its own', () => {
    const old = (requirement: string) => line('old-rand', 4, { package: 'rand', requirement });
    const base = project(
      ['.health 0.1.0: rand@0.7.1 rand@0.8.1', 'rand 0.7.1', 'rand 0.8.1'],
      [old('0.7'), line('rand', 5, { requirement: '0.8' })],
    );
    const head = project(
      ['.health 0.1.0: rand@0.6.0 rand@0.9.0', 'rand 0.6.0', 'rand 0.9.0'],
      [old('0.6'), line('rand', 5, { requirement: '0.9' })],
    );
    expect(rootsText(base, head)).toEqual([
      'rand 0.7.1 → 0.6.0 (Cargo.toml:4): rand 0.7.1 → 0.6.0',
      'rand 0.8.1 → 0.9.0 (Cargo.toml:5): rand 0.8.1 → 0.9.0',
    ]);
  });

  test('took up a crate of the project', () => {
    const base = project(['.health 0.1.0: log', 'log 0.4.0'], [line('log', 3)]);
    const head = project(
      ['.health 0.2.0: log tables', 'log 0.4.0', '.tables 0.1.0: phf', 'phf 0.11.0'],
      [line('log', 3), line('tables', 4, { requirement: null, origin: 'abc' })],
    );
    expect(rootsText(base, head)).toEqual(['+tables 0.1.0 (Cargo.toml:4): +tables 0.1.0, +phf 0.11.0']);
  });

  test('built with another toolchain or profile: what did not move is theirs, own code stays own', () => {
    const settings = (level: string) => [line('release.opt-level', 12, { table: 'profile', requirement: level })];
    const base = project(
      ['.health 0.1.0: tokio .lib', 'tokio 1.0.0', '.lib 0.1.0'].map((one) => one.replace(' .lib', ' lib')),
      settings('"z"'),
    );
    const head = {
      ...project(['.health 0.1.0: tokio lib', 'tokio 1.0.0', '.lib 0.1.0'], settings('3')),
      invocation: anInvocation({ rustc: 'rustc 1.96.0' }),
    };
    const { roots } = functionBetween(base, head);
    expect(roots.map(({ did, crates }) => `${didText(did)}: ${crates.join()}`)).toEqual([
      `${base.invocation.rustc} → rustc 1.96.0: std,core,alloc,compiler_builtins,panic_unwind,panic_abort,std_detect,tokio`,
      'release.opt-level "z" → 3 Cargo.toml:12: ',
      'own function: health',
      'own project: lib',
    ]);
  });

  test('is of its own code alone where nobody knows what is linked', () => {
    const unknown = (snapshot: Snapshot): Snapshot => ({
      ...snapshot,
      functions: snapshot.functions.map((fn) => ({ ...fn, shipped: { kind: 'unknown', reason: 'cargo does not say' } })),
    });
    const base = project(['.health 0.1.0: cc', 'cc 1.0.0', '.lib 0.1.0']);
    const head = project(['.health 0.1.0: cc', 'cc 1.2.0', '.lib 0.1.0']);
    const { roots, notLinked } = functionBetween(base, unknown(head));
    expect(notLinked).toBe('head: cargo does not say');
    expect(roots.map(({ did, crates }) => [didText(did), crates])).toEqual([
      ['own function', ['health']],
      ['own project', ['lib']],
    ]);
  });

  const codeOf = ({ attribution, owners }: FunctionMeasurement) => ({ attribution, owners });

  test('the crates of a package of several binaries are its own', () => {
    const name = 'orders';
    const services = (snapshot: Snapshot): Snapshot => ({
      ...snapshot,
      functions: snapshot.functions.map((fn) => ({
        ...fn,
        name,
        crate: 'services',
        ...codeOf(aFunction({}, { symbols: [aSymbol('orders', 'main', snapshot.units.length)] })),
      })),
    });
    const { roots, causes } = functionBetween(
      services(project(['.services 0.1.0'])),
      services(project(['.services 0.1.0: log', 'log 0.4.0'])),
    );
    expect(roots.find(({ did }) => did.kind === 'own')?.crates).toEqual(['orders', 'services']);
    expect(causes).toMatchObject([{ name: 'orders', changes: [] }]);
  });

  test('each package that moved is in exactly one root, each crate in one at most, whatever the graphs', () => {
    const names = ['health', 'a', 'b', 'c', 'd', 'e'];
    const version = fc.constantFrom('1.0.0', '1.1.0', '2.0.0');
    const row = fc.record({
      name: fc.constantFrom(...names.slice(1)),
      version,
      own: fc.boolean(),
      features: fc.subarray(['std', 'fast']),
      needs: fc.subarray([0, 1, 2, 3, 4, 5]),
    });
    const lines = fc.uniqueArray(
      fc.record({
        key: fc.constantFrom(...names),
        requirement: fc.constantFrom('1', '2'),
        features: fc.subarray(['std']),
        table: fc.constantFrom('dependencies', 'features', 'build-dependencies'),
      }),
      { selector: ({ key, table }) => `${key} ${table}` },
    );
    const side = fc.record({
      rows: fc.uniqueArray(row, { selector: (one) => `${one.name} ${one.own ? '' : one.version}`, maxLength: 6 }),
      lines,
      needs: fc.subarray([1, 2, 3, 4, 5, 6]),
      level: fc.constantFrom('3', '"z"'),
    });
    const snapshotOf = ({ rows, lines: written, needs, level }: typeof side extends fc.Arbitrary<infer T> ? T : never): Snapshot => {
      const all = [{ name: 'health', version: '0.1.0', own: true, features: [], needs }, ...rows];
      const within = (places: readonly number[]): number[] => places.filter((at) => at < all.length);
      const units = all.map((one, at) => aUnit(at, { crate: one.name, features: one.features, dependencies: within(one.needs) }));
      return aSnapshot({
        lockfile: {
          packages: all.map((one) =>
            aPackage(one.name, one.version, { dependencies: within(one.needs), ...(one.own ? { source: null } : {}) }),
          ),
        },
        units,
        functions: [aFunction({ shipped: { kind: 'known', units: units.map((_, at) => at) } })],
        manifests: [
          {
            file: 'Cargo.toml',
            package: 'health',
            lines: [
              ...written.map((one, at) => line(one.key, at + 1, { ...one })),
              line('release.opt-level', 9, { table: 'profile', requirement: level }),
            ],
          },
          { file: 'a/Cargo.toml', package: 'a', lines: written.map((one, at) => line(one.key, at + 1)) },
        ],
      });
    };
    fc.assert(
      fc.property(side.map(snapshotOf), side.map(snapshotOf), (base, head) => {
        const { roots } = functionBetween(base, head);
        const [before, after] = [linkedBy(base), linkedBy(head)];
        const [from, to] = [base.functions[0], head.functions[0]];
        const linked = [from === undefined ? null : before(from), to === undefined ? null : after(to)] as const;
        const [was, is] = linked;
        if (was === null || is === null) throw new Error('nothing is linked');
        const expected = movesBetween(was, is).map(({ move }) => moveText(move));
        expect(roots.flatMap(({ moves }) => moves.map(moveText)).toSorted()).toEqual(expected.toSorted());
        const crates = roots.flatMap((root: Root) => root.crates);
        expect(new Set(crates).size).toBe(crates.length);
        const common = groupBy(
          roots.flatMap((root: Root) => root.common),
          (crate) => crate,
        );
        expect([...common].filter(([crate, all]) => all.length < 2 || crates.includes(crate))).toEqual([]);
        expect(functionBetween(base, head).roots).toEqual(roots);
        expect(functionBetween(base, base).roots.flatMap(({ moves }) => moves)).toEqual([]);
      }),
      { seed: 14, numRuns: 500 },
    );
  });
});
