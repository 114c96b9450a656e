import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { renderComment, renderLegs } from '../../src/report/markdown/comment.ts';
import type { LegReport } from '../../src/report/text/legs.ts';
import { anOutcome, aRowFunction } from './builders.ts';
import { coldStartBroken, coldStartDial, coldStartFailing, coldStartRegression, hostileColdStart } from './cold-start-outcomes.ts';
import { expectHarmless } from './gfm.ts';
import { hostileInit, initBroken, initNotMeasurable, initRegression } from './init-outcomes.ts';
import {
  accepted,
  breaching,
  fortyFunctions,
  hostile,
  newFunction,
  overLong,
  passing,
  removedFunction,
  storedIn,
  unchanged,
  withoutBase,
} from './outcomes.ts';

const MARKER = '<!-- coldgate key=default -->';
const FULL = 'https://github.com/octo/lambdas/actions/runs/1';
const OPTIONS = { marker: MARKER, fullReport: FULL };

const OUTCOMES: Readonly<Record<string, () => Outcome>> = {
  pass: passing,
  'base-from-cache': () => storedIn('cache'),
  breach: breaching,
  accepted,
  'new-function': newFunction,
  'removed-function': removedFunction,
  'no-base': withoutBase,
  unchanged,
  'forty-functions': fortyFunctions,
  'over-long': overLong,
  hostile,
  'init-regression': initRegression,
  'init-broken': initBroken,
  'init-not-measurable': initNotMeasurable,
  'init-hostile': hostileInit,
  'cold-start': coldStartRegression,
  'cold-start-dial': coldStartDial,
  'cold-start-broken': coldStartBroken,
  'cold-start-failing': coldStartFailing,
  'cold-start-hostile': hostileColdStart,
};

const LEGS: readonly LegReport[] = [
  { kind: 'reported', name: 'x86_64', outcome: passing() },
  { kind: 'reported', name: 'api', outcome: breaching() },
  { kind: 'reported', name: 'jobs', outcome: unchanged() },
  { kind: 'missing', name: 'arm64', run: null },
];

/** A comment without its marker and its link. */
function written(comment: string): string {
  return comment.replace(`${MARKER}\n`, '').replaceAll(/\[(?:F|f)ull report\]\(https:[^)\n]*\)/g, '');
}

describe.each(Object.entries(OUTCOMES))('the comment on %s', (name, outcome) => {
  test('reads like this', async () => {
    await expect(renderComment(outcome(), OPTIONS)).toMatchFileSnapshot(`../golden/comment-${name}.md`);
  });

  test('begins with the marker, links to the full report, fits and is harmless', () => {
    const comment = renderComment(outcome(), OPTIONS);
    expect(comment.split('\n')[0]).toBe(MARKER);
    expect(comment).toContain(`ull report](${FULL})`);
    expect(comment.length).toBeLessThanOrEqual(65_536);
    expectHarmless(written(comment));
  });
});

test('the marker and the link count towards the maximum', () => {
  const whole = renderComment(passing(), OPTIONS);
  expect(renderComment(passing(), { ...OPTIONS, maximum: whole.length })).toBe(whole);
  const shortened = renderComment(passing(), { ...OPTIONS, maximum: whole.length - 1 });
  expect(shortened.length).toBeLessThan(whole.length);
  expect(shortened).toContain(`_Shortened: symbols left out; see the [full report](${FULL})._`);
});

test('without an address there is no link', () => {
  expect(renderComment(passing(), { ...OPTIONS, fullReport: null })).not.toContain('](');
});

describe('the comment on several legs', () => {
  test('one of them missing', async () => {
    const comment = renderLegs(LEGS, OPTIONS);
    expect(comment.replaceAll('\u00a0', ' ').split('\n').slice(0, 6)).toEqual([
      MARKER,
      '### coldgate · ❌ `health` became larger: package +61.2 kB (+6.9 %) · `api` of 4 jobs (1 fail, 1 missing, 1 pass, 1 no change)',
      '',
      '**This check fails.**',
      '',
      '- missing: `arm64` — its job did not upload a measurement',
    ]);
    await expect(comment).toMatchFileSnapshot('../golden/comment-legs.md');
  });

  test('hostile names and reasons', async () => {
    const evil = 'x`|a\\|b\n# <b> @octocat #1 \u202e';
    const legs: readonly LegReport[] = [
      { kind: 'reported', name: evil, outcome: hostile() },
      { kind: 'missing', name: evil, run: null },
      { kind: 'missing', name: '</details>', run: null },
      { kind: 'refused', name: '@octocat', reason: `schema: ${evil}` },
    ];
    const comment = renderLegs(legs, OPTIONS);
    expectHarmless(written(comment));
    expect(comment).toContain('their jobs did not upload a measurement');
    await expect(comment).toMatchFileSnapshot('../golden/comment-legs-hostile.md');
  });

  test('many long legs fit; the first lines, the absent legs and the footer stay', () => {
    const legs: readonly LegReport[] = [
      ...Array.from({ length: 10 }, (_, index) => ({ kind: 'reported', name: `leg-${index}`, outcome: overLong() }) as const),
      ...Array.from({ length: 200 }, (_, index) => ({ kind: 'missing', name: `m${index}`, run: null }) as const),
      ...Array.from({ length: 200 }, (_, index) => ({ kind: 'refused', name: `r${index}`, reason: '`'.repeat(1_000) }) as const),
    ];
    for (const maximum of [16_000, 65_536]) {
      const comment = renderLegs(legs, { ...OPTIONS, maximum });
      expect(comment.length).toBeLessThanOrEqual(maximum);
      expect(comment).toContain('- missing: `m0`, `m1`');
      expect(comment).toContain('… and 190 more — their jobs did not upload a measurement');
      expect(comment).toContain('and 195 more jobs refused');
      expect(comment).toContain(`_Shortened: symbols, sections, package entries, crates`);
      expect(comment).toContain('<sub>base `abc1234` (stored)');
    }
  });

  test('the worst names there are fit', () => {
    const functions = Array.from({ length: 40 }, (_, index) => aRowFunction(`${index}${'`|'.repeat(500)}`, { zip: [900_000, 990_000] }));
    const legs = Array.from({ length: 256 }, (_, index): LegReport => {
      const name = `${index}${'`|'.repeat(200)}`;
      if (index % 3 === 1) return { kind: 'missing', name, run: null };
      if (index % 3 === 2) return { kind: 'refused', name, reason: '`|'.repeat(400) };
      return { kind: 'reported', name, outcome: anOutcome(functions) };
    });
    expect(renderLegs(legs, OPTIONS).length).toBeLessThanOrEqual(65_536);
  });

  test('details are dropped from all legs alike', () => {
    const legs: readonly LegReport[] = [
      { kind: 'reported', name: 'long', outcome: overLong() },
      { kind: 'reported', name: 'short', outcome: breaching() },
    ];
    const comment = renderLegs(legs, OPTIONS);
    expect(comment).not.toContain('<summary>Crates');
    expect(comment).toContain('| `long/a-function-with-a-long-name-40` | package |');
    expect(comment).toContain('| `short/health` | package |');
  });

  test('different bases have a footer each', () => {
    const legs: readonly LegReport[] = [
      { kind: 'reported', name: 'a', outcome: storedIn('cache') },
      { kind: 'reported', name: 'b', outcome: storedIn('artifact') },
      { kind: 'reported', name: 'c', outcome: storedIn('cache') },
    ];
    const footers = renderLegs(legs, OPTIONS)
      .split('\n')
      .filter((line) => line.startsWith('<sub>'));
    expect(footers).toHaveLength(2);
    expect(footers[0]).toContain('base `abc1234` (from the cache)');
    expect(footers[1]).toContain('base `abc1234` (from an artifact)');
  });
});
