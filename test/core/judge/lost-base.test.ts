import { describe, expect, it } from 'vitest';
import { accept, exitCode } from '../../../src/core/judge/judge.ts';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import type { Base, MissingBase } from '../../../src/core/model/base.ts';
import type { Outcome } from '../../../src/core/model/outcome.ts';
import { outcomeOf } from '../../../src/core/outcome.ts';
import { verdictSentence } from '../../../src/report/text/sentence.ts';
import { toneOf } from '../../../src/report/text/tone.ts';
import { aBaseSnapshot, aFunction, aSnapshot, BASE_SHA } from '../builders.ts';

const BROKEN: MissingBase = { kind: 'does-not-build', sha: 'c'.repeat(40), reason: 'error[E0308]: mismatched types', limits: [] };
const LABEL = { label: 'coldgate: accepted', by: 'octocat', at: '2026-05-04T10:11:12Z', reason: null };

function outcome(limits: readonly string[], base: Base = { kind: 'missing', why: BROKEN }): Outcome {
  const judging = { limits: parseLimits(limits, '--limit'), gate: 'fail', judgedAs: 'change' } as const;
  return outcomeOf(base, { origin: 'built', snapshot: aSnapshot() }, judging, { timings: {}, command: '', baseReason: null });
}

describe('a base that does not build, with nothing to stand in for it', () => {
  it('leaves a growth limit that somebody wrote unchecked: no pass, exit 3', () => {
    const judged = outcome(['zip: +2%']);
    expect(judged.verdict).toMatchObject({ status: 'unchecked', kept: [], unchecked: [{ code: 'no-base' }] });
    expect(exitCode(judged.verdict)).toBe(3);
    expect(toneOf(judged)).toBe('doubtful');
    expect(verdictSentence(judged)).toBe(
      "not checked: health's package has nothing to be compared with (the base ccccccc does not build, and no commit before it was measured); the limit is +2 % (--limit)",
    );
  });

  it('leaves the default ones unchecked, in amber', () => {
    const judged = outcome([]);
    expect(judged.verdict).toMatchObject({ status: 'pass', unchecked: [{ code: 'no-base', limit: { source: { kind: 'default' } } }] });
    expect(exitCode(judged.verdict)).toBe(0);
    expect(toneOf(judged)).toBe('doubtful');
    expect(verdictSentence(judged)).toBe(
      'no comparison: health, package 919 kB; the base ccccccc does not build (error[E0308]: mismatched types); growth of package not judged',
    );
  });

  it('holds absolute limits, also beside growth where they settle it', () => {
    expect(outcome(['zip: 5 MB']).verdict).toMatchObject({ status: 'pass', kept: [{}], unchecked: [] });
    expect(exitCode(outcome(['zip: 1 kB']).verdict)).toBe(1);
    expect(outcome(['zip: 5 MB & +1%']).verdict).toMatchObject({ status: 'pass', unchecked: [] });
    expect(outcome(['zip: 1 kB & +1%']).verdict).toMatchObject({ status: 'unchecked', unchecked: [{ code: 'no-base' }] });
    expect(toneOf(outcome(['zip: 5 MB']))).toBe('good');
  });

  it('has functions all the same, which a limit may name where the change removes them; a name that nobody has is a mistake', () => {
    const why: MissingBase = { ...BROKEN, binaries: [{ name: 'broken', crate: 'app' }] };
    expect(outcome(['broken/zip: 5 MB'], { kind: 'missing', why }).verdict).toMatchObject({ status: 'pass' });
    const standing: Base = { kind: 'measured', origin: 'stored', snapshot: aBaseSnapshot(), insteadOf: why };
    expect(outcome(['broken/zip: 5 MB'], standing).verdict).toMatchObject({ status: 'pass' });
    for (const base of [{ kind: 'missing', why } as const, standing])
      expect(() => outcome(['brocken/zip: 5 MB'], base)).toThrow(/there is no function "brocken"; did you mean "broken"\?/);
    expect(() => outcome(['broken/zip: 5 MB'])).toThrow(/there is no function/);
  });

  it('is what a label may accept, and this alone of what could not be checked', () => {
    const judged = outcome(['zip: +2%']);
    const accepted = { ...judged, verdict: accept(judged.verdict, LABEL) };
    expect(accepted.verdict.status).toBe('accepted');
    expect(exitCode(accepted.verdict)).toBe(0);
    expect(verdictSentence(accepted)).toMatch(
      /^accepted: health, package 919 kB; the base ccccccc does not build .*; accepted by @octocat with the label/,
    );
    const open = outcome(['zip: +2%', 'init.faults: 1']).verdict;
    expect(accept(open, LABEL)).toBe(open);
    const breached = accept(outcome(['zip: +2%', 'zip: 1 kB']).verdict, LABEL);
    expect([breached.status, exitCode(breached)]).toEqual(['accepted', 0]);
  });
});

describe('other bases', () => {
  it('a first run has no growth and leaves nothing unchecked', () => {
    const first = outcome(['zip: +2%'], {
      kind: 'missing',
      why: { kind: 'first-run', sha: null, reason: 'this is the first commit', limits: [] },
    });
    expect(first.verdict).toMatchObject({ status: 'pass', unchecked: [] });
  });

  it('an earlier commit that stands in is judged against, and named', () => {
    const base: Base = {
      kind: 'measured',
      origin: 'stored',
      snapshot: aBaseSnapshot({ functions: [aFunction({}, { overhead: 100_000 })] }),
    };
    const judged = outcome(['zip: +0 B'], { ...base, insteadOf: BROKEN });
    expect(judged.verdict).toMatchObject({ status: 'pass', kept: [{ figures: { base: 1_018_937 } }] });
    expect(verdictSentence(judged)).toMatch(
      new RegExp(`; base ccccccc does not build: compared with ${BASE_SHA.slice(0, 7)}, the newest commit before it that was measured$`),
    );
  });
});
