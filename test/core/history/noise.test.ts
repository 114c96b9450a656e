import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryLine } from '../../../src/core/history/line.ts';
import { historyNoise } from '../../../src/core/history/noise.ts';
import { seriesIn } from '../../../src/core/history/series.ts';
import { trendsOf } from '../../../src/core/history/trends.ts';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import type { Outcome } from '../../../src/core/model/outcome.ts';
import { outcomeOf } from '../../../src/core/outcome.ts';
import { renderMarkdown } from '../../../src/report/markdown/markdown.ts';
import { aBaseSnapshot, aFunction, aMeasuredInit, aSnapshot } from '../builders.ts';
import { aLine } from './lines.ts';

const METRIC = 'init.instructions';

/** A commit an hour, each with another binary. */
function noiseOf(figures: readonly (number | null)[], line: (at: number) => Partial<HistoryLine> = () => ({})) {
  const lines = figures.map((figure, at) =>
    aLine({
      commit: at.toString(16).padStart(40, '0'),
      time: new Date(Date.UTC(2026, 0, 1, at)).toISOString().replace('.000', ''),
      sha256: at.toString(16).padStart(64, '0'),
      figures: figure === null ? {} : { [METRIC]: figure },
      ...line(at),
    }),
  );
  const [series] = seriesIn(lines);
  return series === undefined ? null : historyNoise(series, METRIC);
}

/** Up and down by so much of 100,000. */
function jittering(steps: number, by: number): number[] {
  return Array.from({ length: steps + 1 }, (_, at) => 100_000 + (at % 2) * by);
}

test('is the median of what moved from commit to commit, of ten steps at least', () => {
  expect(noiseOf(jittering(10, 300))?.steps).toBe(10);
  expect(noiseOf(jittering(10, 300))?.share).toBeCloseTo(0.003, 4);
  expect(noiseOf(jittering(9, 300))).toBeNull();
  expect(noiseOf([])).toBeNull();
});

test('what stayed is no step; a few real changes move it little', () => {
  const stayed = jittering(10, 300).flatMap((figure) => [figure, figure, figure]);
  expect(noiseOf(stayed)).toEqual(noiseOf(jittering(10, 300)));
  const changed = [...jittering(10, 300), ...jittering(3, 300).map((figure) => figure * 2)];
  expect(noiseOf(changed)?.share).toBeCloseTo(0.003, 3);
});

test('a step at which a tool changed, a figure that is not there or is taken from an earlier commit, is none', () => {
  const tools = aLine().tools;
  expect(noiseOf(jittering(10, 300), (at) => ({ tools: { ...tools, rustc: at < 5 ? 'rustc 1.95.0' : 'rustc 1.96.0' } }))).toBeNull();
  expect(noiseOf(jittering(10, 300).map((figure, at) => (at === 5 ? null : figure)))?.steps ?? 0).toBeLessThan(10);
  const same = noiseOf([...jittering(9, 300), null, null, null], () => ({ sha256: 'c'.repeat(64) }));
  expect(same).toBeNull();
});

test('has no unit and no sign, whatever the figures are', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1_000_000 }), { minLength: 12, maxLength: 40 }), (figures) => {
      const noise = noiseOf(figures);
      if (noise === null) return;
      expect(noise.share).toBeGreaterThan(0);
      expect(noise.steps).toBeGreaterThanOrEqual(10);
      expect(noiseOf(figures.map((figure) => figure * 1_024))?.share).toBeCloseTo(noise.share, 9);
    }),
  );
});

test('stands with the trend of what is measured by running, beside the spread of the runs, and with no figure of a build', () => {
  const lines = jittering(12, 300).map((figure, at) =>
    aLine({
      commit: at.toString(16).padStart(40, '0'),
      time: `2026-01-01T${String(at).padStart(2, '0')}:00:00Z`,
      sha256: at.toString(16).padStart(64, '0'),
      figures: { zip: figure, [METRIC]: figure },
    }),
  );
  const trends = trendsOf(seriesIn(lines), [{ name: 'health', crate: 'health' }], {
    leg: 'default',
    arch: 'x86_64',
    profile: 'release',
    branch: 'main',
  });
  expect(trends.map(({ metric, noise }) => [metric, noise?.steps])).toEqual([
    ['zip', undefined],
    [METRIC, 12],
  ]);
  const told = renderMarkdown({ ...withInit(), trends }).replaceAll('\u00a0', ' ');
  expect(told).toMatch(
    /\| spread of the runs \|.*\n\| jitter of its history \| {2}\| {2}\| ±0\.3 % from commit to commit \(median of 12 steps\) \|/,
  );
  expect(renderMarkdown(withInit())).not.toContain('jitter');
});

function withInit(): Outcome {
  const started = (dependencies: number) => aFunction({ dependencies, init: aMeasuredInit() });
  return outcomeOf(
    { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ functions: [started(1)] }) },
    { origin: 'built', snapshot: aSnapshot({ functions: [started(2)] }) },
    { limits: parseLimits([], '--limit'), gate: 'fail', judgedAs: 'change' },
    { timings: {}, command: '', baseReason: null },
  );
}
