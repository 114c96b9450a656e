import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accept } from '../../src/core/judge/judge.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import type { ColdStartMeasurement } from '../../src/core/snapshot/cold-start.ts';
import { renderJson } from '../../src/report/json/json.ts';
import { renderMarkdown } from '../../src/report/markdown/markdown.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import { renderTerminal } from '../../src/report/terminal/terminal.ts';
import { dollarsApart, intervalText, millisApart, renderDollars } from '../../src/report/text/cold-start.ts';
import { slowerNotes, unprovenLines } from '../../src/report/text/cold-start-warnings.ts';
import { PLAIN } from '../../src/report/text/escape.ts';
import { sentenceOfLegs } from '../../src/report/text/legs.ts';
import { uncheckedLines } from '../../src/report/text/limits.ts';
import { warningLines } from '../../src/report/text/notes.ts';
import { verdictSentence } from '../../src/report/text/sentence.ts';
import { toneOf } from '../../src/report/text/tone.ts';
import { aColdStart, aFailedColdStart } from '../core/builders.ts';
import { aRowFunction } from './builders.ts';
import {
  coldStartBroken,
  coldStartDial,
  coldStartRegression,
  coldStarts,
  hostileColdStart,
  judgedBy,
  sampledFunction,
} from './cold-start-outcomes.ts';
import { expectHarmless } from './gfm.ts';
import { breaching } from './outcomes.ts';

const NO_FILES = { json: null, markdown: null, packages: [] };

/** health from one middle to another, judged by these. */
function health(base: number, head: number, limits: readonly string[], count = 40): Outcome {
  const sides = [aColdStart({ medians: [[128, base]], count }), aColdStart({ medians: [[128, head]], count, used: 37 })] as const;
  return judgedBy([sampledFunction('health', coldStarts(sides))], limits);
}

function cellOf(outcome: Outcome, name: string): string {
  const [, all = ''] = renderMarkdown(outcome).split('<summary>All figures, to the byte</summary>');
  const line = all
    .replaceAll('\u00a0', ' ')
    .split('\n')
    .find((text) => text.startsWith(`| \`${name}\` |`));
  return line?.split(' | ')[4]?.replace(/ \|$/, '') ?? '';
}

describe('the main table', () => {
  test.each([
    ['a breach', coldStartRegression(), 'health', '18.4 ms → 24.9 ms (+35 %, +25 % to +46 %)'],
    ['noise', coldStartRegression(), 'orders', '21.3 ms → 21.4 ms (−0.6 %, −5.5 % to +8.5 %)'],
    ['a limit that is not proven', coldStartRegression(), 'users', '18.4 ms → 20.8 ms (+13 %, +4.5 % to +22 %)'],
    ['an init that fails on AWS', coldStartBroken(), 'health', 'broken'],
    ['one that fails without a base that works', coldStartBroken(), 'orders', 'init fails on AWS'],
    ['one that works again', coldStartBroken(), 'users', 'broken → 18.4 ms'],
    ['what was not sampled', coldStartBroken(), 'invoices', 'not sampled'],
    ['a new function', coldStartBroken(), 'billing', '24.9 ms (new)'],
    ['the smallest of several sizes', coldStartDial(), 'health', '18.4 ms → 20.4 ms (+11 %, +5.8 % to +18 %)'],
  ])('%s', (_, outcome, name, cell) => {
    expect(cellOf(outcome, name)).toBe(cell);
  });

  test('a column that has nothing to tell is not there', () => {
    expect(renderMarkdown(breaching())).not.toContain('old start');
    expect(renderTerminal(breaching(), { columns: 200, colour: false })).not.toContain('old start');
  });

  test.each([60, 72, 80, 100, 140, 200])('in a terminal of %i columns it fits and keeps the breached figure', (columns) => {
    for (const outcome of [coldStartRegression(), coldStartBroken(), coldStartDial(), hostileColdStart()]) {
      const table = (renderTerminal(outcome, { columns, colour: false }).split('\n\n')[1] ?? '').split('\n');
      for (const line of table) expect(Array.from(line).length).toBeLessThanOrEqual(columns);
    }
    expect(renderTerminal(coldStartRegression(), { columns, colour: false })).toMatch(/^health .*\+35 ?%.*over$/m);
    expect(renderTerminal(coldStartBroken(), { columns, colour: false })).toMatch(/^health .*over$/m);
  });
});

describe('the sentence', () => {
  test.each([
    [
      ['cold-start.p50: +10%'],
      'fail: health starts slower on AWS: +6.5 ms (+35 %, at least +26 %) to 24.9 ms; the limit is +10 % (input limits)',
    ],
    [
      ['cold-start.p50: 20 ms'],
      'fail: health starts slower on AWS: +6.5 ms (+35 %) to 24.9 ms (at least 23.6 ms); the limit is 20 ms (input limits)',
    ],
    [
      ['cold-start.memory: +10%'],
      'fail: health takes more memory on AWS: memory used +12.6 MB (+48 %) to 38.8 MB; the limit is +10 % (input limits)',
    ],
    [
      ['cold-start.p50: 80 ms'],
      'pass: health starts slower on AWS, within its limits: +6.5 ms (+35 %, at least +26 %) to 24.9 ms; closest to a limit: cold start (p50), 55.1 ms left',
    ],
  ])('%j', (limits, sentence) => {
    expect(verdictSentence(health(18.4, 24.9, limits))).toBe(sentence);
  });

  test('a new function has its maximum', () => {
    const outcome = judgedBy([sampledFunction('health', coldStarts(['absent', aColdStart()]))], ['cold-start.p50: 10 ms']);
    const [fn] = outcome.comparison.functions;
    expect(fn?.coldStart.sizes[0]?.base).toBeNull();
    expect(verdictSentence(outcome)).toBe(
      'fail: health starts too slowly on AWS: 18.4 ms (at least 17.4 ms); the limit is 10 ms (input limits)',
    );
  });

  const BROKEN = `health no longer starts on AWS (Runtime.ExitError, last line: "TABLE_NAME must be set: NotPresent"), where base does`;

  test('an init that fails on AWS is as bad as one that fails here', () => {
    expect(verdictSentence(coldStartBroken())).toBe(`fail: ${BROKEN}`);
    expect(toneOf(coldStartBroken())).toBe('bad');
    const legs = [breaching(), coldStartBroken()].map((outcome, place) => ({ kind: 'reported', name: `${place}`, outcome }) as const);
    expect(sentenceOfLegs(legs)).toBe(`fail: 2 jobs; 1: ${BROKEN}`);
    const big = aRowFunction('orders', { zip: [886_812, 948_012] });
    const both = judgedBy([big, ...coldStartBroken().comparison.functions.slice(0, 1)], ['zip: +5%']);
    expect(verdictSentence(both)).toBe(`fail: ${BROKEN}; and 1 more breach`);
    expect(renderMarkdown(both)).toContain('- `health` no longer starts on AWS: `Runtime.ExitError`\n- `orders` package');
  });

  test('several breaches each have their figures', () => {
    const markdown = renderMarkdown(health(18.4, 24.9, ['cold-start.p50: +10%', 'cold-start.memory: +10%']));
    expect(markdown).toContain(
      '- `health` cold start: 18.4 ms → 24.9 ms (+35 %, +26 % to +45 %); the limit is +10 % (input limits), 4.54 ms over',
    );
    expect(markdown).toContain('- `health` memory used: 26.2 MB → 38.8 MB, +12.6 MB (+48 %)');
  });

  test('the terminal says what was not sampled, and why', () => {
    expect(renderTerminal(coldStartBroken(), { columns: 200, colour: false })).toContain(
      '  invoices was not sampled: its package of 61.2 MB is above the 50 MB that can be uploaded directly',
    );
  });

  test('it can be accepted', () => {
    const { verdict, ...outcome } = coldStartBroken();
    const accepted = { ...outcome, verdict: accept(verdict, { label: 'ok', by: 'octocat', at: '2026-05-04T10:11:12Z', reason: null }) };
    expect(verdictSentence(accepted)).toMatch(/^accepted: health no longer starts on AWS .*; accepted by @octocat/);
    expect(renderMarkdown(accepted)).toMatch(/^\| ☑️ \| `health` \| cold\s+start \|.*does\s+not\s+start\s+on\s+AWS \|/m);
  });

  test('a pass that is not proven says so', () => {
    expect(verdictSentence(coldStartDial())).toBe(
      "pass: no breach is proven; health's cold start (p50), 18.4 ms → 20.4 ms (+11 %): slower, limit not proven at N = 60 (detectable: +16 %); 1 warning",
    );
    expect(toneOf(coldStartDial())).toBe('doubtful');
  });
});

describe('what is not proven', () => {
  test('is a warning with function and figures', () => {
    expect(unprovenLines(coldStartRegression(), PLAIN)).toEqual([
      "users's cold start (p50), 18.4 ms → 20.8 ms (+13 %, interval +4.5 % to +22 %, 40 pairs): slower, limit not proven at N = 40 (detectable: +19 %); the limit is +10 % and +1 ms (input limits)",
    ]);
  });

  test('is not called slower before that is proven', () => {
    const outcome = health(18.4, 18.8, ['cold-start.p50: +1%']);
    expect(unprovenLines(outcome, PLAIN)[0]).toMatch(
      /: the estimate is beyond the limit, not proven at N = 40 \(detectable: \+\d+(?:\.\d)? %\); the/,
    );
  });

  test('is not even said where so few pairs could prove none: the limit is unchecked', () => {
    const outcome = health(18.4, 24.9, ['cold-start.p50: +10%'], 4);
    expect(unprovenLines(outcome, PLAIN)).toEqual([]);
    expect(uncheckedLines(outcome, PLAIN)[0]).toMatch(
      /4 pairs can never prove a limit breached, whatever they measured: measure it again with more/,
    );
  });

  test('tells of a maximum where the median lies', () => {
    const outcome = judgedBy([sampledFunction('health', coldStarts(['absent', aColdStart()]))], ['cold-start.p50: 18 ms']);
    expect(unprovenLines(outcome, PLAIN)).toEqual([
      "health's cold start (p50), 18.4 ms (40 samples), head's median between 17.4 ms and 19.4 ms: the estimate is beyond the limit, not proven at N = 40; the limit is 18 ms (input limits)",
    ]);
  });

  test('slower without a limit is a note', () => {
    const note =
      "health's cold start (p50) is slower on AWS, 18.4 ms → 24.9 ms (+35 %, interval +26 % to +45 %, 40 pairs); no limit on cold-start.p50 holds it";
    const outcome = health(18.4, 24.9, ['zip: +5%']);
    expect(slowerNotes(outcome, PLAIN)).toEqual([note]);
    expect(renderMarkdown(outcome)).toContain('**Notes**\n\n- `health`');
    expect(verdictSentence(outcome)).not.toContain('warning');
    expect(slowerNotes(health(18.4, 24.9, ['cold-start.p50: +90%']), PLAIN)).toEqual([]);
  });
});

test('the outputs are medians in milliseconds, of the function whose init fails on AWS, else of the worst breach', () => {
  const outputs = outputsOf(coldStartRegression(), NO_FILES, null);
  expect(outputs).toMatchObject({ function: 'health' });
  expect([outputs['cold-start-p50-base'], outputs['cold-start-p50-head'], outputs['cold-start-p50-delta']].map(Number)).toEqual([
    18.4, 24.9, 6.5,
  ]);
  expect(outputsOf(coldStartBroken(), NO_FILES, null)).toMatchObject({
    function: 'health',
    'cold-start-p50-head': '',
    'cold-start-p50-delta': '',
  });
});

test('the command that repeats it says that cold starts are not in it, and only where there were some', () => {
  const line = '# cold starts are not in it: add --cold-start and --cold-start-role';
  expect(renderMarkdown(coldStartRegression())).toContain(line);
  expect(renderMarkdown(breaching())).not.toContain(line);
});

describe('a sampling that AWS ended after the first look', () => {
  const reason = 'AWS does not allow lambda:UpdateFunctionCode on `coldgate-*`';
  const cut = (median: number): ColdStartMeasurement => {
    const measured = aColdStart({ medians: [[128, median]], count: 31, looksTaken: 2 });
    if (measured.kind !== 'sampled') throw new Error(measured.kind);
    return { ...measured, sizes: measured.sizes.map((size) => ({ ...size, cut: reason })) };
  };

  test('is judged by what there was, and said with its reason', () => {
    const outcome = judgedBy(
      [sampledFunction('health', coldStarts([aColdStart({ count: 31, looksTaken: 2 }), cut(30)]))],
      ['cold-start.p50: +10%'],
    );
    expect(outcome.verdict.breaches).toMatchObject([{ kind: 'limit', limit: { metric: 'cold-start.p50' } }]);
    expect(warningLines(outcome, PLAIN)).toContain(
      `AWS ended the sampling of cold starts of health (after 31 pairs); what there was by then is judged: ${reason}`,
    );
    const { functions } = JSON.parse(renderJson(outcome));
    expect(functions[0].coldStart.sizes[0]).toMatchObject({ cut: reason, stopped: false });
    expectHarmless(renderMarkdown(outcome));
  });

  test('is one line for all that one reason ended', () => {
    const pair = [aColdStart({ count: 31, looksTaken: 2 }), cut(18.4)] as const;
    const all = coldStarts(pair, pair);
    const outcome = judgedBy([sampledFunction('health', all, 0), sampledFunction('orders', all, 1)], ['cold-start.p50: +10%']);
    expect(warningLines(outcome, PLAIN).filter((line) => line.startsWith('AWS ended'))).toEqual([
      expect.stringContaining('health (after 31 pairs), orders (after 31 pairs)'),
    ]);
  });
});

describe('the JSON', () => {
  test('has what was sampled, and no infinite number', () => {
    const { functions, verdict } = JSON.parse(renderJson(coldStartRegression()));
    expect(Object.keys(functions[0].coldStart)).toEqual(['state', 'region', 'looks', 'sizes', 'failing', 'spent']);
    expect(functions[0].coldStart.sizes[0].head).toMatchObject({ samples: 40, maxMemoryUsed: 27 * 1_048_576, billed: 27 });
    expect(verdict.unproven).toMatchObject([
      { function: 'users', metric: 'cold-start.p50', limit: '+10% & +1 ms', source: 'input', pairs: 40 },
    ]);
    const few = JSON.parse(renderJson(health(18.4, 24.9, ['cold-start.p50: +10%'], 4)));
    expect(few.functions[0].coldStart.sizes[0].change.interval).toEqual({ lower: 0, upper: null });
    expect(few.functions[0].coldStart.sizes[0].detectable).toBeNull();
  });

  test('has the inits that fail on AWS', () => {
    expect(JSON.parse(renderJson(coldStartBroken())).verdict.breaches).toEqual([
      {
        kind: 'cold-start',
        function: 'health',
        status: 'error',
        errorType: 'Runtime.ExitError',
        counts: null,
        lastLines: expect.arrayContaining(['TABLE_NAME must be set: NotPresent']),
      },
    ]);
  });
});

describe('where space is short', () => {
  test('the figures go before the reasons, and what a failed init wrote goes late', () => {
    const shorter = renderMarkdown(coldStartBroken(), { maximum: 3_600 });
    expect(shorter).toContain('cold starts on AWS left out');
    expect(shorter).toContain('```text\nthread');
  });

  test('hundreds of inits that fail on AWS with much to say still fit', () => {
    const failed = aFailedColdStart({ errorType: '`|'.repeat(500), lastLines: Array.from({ length: 20 }, () => '`|'.repeat(500)) });
    const all = coldStarts(...Array.from({ length: 300 }, () => [aColdStart({ count: 1 }), failed] as const));
    const functions = all.map((_, index) => sampledFunction(`${index}${'`|'.repeat(200)}`, all, index));
    for (const maximum of [4_000, 65_536]) {
      const report = renderMarkdown(judgedBy(functions, ['zip: +50%']), { maximum });
      expect(report.length).toBeLessThanOrEqual(maximum);
      expect(report).toContain('299 more functions over their limits');
    }
  });
});

test.each([
  [intervalText({ lower: 0, upper: Number.POSITIVE_INFINITY }), null],
  [millisApart(18.4, 24.9), '6.5 ms'],
  [millisApart(120, 120.3), '0.30 ms'],
  [millisApart(24.9, 18.4), '6.5 ms'],
  [millisApart(900, 2_100), '1.20 s'],
  [renderDollars(0.0383), '0.0383 USD'],
  [renderDollars(1_234.5), '1,235 USD'],
  [renderDollars(0), '0 USD'],
  [dollarsApart(0.0383, 0.0519), '0.0136 USD'],
])('%s is %s', (text, expected) => {
  expect(text).toBe(expected);
});

describe('what a session brings from outside', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc
      .array(fc.constantFrom('`', '```', '~~~', '|', '\\', '\n', '@u', '#1', '<b>', '-->', '](', '*', 'a', ' ', '\u202e', '</details>'), {
        minLength: 1,
        maxLength: 20,
      })
      .map((parts) => parts.join('')),
  );

  test('breaks no table, closes no block and mentions nobody', () => {
    fc.assert(
      fc.property(text, (evil) => {
        expectHarmless(renderMarkdown(hostileColdStart(evil), { maximum: 1_000_000 }));
        expect(renderTerminal(hostileColdStart(evil), { columns: 80, colour: false }).replaceAll('\n', '')).not.toMatch(
          /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u,
        );
      }),
      { numRuns: 100 },
    );
  });

  test('is no workflow command', () => {
    expect(renderTerminal(hostileColdStart('\n::error::x'), { columns: 80, colour: false })).not.toMatch(/^\s*::/m);
  });

  test('is no mathematics', () => {
    expect(renderMarkdown(coldStartDial())).not.toContain('$');
  });
});
