import { describe, expect, it } from 'vitest';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import type { Outcome } from '../../../src/core/model/outcome.ts';
import { outcomeOf } from '../../../src/core/outcome.ts';
import type { FunctionMeasurement, Snapshot } from '../../../src/core/snapshot/snapshot.ts';
import { bytes } from '../../../src/core/units.ts';
import { PLAIN } from '../../../src/report/text/escape.ts';
import { noteLines } from '../../../src/report/text/notes.ts';
import { verdictSentence } from '../../../src/report/text/sentence.ts';
import { aBaseSnapshot, aDeclaredLimit, aFunction, aSnapshot } from '../builders.ts';

function ofZip(name: string, size: number, crate = name): FunctionMeasurement {
  return aFunction({ name, crate, package: { file: `packages/${name}.zip`, size: bytes(size), entries: [], overhead: bytes(size) } });
}

/** `health` of a megabyte becomes `wellness` of two. */
function outcome(renamed: Snapshot['renamed'], limits: readonly string[] = [], declared: Snapshot['limits'] = []): Outcome {
  return outcomeOf(
    { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ functions: [ofZip('health', 1_000_000)], limits: declared }) },
    { origin: 'built', snapshot: aSnapshot({ functions: [ofZip('wellness', 2_000_000)], renamed }) },
    { limits: parseLimits(limits, '--limit'), gate: 'fail', judgedAs: 'change' },
    { timings: {}, command: '', baseReason: null },
  );
}

const RENAMED: Snapshot['renamed'] = [{ name: 'wellness', crate: 'wellness', from: { name: 'health', crate: 'health' } }];

describe('a function with a new name', () => {
  it('is compared with what git calls it a rename of', () => {
    const judged = outcome(RENAMED);
    expect(judged.comparison.functions).toMatchObject([
      {
        name: 'wellness',
        status: 'changed',
        formerly: { name: 'health', crate: 'health' },
        metrics: { zip: { base: 1_000_000, head: 2_000_000 } },
      },
    ]);
    expect(judged.verdict).toMatchObject({ status: 'fail', breaches: [{ function: 'wellness' }] });
    expect(noteLines(judged, PLAIN)).toEqual(['wellness is what base calls health: it is compared with that']);
    expect(verdictSentence(judged)).not.toContain('no growth judged');
  });

  it('takes no limit off: those of its old name and package hold', () => {
    expect(outcome(RENAMED, ['health/zip: 1.5 MB']).verdict).toMatchObject({
      status: 'fail',
      breaches: [{ limit: { text: 'health/zip: 1.5 MB' } }],
    });
    const ofPackage = [aDeclaredLimit('zip: +1%', { package: 'health', file: 'health/Cargo.toml' })];
    expect(outcome(RENAMED, [], ofPackage).verdict).toMatchObject({ status: 'fail', breaches: [{ limit: { text: 'zip: +1%' } }] });
    expect(outcome(RENAMED, ['health/zip: 1.5 MB', 'wellness/zip: 9 MB']).verdict.status).toBe('fail');
  });

  it('that nobody knows for a rename is said beside the one that is gone', () => {
    const judged = outcome([]);
    expect(judged.verdict.status).toBe('pass');
    expect(verdictSentence(judged)).toBe('pass: wellness within its limits; 1 new, 1 removed: no growth judged');
    expect(verdictSentence(outcome([], ['zip: 1 kB']))).toMatch(/; 1 new, 1 removed: no growth judged$/);
  });

  it('cannot take the base of a function that is still there', () => {
    const told = [{ name: 'orders', crate: 'orders', from: { name: 'health', crate: 'health' } }];
    const judged = outcomeOf(
      { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ functions: [ofZip('health', 1_000_000)] }) },
      { origin: 'built', snapshot: aSnapshot({ functions: [ofZip('health', 1_000_000), ofZip('orders', 1_000)], renamed: told }) },
      { limits: parseLimits([], '--limit'), gate: 'fail', judgedAs: 'change' },
      { timings: {}, command: '', baseReason: null },
    );
    expect(judged.comparison.functions.map(({ name, status, formerly }) => [name, status, formerly])).toEqual([
      ['health', 'unchanged', null],
      ['orders', 'added', null],
    ]);
  });
});
