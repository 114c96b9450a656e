import { describe, expect, it } from 'vitest';
import { exitCode } from '../../../src/core/judge/judge.ts';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import type { Outcome } from '../../../src/core/model/outcome.ts';
import type { JudgedAs } from '../../../src/core/model/verdict.ts';
import { outcomeOf } from '../../../src/core/outcome.ts';
import type { FunctionMeasurement } from '../../../src/core/snapshot/snapshot.ts';
import { bytes } from '../../../src/core/units.ts';
import { verdictSentence } from '../../../src/report/text/sentence.ts';
import { toneOf } from '../../../src/report/text/tone.ts';
import { aBaseSnapshot, aColdStart, aFunction, aMeasuredInit, aSnapshot, aSymbol } from '../builders.ts';

function ofZip(size: number): FunctionMeasurement {
  return aFunction({ package: { file: 'health.zip', size: bytes(size), entries: [], overhead: bytes(size) } });
}

function ofInit(instructions: readonly number[]): FunctionMeasurement {
  const { instructions: counted } = aMeasuredInit();
  if (counted.kind !== 'counted') throw new Error('the builder counts');
  return aFunction({ init: aMeasuredInit({ instructions: { ...counted, runs: [...instructions] } }) });
}

/** `branch`: the default branch's own push, where all that is over is told in full. */
function outcome(limits: readonly string[], base: FunctionMeasurement, head: FunctionMeasurement, judgedAs: JudgedAs = 'change'): Outcome {
  const judging = { limits: parseLimits(limits, '--limit'), gate: 'fail', judgedAs } as const;
  return outcomeOf(
    { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ functions: [base] }) },
    { origin: 'built', snapshot: aSnapshot({ functions: [head] }) },
    judging,
    { timings: {}, command: '', baseReason: null },
  );
}

describe('a maximum that base exceeds too', () => {
  it.each([
    ['nothing changed', 6_000_000, 6_000_000, 'pass'],
    ['it shrank', 6_000_000, 5_500_000, 'pass'],
    ['it grew by 2 kB', 6_000_000, 6_002_000, 'pass'],
    ['it grew by more', 6_000_000, 6_002_001, 'fail'],
    ['base is at the limit', 5_000_000, 5_000_001, 'fail'],
  ] as const)('where %s: %i → %i is a %s', (_, base, head, status) => {
    const { verdict } = outcome(['zip: 5 MB'], ofZip(base), ofZip(head));
    expect(verdict.status).toBe(status);
    expect(verdict.warned.map(({ because }) => because)).toEqual(status === 'pass' ? ['base-exceeds'] : []);
    expect(exitCode(verdict)).toBe(status === 'pass' ? 0 : 1);
  });

  it('is said in the first line, which is no green one', () => {
    const still = outcome(['zip: 5 MB'], ofZip(6_000_000), ofZip(6_000_000));
    expect(verdictSentence(still)).toBe(
      'warning: health is too large: package 6.00 MB, unchanged; the limit is 5 MB (--limit); base exceeds it too',
    );
    expect(toneOf(still)).toBe('doubtful');
    const more = outcome(['zip: 5 MB', 'binary: 1 kB'], ofZip(6_000_000), ofZip(6_000_500));
    expect(verdictSentence(more)).toMatch(/^warning: .*; base exceeds it too; and 1 more limit$/);
  });

  it('has no tolerance where things are counted', () => {
    const [base, same, more] = [100, 100, 101].map((dependencies) => aFunction({ dependencies }));
    if (base === undefined || same === undefined || more === undefined) throw new Error('three');
    expect(outcome(['dependencies: 90'], base, same).verdict.status).toBe('pass');
    expect(outcome(['dependencies: 90'], base, more).verdict.status).toBe('fail');
  });

  it('takes bytes of crates for sizes: what base has, a change need not throw out', () => {
    const code = (size: number) => aFunction({}, { symbols: [aSymbol('openssl', 'main', size)] });
    expect(outcome(['crate:openssl*: 0 B'], code(9_000), code(9_000)).verdict.status).toBe('pass');
    expect(outcome(['crate:openssl*: 0 B'], code(9_000), code(12_000)).verdict.status).toBe('fail');
    expect(outcome(['crate:openssl*: 0 B'], code(0), code(1)).verdict.status).toBe('fail');
  });

  it('allows what is measured several times its spread', () => {
    const limit = ['init.instructions: 900'];
    expect(outcome(limit, ofInit([1_000, 1_004, 1_008]), ofInit([1_008, 1_010, 1_012])).verdict).toMatchObject({
      status: 'pass',
      warned: [{ because: 'base-exceeds' }],
      unchecked: [],
    });
    expect(outcome(limit, ofInit([1_000, 1_004, 1_008]), ofInit([1_009, 1_010, 1_012])).verdict.status).toBe('fail');
    // Head lies about the limit, base beyond it: no reason to stop anybody either.
    expect(outcome(['init.instructions: 1005'], ofInit([1_006, 1_007, 1_008]), ofInit([1_004, 1_006, 1_007])).verdict).toMatchObject({
      status: 'pass',
      warned: [{ because: 'base-exceeds' }],
    });
  });

  it('allows a sampled time what its interval does not prove', () => {
    const fn = (median: number) => aFunction({ coldStart: aColdStart({ medians: [[128, median]] }) }, { headers: Math.round(median) });
    const limit = ['cold-start.p50: 10 ms'];
    expect(outcome(limit, fn(20), fn(20.1)).verdict).toMatchObject({ status: 'pass', warned: [{ because: 'base-exceeds' }] });
    expect(outcome(limit, fn(20), fn(30)).verdict.status).toBe('fail');
  });

  it('binds a new function, and growth that somebody bounded beside it', () => {
    const judged = outcomeOf(
      { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ functions: [ofZip(6_000_000)] }) },
      { origin: 'built', snapshot: aSnapshot({ functions: [ofZip(6_000_000), { ...ofZip(6_000_000), name: 'orders', crate: 'orders' }] }) },
      { limits: parseLimits(['zip: 5 MB'], '--limit'), gate: 'fail', judgedAs: 'change' },
      { timings: {}, command: '', baseReason: null },
    );
    expect(judged.verdict).toMatchObject({ status: 'fail', breaches: [{ function: 'orders' }], warned: [{ function: 'health' }] });
    expect(outcome(['zip: 5 MB & +100 B'], ofZip(6_000_000), ofZip(6_000_200)).verdict.status).toBe('fail');
  });

  it("is a breach on the default branch's own push, told in full", () => {
    const told = outcome(['zip: 5 MB'], ofZip(6_000_000), ofZip(6_000_000), 'branch');
    expect(told.verdict).toMatchObject({ status: 'fail', warned: [], breaches: [{ headroom: -1_000_000 }] });
  });
});

describe('a limit that warns', () => {
  it('warns where the plain form fails, and keeps where it keeps', () => {
    const grown = outcome(['warn: zip: +5%'], ofZip(1_000_000), ofZip(1_100_000));
    expect(grown.verdict).toMatchObject({ status: 'pass', breaches: [], warned: [{ because: 'warn', headroom: -50_000 }] });
    expect(exitCode(grown.verdict)).toBe(0);
    expect(toneOf(grown)).toBe('doubtful');
    expect(verdictSentence(grown)).toBe(
      'warning: health became larger: package +100 kB (+10 %) to 1.10 MB; the limit is +5 % (--limit), which only warns',
    );
    expect(outcome(['warn: zip: +5%'], ofZip(1_000_000), ofZip(1_050_000)).verdict).toMatchObject({ warned: [], kept: [{ headroom: 0 }] });
  });

  it('stands beside one that fails', () => {
    const both = ['warn: zip: +5%', 'zip: +20%'];
    expect(outcome(both, ofZip(1_000_000), ofZip(1_100_000)).verdict).toMatchObject({ status: 'pass', warned: [{}], kept: [{}] });
    const worse = outcome(both, ofZip(1_000_000), ofZip(1_300_000));
    expect(worse.verdict).toMatchObject({ status: 'fail', warned: [{}], breaches: [{}] });
    expect(verdictSentence(worse)).toMatch(/^fail: .*the limit is \+20 % \(--limit\)$/);
  });

  it('does not end the run with 3 where it cannot be checked', () => {
    expect(exitCode(outcome(['warn: init.faults: 1'], aFunction(), aFunction()).verdict)).toBe(0);
    expect(exitCode(outcome(['init.faults: 1'], aFunction(), aFunction()).verdict)).toBe(3);
  });
});
