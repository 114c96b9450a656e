import { describe, expect, test } from 'vitest';
import { exitCode } from '../../src/core/judge/judge.ts';
import type { Base } from '../../src/core/model/base.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { outcomeOf } from '../../src/core/outcome.ts';
import { PLAIN } from '../../src/report/text/escape.ts';
import { limitChangeLines } from '../../src/report/text/limit-changes.ts';
import { warningLines } from '../../src/report/text/notes.ts';
import { aBaseSnapshot, aDeclaredLimit, aSnapshot } from '../core/builders.ts';

const HEALTH = { name: 'health', crate: 'health' };
const TOOL = { name: 'tool', crate: 'tool' };

function outcome(atBase: readonly string[], atHead: readonly string[], binaries = [HEALTH], lost: Base | null = null): Outcome {
  const declared = (texts: readonly string[]) => texts.map((text) => aDeclaredLimit(text));
  const snapshot = aBaseSnapshot({ limits: declared(atBase), binaries: [HEALTH, TOOL] });
  const head = aSnapshot({ limits: declared(atHead), binaries });
  const judging = { limits: { kind: 'limits', limits: [] }, gate: 'fail', judgedAs: 'change' } as const;
  const base: Base = lost ?? { kind: 'measured', origin: 'built', snapshot };
  return outcomeOf(base, { origin: 'built', snapshot: head }, judging, { timings: {}, command: '', baseReason: null });
}

const warned = (judged: Outcome) => warningLines(judged, PLAIN).filter((line) => line.includes('judges nothing'));

describe('a declared limit for a function that nobody has', () => {
  test('is warned of where base declares it, with the nearest name, and stops nobody', () => {
    const judged = outcome(['helth/zip: 1 kB'], ['helth/zip: 1 kB']);
    expect(warned(judged)).toEqual(['helth/zip: 1 kB in Cargo.toml:12 judges nothing: there is no function helth; did you mean health?']);
    expect(exitCode(judged.verdict)).toBe(0);
    expect(limitChangeLines(judged, PLAIN)).toEqual([]);
  });

  test('is said beside the proposal where head brings it', () => {
    const judged = outcome([], ['helth/zip: 5 MB', 'health/zip: 5 MB']);
    expect(warned(judged)).toEqual([]);
    expect(limitChangeLines(judged, PLAIN)).toEqual([
      'added: helth/zip: 5 MB in Cargo.toml: there is no function helth; did you mean health?',
      'added: health/zip: 5 MB in Cargo.toml',
    ]);
  });

  test.each([
    ['a function of either side', ['health/zip: 5 MB', 'tool/zip: 5 MB'], [HEALTH]],
    ['every function', ['zip: 5 MB'], [HEALTH]],
    ['a line that cannot be read', ['helth/zip: 5'], [HEALTH]],
    ['binaries that are not known', ['helth/zip: 5 MB'], []],
  ])('%s: nothing', (_, limits, binaries) => {
    expect(warned(outcome(limits, [], binaries))).toEqual([]);
  });

  test('nor of a base that could not be measured, whose binaries nobody knows', () => {
    const why = { kind: 'does-not-build', sha: 'c'.repeat(40), reason: 'x', limits: [aDeclaredLimit('gone/zip: 5 MB')] } as const;
    expect(warned(outcome([], [], [HEALTH], { kind: 'missing', why }))).toEqual([]);
  });
});
