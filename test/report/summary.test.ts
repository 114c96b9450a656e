import { expect, test } from 'vitest';
import { renderMarkdown } from '../../src/report/markdown/markdown.ts';
import { renderLegsSummary, renderSummary } from '../../src/report/markdown/summary.ts';
import type { LegReport } from '../../src/report/text/legs.ts';
import { anOutcome, aRow, aRowFunction } from './builders.ts';
import { overLong, passing } from './outcomes.ts';

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

test('is the report', () => {
  expect(renderSummary(passing())).toBe(renderMarkdown(passing()));
});

test('holds more than a comment does', () => {
  const summary = renderSummary(overLong());
  expect(summary).toContain('<summary>Symbols that changed most');
  expect(summary.length).toBeGreaterThan(65_536);
  expect(sizeOf(summary)).toBeLessThanOrEqual(1_024_000);
});

test('its room is counted in bytes', () => {
  const crates = Array.from({ length: 40 }, (_, index) => aRow(`${'語'.repeat(90)}${index}`, 1_000, 2_000 + index));
  const functions = Array.from({ length: 90 }, (_, index) => aRowFunction(`f${index}`, { zip: [900_000, 900_001] }, { crates }));
  const outcome = anOutcome(functions);
  const whole = renderMarkdown(outcome, { maximum: 10_000_000 });
  expect(whole.length).toBeLessThan(1_024_000);
  expect(sizeOf(whole)).toBeGreaterThan(1_048_576);
  const summary = renderSummary(outcome);
  expect(sizeOf(summary)).toBeLessThanOrEqual(1_024_000);
  expect(summary).toContain('_Shortened: crates left out; the full report is in the JSON._');
});

test('any maximum is kept', () => {
  for (const maximum of [4_000, 20_000, 100_000]) expect(sizeOf(renderSummary(overLong(), { maximum }))).toBeLessThanOrEqual(maximum);
});

test('over several legs it drops details in the same order', () => {
  const legs = Array.from({ length: 8 }, (_, index): LegReport => ({ kind: 'reported', name: `leg-${index}`, outcome: overLong() }));
  const summary = renderLegsSummary(legs);
  expect(sizeOf(summary)).toBeLessThanOrEqual(1_024_000);
  expect(sizeOf(summary)).toBeGreaterThan(65_536);
  expect(summary).toMatch(/_Shortened: symbols[^_]* left out; the full report is in the JSON\._/);
  expect(renderLegsSummary(legs.slice(0, 1))).toContain('<summary>Symbols that changed most');
});
