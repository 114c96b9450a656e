import { describe, expect, test } from 'vitest';
import { renderComment, renderLegs } from '../../src/report/markdown/comment.ts';
import { renderLegsSummary } from '../../src/report/markdown/summary.ts';
import { AWAITED_STATUS, type ColdStartNotice, LOST } from '../../src/report/text/cold-start-job.ts';
import type { LegReport } from '../../src/report/text/legs.ts';
import { expectHarmless } from './gfm.ts';
import { accepted, breaching, fortyFunctions, passing } from './outcomes.ts';

const OPTIONS = { marker: '<!-- m -->', fullReport: null };
const AWAITED: ColdStartNotice = {
  kind: 'awaited',
  context: 'coldgate (cold-start)',
  url: 'https://github.com/o/r/actions/runs/1',
  failed: false,
};
const HOSTILE: ColdStartNotice = { kind: 'lost', context: 'coldgate (cold-start)', reason: '`x` | @octocat\n# <b>#1' };
const LEGS: readonly LegReport[] = [
  { kind: 'reported', name: 'a', outcome: passing() },
  { kind: 'reported', name: 'b', outcome: passing() },
];

const third = (text: string): string => text.split('\n')[3] ?? '';

describe('that cold starts are not there', () => {
  test('stands below the verdict, of one leg and of several, in comment and summary', () => {
    for (const text of [renderComment(passing(), { ...OPTIONS, notice: AWAITED }), renderLegs(LEGS, { ...OPTIONS, notice: AWAITED })]) {
      expect(third(text)).toBe(
        '⏳ **Cold starts are awaited**: `coldgate (cold-start)` is pending until somebody approves the environment of the cold-start job: [review it](https://github.com/o/r/actions/runs/1)',
      );
      expect(text).toContain('✅');
    }
    expect(renderLegsSummary(LEGS, { notice: AWAITED })).toContain('Cold starts are awaited');
    expect(renderLegsSummary(LEGS.slice(0, 1), { notice: AWAITED })).toContain('Cold starts are awaited');
  });

  test('says when a label counts where there is something to accept', () => {
    expect(renderComment(breaching(), { ...OPTIONS, notice: { ...AWAITED, failed: true } })).toContain('A label that is set until then');
  });

  test('is never green where they do not come, and red stays red', () => {
    const icon = (text: string): string => /^### coldgate · (\S+)/m.exec(text)?.[1] ?? '';
    const lost = { ...OPTIONS, notice: HOSTILE };
    expect([passing(), accepted(), breaching()].map((outcome) => icon(renderComment(outcome, lost)))).toEqual(['⚠️', '⚠️', '❌']);
    expect(icon(renderLegs(LEGS, lost))).toBe('⚠️');
  });

  test('is data where it names a leg', () => {
    const text = renderComment(passing(), { ...OPTIONS, notice: HOSTILE });
    expectHarmless(text.split('\n').slice(1).join('\n'));
  });

  test('stays where details have to go', () => {
    const text = renderComment(fortyFunctions(), { ...OPTIONS, notice: AWAITED, maximum: 4_000 });
    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(third(text)).toContain('Cold starts are awaited');
  });

  test.each([AWAITED_STATUS, ...Object.values(LOST)])('fits into a status: %s', (text) => {
    expect(text.length).toBeLessThanOrEqual(140);
  });
});
