import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/failures.ts';
import { exitCode } from '../../../src/core/judge/judge.ts';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import type { Base } from '../../../src/core/model/base.ts';
import type { Outcome } from '../../../src/core/model/outcome.ts';
import { outcomeOf } from '../../../src/core/outcome.ts';
import { bytes } from '../../../src/core/units.ts';
import { limitChangeHeading } from '../../../src/report/text/limit-changes.ts';
import { aBaseSnapshot, aDeclaredLimit, aFunction, aSnapshot } from '../builders.ts';

function ofZip(size: number) {
  return aFunction({ package: { file: 'health.zip', size: bytes(size), entries: [], overhead: bytes(size) } });
}

/** A package that grows by half, with these lines in `Cargo.toml` at base and at head; `null`: there is no base. */
function outcome(
  base: readonly string[] | null,
  head: readonly string[],
  inputs: readonly string[] = [],
  ofLost: readonly string[] = [],
): Outcome {
  const lines = (texts: readonly string[]) => texts.map((text) => aDeclaredLimit(text));
  const before: Base =
    base === null
      ? {
          kind: 'missing',
          why: { kind: 'does-not-build', sha: 'b'.repeat(40), reason: 'error[E0308]: mismatched types', limits: lines(ofLost) },
        }
      : { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ functions: [ofZip(1_000_000)], limits: lines(base) }) };
  const after = aSnapshot({ functions: [ofZip(1_500_000)], limits: lines(head) });
  return outcomeOf(
    before,
    { origin: 'built', snapshot: after },
    { limits: parseLimits(inputs, 'input limits'), gate: 'fail', judgedAs: 'change' },
    { timings: {}, command: '', baseReason: null },
  );
}

describe('the accused does not write the law', () => {
  it.each([['none'], ['zip: 900 MB'], ['zip: +900%'], ['warn: zip: +5%']])('%s at head alone changes no verdict', (line) => {
    const judged = outcome([], [line]);
    expect(judged.verdict).toMatchObject({ status: 'fail', breaches: [{ limit: { source: { kind: 'default' } } }] });
    expect(judged.comparison.limitChanges).toEqual([{ kind: 'added', text: line, file: 'Cargo.toml' }]);
    expect(limitChangeHeading(judged)).toBe('This change proposes limits; they count once they are in the base');
    expect(exitCode(outcome([], [line], ['zip: +20%']).verdict)).toBe(1);
  });

  it('where base has lines, they count whatever head makes of them', () => {
    expect(outcome(['zip: +20%'], ['none']).verdict.status).toBe('fail');
    expect(outcome(['zip: +20%'], []).verdict.status).toBe('fail');
    expect(outcome(['zip: +60%'], ['zip: 1 kB']).verdict.status).toBe('pass');
    // A mistake that base has opens no door.
    expect(outcome(['zip: 20'], ['none']).verdict.status).toBe('fail');
    expect(outcome(['zip: 20', 'binary: 1 kB'], ['none']).verdict).toMatchObject({ warned: [{ because: 'base-exceeds' }] });
  });

  it('without a base its lines are proposed too', () => {
    expect(outcome(null, ['none']).verdict).toMatchObject({ status: 'pass', unchecked: [{ limit: { source: { kind: 'default' } } }] });
    expect(outcome(null, ['none']).comparison.limitChanges).toHaveLength(1);
    expect(outcome(null, ['zip: 900 MB'], ['zip: 1 MB']).verdict.status).toBe('fail');
  });

  it('a base without figures has its lines all the same', () => {
    const judged = outcome(null, ['none'], [], ['zip: 1 MB', 'zip: +60%']);
    expect(judged.verdict).toMatchObject({
      status: 'fail',
      breaches: [{ limit: { text: 'zip: 1 MB' } }],
      unchecked: [{ code: 'no-base', limit: { text: 'zip: +60%' } }],
    });
    expect(limitChangeHeading(judged)).toBe("This change alters limits; the base's are applied");
    expect(outcome(null, [], [], ['none']).verdict.status).toBe('off');
  });

  it('and a line that cannot be read stops the change that brings it', () => {
    expect(() => outcome([], ['zip: 20'])).toThrow(UsageError);
  });
});
