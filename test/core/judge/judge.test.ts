import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/core/compare/compare.ts';
import { breachesOf, exitCode, judge } from '../../../src/core/judge/judge.ts';
import { effectiveLimits } from '../../../src/core/judge/limit-scopes.ts';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import type { Base } from '../../../src/core/model/base.ts';
import type { Gate } from '../../../src/core/model/limits.ts';
import type { Verdict } from '../../../src/core/model/verdict.ts';
import { outcomeOf } from '../../../src/core/outcome.ts';
import type { FunctionMeasurement } from '../../../src/core/snapshot/snapshot.ts';
import { bytes } from '../../../src/core/units.ts';
import { aBaseSnapshot, aDeclaredLimit, aFunction, aSnapshot, aSymbol, aZipOf } from '../builders.ts';

/** A function whose ZIP has exactly this size. */
function ofZip(size: number, overrides: Partial<FunctionMeasurement> = {}): FunctionMeasurement {
  return aFunction({ ...overrides, package: { file: 'health.zip', size: bytes(size), entries: [], overhead: bytes(size) } });
}

function ofCrates(crates: Readonly<Record<string, number>>): FunctionMeasurement {
  return aFunction({}, { symbols: Object.entries(crates).map(([crate, size]) => aSymbol(crate, 'main', size)), unattributed: 500 });
}

interface Case {
  readonly base?: FunctionMeasurement | null;
  readonly head?: FunctionMeasurement | null;
  readonly gate?: Gate;
}

/** `base: undefined`: there is no base at all; `null`: the function is not there. */
function verdictOf(limits: readonly string[], { base, head = aFunction(), gate = 'fail' }: Case): Verdict {
  const side = (fn: FunctionMeasurement | null) => ({ functions: fn === null ? [] : [fn] });
  const before: Base =
    base === undefined
      ? { kind: 'missing', why: { kind: 'first-run', sha: null, reason: 'nothing stored yet', limits: [] } }
      : { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot(side(base)) };
  const comparison = compare(before, { origin: 'built', snapshot: aSnapshot(side(head)) });
  return judge(comparison, effectiveLimits(parseLimits(limits, '--limit'), [], comparison.functions), gate);
}

describe('a verdict', () => {
  it.each([
    ['zip: 1 kB', 1_000, 1_000, 'pass', 0],
    ['zip: 1 kB', 1_000, 1_001, 'fail', -1],
    ['zip: +0 B', 1_000, 1_000, 'pass', 0],
    ['zip: +0 B', 1_000, 1_001, 'fail', -1],
    ['zip: +20 B', 1_000, 1_020, 'pass', 0],
    ['zip: +20 B', 1_000, 1_021, 'fail', -1],
    ['zip: +2%', 1_000, 1_020, 'pass', 0],
    ['zip: +2%', 1_000, 1_021, 'fail', -1],
    ['zip: +10%', 30, 33, 'pass', 0],
    ['zip: +1.1%', 1_000, 1_011, 'pass', 0],
    ['zip: +1.1%', 1_000, 1_012, 'fail', -1],
    ['zip: +2%', 1_010, 1_030, 'pass', 0],
    ['zip: +2%', 1_010, 1_031, 'fail', -1],
    ['zip: +0%', 1_000, 900, 'pass', 100],
    ['zip: +100%', 0, 1, 'fail', -1],
    ['zip: +100%', 0, 0, 'pass', 0],
    ['zip: +5% & +50 B', 1_000, 1_050, 'pass', 0],
    ['zip: +5% & +50 B', 2_000, 2_060, 'pass', 40],
    ['zip: +5% & +50 B', 100, 140, 'pass', 10],
    ['zip: +5% & +50 B', 2_000, 2_101, 'fail', -1],
    ['zip: 9 kB & +1 B', 1_000, 5_000, 'pass', 4_000],
  ] as const)('on %s from %i to %i is %s with %i to spare', (limit, base, head, status, headroom) => {
    const verdict = verdictOf([limit], { base: ofZip(base), head: ofZip(head) });
    expect(verdict.status).toBe(status);
    expect([...breachesOf(verdict, 'limit'), ...verdict.kept].map((judgement) => judgement.headroom)).toEqual([headroom]);
    expect(exitCode(verdict)).toBe(status === 'fail' ? 1 : 0);
  });

  it('says of every bound what it allows', () => {
    const [breach] = verdictOf(['zip: 1 kB & +2%'], { base: ofZip(1_000), head: ofZip(1_021) }).breaches;
    expect(breach).toMatchObject({
      function: 'health',
      figures: { base: 1_000, head: 1_021 },
      bounds: [
        { bound: { kind: 'maximum', value: 1_000 }, allowed: 1_000, exceeded: true },
        { bound: { kind: 'growth-percent', percent: 2 }, allowed: 1_020, exceeded: true },
      ],
      headroom: -1,
    });
  });

  it('is exact where floating point is not', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.nat(999_999), fc.integer({ min: -2, max: 2 }), (base, thousandths, offset) => {
        const room = (BigInt(base) * BigInt(thousandths)) / 100_000n;
        const head = Math.max(0, base + Number(room) + offset);
        const percent = `${Math.floor(thousandths / 1_000)}.${String(thousandths % 1_000).padStart(3, '0')}`;
        const { status } = verdictOf([`zip: +${percent}%`], { base: ofZip(base), head: ofZip(head) });
        return status === (BigInt(head) * 100_000n > BigInt(base) * BigInt(100_000 + thousandths) ? 'fail' : 'pass');
      }),
    );
  });

  it.each([
    ['of a new function', null],
    ['without a base', undefined],
  ])('bounds no growth %s, maxima all the same', (_, base) => {
    const given = { ...(base === undefined ? {} : { base }), head: ofZip(2_000) };
    const grown = verdictOf(['zip: +0 B', 'zip: +0%'], given);
    expect(grown.status).toBe('pass');
    expect(grown.kept.map(({ bounds, headroom }) => [bounds[0]?.allowed, bounds[0]?.exceeded, headroom])).toEqual([
      [null, false, null],
      [null, false, null],
    ]);
    expect(verdictOf(['zip: 1 kB'], given).status).toBe('fail');
    expect(verdictOf(['zip: 1 kB & +0 B'], given)).toMatchObject({ status: 'pass', kept: [{ headroom: null }] });
    expect(verdictOf(['crate:std: +0 B'], given)).toMatchObject({ status: 'pass', kept: [{ figures: { base: null } }] });
  });

  it('is not about removed functions', () => {
    expect(verdictOf(['zip: 1 B', 'init.faults: 1'], { base: aFunction(), head: null })).toMatchObject({
      status: 'pass',
      kept: [],
      unchecked: [],
    });
  });

  it('sums the crates that a glob matches, without what has no symbol', () => {
    const base = ofCrates({ serde: 100, 'serde_json?': 50, tokio: 900 });
    const head = ofCrates({ serde: 110, serde_json: 60, tokio: 900, '[Unknown]': 5 });
    const figures = (limit: string) => verdictOf([limit], { base, head }).kept.map((kept) => kept.figures);
    expect(figures('crate:serde*: 1 MB')).toEqual([{ base: 150, head: 170 }]);
    expect(figures('crate:serde-json: 1 MB')).toEqual([{ base: 50, head: 60 }]);
    expect(figures('crate:*: 1 MB')).toEqual([{ base: 1_050, head: 1_070 }]);
    expect(figures('crate:openssl*: 0 B')).toEqual([{ base: 0, head: 0 }]);
    expect(verdictOf(['crate:serde*: +10%'], { base, head }).status).toBe('fail');
  });

  it('bounds bytes, code and share of the package of a crate', () => {
    const row = (name: string, code: number, data: number, zip: number) => ({
      ...{
        name,
        code: bytes(code),
        data: bytes(data),
        unwinding: bytes(1),
        relocations: bytes(2),
        other: bytes(0),
        zip: aZipOf({ data: zip }),
      },
    });
    const owning = (...crates: readonly ReturnType<typeof row>[]) =>
      aFunction({ owners: { kind: 'owned', crates: [...crates], shared: [], parts: [], constants: [] } });
    const base = owning(row('tables', 44, 0, 30), row('serde', 50_000, 0, 40_000));
    const head = owning(row('tables', 44, 904_000, 900_000), row('serde', 50_000, 0, 40_900));
    const figures = (limit: string) => verdictOf([limit], { base, head }).kept.map((kept) => kept.figures);
    expect(figures('crate:tables: 1 MB')).toEqual([{ base: 47, head: 904_047 }]);
    expect(figures('crate-text:tables: 1 MB')).toEqual([{ base: 44, head: 44 }]);
    expect(figures('crate-zip:tables: 1 MB')).toEqual([{ base: 30, head: 900_000 }]);
    expect(verdictOf(['crate:tables: 1 kB'], { base, head }).status).toBe('fail');
    expect(verdictOf(['crate-text:tables: 1 kB'], { base, head }).status).toBe('pass');
    // A share moves with what is around it: serde's by 900 B without a change of its own.
    expect(verdictOf(['crate-zip:serde: +0 B'], { base, head })).toMatchObject({ status: 'pass', kept: [{ headroom: 100 }] });
    expect(verdictOf(['crate-zip:serde: +5 kB'], { base, head })).toMatchObject({ kept: [{ headroom: 4_100 }] });
    expect(verdictOf(['crate-zip:serde: 40 kB'], { base, head }).status).toBe('fail');
    expect(verdictOf(['crate-zip:tables: +10 kB'], { base, head }).status).toBe('fail');
  });

  it.each([
    ['init.instructions: +1%', {}, 'local init was not measured in this run'],
    ['init.memory: 5 MB', {}, 'local init was not measured in this run'],
    ['cold-start.p50: 50 ms', {}, 'cold starts were not sampled in this run'],
    ['crate:std: 1 MB', { base: aFunction({ owners: { kind: 'none', reason: 'no map' } }) }, 'base: no map'],
    ['crate-text:std: 1 MB', { head: aFunction({ owners: { kind: 'none', reason: 'no map' } }) }, 'head: no map'],
    ['crate-zip:std: +1 kB', { base: aFunction({ owners: { kind: 'none', reason: 'no map' } }) }, 'base: no map'],
    ['dependencies: 100', { head: aFunction({ dependencies: null }) }, 'head: cargo does not say'],
    ['dependencies: +1', { base: aFunction({ dependencies: null }) }, 'base: cargo does not say'],
  ] as const)('leaves %s unchecked with its reason', (limit, sides, reason) => {
    const verdict = verdictOf([limit], { base: aFunction(), ...sides });
    expect(verdict).toMatchObject({ status: 'unchecked', breaches: [], kept: [], unchecked: [{ function: 'health', reason }] });
    expect(exitCode(verdict)).toBe(3);
  });

  it('checks a maximum where only base has no figure', () => {
    expect(verdictOf(['dependencies: 86'], { base: aFunction({ dependencies: null }) }).breaches).toMatchObject([
      { figures: { base: null, head: 87 } },
    ]);
  });

  it('is off with "none"', () => {
    const verdict = verdictOf(['none'], { base: ofZip(1), head: ofZip(1_000_000) });
    expect(verdict).toEqual({
      status: 'off',
      gate: 'fail',
      breaches: [],
      kept: [],
      warned: [],
      unproven: [],
      unchecked: [],
    });
    expect(exitCode(verdict)).toBe(0);
  });

  it('is by default about a package that grows by more than 5 % and 50 kB', () => {
    expect(verdictOf([], { base: ofZip(919_107), head: ofZip(919_107 + 50_000) }).status).toBe('pass');
    expect(verdictOf([], { base: ofZip(919_107), head: ofZip(919_107 + 50_001) }).status).toBe('fail');
    expect(verdictOf([], { base: ofZip(2_000_000), head: ofZip(2_050_001) }).status).toBe('pass');
  });
});

describe('the exit code', () => {
  it.each([
    ['a package', 'health'],
    ['the workspace', null],
  ])('is 3 for a limit in Cargo.toml of %s that could not be checked', (_, owner) => {
    const limits = [aDeclaredLimit('init.instructions: 1M', { package: owner })];
    const snapshot = aSnapshot({ functions: [aFunction({ crate: 'health' })], limits });
    const side = { snapshot, origin: 'built' } as const;
    const outcome = outcomeOf(
      { kind: 'measured', ...side },
      side,
      { gate: 'fail', judgedAs: 'change', limits: { kind: 'limits', limits: [] } },
      { timings: {}, command: '', baseReason: null },
    );
    expect(outcome.verdict).toMatchObject({ status: 'unchecked', unchecked: [{ limit: { text: 'init.instructions: 1M' } }] });
    expect(exitCode(outcome.verdict)).toBe(3);
  });

  // Of a new function, since a maximum that base exceeds too only warns.
  const [breach] = ['zip: 1 B'];
  it.each([
    ['a breach', [breach], 'fail', 1],
    ['a breach that only warns', [breach], 'warn', 0],
    ['a breach and an unchecked limit', [breach, 'init.faults: 1'], 'fail', 1],
    ['a warning and an unchecked limit', [breach, 'init.faults: 1'], 'warn', 3],
    ['an unchecked limit', ['init.faults: 1'], 'fail', 3],
    ['nothing amiss', ['zip: 1 GB'], 'fail', 0],
  ] as const)('of %s', (_, limits, gate, code) => {
    expect(exitCode(verdictOf(limits, { base: null, gate }))).toBe(code);
  });

  it('is 0 where only a default limit is unchecked', () => {
    const verdict = verdictOf(['init.faults: 1'], { base: null });
    const unchecked = verdict.unchecked.map((one) => ({ ...one, limit: { ...one.limit, source: { kind: 'default' } as const } }));
    expect(exitCode({ ...verdict, unchecked })).toBe(0);
  });
});
