import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/failures.ts';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import { isNoticed, parseMinimum } from '../../../src/core/judge/noticed.ts';
import { outcomeOf } from '../../../src/core/outcome.ts';
import type { FunctionMeasurement } from '../../../src/core/snapshot/snapshot.ts';
import { bytes } from '../../../src/core/units.ts';
import { aBaseSnapshot, aFunction, aMeasuredInit, aSnapshot } from '../builders.ts';

const DEFAULT = parseMinimum('1 kB & 0.1%', 'input comment-minimum');

function noticed(
  base: FunctionMeasurement | null,
  head: FunctionMeasurement | null,
  limits: readonly string[] = [],
  minimum = DEFAULT,
): boolean {
  const side = (fn: FunctionMeasurement | null) => ({ functions: fn === null ? [] : [fn] });
  const outcome = outcomeOf(
    { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot(side(base)) },
    { origin: 'built', snapshot: aSnapshot(side(head)) },
    { limits: parseLimits(limits, '--limit'), gate: 'fail', judgedAs: 'change' },
    { timings: {}, command: '', baseReason: null },
  );
  return isNoticed(outcome, minimum);
}

const ofZip = (size: number): FunctionMeasurement =>
  aFunction({ package: { file: 'health.zip', size: bytes(size), entries: [], overhead: bytes(size) } });

describe('a change that is worth a comment', () => {
  it.each([
    [500_000, 500_999, false],
    [500_000, 501_000, true],
    [500_000, 499_000, true],
    [9_000_000, 9_008_999, false],
    [9_000_000, 9_009_000, true],
    [0, 1_000, true],
  ])('of a package from %i to %i: %s', (base, head, expected) => {
    expect(noticed(ofZip(base), ofZip(head))).toBe(expected);
  });

  it('is what is counted, and no noise of what is measured several times', () => {
    expect(noticed(aFunction({ dependencies: 87 }), aFunction({ dependencies: 88 }))).toBe(true);
    const init = (runs: readonly number[]) => {
      const { instructions } = aMeasuredInit();
      return aFunction({
        init: aMeasuredInit(instructions.kind === 'counted' ? { instructions: { ...instructions, runs: [...runs] } } : {}),
      });
    };
    expect(noticed(init([100_000, 101_000, 102_000]), init([102_000, 103_000, 104_000]))).toBe(false);
    expect(noticed(init([100_000, 101_000, 102_000]), init([106_000, 107_000, 108_000]))).toBe(true);
  });

  it('is a function that comes or goes, a breach and a limit that only warns, however small', () => {
    expect(noticed(null, aFunction())).toBe(true);
    expect(noticed(aFunction(), null)).toBe(true);
    expect(noticed(ofZip(500_000), ofZip(500_001), ['zip: +0 B'])).toBe(true);
    expect(noticed(ofZip(500_000), ofZip(500_001), ['warn: zip: +0 B'])).toBe(true);
    expect(noticed(ofZip(500_000), ofZip(500_000), ['zip: 1 kB'])).toBe(false);
  });

  it('has a minimum that is set', () => {
    expect(noticed(ofZip(500_000), ofZip(500_001), [], parseMinimum('0 B', ''))).toBe(true);
    expect(noticed(ofZip(500_000), ofZip(509_999), [], parseMinimum('10 kB', ''))).toBe(false);
    expect(noticed(ofZip(500_000), ofZip(504_999), [], parseMinimum('1%', ''))).toBe(false);
    expect(parseMinimum('1 kB & 0.1%', '')).toEqual({ bytes: 1_000, percent: 0.1 });
  });

  it.each(['', '1', '1 kB & 2 kB', '1% & 2%', '5 ms', '+1 kB', '1 kB, 0.1%'])('refuses %j and says what to write', (text) => {
    expect(() => parseMinimum(text, 'input comment-minimum')).toThrow(UsageError);
    expect(() => parseMinimum(text, 'input comment-minimum')).toThrow(/^input comment-minimum: .*1 kB & 0\.1%$/);
  });
});
