import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accept } from '../../src/core/judge/judge.ts';
import type { InitComparison } from '../../src/core/model/init.ts';
import type { InitFailure } from '../../src/core/snapshot/init.ts';
import { millis } from '../../src/core/units.ts';
import { renderJson } from '../../src/report/json/json.ts';
import { renderMarkdown } from '../../src/report/markdown/markdown.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import { renderTerminal } from '../../src/report/terminal/terminal.ts';
import { MARKDOWN, PLAIN } from '../../src/report/text/escape.ts';
import { failureAdvice, failureText, lastLineText } from '../../src/report/text/init-failure.ts';
import { slowerLines } from '../../src/report/text/init-times.ts';
import { initWhy } from '../../src/report/text/init-why.ts';
import { verdictSentence } from '../../src/report/text/sentence.ts';
import { toneOf } from '../../src/report/text/tone.ts';
import { aFailedInit, aMeasuredInit } from '../core/builders.ts';
import { anInit, anOutcome, aRowFunction, aVerdict, DEFAULT_LIMIT, INIT_LIMIT } from './builders.ts';
import { expectHarmless } from './gfm.ts';
import { hostileInit, initBroken, initHealth, initNotMeasurable, initRegression, initUncounted } from './init-outcomes.ts';
import { breaching } from './outcomes.ts';

/** The cells of one function's row in the folded table of all figures. */
function rowOf(markdown: string, name: string): readonly string[] {
  const [, all = ''] = markdown.split('<summary>All figures, to the byte</summary>');
  const line =
    all
      .replaceAll('\u00a0', ' ')
      .split('\n')
      .find((text) => text.startsWith(`| \`${name}\` |`)) ?? '';
  return line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, ''));
}

describe('the main table', () => {
  test.each([
    ['a regression', initRegression(), 'health', '398 k → 25.6 M, +25.2 M (×64)'],
    ['no change', initRegression(), 'orders', '398 k (no change)'],
    ['what no longer starts', initBroken(), 'health', 'broken'],
    ['what starts at neither side', initNotMeasurable(), 'health', 'not measurable here'],
    ['what this machine cannot run', initNotMeasurable(), 'orders', 'not measurable here'],
    ['what starts again', initNotMeasurable(), 'users', 'broken → 398 k'],
    ['what was started without valgrind', initUncounted(), 'health', 'not counted'],
    ['another session', initUncounted(), 'orders', 'not measured → 398 k'],
  ])('%s', (_, outcome, name, cell) => {
    expect(rowOf(renderMarkdown(outcome), name)[4]).toBe(cell);
  });

  test('a column that has nothing to tell is not there', () => {
    expect(renderMarkdown(breaching())).not.toMatch(/`health` \| init/);
    const off = initHealth(
      anInit({ kind: 'none', code: 'off', reason: 'turned off' }, { kind: 'none', code: 'off', reason: 'turned off' }),
    );
    expect(renderMarkdown(anOutcome([off]))).not.toContain('init |');
  });

  test.each([60, 72, 80, 100, 140, 200])('in a terminal of %i columns it fits and keeps the breached figure', (columns) => {
    for (const outcome of [initRegression(), initBroken(), initNotMeasurable(), initUncounted(), hostileInit()]) {
      const table = (renderTerminal(outcome, { columns, colour: false }).split('\n\n')[1] ?? '').split('\n');
      for (const line of table) expect(Array.from(line).length).toBeLessThanOrEqual(columns);
    }
    expect(renderTerminal(initRegression(), { columns, colour: false })).toMatch(/^health .*\+25\.2 M/m);
    expect(renderTerminal(initBroken(), { columns, colour: false })).toMatch(/^health .*over$/m);
  });
});

describe('the sentence', () => {
  const BROKEN =
    'health no longer starts: it exited with code 101 before its first request, which base reaches; last line: "TABLE_NAME must be set: NotPresent"';

  test('a start that fails is the worst news', () => {
    expect(verdictSentence(initBroken())).toBe(`fail: ${BROKEN}`);
    expect(toneOf(initBroken())).toBe('bad');
  });

  test('what else is breached is counted', () => {
    const big = aRowFunction('orders', { zip: [886_812, 948_012] });
    const other = initHealth(anInit(aMeasuredInit(), aFailedInit()), 'users');
    const functions = [big, initHealth(anInit(aMeasuredInit(), aFailedInit())), other];
    expect(verdictSentence(anOutcome(functions))).toBe(`fail: ${BROKEN}; and 2 more breaches`);
    const markdown = renderMarkdown(anOutcome(functions));
    expect(markdown).toContain('- `users` no longer starts: it exited with code 101 before its first request');
    expect(markdown).toContain('- `orders` package: 887 kB → 948 kB');
  });

  test('a gate that warns, and an acceptance', () => {
    const { verdict, ...outcome } = initBroken();
    expect(verdictSentence({ ...outcome, verdict: { ...verdict, gate: 'warn' } })).toBe(`warning: ${BROKEN}; the gate is set to warn`);
    const accepted = { ...outcome, verdict: accept(verdict, { label: 'ok', by: 'octocat', at: '2026-05-04T10:11:12Z', reason: null }) };
    expect(verdictSentence(accepted)).toMatch(/^accepted: health no longer starts: .*; accepted by @octocat with the label "ok"/);
    expect(renderMarkdown(accepted)).toMatch(/^\| ☑️ \| `health` \| init \|.*does\s+not\s+start\s+here \|/m);
  });

  test('instructions over their limit', () => {
    expect(verdictSentence(initRegression())).toBe(
      'fail: health starts slower: 3.10 ms → 9.90 ms on this machine, instructions +25.2 M (×64) to 25.6 M; the limit is +10 % and +500 k instructions (default)',
    );
  });

  test.each<[InitFailure, string]>([
    [{ kind: 'exited', code: 1, signal: null }, 'it exited with code 1 before its first request'],
    [{ kind: 'exited', code: null, signal: 'SIGSEGV' }, 'it was ended by SIGSEGV before its first request'],
    [{ kind: 'init-error', by: 'runtime', errorType: 'E', message: 'no' }, 'it reported an init error (E: no) before its first request'],
    [
      { kind: 'init-error', by: 'otel', errorType: null, message: null },
      'its extension otel reported an init error before its first request',
    ],
    [
      { kind: 'timed-out', after: millis(10_000), waitingFor: ['runtime', 'otel'], seen: null },
      'it did not come to its first request within 10.0 s; otel had not asked either',
    ],
    [
      { kind: 'timed-out', after: millis(10_000), waitingFor: ['runtime'], seen: 'it answered GET /ready on port 8080 with 503' },
      'it did not come to its first request within 10.0 s: it answered GET /ready on port 8080 with 503',
    ],
    [{ kind: 'listens', ports: [8080] }, 'it listens on port 8080 and asked for no event: it speaks HTTP itself'],
    [{ kind: 'listens', ports: [80, 443] }, 'it listens on ports 80, 443 and asked for no event: it speaks HTTP itself'],
    [{ kind: 'cannot-run', problem: 'no bootstrap' }, 'it cannot be started: no bootstrap'],
  ])('%j', (failure, text) => {
    expect(failureText(failure, PLAIN)).toBe(text);
  });

  test.each([
    [['a', 'b', ''], '; last line: "b"'],
    [["thread 'main' panicked at src/main.rs:3:5:", 'boom', 'stack backtrace:', '   0: rust_begin_unwind'], '; last line: "boom"'],
    [[], ''],
  ])('the last line that tells something of %j', (lines, text) => {
    expect(lastLineText(lines, PLAIN)).toBe(text);
  });
});

describe('why', () => {
  const why = (head: Parameters<typeof aMeasuredInit>[1], base: Parameters<typeof aMeasuredInit>[1] = {}): readonly string[] =>
    initWhy(initHealth(anInit(aMeasuredInit({}, base), aMeasuredInit({}, head))), PLAIN);

  test('names the phase, the deepest function that explains it and where the own code calls it', () => {
    const health = initRegression().comparison.functions[0];
    expect(health === undefined ? [] : initWhy(health, PLAIN)).toEqual([
      'handler init +25.2 M instructions, of which std::collections::hash::map::HashMap<K,V,S>::insert 24.9 M, called by health::warm_up',
      'instructions by crate: std +16.8 M, hashbrown +8.10 M, health +300 k',
      'init now waits for 1 more connection: 192.0.2.7:5432',
      'init now looks up 1 more name: db.internal.example',
    ]);
  });

  test('is silent about what nobody would notice', () => {
    expect(why({ phases: { loading: 227_000, runtimeStart: 115_414, handlerInit: 56_188 } })).toEqual([]);
    expect(why({})).toEqual([]);
  });

  test('tells shortly what shrank', () => {
    expect(why({ phases: { loading: 227_000, runtimeStart: 115_414, handlerInit: 5_188 } })).toEqual(['handler init −50.0 k instructions']);
  });

  test('the loader explains loading, and nothing else does', () => {
    const phases = { loading: 327_000, runtimeStart: 115_414, handlerInit: 145_188 };
    const functions = [
      { crate: 'ld-linux-x86-64.so.2', name: '_dl_relocate_object', self: 290_000, inclusive: 300_000 },
      { crate: 'health', name: 'health::main', self: 1_200, inclusive: 145_188 },
    ];
    const growth = { functions: [{ crate: 'health', name: 'health::main', grown: 100_000 }], starters: [] };
    expect(why({ phases, functions, growth })[0]).toBe('code loading +100 k instructions; handler init +90.0 k');
  });

  test('connections that are gone', () => {
    const connections = [
      { kind: 'connect', address: '192.0.2.7:5432' },
      { kind: 'connect', address: '192.0.2.7:5432' },
    ] as const;
    expect(why({ connections: connections.slice(0, 1) }, { connections })).toEqual([
      'init no longer waits for 1 connection: 192.0.2.7:5432',
    ]);
  });
});

describe('a start that takes longer', () => {
  test('is a warning, not a breach', () => {
    expect(slowerLines(initRegression(), PLAIN)).toEqual([
      'orders starts slower here: 3.10 ms → 53.4 ms (×17, interval ×17 to ×17, 20 pairs); instructions do not see waiting; timings are shown, not gated',
    ]);
  });

  test('is told by its instructions where they are breached', () => {
    const slower = anInit(aMeasuredInit(), aMeasuredInit({}, { phases: { loading: 1, runtimeStart: 1, handlerInit: 9_000_000 }, wall: 9 }));
    expect(slower.time?.verdict).toBe('slower');
    const functions = [initHealth(slower)];
    expect(slowerLines(anOutcome(functions, { verdict: aVerdict(functions, [DEFAULT_LIMIT, INIT_LIMIT]) }), PLAIN)).toEqual([]);
    expect(slowerLines(anOutcome(functions), PLAIN)).toHaveLength(1);
    expect(verdictSentence(anOutcome(functions))).toMatch(/; 1 warning$/);
  });
});

describe('the option that would help', () => {
  const advice = (lastLines: readonly string[], failure: InitFailure): string =>
    failureAdvice({ failure, lastLines }, (option, value) => `${option}: ${value}`, PLAIN);
  const EXITED: InitFailure = { kind: 'exited', code: 101, signal: null };

  test.each<[string[], InitFailure, string]>([
    [['TABLE_NAME must be set: NotPresent'], EXITED, 'init-env: TABLE_NAME=value'],
    [['called `Result::unwrap()` on an `Err` value: NotPresent', 'note: run with `RUST_BACKTRACE=1`'], EXITED, 'init-env: NAME=value'],
    [['Error: environment variable not found'], EXITED, 'init-env: NAME=value'],
    [[], { kind: 'timed-out', after: millis(10_000), waitingFor: [], seen: null }, 'init-timeout: 30 s'],
    [[], { kind: 'timed-out', after: millis(10_000), waitingFor: [], seen: 'nothing answered' }, 'init-event: http PORT PATH'],
    [[], { kind: 'listens', ports: [3000] }, 'init-event: http 3000 /'],
    [['boom'], EXITED, 'init-timeout: 30 s'],
    [[], { kind: 'cannot-run', problem: 'no bootstrap' }, 'does not start here'],
  ])('%j', (lines, failure, text) => {
    expect(advice(lines, failure)).toContain(text);
  });
});

describe('where space is short', () => {
  test('the figures go before the reasons, and what a failed start wrote goes late', () => {
    const whole = renderMarkdown(initBroken());
    expect(whole).toContain('TABLE_NAME must be set: NotPresent\nnote: run with');
    const shorter = renderMarkdown(initRegression(), { maximum: 2_700 });
    expect(shorter).toContain('init by phase and function left out');
    expect(shorter).toContain('<summary>What changed</summary>');
  });

  test('hundreds of starts that fail with much to say still fit', () => {
    const failed = aFailedInit({ lastLines: Array.from({ length: 20 }, () => '`|'.repeat(500)) });
    const functions = Array.from({ length: 300 }, (_, index) => initHealth(anInit(aMeasuredInit(), failed), `${index}${'`|'.repeat(200)}`));
    for (const maximum of [4_000, 65_536]) {
      const report = renderMarkdown(anOutcome(functions), { maximum });
      expect(report.length).toBeLessThanOrEqual(maximum);
      expect(report).toContain('299 more functions over their limits');
    }
  });
});

test('the outputs are those of the function that no longer starts, else of the worst breach', () => {
  const files = { json: null, markdown: null, packages: [] };
  expect(outputsOf(initRegression(), files, null)).toMatchObject({
    function: 'health',
    'init-instructions-base': '397602',
    'init-instructions-head': '25597612',
    'init-instructions-delta': '25200010',
  });
  expect(outputsOf(initBroken(), files, null)).toMatchObject({ function: 'health', 'init-instructions-head': '' });
});

test('the JSON has what was measured, and no infinite number', () => {
  const [health] = JSON.parse(renderJson(initRegression())).functions;
  expect(health.metrics['init.instructions']).toEqual({
    base: 397_602,
    head: 25_597_612,
    spread: {
      base: { median: 397_602, low: 397_601, high: 397_603, count: 3 },
      head: { median: 25_597_612, low: 25_597_611, high: 25_597_613, count: 3 },
    },
    reason: null,
  });
  expect(health.init.time.verdict).toBe('slower');
  expect(health.init.connections).toEqual({
    base: [],
    head: [
      { kind: 'lookup', address: 'db.internal.example' },
      { kind: 'connect', address: '192.0.2.7:5432' },
    ],
  });
  const { time, ...init }: InitComparison = anInit(aMeasuredInit(), aMeasuredInit());
  const change = { ratio: 1, interval: { lower: 0, upper: Number.POSITIVE_INFINITY }, pairs: 3 };
  const few = { ...init, time: time === null ? null : { ...time, change } };
  const [fn] = JSON.parse(renderJson(anOutcome([initHealth(few)]))).functions;
  expect(fn.init.time.change.interval).toEqual({ lower: 0, upper: null });
  expect(JSON.parse(renderJson(initBroken())).verdict.breaches).toEqual([
    {
      kind: 'init',
      function: 'health',
      failure: { kind: 'exited', code: 101, signal: null },
      lastLines: expect.arrayContaining(['TABLE_NAME must be set: NotPresent']),
    },
  ]);
});

describe('what a start wrote', () => {
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
        expectHarmless(renderMarkdown(hostileInit(evil), { maximum: 1_000_000 }));
        expect(renderTerminal(hostileInit(evil), { columns: 80, colour: false }).replaceAll('\n', '')).not.toMatch(
          /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u,
        );
      }),
      { numRuns: 200 },
    );
  });

  test('is no workflow command', () => {
    const report = renderTerminal(hostileInit('\n::error::x'), { columns: 80, colour: false });
    expect(report).not.toMatch(/^\s*::/m);
    expect(failureText({ kind: 'cannot-run', problem: '@x' }, MARKDOWN)).toBe('it cannot be started: `@x`');
  });
});
