import { describe, expect, test } from 'vitest';
import { type LegReport, sentenceOfLegs, statusOfLegs, toneOfLegs } from '../../src/report/text/legs.ts';
import { anOutcome, aRowFunction, aVerdict, DEFAULT_LIMIT } from './builders.ts';
import { initBroken } from './init-outcomes.ts';
import { accepted, breaching, passing, unchanged, withoutBase } from './outcomes.ts';

const HEALTH = aRowFunction('health', { zip: [886_812, 948_012] });
const WARNED = anOutcome([HEALTH], { verdict: aVerdict([HEALTH], [DEFAULT_LIMIT], { gate: 'warn' }) });
const OFF = anOutcome([HEALTH], {
  verdict: {
    status: 'off',
    gate: 'fail',
    breaches: [],
    kept: [],
    warned: [],
    unproven: [],
    unchecked: [],
  },
});
const UNCHECKED = anOutcome([aRowFunction('health')], {
  verdict: aVerdict([aRowFunction('health')], [], {
    unchecked: [
      {
        limit: { ...DEFAULT_LIMIT, source: { kind: 'input', option: '--limit' } },
        function: 'health',
        code: 'unmeasured',
        reason: 'no symbols',
      },
    ],
  }),
});

function leg(name: string, outcome = passing()): LegReport {
  return { kind: 'reported', name, outcome };
}

const MISSING: LegReport = { kind: 'missing', name: 'arm64', run: null };
const REFUSED: LegReport = { kind: 'refused', name: 'web', reason: 'another schema' };

describe('the verdict over all legs', () => {
  test.each<[string, readonly LegReport[], string, string, string]>([
    [
      'all alike',
      [leg('a'), leg('b')],
      'pass',
      'good',
      "pass: 2 jobs; a: 3 functions within their limits; health became larger: package +23.1 kB (+2.6 %) to 910 kB; closest to a limit: health's package, 26.9 kB left",
    ],
    [
      'pass beside no change',
      [leg('a', unchanged()), leg('b')],
      'pass',
      'good',
      "pass: 2 jobs (1 pass, 1 no change); b: 3 functions within their limits; health became larger: package +23.1 kB (+2.6 %) to 910 kB; closest to a limit: health's package, 26.9 kB left",
    ],
    [
      'a first measurement beside no change',
      [leg('a', unchanged()), leg('b', withoutBase())],
      'pass',
      'good',
      'pass: 2 jobs (1 first measurement, 1 no change); b: 3 functions, the largest users: package 1.12 MB; no base to compare with (this is the first commit)',
    ],
    ['nothing changed', [leg('a', unchanged())], 'pass', 'good', 'no change: 1 job; a: 3 functions are byte-identical to abc1234'],
    [
      'a breach',
      [leg('a'), MISSING, leg('b', breaching()), REFUSED],
      'fail',
      'bad',
      'fail: 4 jobs (1 fail, 1 refused, 1 missing, 1 pass); b: health became larger: package +61.2 kB (+6.9 %) to 948 kB; the limit is +5 % and +50 kB (default)',
    ],
    ['one missing', [leg('a'), MISSING], 'fail', 'bad', 'fail: 2 jobs (1 missing, 1 pass); arm64: its job did not upload a measurement'],
    [
      'one refused',
      [MISSING, REFUSED],
      'fail',
      'bad',
      'fail: 2 jobs (1 refused, 1 missing); web: its measurement was refused (another schema)',
    ],
    [
      'one accepted',
      [leg('a'), leg('b', accepted())],
      'accepted',
      'accepted',
      'accepted: 2 jobs (1 accepted, 1 pass); b: health became larger: package +61.2 kB (+6.9 %) to 948 kB; the limit is +5 % and +50 kB (default); accepted by @octocat with the label "coldgate: accepted" at 2026-05-04T10:11:12Z',
    ],
    [
      'one of them warned',
      [leg('a', accepted()), leg('b', WARNED)],
      'fail',
      'doubtful',
      'warning: 2 jobs (1 warning, 1 accepted); b: health became larger: package +61.2 kB (+6.9 %) to 948 kB; the limit is +5 % and +50 kB (default); the gate is set to warn',
    ],
    [
      'one not checked',
      [leg('a', UNCHECKED), leg('b', WARNED)],
      'fail',
      'doubtful',
      "not checked: 2 jobs (1 not checked, 1 warning); a: health's package has no figure (no symbols); the limit is +5 % and +50 kB (--limit)",
    ],
    [
      'all off',
      [leg('a', OFF)],
      'off',
      'neutral',
      'not judged: 1 job; a: 1 of 1 function changed; health became larger: package +61.2 kB (+6.9 %) to 948 kB; the gate is off',
    ],
    ['none', [], 'fail', 'bad', 'fail: there is no job to report on'],
  ])('%s', (_, legs, status, tone, sentence) => {
    expect([statusOfLegs(legs), toneOfLegs(legs), sentenceOfLegs(legs)]).toEqual([status, tone, sentence]);
  });

  test('of two breaching legs the one further over its limit is told', () => {
    const far = aRowFunction('far', { zip: [886_812, 1_948_012] });
    expect(sentenceOfLegs([leg('near', breaching()), leg('far', anOutcome([far]))])).toMatch(/^fail: 2 jobs; far: far became larger/);
  });
});

test('the leg with a function that no longer starts is the worst', () => {
  expect(sentenceOfLegs([leg('a', breaching()), leg('b', initBroken())])).toMatch(/^fail: 2 jobs; b: health no longer starts: it exited/);
});
