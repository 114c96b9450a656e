import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LEG_SCHEMA, type LegDescription, readLeg, writeLeg } from '../../src/action/leg.ts';
import { limitsMistake, packagesMistake, SnapshotBudget } from '../../src/action/leg-bounds.ts';
import { LegPackages } from '../../src/action/leg-packages.ts';
import { handOn } from '../../src/action/measure.ts';
import type { Workflow } from '../../src/action/workflow.ts';
import type { Stored } from '../../src/cache/store.ts';
import { ToolError } from '../../src/core/failures.ts';
import { parseSet } from '../../src/core/judge/limits.ts';
import type { FunctionMeasurement, Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { bytes, millis } from '../../src/core/units.ts';
import { inspectPackage } from '../../src/inspect/package.ts';
import type { MeasuredBoth } from '../../src/measure/both.ts';
import { aFunction, aMapping, anEntry, aSized, aSnapshot, aSymbol, attributionOf, HEAD_SHA } from '../core/builders.ts';
import { craft } from '../formats/crafted-zip.ts';
import { workflowOf } from '../github/walk-gate.ts';
import { refusal } from '../refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'coldgate-leg-bounds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPLIT = 'let several legs or shards share the functions';
const OFF = { kind: 'off' } as const;
const description: LegDescription = {
  ...{ schema: LEG_SCHEMA, key: 'default', leg: 'default', headSha: HEAD_SHA, pull: null, repeat: [], references: [], shard: null },
  base: { kind: 'measured', origin: 'built' },
};

/** A function with so many of each; what it has beside them is of one kind and small. */
function withMany({
  crates = 1,
  symbols = 0,
  files = 0,
  pairs = 0,
}: {
  crates?: number;
  symbols?: number;
  files?: number;
  pairs?: number;
}): FunctionMeasurement {
  const fn = aFunction();
  const { attribution } = fn;
  if (attribution.kind === 'none') throw new Error('no attribution');
  const ones = Array.from({ length: pairs }, () => 1);
  const counted = { kind: 'none', reason: 'not counted' } as const;
  const timed = {
    wall: ones.map(millis),
    cpu: null,
    cpuOf: 'process' as const,
    cLibrary: null,
    failedStarts: 0,
    minorFaults: ones,
    majorFaults: ones,
    peak: ones.map(bytes),
    resident: ones.map(bytes),
    mappings: aMapping(),
    returned: bytes(0),
  };
  return {
    ...fn,
    attribution: {
      ...attribution,
      crates: Array.from({ length: crates }, (_, c) => aSized(`c${c}`, 1)),
      symbols: Array.from({ length: symbols }, (_, s) => aSymbol('a', `s${s}`, 1)),
    },
    package: { ...fn.package, entries: Array.from({ length: files }, (_, f) => anEntry(`f${f}`, 0, 0)) },
    init: pairs === 0 ? null : { kind: 'measured', session: 's', instructions: counted, timed, connects: counted, firstResponse: null },
  };
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

/** What `report` says of a side that arrives. */
async function arrived(functions: readonly FunctionMeasurement[]): Promise<string> {
  const zip = join(folder, 'artifact.zip');
  writeFileSync(zip, craft([{ name: 'leg.json' }]));
  const packages = await LegPackages.open(await inspectPackage(zip, 'leg', { mostUnpacked: 1e9 }), 'leg', { scratch: folder });
  return refusal(packages.check('head', aSnapshot({ functions: [...functions] })));
}

/** What `measure` says of a side that it would hand on. */
async function handedOn(functions: readonly FunctionMeasurement[]): Promise<unknown> {
  const head = { folder: join(folder, 'stored'), snapshot: aSnapshot({ functions: [...functions] }) };
  mkdirSync(head.folder, { recursive: true });
  return writeLeg(join(folder, 'leg'), description, { base: null, head, twins: false, limits: OFF }).catch((error: unknown) => error);
}

describe.each([
  ['functions', times(301, withMany({})), `head has 301 functions, and a leg at most 300: ${SPLIT}`],
  ['crates', times(4, withMany({ crates: 10_001 })), `head has 40,004 crates in its functions, and a leg at most 40,000: ${SPLIT}`],
  ['files', times(6, withMany({ files: 3_334 })), `head has 20,004 files in its packages, and a leg at most 20,000: ${SPLIT}`],
  [
    'timed pairs',
    times(13, withMany({ pairs: 500 })),
    `head has 6,500 timed pairs of 13 functions; squared and added up that may be 3,000,000 in a leg, and is 3,250,000: take fewer init-pairs, or ${SPLIT}`,
  ],
])('more %s than a report can take in its time and memory', (_, functions, mistake) => {
  test('are refused by report before any package is looked at', async () => {
    expect(await arrived(functions)).toBe(`leg: ${mistake}`);
    // One less is looked at, and has no package here.
    expect(await arrived(functions.slice(1))).toContain('has no entry');
  });

  test('are an error of the measuring job, exit code 3, before anything is uploaded', async () => {
    const error = await handedOn(functions);
    expect(error).toBeInstanceOf(ToolError);
    expect(error).toMatchObject({ message: `what was measured is more than mode report takes: ${mistake}` });
  });
});

test('more symbols than measure ever hands on are refused by report', async () => {
  expect(await arrived([withMany({ symbols: 120_001 })])).toBe(
    `leg: head has 120,001 symbols in its functions, and a leg at most 120,000: ${SPLIT}`,
  );
});

describe('on push, where a leg is the base of what comes', () => {
  const fn = aFunction({ twin: 'twins/tiny' });
  const [package_, twin] = ['packages/tiny.zip', 'twins/tiny'];
  const stored = async (sizes: Readonly<Record<string, number>>): Promise<Stored> => {
    const at = mkdtempSync(join(folder, 'pushed-'));
    for (const [name, size] of Object.entries(sizes)) {
      mkdirSync(dirname(join(at, name)), { recursive: true });
      writeFileSync(join(at, name), '');
      truncateSync(join(at, name), size);
    }
    return { folder: at, snapshot: aSnapshot({ functions: [fn] }) };
  };
  const written = async (sizes: Readonly<Record<string, number>>) => {
    const to = join(folder, 'leg');
    const head = await stored(sizes);
    const { files, twinsLeftOut } = await writeLeg(to, description, { base: null, head, twins: true, limits: OFF });
    return { files: files.map((file) => relative(to, file)).toSorted(), twinsLeftOut };
  };
  const own = ['head/packages/tiny.zip', 'head/snapshot.json', 'head/stored.json'];

  test('its binaries with names are in it where they fit', async () => {
    expect(await written({ [package_]: 1_000, [twin]: 1_000_000 })).toEqual({
      files: [...own, 'head/twins/tiny', 'leg.json'],
      twinsLeftOut: null,
    });
  });

  test('what they take refuses nothing: they are left out, and how much that is is told', async () => {
    expect(await written({ [package_]: 1_000, [twin]: 500_000_000 })).toEqual({ files: [...own, 'leg.json'], twinsLeftOut: 500_000_000 });
  });

  /** Hands on so many functions in a job of that event. */
  const measured = async (event: Workflow['run']['event'], count: number) => {
    const workflow = workflowOf({ event, repository: 'app', runId: 1, attempt: 1, apiUrl: '', temp: folder }, '');
    const warnings: string[] = [];
    const head = await stored({});
    const snapshot = aSnapshot({ functions: times(count, fn) });
    const both: MeasuredBoth = {
      head: { ...head, snapshot, key: null, origin: 'built', digests: new Map() },
      base: { kind: 'missing', why: firstRun },
      ...{ flames: [], references: [], timings: {}, wanted: null, baseReason: null, share: null, worthKeeping: [] },
    };
    const runner = { ...workflow.runner, warn: (text: string) => void warnings.push(text) };
    const said = await handOn({ ...workflow, runner }, both).catch((error: unknown) => error);
    return { said, warnings };
  };
  const firstRun = { kind: 'first-run', sha: null, reason: '', limits: [] } as const;

  test('more than a report takes is a warning: the job that keeps the base goes on; elsewhere it is an error', async () => {
    const push = {
      kind: 'push',
      before: null,
      after: HEAD_SHA,
      ref: 'refs/heads/main',
      defaultBranch: 'main',
      onDefaultBranch: true,
    } as const;
    const mistake = `what was measured is more than mode report takes: head has 301 functions, and a leg at most 300: ${SPLIT}`;
    expect(await measured(push, 301)).toEqual({
      said: 'nothing is uploaded as coldgate-default@default: it is too large',
      warnings: [`nothing is uploaded as coldgate-default@default: ${mistake}`],
    });
    const { said, warnings } = await measured({ kind: 'other', name: 'schedule' }, 301);
    expect(said).toBeInstanceOf(ToolError);
    expect([String(said), warnings]).toEqual([`ToolError: ${mistake}`, []]);
  });
});

describe('a snapshot of more bytes than a leg holds', () => {
  test('is refused by report before it is unpacked', async () => {
    const zip = join(folder, 'large.zip');
    const json = { name: 'leg.json', data: Buffer.from(JSON.stringify(description)) };
    const at = (size: number) => {
      writeFileSync(zip, craft([json, { name: 'head/snapshot.json', data: Buffer.from('{'), size }]));
      return refusal(readLeg(zip, 'leg', folder));
    };
    expect(await at(12_000_001)).toBe(`leg: head/snapshot.json has 12,000,001 bytes, and a leg at most 12,000,000 a side: ${SPLIT}`);
    expect(await at(12_000_000)).toMatch(/unpacks to 1 bytes, not to the 12000000/);
  });

  test('is an error of the measuring job', async () => {
    const files = Array.from({ length: 12_000 }, (_, at) => anEntry(`${at}-`.padEnd(1_000, 'x'), 1));
    const fn = aFunction();
    const error = await handedOn([{ ...fn, package: { ...fn.package, entries: files } }]);
    expect(error).toBeInstanceOf(ToolError);
    expect(String(error)).toMatch(/: head\/snapshot\.json has 12,\d{3},\d{3} bytes, and a leg at most 12,000,000 a side: let several/);
  });
});

test('symbols are no reason: those that did not change are handed on in one row for each crate, and as they are on push', async () => {
  const symbols = Array.from({ length: 60_000 }, (_, at) => aSymbol('sdk', `sdk::${'of_some_length::'.repeat(13)}${at}`, 10));
  const one = aFunction({ attribution: attributionOf([...symbols, aSymbol('a', 'a::main', 1)]) });
  const other = aFunction({ attribution: attributionOf([...symbols, aSymbol('a', 'a::main', 2)]) });
  const stored = join(folder, 'stored');
  mkdirSync(stored, { recursive: true });
  const to = join(folder, 'leg');
  const base = { folder: stored, snapshot: aSnapshot({ functions: [one] }) };
  const head = { folder: stored, snapshot: aSnapshot({ functions: [other] }) };
  const { files } = await writeLeg(to, description, { base, head, twins: true, limits: OFF });
  const read = (file: string): Snapshot => JSON.parse(readFileSync(join(to, file), 'utf8'));
  expect(read('head/snapshot.json').functions[0]?.attribution).toMatchObject({
    symbols: [aSymbol('sdk', '[smaller changes]', 600_000, 60_000), aSymbol('a', 'a::main', 2)],
  });
  expect(files).toContain(join(to, 'head/stored.json'));
  expect(read('head/stored.json')).toEqual(head.snapshot);
});

describe('limits', () => {
  const lines = (count: number, line: (at: number) => string) =>
    parseSet(Array.from({ length: count }, (_, at) => ({ line: line(at), source: { kind: 'input', option: 'limits' }, where: 'limits' })));

  test('of which each function has its own are counted together', () => {
    const head = aSnapshot({ functions: times(300, aFunction()) });
    expect(
      limitsMistake(
        lines(200, (at) => `zip: ${at + 1} MB`),
        null,
        head,
      ),
    ).toBeNull();
    expect(
      limitsMistake(
        lines(201, (at) => `zip: ${at + 1} MB`),
        null,
        head,
      ),
    ).toBe(`its 300 functions have 60,300 limits in all, and a leg may have 60,000: write fewer limits, or ${SPLIT}`);
    const declared = Array.from({ length: 201 }, (_, at) => ({
      text: `zip: ${at + 1} MB`,
      package: 'another',
      file: 'Cargo.toml',
      line: 1,
    }));
    expect(limitsMistake(OFF, aSnapshot({ limits: declared, functions: [] }), head)).toBeNull();
  });

  test('on crates are counted by what they are held against', () => {
    const side = aSnapshot({ functions: times(50, withMany({ crates: 400 })) });
    expect(
      limitsMistake(
        lines(200, (at) => `crate:a${at}: 1 MB`),
        side,
        side,
      ),
    ).toBeNull();
    expect(
      limitsMistake(
        lines(401, (at) => `crate:a${at}: 1 MB`),
        side,
        side,
      ),
    ).toBe(
      `401 limits on crates are held against 40,000 crates of its functions; that may be 16,000,000 in a leg, and is 16,040,000: write fewer limits on crates, or ${SPLIT}`,
    );
  });
});

test('binaries are counted once where both sides have them', () => {
  const binary = (name: string) =>
    aFunction({ name, binary: { ...aFunction().binary, size: bytes(600_000_000), sha256: name.repeat(64) } });
  expect(packagesMistake([binary('a'), binary('a')])).toBeNull();
  expect(packagesMistake([binary('a'), binary('b')])).toBe(
    `its packages unpack to 1,200,000,000 bytes of binaries and more, and a leg may have 1,000,000,000: ${SPLIT}, or leave debug information out`,
  );
});

test('all legs of a report share one budget', () => {
  const budget = new SnapshotBudget();
  expect(Array.from({ length: 4 }, () => budget.take(12_000_000))).toEqual([null, null, null, null]);
  expect(budget.take(1)).toBe(
    'with it the snapshots of all legs have 48,000,001 bytes, and a report takes 48,000,000: report on fewer legs at once (several keys)',
  );
});
