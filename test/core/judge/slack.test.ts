import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseLimit, parseLimits } from '../../../src/core/judge/limits.ts';
import { slackLimits } from '../../../src/core/judge/slack.ts';
import type { Outcome } from '../../../src/core/model/outcome.ts';
import { outcomeOf } from '../../../src/core/outcome.ts';
import type { FunctionMeasurement, Snapshot } from '../../../src/core/snapshot/snapshot.ts';
import { bytes } from '../../../src/core/units.ts';
import { renderJson } from '../../../src/report/json/json.ts';
import { renderMarkdown } from '../../../src/report/markdown/markdown.ts';
import { renderTerminal } from '../../../src/report/terminal/terminal.ts';
import { aBaseSnapshot, aFunction, aSnapshot } from '../builders.ts';

type Sizes = Readonly<Record<string, number>>;

function functions(sizes: Sizes): FunctionMeasurement[] {
  return Object.entries(sizes).map(([name, size]) =>
    aFunction({ name, crate: name, package: { file: `${name}.zip`, size: bytes(size), entries: [], overhead: bytes(size) } }),
  );
}

function outcome(limits: readonly string[], base: Sizes, head: Sizes, more: Partial<Snapshot> = {}): Outcome {
  const declared = limits.map((text) => ({ text, package: null, file: 'Cargo.toml', line: 12 }));
  return outcomeOf(
    { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ functions: functions(base), limits: declared }) },
    { origin: 'built', snapshot: aSnapshot({ functions: functions(head), limits: declared, ...more }) },
    { limits: parseLimits([], '--limit'), gate: 'fail', judgedAs: 'change' },
    { timings: {}, command: '', baseReason: null },
  );
}

describe('a maximum that a saving has made slack', () => {
  test('is named once with what is unused and the line to change', () => {
    const saved = outcome(['zip: 5 MB'], { health: 4_900_000 }, { health: 3_800_000 });
    expect(slackLimits(saved)).toMatchObject([{ function: 'health', unused: 1_200_000, proposed: 'zip: 3.9 MB' }]);
    const line = 'package: limit 5 MB, 1.20 MB unused since this change: Cargo.toml:12 could say zip: 3.9 MB';
    expect(renderTerminal(saved, { columns: 200, colour: false })).toContain(`limits with room to tighten\n  ${line}\n`);
    expect(renderMarkdown(saved).split('unused since this change')).toHaveLength(2);
    expect(renderMarkdown(saved)).toContain(
      '- package: limit 5 MB, 1.20 MB unused since this change: `Cargo.toml:12` could say `zip: 3.9 MB`',
    );
    expect(JSON.parse(renderJson(saved)).slack).toEqual([
      {
        function: 'health',
        metric: 'zip',
        limit: '5 MB',
        source: 'Cargo.toml:12',
        limitGate: 'fail',
        unused: 1_200_000,
        proposed: 'zip: 3.9 MB',
      },
    ]);
  });

  it.each([
    ['base was far below it', 3_900_000, 2_000_000],
    ['head is still near it', 4_900_000, 4_300_000],
    ['little was saved', 4_400_000, 4_249_000],
    ['nothing was saved', 4_000_000, 4_000_000],
    ['head is new there', 0, 3_000_000],
  ])('is none where %s', (_, base, head) => {
    expect(slackLimits(outcome(['zip: 5 MB'], base === 0 ? {} : { health: base }, { health: head }))).toEqual([]);
  });

  test('is one of all functions that it is for: one that still needs it keeps it', () => {
    const both = (orders: number) => outcome(['zip: 5 MB'], { health: 4_900_000, orders }, { health: 3_800_000, orders });
    expect(slackLimits(both(4_500_000))).toEqual([]);
    expect(slackLimits(both(3_900_000))).toMatchObject([{ function: 'orders', proposed: 'zip: 4 MB' }]);
    expect(slackLimits(both(5_500_000))).toEqual([]);
    const unknown = { notBuilt: [{ name: 'orders', crate: 'orders', reason: 'no change reaches it' }] };
    expect(slackLimits(outcome(['zip: 5 MB'], { health: 4_900_000 }, { health: 3_800_000 }, unknown))).toEqual([]);
    expect(slackLimits(outcome(['health/zip: 5 MB'], { health: 4_900_000 }, { health: 3_800_000 }, unknown))).toHaveLength(1);
  });

  test('is none that this change alters itself, of growth, or beside growth', () => {
    const lowered = { limits: [{ text: 'zip: 4 MB', package: null, file: 'Cargo.toml', line: 12 }] };
    expect(slackLimits(outcome(['zip: 5 MB'], { health: 4_900_000 }, { health: 3_800_000 }, lowered))).toEqual([]);
    expect(slackLimits(outcome(['zip: 5 MB & +1%'], { health: 4_900_000 }, { health: 3_800_000 }))).toEqual([]);
  });

  test('is proposed as a limit that parses, holds what is used with 2 % to spare, and is lower', () => {
    const unit = fc.constantFrom(['kB', 1e3], ['MB', 1e6], ['KiB', 1_024], ['MiB', 1_048_576], ['B', 1] as const);
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 9_999 }),
        unit,
        fc.double({ min: 0.2, max: 0.85, noNaN: true }),
        (number, [name, factor], share) => {
          const cap = number * Number(factor);
          const head = Math.floor(cap * share);
          for (const { proposed } of slackLimits(outcome([`warn: zip: ${number}${name}`], { health: cap }, { health: head }))) {
            const { bounds, gate } = parseLimit(proposed, { kind: 'default' }, 'proposed');
            const [bound] = bounds;
            expect([bound.kind, gate]).toEqual(['maximum', 'warn']);
            const value = bound.kind === 'maximum' ? bound.value : 0;
            expect(value).toBeGreaterThanOrEqual(Math.floor(head * 1.02));
            expect(value).toBeLessThan(cap);
            expect(value).toBeLessThanOrEqual(head * 1.13 + Number(factor));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
