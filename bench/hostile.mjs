import { LEG_BOUNDS, LEG_CRATES, LEG_FUNCTIONS } from '../src/action/leg-bounds.ts';
import { keepShown } from '../src/core/compare/kept-rows.ts';
import { MAPPED } from '../src/core/snapshot/init.ts';
import { checkedSnapshot, madeSnapshot } from './snapshot.mjs';

/** A snapshot of `functions` functions; whatever a case wants to fill up it gives itself. With `bumped` every symbol has grown, not one of each crate. */
export function snapshotOf({
  letter,
  functions,
  crates,
  symbols,
  growth = 0,
  bumped = false,
  lockfile = null,
  limits = [],
  notes = [],
  entries = null,
}) {
  const rows = Array.from({ length: crates }, (_, c) => ({ name: `crate_${c}`, size: 1_000 + c + growth }));
  const own = rows.flatMap(({ name, size }) =>
    Array.from({ length: symbols }, (_, s) => ({
      crate: name,
      name: `${name}::module::function_${s}`,
      size: s === 0 ? size : 100 + (bumped ? growth : 0),
      count: 1,
      owned: null,
    })),
  );
  const text = rows.reduce((sum, { size }) => sum + size, 0);
  return madeSnapshot({
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
    ...{ notBuilt: [], renamed: [], binaries: [] },
    ...{ lockfile, limits, notes, timings: {} },
  });
}

const FUNCTIONS = 50;
const CRATES = 400;
const LIMITS = 200;
/** As a function on the AWS SDK has: 20,000 of them. */
const SYMBOLS = 50;
/** As many as a snapshot takes, which is more than a leg may have. */
const MOST_FUNCTIONS = 2_000;
const MOST_PACKAGES = 20_000;
/** What the packages' own figures take beside what a case fills a side with. */
const ASIDE = 1_200_000;

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

/** Both sides with as much of something as a leg takes: `make` is asked for `from` of it, then for what that comes to. */
function filled(make, from, most = Number.POSITIVE_INFINITY) {
  const { base, head } = make(from);
  const room = LEG_BOUNDS.snapshot - ASIDE;
  const [none] = [make(1)].map((one) => largest(one));
  const each = (largest({ base, head }) - none) / from;
  return make(Math.min(most, Math.floor((room - none) / each / 1.02)));
}

function largest({ base, head }) {
  return Math.max(...[base, head].map((one) => Buffer.byteLength(JSON.stringify(one))));
}

const manyLimits = Array.from({ length: LIMITS }, (_, l) => `crate:*_${l}*: +${l + 1} B`);

/** As `measure` hands it on, with local init, and whose each byte is. */
function handed(sides) {
  for (const [side, one] of Object.entries(sides))
    for (const fn of one.functions) {
      fn.init = initOf(side === 'head' ? 37 : 0);
      fn.owners = ownersOf(fn.attribution.crates);
      for (const symbol of fn.attribution.symbols) symbol.owned = { by: symbol.crate, code: symbol.size, zip: symbol.size };
    }
  return Object.fromEntries(Object.entries(keepShown(sides)).map(([side, one]) => [side, checkedSnapshot(one)]));
}

function ownersOf(rows) {
  const sorts = (code) => ({ code, data: 1_000, unwinding: 200, relocations: 100, other: 10 });
  const crates = rows.map(({ name, size }) => ({ name, ...sorts(size), zip: sorts(Math.ceil(size / 2)) }));
  const constants = rows.map(({ name }) => ({ crates: [name], name: `${name}::TABLE`, size: 900, zip: 300, count: 1 }));
  return { kind: 'owned', crates, shared: [], parts: [], constants };
}

function initOf(growth) {
  const crates = Array.from({ length: CRATES }, (_, c) => ({ name: `crate_${c}`, instructions: 1_000 + c + growth }));
  const functions = Array.from({ length: 2_000 }, (_, f) => ({
    ...{ crate: `crate_${f % CRATES}`, name: `crate_${f % CRATES}::module::type_of_some_length::function_${f}` },
    ...{ self: 100 + growth, inclusive: 1_000 + ((f * growth) % 997) },
  }));
  const total = crates.reduce((sum, { instructions }) => sum + instructions, 0);
  return started(
    Array.from({ length: 20 }, (_, p) => 1 + ((p * 7) % 5) / 10),
    {
      ...{ kind: 'counted', of: 'twin', runs: [total, total, total], total, phases: null, crates, unattributed: 0, functions },
      ...{ growth: null, leftOut: [], background: [] },
    },
  );
}

function started(times, instructions) {
  const counts = times.map(() => 1);
  const timed = {
    ...{ wall: times, cpu: times, cpuOf: 'process', cLibrary: 'glibc 2.36', failedStarts: 0 },
    ...{
      minorFaults: counts,
      majorFaults: counts,
      peak: counts,
      resident: counts,
      mappings: Object.fromEntries(MAPPED.map((part) => [part, 1])),
      returned: 0,
    },
  };
  const connects = { kind: 'none', reason: 'not traced' };
  return { kind: 'measured', session: 's', instructions, timed, connects, firstResponse: null };
}

/** What a report job may be handed: large monorepos, and artifacts filled up to what is taken. */
export function hostileCases() {
  const plain = { functions: FUNCTIONS, crates: CRATES, symbols: SYMBOLS };
  const lockfile = lockfileOf(CRATES, '1.0.0', 8);
  const most = LEG_FUNCTIONS;
  const small = ['zip: +5%'];
  return [
    { name: 'monorepo', limits: manyLimits, bytes: { noise: 1_000_000 }, make: () => handed(both({ ...plain, lockfile })) },
    // Another compiler: no symbol is what it was.
    {
      name: 'monorepo-bumped',
      limits: manyLimits,
      bytes: { noise: 1_000_000 },
      make: () => handed(both({ ...plain, lockfile }, { bumped: true })),
    },
    // Each crate is new, and has its way through the lock file.
    {
      name: 'monorepo-added',
      limits: manyLimits,
      make: () => handed(both({ ...plain, lockfile: lockfileOf(1, '1.0.0', 8) }, { lockfile: lockfileOf(CRATES, '1.0.1', 8) })),
    },
    { name: 'functions', limits: manyLimits, make: () => both({ functions: MOST_FUNCTIONS, crates: 100, symbols: 4 }) },
    { name: 'bytes', limits: small, bytes: { noise: 4_800_000 }, make: () => both({ functions: 50, crates: 1, symbols: 1 }) },
    { name: 'bombs', limits: small, bytes: { zeroes: 120_000_000 }, make: () => both({ functions: 50, crates: 1, symbols: 1 }) },
    // As many binaries as may be unpacked.
    { name: 'zeroes', limits: small, bytes: { zeroes: 9_900_000 }, make: () => both({ functions: 50, crates: 1, symbols: 1 }) },
    { name: 'too-large', limits: small, make: () => both({ functions: 3, crates: 20_000, symbols: 13 }) },
    { name: 'symbols', limits: small, make: () => both({ functions: 3, crates: 1_950, symbols: 20 }, { bumped: true }) },
    {
      name: 'symbols-300',
      limits: small,
      make: () => both({ functions: most, crates: 19, symbols: 20 }, { bumped: true }),
    },
    {
      name: 'crates',
      limits: manyLimits.slice(0, Math.floor(LEG_BOUNDS.matches / LEG_CRATES / 2)),
      make: () => filled((n) => both({ functions: 5, crates: n, symbols: 0 }), 1_000, Math.floor(LEG_CRATES / 5)),
    },
    {
      name: 'limits',
      limits: Array.from({ length: Math.floor(LEG_BOUNDS.judgements / most) }, (_, l) => `crate:*_${l % 60}*: +${l + 1} B`),
      make: () => both({ functions: most, crates: Math.floor(LEG_BOUNDS.matches / LEG_BOUNDS.judgements / 2), symbols: 1 }),
    },
    {
      name: 'lock',
      limits: small,
      make: () => {
        const lock = (version) => ({ lockfile: lockfileOf(5_000, version, 18) });
        return both({ functions: 8, crates: 5_000, symbols: 0, ...lock('1.0.0') }, lock('1.0.1'));
      },
    },
    // Each crate is reached through all those before it.
    {
      name: 'chain',
      limits: small,
      make: () =>
        both(
          { functions: 5, crates: LEG_CRATES / 5, symbols: 0, lockfile: lockfileOf(1, '1.0.0', 1) },
          { lockfile: lockfileOf(MOST_PACKAGES, '1.0.1', 1) },
        ),
    },
    { name: 'versions', limits: small, make: () => versions() },
    { name: 'samples', limits: small, make: () => sampled() },
    {
      name: 'entries',
      limits: small,
      bytes: { files: Math.floor(20_000 / 20) - 1 },
      make: () => both({ functions: 20, crates: 1, symbols: 1 }),
    },
    {
      name: 'declared',
      limits: [],
      make: () => {
        const limits = Array.from({ length: Math.floor(LEG_BOUNDS.judgements / most) }, (_, l) => ({
          text: `crate:${'*a'.repeat(200)}${l}: +${l} B`,
          package: null,
          file: 'Cargo.toml',
          line: l + 1,
        }));
        return both({ functions: most, crates: Math.floor(LEG_BOUNDS.matches / LEG_BOUNDS.judgements / 2), symbols: 1, limits });
      },
    },
    { name: 'names', limits: small, make: () => filled((n) => named(n), 100, 1_200) },
  ];
}

/** Thousands of versions of one package, and as many spellings of its name among the crates. */
function versions() {
  const of = (minor) => ({
    packages: Array.from({ length: MOST_PACKAGES }, (_, p) => ({
      ...{ name: 'a-a-a-a-a-a-a-a-a-a-a-a-a-a', version: `1.${minor}.${p}`, source: 'registry', dependencies: [] },
    })),
  });
  const sides = both({ functions: 4, crates: 8_192, symbols: 0, lockfile: of(0) }, { lockfile: of(1) });
  for (const fn of [sides.base, sides.head].flatMap(({ functions }) => functions))
    for (const [c, crate] of fn.attribution.crates.entries())
      crate.name = Array.from({ length: 14 }, (_, bit) => `a${(c >> bit) & 1 ? '-' : '_'}`)
        .join('')
        .slice(0, -1);
  return sides;
}

/** As many timed starts as may be compared. */
function sampled() {
  const functions = LEG_FUNCTIONS;
  const pairs = Math.floor(Math.sqrt(LEG_BOUNDS.timings / functions));
  const sides = both({ functions, crates: 1, symbols: 1 });
  let seed = 1;
  const times = () =>
    Array.from({ length: pairs }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return 1 + seed / 2_147_483_647;
    });
  for (const fn of [sides.base, sides.head].flatMap((one) => one.functions))
    fn.init = started(times(), { kind: 'none', reason: 'not counted' });
  return { base: checkedSnapshot(sides.base), head: checkedSnapshot(sides.head) };
}

function named(rows) {
  const { base, head } = both({ functions: LEG_FUNCTIONS, crates: 10, symbols: 1 });
  for (const one of [base, head]) {
    for (const fn of one.functions) {
      fn.findings = Array.from({ length: 2 }, (_, f) => ({
        kind: 'missing-library',
        library: `${'\u202e'.repeat(1_000)}${fn.name}${f}`,
        image: '`'.repeat(1_000),
      }));
    }
    one.notes = Array.from({ length: rows }, (_, n) => ({ code: 'tool', text: `${'\u202e@'.repeat(1_000)}${n}` }));
  }
  return { base, head };
}
