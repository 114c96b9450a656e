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
      'pass: 2 legs; a: 3 functions within their limits; closest: health zip, 26.9 kB headroom',
    ],
    [
      'pass beside no change',
      [leg('a', unchanged()), leg('b')],
      'pass',
      'good',
      'pass: 2 legs (1 pass, 1 no change); b: 3 functions within their limits; closest: health zip, 26.9 kB headroom',
    ],
    [
      'a first measurement beside no change',
      [leg('a', unchanged()), leg('b', withoutBase())],
      'pass',
      'good',
      'pass: 2 legs (1 first measurement, 1 no change); b: 3 functions, the largest users zip 1.12 MB; no base to compare with (this is the first commit)',
    ],
    ['nothing changed', [leg('a', unchanged())], 'pass', 'good', 'no change: 1 leg; a: 3 functions are byte-identical to abc1234'],
    [
      'a breach',
      [leg('a'), MISSING, leg('b', breaching()), REFUSED],
      'fail',
      'bad',
      "fail: 4 legs (1 fail, 1 refused, 1 missing, 1 pass); b: health's zip grew by 61.2 kB (+6.9 %) to 948 kB; the limit is +5% & +50 kB (default)",
    ],
    ['one missing', [leg('a'), MISSING], 'fail', 'bad', 'fail: 2 legs (1 missing, 1 pass); arm64: its job did not upload a measurement'],
    [
      'one refused',
      [MISSING, REFUSED],
      'fail',
      'bad',
      'fail: 2 legs (1 refused, 1 missing); web: its measurement was refused (another schema)',
    ],
    [
      'one accepted',
      [leg('a'), leg('b', accepted())],
      'accepted',
      'accepted',
      'accepted: 2 legs (1 accepted, 1 pass); b: health\'s zip grew by 61.2 kB (+6.9 %) to 948 kB; the limit is +5% & +50 kB (default); accepted by @octocat with the label "coldgate: accepted" at 2026-05-04T10:11:12Z',
    ],
    [
      'one of them warned',
      [leg('a', accepted()), leg('b', WARNED)],
      'fail',
      'doubtful',
      "warning: 2 legs (1 warning, 1 accepted); b: health's zip grew by 61.2 kB (+6.9 %) to 948 kB; the limit is +5% & +50 kB (default); the gate is set to warn",
    ],
    [
      'one not checked',
      [leg('a', UNCHECKED), leg('b', WARNED)],
      'fail',
      'doubtful',
      "not checked: 2 legs (1 not checked, 1 warning); a: health's zip has no figure (no symbols); the limit is +5% & +50 kB (--limit)",
    ],
    [
      'all off',
      [leg('a', OFF)],
      'off',
      'neutral',
      'not judged: 1 leg; a: 1 of 1 function changed; most: health zip +61.2 kB, +6.9 % to 948 kB; the gate is off',
    ],
    ['none', [], 'fail', 'bad', 'fail: there is no leg to report on'],
  ])('%s', (_, legs, status, tone, sentence) => {
    expect([statusOfLegs(legs), toneOfLegs(legs), sentenceOfLegs(legs)]).toEqual([status, tone, sentence]);
  });

  test('of two breaching legs the one further over its limit is told', () => {
    const far = aRowFunction('far', { zip: [886_812, 1_948_012] });
    expect(sentenceOfLegs([leg('near', breaching()), leg('far', anOutcome([far]))])).toMatch(/^fail: 2 legs; far: far's zip grew/);
  });
});

test('the leg with a function that no longer starts is the worst', () => {
  expect(sentenceOfLegs([leg('a', breaching()), leg('b', initBroken())])).toMatch(/^fail: 2 legs; b: health no longer starts: it exited/);
});
