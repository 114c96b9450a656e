/** A snapshot of `functions` functions; whatever a case wants to fill up it gives itself. */
export function snapshotOf({ letter, functions, crates, symbols, growth = 0, lockfile = null, limits = [], notes = [], entries = null }) {
  const rows = Array.from({ length: crates }, (_, c) => ({ name: `crate_${c}`, size: 1_000 + c + growth }));
  const own = rows.flatMap(({ name, size }) =>
    Array.from({ length: symbols }, (_, s) => ({
      crate: name,
      name: `${name}::module::function_${s}`,
      size: s === 0 ? size - 100 * (symbols - 1) : 100,
      count: 1,
    })),
  );
  const text = rows.reduce((sum, { size }) => sum + size, 0);
  return {
    schema: 'coldgate/snapshot@4',
    commit: { sha: letter.repeat(40), source: 'commit', subject: letter },
    invocation: {
      ...{ coldgate: '0.1.0', cargoLambda: '1.9.2', cargoBloat: '0.12.1', zig: '0.17.1', rustc: 'rustc 1.95.0' },
      ...{ profile: 'release', arch: 'x86_64', arguments: [], prepare: null, environment: {}, cargoConfig: '' },
      paths: { checkout: '/c', target: '/t', cargoHome: '/h' },
    },
    inputs: null,
    functions: Array.from({ length: functions }, (_, f) => ({
      ...{ name: `function-${f}`, crate: `function-${f}`, kind: 'function', arch: 'x86_64' },
      package: {
        ...{ file: `packages/function-${f}.zip`, size: text + 116, overhead: 116 },
        entries: entries ?? [{ name: 'bootstrap', compressed: text, uncompressed: text * 2 }],
      },
      binary: {
        ...{ entry: 'bootstrap', sha256: letter.repeat(60) + String(f).padStart(4, '0'), size: text * 2, headers: 100, text },
        sections: [
          { name: '.text', size: text },
          { name: '.rodata', size: text - 100 },
        ],
      },
      attribution: { kind: 'attributed', of: 'twin', text, crates: rows, symbols: own, unattributed: 0 },
      ...{ twin: null, dependencies: crates, findings: [], init: null, coldStart: null },
    })),
    ...{ notBuilt: [], renamed: [] },
    ...{ lockfile, limits, notes, timings: {} },
  };
}

const FUNCTIONS = 50;
const CRATES = 400;
const LIMITS = 200;
/** As many as a snapshot takes. */
const MOST_FUNCTIONS = 2_000;
const MOST_PACKAGES = 20_000;

function lockfileOf(packages, version, edges) {
  return {
    packages: Array.from({ length: packages }, (_, p) => ({
      ...{ name: p === 0 ? 'function-0' : `crate-${p - 1}`, version, source: p === 0 ? null : 'registry' },
      dependencies: Array.from({ length: Math.min(edges, packages) }, (_, e) => (p + e + 1) % packages),
    })),
  };
}

const both = (options, more = {}) => ({
  base: snapshotOf({ letter: 'a', ...options }),
  head: snapshotOf({ letter: 'b', growth: 37, ...options, ...more }),
});
const manyLimits = Array.from({ length: LIMITS }, (_, l) => `crate:*_${l}*: +${l + 1} B`);

/** What a report job may be handed: a large monorepo, and artifacts filled up to what is taken. */
export function hostileCases() {
  const plain = { functions: FUNCTIONS, crates: CRATES, symbols: 4 };
  return [
    {
      name: 'monorepo',
      limits: manyLimits,
      bytes: { noise: 1_000_000 },
      make: () => both({ ...plain, lockfile: lockfileOf(CRATES, '1.0.0', 8) }),
    },
    {
      name: 'monorepo-added',
      limits: manyLimits,
      make: () => both({ ...plain, lockfile: lockfileOf(1, '1.0.0', 8) }, { lockfile: lockfileOf(CRATES, '1.0.1', 8) }),
    },
    {
      name: 'functions',
      limits: manyLimits,
      make: () => both({ functions: MOST_FUNCTIONS, crates: 100, symbols: 4 }),
    },
    {
      name: 'bytes',
      limits: ['zip: +5%'],
      bytes: { noise: 4_800_000 },
      make: () => both({ functions: 50, crates: 1, symbols: 1 }),
    },
    {
      name: 'bombs',
      limits: ['zip: +5%'],
      bytes: { zeroes: 120_000_000 },
      make: () => both({ functions: 50, crates: 1, symbols: 1 }),
    },
    {
      name: 'symbols',
      limits: ['zip: +5%'],
      make: () => both({ functions: 3, crates: 20_000, symbols: 20 }),
    },
    {
      name: 'lock',
      limits: ['zip: +5%'],
      make: () =>
        both(
          { functions: 40, crates: 20_000, symbols: 0, lockfile: lockfileOf(1, '1.0.0', 1) },
          { lockfile: lockfileOf(MOST_PACKAGES, '1.0.1', 100) },
        ),
    },
    {
      name: 'declared',
      limits: [],
      make: () => {
        const limits = Array.from({ length: 2_000 }, (_, l) => ({
          text: `crate:${'*a'.repeat(200)}${l}: +${l} B`,
          package: null,
          file: 'Cargo.toml',
          line: l + 1,
        }));
        return both({ functions: MOST_FUNCTIONS, crates: 100, symbols: 1, limits });
      },
    },
    {
      name: 'names',
      limits: ['zip: +5%'],
      make: () => {
        const { base, head } = both({ functions: MOST_FUNCTIONS, crates: 10, symbols: 1 });
        for (const one of [base, head]) {
          for (const fn of one.functions) {
            fn.findings = Array.from({ length: 10 }, (_, f) => ({
              kind: 'missing-library',
              library: `${'\u202e'.repeat(1_000)}${fn.name}${f}`,
              image: '`'.repeat(1_000),
            }));
          }
          one.notes = Array.from({ length: 5_000 }, (_, n) => ({ code: 'tool', text: `${'\u202e@'.repeat(1_000)}${n}` }));
        }
        return { base, head };
      },
    },
  ];
}
