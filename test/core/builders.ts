import type { BYTE_SORTS } from '../../src/core/rows.ts';
import type { ColdStartMeasurement, SampledColdStart } from '../../src/core/snapshot/cold-start.ts';
import type { CountedInstructions } from '../../src/core/snapshot/counted.ts';
import type { FirstResponse } from '../../src/core/snapshot/first-response.ts';
import type { InitMeasurement, MappedPart, MeasuredInit, TimedInit } from '../../src/core/snapshot/init.ts';
import type { ManifestLine } from '../../src/core/snapshot/manifests.ts';
import type { OwnedBytes, OwnedParts } from '../../src/core/snapshot/owners.ts';
import type { ShippedUnit } from '../../src/core/snapshot/shipped.ts';
import type {
  Attribution,
  DeclaredLimit,
  FunctionMeasurement,
  Invocation,
  LockedPackage,
  PackageEntry,
  Sized,
  Snapshot,
  SymbolSize,
} from '../../src/core/snapshot/snapshot.ts';
import { bytes, millis } from '../../src/core/units.ts';
import { placesOf, seeded } from './cold-start-draws.ts';

/** Builders with overrides: each default is a whole, consistent value; a test names only what it is about. */

export const BASE_SHA = 'b'.repeat(40);
export const HEAD_SHA = 'a'.repeat(40);

export function aSized(name: string, size: number): Sized {
  return { name, size: bytes(size) };
}

export function aSymbol(crate: string, name: string, size: number, count = 1): SymbolSize {
  return { crate, name, size: bytes(size), count, owned: null };
}

export function anEntry(name: string, compressed: number, uncompressed = compressed * 2): PackageEntry {
  return { name, compressed: bytes(compressed), uncompressed: bytes(uncompressed) };
}

export function anInvocation(overrides: Partial<Invocation> = {}): Invocation {
  return {
    coldgate: '0.1.0',
    cargoLambda: '1.9.2',
    cargoBloat: '0.12.1',
    zig: '0.17.1',
    rustc: 'rustc 1.95.0 (59807616e 2026-04-14)',
    profile: 'release',
    arch: 'x86_64',
    arguments: [],
    prepare: null,
    environment: {},
    cargoConfig: '',
    paths: { checkout: '/coldgate/checkout', target: '/coldgate/target', cargoHome: '/coldgate/cargo' },
    ...overrides,
  };
}

/** What `aFunction` derives its sums from: the crates' symbols, the rest of the binary and of the package. */
export interface Code {
  readonly symbols: readonly SymbolSize[];
  /** `.text` that no symbol covers. */
  readonly unattributed: number;
  /** Sections besides `.text`. */
  readonly sections: readonly Sized[];
  readonly headers: number;
  /** The binary's own size in the ZIP. */
  readonly compressed: number;
  /** Entries besides the binary. */
  readonly entries: readonly PackageEntry[];
  readonly overhead: number;
}

const HEALTH: Code = {
  symbols: [
    aSymbol('std', 'std::rt::lang_start', 300_000),
    aSymbol('std', 'core::fmt::write', 158_000, 3),
    aSymbol('tokio', 'tokio::runtime::Runtime::block_on', 310_000, 2),
    aSymbol('hyper', 'hyper::proto::h1::dispatch', 250_000),
    aSymbol('serde_json', 'serde_json::de::from_slice', 120_000),
    aSymbol('health', 'health::main', 80_470),
    aSymbol('[Unknown]', 'main', 98_000),
  ],
  unattributed: 0,
  sections: [aSized('.rodata', 300_000), aSized('.eh_frame', 180_000), aSized('.data.rel.ro', 90_000)],
  headers: 6_202,
  compressed: 918_937,
  entries: [],
  overhead: 170,
};

/**
 * A function whose parts add up: sections and headers to the binary, symbols and `unattributed` to `.text`, entries and overhead to the package.
 * `code` changes the parts (the sums follow); `overrides` replaces fields as they are.
 */
export function aFunction(overrides: Partial<FunctionMeasurement> = {}, code: Partial<Code> = {}): FunctionMeasurement {
  const parts: Code = { ...HEALTH, ...code };
  const name = overrides.name ?? 'health';
  const text = sum(parts.symbols.map(({ size }) => size)) + parts.unattributed;
  const sections = [aSized('.text', text), ...parts.sections];
  const binary = sum(sections.map(({ size }) => size)) + parts.headers;
  const entries = [anEntry('bootstrap', parts.compressed, binary), ...parts.entries];
  return {
    name,
    crate: name,
    kind: 'function',
    arch: 'x86_64',
    package: {
      file: `packages/${name}.zip`,
      size: bytes(sum(entries.map(({ compressed }) => compressed)) + parts.overhead),
      entries,
      overhead: bytes(parts.overhead),
    },
    binary: {
      entry: 'bootstrap',
      sha256: digestOf(JSON.stringify([name, parts])),
      size: bytes(binary),
      sections,
      headers: bytes(parts.headers),
      text: bytes(text),
    },
    attribution: attributionOf(parts.symbols, parts.unattributed),
    owners: ownersOf(parts),
    twin: `twins/${name}`,
    dependencies: 87,
    shipped: overrides.dependencies === null ? { kind: 'unknown', reason: 'cargo does not say' } : { kind: 'known', units: [0, 1, 2] },
    findings: [],
    init: null,
    coldStart: null,
    ...overrides,
  };
}

/** What owned bytes cost in the package, by what they are there for. */
export function aZipOf(zips: Partial<Record<(typeof BYTE_SORTS)[number], number>>): OwnedBytes['zip'] {
  const { code = 0, data = 0, unwinding = 0, relocations = 0, other = 0 } = zips;
  return { code: bytes(code), data: bytes(data), unwinding: bytes(unwinding), relocations: bytes(relocations), other: bytes(other) };
}

/** Owners that add up: each crate's code, the other sections and headers as parts; the compressed binary in proportion. */
export function ownersOf({ symbols, unattributed, sections, headers, compressed }: Code): OwnedParts {
  const crates = new Map<string, number>();
  for (const { crate, size } of symbols) crates.set(crate, (crates.get(crate) ?? 0) + size);
  const rows = [
    ...[...crates].map(([name, code]) => ({ name, code, other: 0 })),
    { name: '[padding]', code: unattributed, other: 0 },
    ...sections.map(({ name, size }) => ({ name, code: 0, other: Number(size) })),
    { name: '[headers]', code: 0, other: headers },
  ];
  const whole = sum(rows.map(({ code, other }) => code + other));
  let [upTo, given] = [0, 0];
  const owned = rows.map(({ name, code, other }) => {
    upTo += code + other;
    const share = whole === 0 ? 0 : Math.floor((compressed * upTo) / whole) - given;
    given += share;
    const none = bytes(0);
    const zip = aZipOf(code === 0 ? { other: share } : { code: share });
    return { name, code: bytes(code), data: none, unwinding: none, relocations: none, other: bytes(other), zip };
  });
  const isPart = ({ name }: { readonly name: string }): boolean => /^[[.]/.test(name);
  return { kind: 'owned', crates: owned.filter((row) => !isPart(row)), shared: [], parts: owned.filter(isPart), constants: [] };
}

/** An attribution whose crates are the sums of the symbols. */
export function attributionOf(symbols: readonly SymbolSize[], unattributed = 0): Attribution {
  const crates = new Map<string, number>();
  for (const { crate, size } of symbols) crates.set(crate, (crates.get(crate) ?? 0) + size);
  return {
    kind: 'attributed',
    of: 'twin',
    text: bytes(sum([...crates.values()]) + unattributed),
    crates: [...crates].map(([name, size]) => aSized(name, size)),
    symbols: [...symbols],
    unattributed: bytes(unattributed),
  };
}

/** A package of a lock file; `null` as its source makes it a workspace member. Indices in `dependencies` point into the whole list. */
export function aPackage(name: string, version: string, overrides: Partial<LockedPackage> = {}): LockedPackage {
  return { name, version, source: 'registry+https://github.com/rust-lang/crates.io-index', dependencies: [], ...overrides };
}

/** A package as it was compiled; `place`: its index in the lock file. */
export function aUnit(place: number, overrides: Partial<ShippedUnit> = {}): ShippedUnit {
  return { package: place, crate: `crate_${place}`, features: [], dependencies: [], ...overrides };
}

/** A snapshot of one function into which all packages are linked: the first is its own, which depends on all others unless it says on which. */
export function aLinked(
  ...packages: readonly (LockedPackage & { readonly features?: readonly string[] })[]
): Pick<Snapshot, 'lockfile' | 'units' | 'functions'> {
  const units = packages.map(({ name, dependencies, features = [] }, at) =>
    aUnit(at, {
      crate: name.replaceAll('-', '_'),
      dependencies: at === 0 && dependencies.length === 0 ? packages.flatMap((_, to) => (to === 0 ? [] : [to])) : dependencies,
      features: [...features],
    }),
  );
  const shipped = { kind: 'known' as const, units: units.map((_, at) => at) };
  const dependencies = packages.filter(({ source }) => source !== null).length;
  return {
    lockfile: { packages: packages.map(({ name, version, source, dependencies: to }) => ({ name, version, source, dependencies: to })) },
    units,
    functions: [aFunction({ shipped, dependencies })],
  };
}

export function aManifestLine(key: string, line: number, overrides: Partial<ManifestLine> = {}): ManifestLine {
  return {
    ...{ table: 'dependencies', target: null, key, line, package: key, requirement: '1', features: [] },
    ...{ defaultFeatures: true, optional: false, inherits: false, origin: null },
    ...overrides,
  };
}

export function aDeclaredLimit(text: string, overrides: Partial<DeclaredLimit> = {}): DeclaredLimit {
  return { text, package: null, file: 'Cargo.toml', line: 12, ...overrides };
}

/** Head's snapshot unless `commit` says otherwise. */
export function aSnapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  return {
    schema: 'coldgate/snapshot@8',
    commit: { sha: HEAD_SHA, source: 'commit', subject: 'Add a regex' },
    invocation: anInvocation(),
    inputs: { variables: {}, files: {}, undeclared: null, sources: null },
    functions: [aFunction()],
    notBuilt: [],
    renamed: [],
    binaries: [],
    lockfile: {
      packages: [
        aPackage('health', '0.1.0', { source: null, dependencies: [1, 2] }),
        aPackage('tokio', '1.48.0'),
        aPackage('serde_json', '1.0.145'),
      ],
    },
    units: [aUnit(0, { crate: 'health', dependencies: [1, 2] }), aUnit(1, { crate: 'tokio' }), aUnit(2, { crate: 'serde_json' })],
    manifests: [],
    limits: [],
    events: [],
    notes: [],
    findings: [],
    timings: { build: millis(113_000) },
    ...overrides,
  };
}

export function aBaseSnapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  return aSnapshot({ commit: { sha: BASE_SHA, source: 'commit', subject: 'Before' }, ...overrides });
}

/** What `aMeasuredInit` derives its lists from: a small function's init, as it was measured. */
export interface InitFigures {
  /** Of the run that is split up; the runs lie within ±1 of it. */
  readonly phases: { readonly loading: number; readonly runtimeStart: number; readonly handlerInit: number };
  /** Own instructions by crate; what is left of the total no symbol covers. */
  readonly crates: Readonly<Record<string, number>>;
  readonly functions: CountedInstructions['functions'];
  readonly growth: CountedInstructions['growth'];
  /** The middle of the sampled times. */
  readonly wall: number;
  readonly connections: readonly { readonly kind: 'connect' | 'lookup'; readonly address: string }[];
}

const HEALTH_INIT: InitFigures = {
  phases: { loading: 227_000, runtimeStart: 115_414, handlerInit: 55_188 },
  crates: { 'ld-linux-x86-64.so.2': 215_000, std: 95_000, health: 9_000, tokio: 46_000 },
  functions: [{ crate: 'health', name: 'health::main', self: 1_200, inclusive: 55_188 }],
  growth: null,
  wall: 3.1,
  connections: [],
};
const SESSION = 'one';

/** A function's init of one session, whose parts add up. `figures` changes what the lists are made of, `overrides` replaces fields as they are. */
export function aMeasuredInit(overrides: Partial<MeasuredInit> = {}, figures: Partial<InitFigures> = {}): MeasuredInit {
  const { phases, crates, functions, growth, wall, connections }: InitFigures = { ...HEALTH_INIT, ...figures };
  const total = sum(Object.values(phases));
  return {
    kind: 'measured',
    session: SESSION,
    instructions: {
      kind: 'counted',
      of: 'twin',
      runs: [total, total + 1, total - 1],
      total,
      phases,
      crates: Object.entries(crates).map(([name, instructions]) => ({ name, instructions })),
      unattributed: total - sum(Object.values(crates)),
      functions,
      growth,
      leftOut: [],
      background: [],
    },
    timed: aTimedInit(wall),
    connects: { kind: 'traced', runs: [connections.length], connections: [...connections] },
    firstResponse: null,
    ...overrides,
  };
}

type MeasuredResponse = Extract<FirstResponse, { readonly kind: 'measured' }>;

const HEALTH_RESPONSE: Omit<InitFigures, 'phases'> & { readonly total: number } = {
  total: 412_300,
  crates: { std: 95_000, health: 309_000 },
  functions: [{ crate: 'health', name: 'health::handle', self: 301_200, inclusive: 400_000 }],
  growth: null,
  wall: 0.8,
  connections: [],
};

/** What a function's first response took, made as `aMeasuredInit` is. */
export function aFirstResponse(overrides: Partial<MeasuredResponse> = {}, figures: Partial<typeof HEALTH_RESPONSE> = {}): MeasuredResponse {
  const { total, crates, functions, growth, wall, connections } = { ...HEALTH_RESPONSE, ...figures };
  const { wall: times, cpu, minorFaults, majorFaults, peak } = aTimedInit(wall);
  return {
    kind: 'measured',
    by: { kind: 'event', name: 'api-gateway-v2' },
    answer: { kind: 'response', bytes: bytes(86), status: null },
    instructions: {
      kind: 'counted',
      of: 'twin',
      runs: [total, total + 1, total - 1],
      total,
      phases: null,
      crates: Object.entries(crates).map(([name, instructions]) => ({ name, instructions })),
      unattributed: total - sum(Object.values(crates)),
      functions,
      growth,
      leftOut: [],
      background: [],
    },
    timed: { wall: times, cpu, minorFaults: minorFaults.map((faults) => faults - 100), majorFaults, peak },
    connects: { kind: 'traced', runs: [connections.length], connections: [...connections] },
    ...overrides,
  };
}

/** Twenty samples around a middle, none of them alike. */
export function aTimedInit(wall: number, overrides: Partial<TimedInit> = {}): TimedInit {
  // Another order for another middle: the sides of a pair move apart, as real ones do.
  const stride = [1, 3, 7, 9, 11, 13, 17, 19][Math.round(wall * 10) % 8] ?? 1;
  const samples = <T>(of: (place: number) => T): T[] => Array.from({ length: 20 }, (_, place) => of((place * stride) % 20));
  return {
    wall: samples((place) => millis(wall * (1 + (place - 9.5) / 500))),
    cpu: samples((place) => millis(wall * 0.8 * (1 + (place - 9.5) / 400))),
    cpuOf: 'process',
    cLibrary: 'glibc 2.36',
    failedStarts: 0,
    minorFaults: samples((place) => Math.round(150 + wall) + (place % 3)),
    majorFaults: samples(() => 0),
    peak: samples((place) => bytes(Math.round(2_900_000 + wall * 20_000) + place * 1_024)),
    resident: samples(() => bytes(1_204_224)),
    mappings: aMapping(),
    returned: bytes(0),
    ...overrides,
  };
}

/** What is resident of a small function. */
export function aMapping(overrides: Partial<Record<MappedPart, number>> = {}): TimedInit['mappings'] {
  const sizes = { code: 884_736, constants: 262_144, relocated: 40_960, data: 16_384, bss: 8_192, heap: 65_536, mapped: 24_576 };
  const all: Record<MappedPart, number> = { ...sizes, stacks: 12_288, libraries: 1_572_864, files: 0, ...overrides };
  const { code, constants, relocated, data, bss, heap, mapped, stacks, libraries, files } = all;
  return {
    ...{ code: bytes(code), constants: bytes(constants), relocated: bytes(relocated), data: bytes(data), bss: bytes(bss) },
    ...{ heap: bytes(heap), mapped: bytes(mapped), stacks: bytes(stacks), libraries: bytes(libraries), files: bytes(files) },
  };
}

/** A start that never asked for its first event: it panicked, as `unwrap()` does on a missing variable. */
export function aFailedInit(overrides: Partial<Extract<InitMeasurement, { readonly kind: 'failed' }>> = {}): InitMeasurement {
  return {
    kind: 'failed',
    session: SESSION,
    failure: { kind: 'exited', code: 101, signal: null },
    lastLines: [
      "thread 'main' panicked at src/main.rs:12:36:",
      'TABLE_NAME must be set: NotPresent',
      'note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace',
    ],
    ...overrides,
  };
}

/** What `aColdStart` draws its samples from. Init Durations lie log-normally around their middle; pairs have nothing in common but their place. */
export interface ColdStartSamples {
  /** The middle Init Duration in milliseconds by memory size in MB, ascending. */
  readonly medians: readonly (readonly [memory: number, median: number])[];
  readonly count: number;
  /** Standard deviation of the logarithms: 0.09 is what AWS showed on arm64. */
  readonly sigma: number;
  /** Max Memory Used in MB. */
  readonly used: number;
  /** At every size. */
  readonly looksTaken: number;
}

const HEALTH_COLD_START: ColdStartSamples = { medians: [[128, 18.4]], count: 40, sigma: 0.09, used: 25, looksTaken: 2 };

/** One side's cold starts on AWS of one session. `samples` changes what the lists are made of, `overrides` replaces fields as they are. */
export function aColdStart(samples: Partial<ColdStartSamples> = {}, overrides: Partial<SampledColdStart> = {}): ColdStartMeasurement {
  const { medians, count, sigma, used, looksTaken }: ColdStartSamples = { ...HEALTH_COLD_START, ...samples };
  return {
    kind: 'sampled',
    session: SESSION,
    region: 'eu-central-1',
    plannedLooks: 3,
    comparisons: 1,
    sizes: medians.map(([memory, median]) => {
      const inits = shuffled(spreadAround(median, sigma, count), Math.round(median * 100) + memory);
      return {
        memory,
        looksTaken,
        end: looksTaken < 3 ? 'time' : 'looks',
        starts: { attempted: count, failed: 0, timedOut: 0, failure: null },
        places: placesOf(count),
        initDuration: inits.map(millis),
        // The handler's own 1.3 ms, a little more at each place, so that none is like another.
        firstResponse: inits.map((_, place) => millis(1.3 + (place % 7) / 100)),
        // The handler's own 1.3 ms, and whole milliseconds as they are billed.
        billedDuration: inits.map((init) => millis(Math.ceil(init + 1.3))),
        maxMemoryUsed: inits.map((_, place) => used + (place % 8 === 0 ? 1 : 0)),
        discarded: [{ reason: 'the first after an upload', count: 1 }],
        functionErrors: 0,
        spent: { requests: count + 1, gbSeconds: ((memory / 1_024) * sum(inits.map((init) => Math.ceil(init + 1.3)))) / 1_000 },
      };
    }),
    ...overrides,
  };
}

/** An init that fails on AWS, as Lambda tells it. */
export function aFailedColdStart(
  overrides: Partial<Extract<ColdStartMeasurement, { readonly kind: 'failed' }>> = {},
): ColdStartMeasurement {
  return {
    kind: 'failed',
    session: SESSION,
    region: 'eu-central-1',
    status: 'error',
    errorType: 'Runtime.ExitError',
    lastLines: [
      "thread 'main' panicked at src/main.rs:12:36:",
      'TABLE_NAME must be set: NotPresent',
      'note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace',
    ],
    ...overrides,
  };
}

/** Quantiles of a log-normal distribution in hundredths, as Lambda rounds them: their median is the middle. */
function spreadAround(middle: number, sigma: number, count: number): readonly number[] {
  const places = Array.from({ length: count }, (_, place) => (place + 0.5) / count);
  // The logistic curve is the normal one's near enough, and has an inverse.
  return places.map((p) => Math.round(100 * middle * Math.exp((sigma / 1.702) * Math.log(p / (1 - p)))) / 100);
}

function shuffled(values: readonly number[], seed: number): readonly number[] {
  const random = seeded(seed);
  return values
    .map((value) => ({ value, key: random() }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ value }) => value);
}

/** A stand-in for a SHA-256: equal text, equal digest (FNV-1a, repeated to length). */
export function digestOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0').repeat(8);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
