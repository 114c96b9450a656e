import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryLine } from '../../src/core/history/line.ts';
import { seriesIn } from '../../src/core/history/series.ts';
import { trendsOf } from '../../src/core/history/trends.ts';
import { METRICS } from '../../src/core/metrics.ts';
import { badgesOf } from '../../src/report/badge.ts';
import { renderHistoryCsv } from '../../src/report/csv.ts';
import { renderComment } from '../../src/report/markdown/comment.ts';
import { renderSummary } from '../../src/report/markdown/summary.ts';
import { historyChart } from '../../src/report/page/history-chart.ts';
import { renderHistory } from '../../src/report/terminal/history.ts';
import { MARKDOWN } from '../../src/report/text/escape.ts';
import { trendLines } from '../../src/report/text/history.ts';
import { sparkline } from '../../src/report/text/sparkline.ts';
import { aLine, lines } from '../core/history/lines.ts';
import { anOutcome, aRowFunction } from './builders.ts';

describe('a sparkline', () => {
  it.each([
    [[1, 2, 3, 4, 5, 6, 7, 8], '▁▂▃▄▅▆▇█'],
    [[5, 5, 5], '▁▁▁'],
    [[0, 0], '▁▁'],
    [[1_000_000, 1_000_001, 1_000_000], '▁▁▁'],
    [[10, null, 20], '▁ █'],
    [[], ''],
  ])('of %j is %s', (figures, expected) => {
    expect(sparkline(figures)).toBe(expected);
  });
});

describe('the table', () => {
  it('fits 80 columns and breaks no line by what a history holds', () => {
    fc.assert(
      fc.property(lines, (some) => {
        const text = renderHistory(seriesIn(some), { columns: null, colour: false, metric: null });
        expect(text.split('\n').filter((row) => Array.from(row).length > 80)).toEqual([]);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('has three metrics with their units in 80 columns, and on less the changes of the last ones are left out', () => {
    const figures = { zip: 13_412_000, 'init.instructions': 212_000_000, 'cold-start.p50': 128.51 };
    const later = { zip: 13_890_000, 'init.instructions': 398_000_000, 'cold-start.p50': 131.02 };
    const some = [aLine({ figures }), aLine({ figures: later, commit: 'd'.repeat(40), time: '2026-11-28T00:00:00Z' })];
    const of = (columns: number): string[] => renderHistory(seriesIn(some), { columns, colour: false, metric: null }).split('\n');
    const heads = (columns: number): string => of(columns).find((line) => line.startsWith('date')) ?? '';
    expect(heads(120)).toMatch(/^date +commit +package +change +init instr\. +change +cold start +change$/);
    expect(heads(72)).toMatch(/^date +commit +package +change +init instr\. +change +cold start$/);
    expect(heads(60)).toMatch(/^date +commit +package( +change)? +init instr\. +cold start$/);
    for (const columns of [60, 72, 80, 120]) for (const line of of(columns)) expect(line.length).toBeLessThanOrEqual(columns);
    expect(of(72).join('\n')).toMatch(/13\.9 MB +\+478 kB +398 M +\+186 M +131 ms/);
  });

  it('tells legs apart where there are several', () => {
    const text = renderHistory(seriesIn([aLine(), aLine({ leg: 'arm', arch: 'arm64' })]), { columns: null, colour: false, metric: null });
    expect(text.split('\n').filter((row) => row.startsWith('health'))).toEqual(['health (arm, arm64)', 'health (default, x86_64)']);
  });

  it('marks a compiler and a C library that are other than before', () => {
    const tools = { ...aLine().tools, rustc: 'rustc 1.96.0 (x)', cLibrary: 'glibc 2.41' };
    const later = aLine({ commit: 'd'.repeat(40), time: '2026-11-28T00:00:00Z', tools });
    const text = renderHistory(seriesIn([aLine(), later]), { columns: null, colour: false, metric: null });
    expect(text).toContain('\n            rustc 1.95.0 → 1.96.0 · C library glibc 2.39 → glibc 2.41\n');
  });
});

describe('CSV', () => {
  it('has quotes where they are needed, and no cell that a spreadsheet would run', () => {
    const subjects = ['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', 'a,b', 'plain'];
    const some = subjects.map((subject, place) =>
      aLine({ subject, commit: String(place).repeat(40), time: `2026-11-0${place + 1}T00:00:00Z` }),
    );
    const rows = renderHistoryCsv(seriesIn(some)).split('\r\n');
    expect(rows.slice(1, -1).map((row) => row.replace(/^.*398212,,/, ''))).toEqual([
      '"\'=HYPERLINK(""http://x"")"',
      "'+1",
      "'-1",
      "'@SUM(A1)",
      '"a,b"',
      'plain',
    ]);
  });
});

describe('the trends of a report', () => {
  const trend = (name: string, figures: readonly number[]) => ({ function: name, metric: 'zip' as const, figures, branch: 'main' });

  it('are a line for each function, in comment and summary, and there is no heading without one', () => {
    const outcome = { ...anOutcome([aRowFunction('health')]), trends: [trend('health', [812_000, 820_000, 870_000])] };
    const line = '- `health` package ▁▂█ last 3 on main: 812 kB → 870 kB, +58.0 kB (+7.1 %)';
    for (const text of [renderComment(outcome, { marker: '<!-- x -->', fullReport: null }), renderSummary(outcome)])
      expect(text.replaceAll('\u00a0', ' ')).toContain(`**History**\n\n${line}`);
    expect(renderSummary(anOutcome([aRowFunction('health')]))).not.toContain('History');
  });

  it('of many functions are a few, and the rest is counted', () => {
    const trends = Array.from({ length: 9 }, (_, place) => trend(`f${place}`, [1, 2]));
    expect(trendLines({ trends }, MARKDOWN).slice(5)).toEqual([
      expect.stringContaining('`f5`'),
      'and 3 more trends: `coldgate history` shows all',
    ]);
  });

  it('show what moved with as many digits as tell both ends apart', () => {
    const trends = [{ function: 'tiny', metric: 'init.instructions' as const, figures: [347_413, 346_585], branch: null }];
    expect(trendLines({ trends }, MARKDOWN)[0]?.replaceAll('\u00a0', ' ')).toBe(
      '`tiny` init ▂▁ last 2: 347.4 k → 346.6 k instructions, −828 (−0.2 %)',
    );
  });

  it('cannot be more than text, whatever a branch is called', () => {
    const [line] = trendLines({ trends: [{ ...trend('@everyone', [1, 2]), branch: '<img src=x>#1' }] }, MARKDOWN);
    expect(line).toContain('`@everyone` package');
    expect(line).toContain('on `<img src=x>#1`:');
  });
});

describe('whose trend it is', () => {
  const series = (leg: string, ...zips: readonly number[]) =>
    zips.map((zip, place) => aLine({ leg, figures: { zip }, commit: `${place}`.repeat(40), time: `2026-11-0${place + 1}T00:00:00Z` }));
  const of = (leg: string | null, ...lines: readonly HistoryLine[][]) =>
    trendsOf(seriesIn(lines.flat()), [{ name: 'health', crate: 'health' }], { leg, arch: 'x86_64', profile: 'release', branch: null });

  it('is the own leg’s; another one’s only where there is no other', () => {
    const [a, b] = [series('a', 1, 2), series('b', 3, 4)];
    expect(of('b', a, b).map(({ figures }) => figures)).toEqual([[3, 4]]);
    expect(of('c', a, b)).toEqual([]);
    expect(of(null, a).map(({ figures }) => figures)).toEqual([[1, 2]]);
    expect(of(null, series('a', 1))).toEqual([]);
    expect(of('a', series('a', ...Array.from({ length: 9 }, (_, place) => place)))[0]?.figures).toHaveLength(9);
  });
});

it('a chart has room for whatever a history holds', () => {
  const points = Array.from({ length: 150_000 }, (_, at) => ({ line: aLine(), figures: { zip: 1_000_000 + (at % 7) } }));
  const row = METRICS.find(({ name }) => name === 'zip');
  if (row === undefined) throw new Error('no zip');
  expect(historyChart({ ...aLine(), points }, row)).toContain('package of 150000 commits');
});

describe('a badge', () => {
  it('has the newest figures, as SVG and for shields.io', () => {
    const files = badgesOf(seriesIn([aLine({ figures: { zip: 1 } }), aLine({ commit: 'd'.repeat(40), time: '2026-11-28T00:00:00Z' })]));
    expect([...files.keys()]).toEqual(['badge/health.svg', 'badge/health.json']);
    expect(JSON.parse(files.get('badge/health.json') ?? '')).toEqual({
      ...{ schemaVersion: 1, label: 'health', message: '919 kB · init 398 k', color: '0b62a3' },
    });
    expect(files.get('badge/health.svg')).toContain('<title>health: 919 kB · init 398 k</title>');
  });

  it('that a page links to stays the newest figure when the leg or the profile has another name, or a second leg joins', () => {
    const at = (day: number, zip: number, more: Partial<HistoryLine> = {}): HistoryLine =>
      aLine({ time: `2026-11-0${day}T00:00:00Z`, commit: String(day).repeat(40), figures: { zip }, ...more });
    const shown = (...of: readonly HistoryLine[]): unknown => JSON.parse(badgesOf(seriesIn(of)).get('badge/health.json') ?? 'null');
    expect(shown(at(1, 1_000))).toMatchObject({ label: 'health', message: '1.00 kB' });
    expect(shown(at(1, 1_000), at(2, 2_000, { leg: 'api' }))).toMatchObject({ label: 'health (api)', message: '2.00 kB' });
    expect(shown(at(1, 1_000, { profile: 'small' }), at(2, 2_000))).toMatchObject({ message: '2.00 kB' });
    expect(shown(at(1, 1_000), at(2, 2_000), at(2, 3_000, { leg: 'arm' }))).toMatchObject({
      label: 'health (default)',
      message: '2.00 kB',
    });
  });

  it('has room for what is written in wide letters, and none for accents', () => {
    const room = (name: string): number => {
      const svg = [...badgesOf(seriesIn([aLine({ function: name, crate: 'a' })]))].find(([path]) => path.endsWith('.svg'))?.[1];
      return Number(/<rect width="(\d+)"/.exec(svg ?? '')?.[1]);
    };
    expect(room('注文')).toBe(room('abcd'));
    expect(room('e\u0301te\u0301')).toBe(room('ete'));
  });

  it('has a file of its own for each leg, and stays in its folder whatever a function is called', () => {
    const names = ['../../x', '.git', 'a/b', '<svg onload=x>', 'x"y'];
    const some = names.map((name) => aLine({ function: name, crate: 'a' }));
    const files = badgesOf(seriesIn([...some, aLine(), aLine({ leg: 'arm', arch: 'arm64' })]));
    expect([...files.keys()].filter((path) => path.endsWith('.svg') && !/^badge\/[^/]+\.svg$/.test(path))).toEqual([]);
    expect(files.has('badge/health-arm-arm64-release.svg')).toBe(true);
    expect([...files.keys()].some((path) => path.startsWith('badge/.'))).toBe(false);
    const pictures = [...files].flatMap(([path, text]) => (path.endsWith('.svg') ? [text] : []));
    expect(pictures.join('')).not.toContain('<svg onload');
  });
});
