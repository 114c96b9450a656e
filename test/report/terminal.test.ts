import { describe, expect, test } from 'vitest';
import { renderTerminal } from '../../src/report/terminal/terminal.ts';
import { anOutcome, aRowFunction, aVerdict, DEFAULT_LIMIT } from './builders.ts';
import { initRegression } from './init-outcomes.ts';
import { accepted, breaching, fortyFunctions, hostile, overLong, passing, severalBreaches } from './outcomes.ts';

const ESCAPE = String.fromCharCode(27);

/** The lines of the table: after the sentence's paragraph up to the next empty line. */
function tableOf(report: string): readonly string[] {
  return (report.split('\n\n')[1] ?? '').split('\n');
}

describe('the table', () => {
  test.each([60, 80, 100, 120, 200])('fits %i columns', (columns) => {
    for (const outcome of [breaching(), severalBreaches(), fortyFunctions(), overLong(), hostile()]) {
      for (const line of tableOf(renderTerminal(outcome, { columns, colour: false })))
        expect(Array.from(line).length).toBeLessThanOrEqual(columns);
    }
  });

  test('shows base and percent where there is room', () => {
    expect(renderTerminal(breaching(), { columns: 200, colour: false })).toMatch(
      /887 kB +948 kB +\+61\.2 kB \(\+6\.9 %\) +both \+5 % and \+50 kB +over/,
    );
  });

  test('cuts long names in the middle', () => {
    expect(renderTerminal(overLong(), { columns: 80, colour: false })).toMatch(/^a-function-w…long-name-40 {2}package /m);
  });
});

test.each([
  ['a dependency', breaching(), /was added \(Cargo\.toml, line 9\) and brings/],
  ['a connection', initRegression(), /init now waits for 1 more connection/],
])('a cause that stands under because is not told again under what changed: %s', (_, outcome, cause) => {
  const [before = '', after = ''] = renderTerminal(outcome, { columns: 400, colour: false }).split('\nwhat changed\n');
  expect(before).toMatch(cause);
  const lines = after.split('\n\n')[0]?.split('\n') ?? [];
  const because = before.split('\nbecause\n')[1]?.split('\n\n')[0]?.split('\n') ?? [];
  const bare = (line: string): string => line.trim().replace(/: [+−]\d.*$/, '');
  expect(lines.map(bare).filter((line) => because.map(bare).includes(line))).toEqual([]);
  expect(lines.length).toBeGreaterThan(1);
});

describe('colour', () => {
  const warned = aRowFunction('health', { zip: [886_812, 948_012] });

  test.each([
    ['green', passing(), 32],
    ['red', breaching(), 31],
    ['cyan', accepted(), 36],
    ['yellow', anOutcome([warned], { verdict: aVerdict([warned], [DEFAULT_LIMIT], { gate: 'warn' }) }), 33],
  ])('%s', (_, outcome, code) => {
    expect(renderTerminal(outcome, { columns: 80, colour: true }).startsWith(`\u001b[${code}m`)).toBe(true);
  });

  test('without it nothing of the data reaches the terminal as a control character', () => {
    expect(renderTerminal(hostile(), { columns: 80, colour: false }).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

test('no line is a workflow command', () => {
  const report = renderTerminal(hostile(), { columns: 80, colour: false });
  expect(report).not.toMatch(/^\s*::/m);
  expect(report).not.toContain('##[');
});

describe('lines', () => {
  const outcomes = { breaching, severalBreaches, fortyFunctions, overLong, accepted, passing };

  test.each([80, 120, 200])('none is longer than %i columns, in colour and without', (columns) => {
    for (const [name, outcome] of Object.entries(outcomes)) {
      for (const colour of [true, false]) {
        const long = renderTerminal(outcome(), { columns, colour })
          .split('\n')
          .map((line) => line.replaceAll(new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g'), ''))
          .filter((line) => Array.from(line).length > columns && line.trim().includes(' '));
        expect(long, name).toEqual([]);
      }
    }
  });

  test('a wrapped line keeps its indent in colour too, and no figure is broken', () => {
    const plain = renderTerminal(severalBreaches(), { columns: 80, colour: false });
    const painted = renderTerminal(severalBreaches(), { columns: 80, colour: true });
    expect(painted.replaceAll(new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g'), '')).toBe(plain);
    expect(plain).not.toMatch(/\d\n +(?:[kMG]?B|ms|%)/);
    expect(plain).not.toContain('\u00a0');
  });

  test('in a pipe the verdict is one line', () => {
    const [first = ''] = renderTerminal(severalBreaches(), { columns: null, colour: false }).split('\n');
    expect(first).toMatch(/^fail: orders became larger: .*1 limit not checked$/);
  });
});
