import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FunctionComparison } from '../../src/core/model/comparison.ts';
import { renderMarkdown } from '../../src/report/markdown/markdown.ts';
import { aCause, aMaximum, anOutcome, aRow, aRowFunction, aSymbolRow, aVerdict, DEFAULT_LIMIT } from './builders.ts';
import { expectHarmless } from './gfm.ts';
import { breaching, hostile, overLong, severalBreaches } from './outcomes.ts';

describe('the length', () => {
  test('50 functions of 400 crates fit a comment', () => {
    const report = renderMarkdown(overLong());
    expect(report.length).toBeLessThanOrEqual(65_536);
    expect(report).toContain('_Shortened: symbols, sections, package entries and crates left out; the full report is in the JSON._');
  });

  test('any maximum is kept, the verdict and the footer always stay, and more room never leaves out more', () => {
    const outcome = overLong();
    const whole = renderMarkdown(outcome, { maximum: 10_000_000 });
    expect(whole).not.toContain('Shortened');
    const first = whole.slice(0, whole.indexOf('\n'));
    let longest = 0;
    for (const maximum of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 65_536, 400_000]) {
      const report = renderMarkdown(outcome, { maximum });
      expect(report.length).toBeLessThanOrEqual(maximum);
      expect(report.startsWith(`${first}\n`)).toBe(true);
      expect(report).toContain('<sub>base `abc1234` (stored)');
      expect(report.length).toBeGreaterThanOrEqual(longest);
      longest = report.length;
    }
  });

  test('breached functions are the last rows to go', () => {
    const report = renderMarkdown(overLong(), { maximum: 3_000 });
    expect(report).toContain('| `a-function-with-a-long-name-40` | package |');
    expect(report).not.toContain('| `a-function-with-a-long-name-1` | package |');
    expect(report).toContain('and 45 more functions: all figures are in the full report');
    expect(report).toContain('functions within their limits left out');
  });

  test('a thousand breached functions with the longest names still fit', () => {
    const functions = Array.from({ length: 1_000 }, (_, index) => aRowFunction(`${index}${'`|'.repeat(500)}`, { zip: [900_000, 990_000] }));
    expect(renderMarkdown(anOutcome(functions)).length).toBeLessThanOrEqual(65_536);
  });
});

describe('text from a pull request', () => {
  test('the worst we could think of', () => {
    expectHarmless(renderMarkdown(hostile()));
  });

  test('any text anywhere', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc
        .array(fc.constantFrom('`', '|', '\\', '\n', '@u', '#1', '<b>', '-->', '](', '*', 'a', ' ', '\u202e'), {
          minLength: 1,
          maxLength: 20,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, text, text, (one, two, three) => {
        const fn = aRowFunction(
          one,
          { zip: [900_000, 990_000] },
          {
            crates: [aRow(two, 1, 2)],
            symbols: [aSymbolRow(two, three, 1, 2)],
            sections: [aRow(three, 1, 2)],
            package: [aRow(one, 1, 2)],
            causes: [
              aCause(two, 1, 2, {
                changes: [{ kind: 'changed', name: one, base: two, head: three }],
                via: [one, two],
                symbols: [aSymbolRow(two, three, 1, 2)],
              }),
            ],
            findings: [{ kind: 'missing-library', library: two, image: three }],
          },
        );
        const limit = {
          ...DEFAULT_LIMIT,
          text: two,
          metric: `crate:${one}` as const,
          source: { kind: 'workspace', file: three, line: null } as const,
        };
        const unchecked = [{ limit, function: two, code: 'unmeasured' as const, reason: three }];
        expectHarmless(
          renderMarkdown(
            anOutcome([fn, aRowFunction(two)], {
              comparison: {
                dependencies: {
                  added: [{ name: one, version: two }],
                  removed: [],
                  changed: [],
                  duplicates: [{ name: two, versions: [three] }],
                  count: { base: 1, head: 2 },
                },
                notes: [{ code: 'tool', text: one }],
                limitChanges: [{ kind: 'added', text: two, file: three }],
              },
              verdict: aVerdict([fn], [limit], { unchecked }),
              command: one,
            }),
          ),
        );
      }),
      { numRuns: 300 },
    );
  });
});

test('a limit change says whose limits count', () => {
  expect(renderMarkdown(severalBreaches())).toContain("This change alters limits; the base's are applied");
  const change = { kind: 'added', text: 'zip: 9 MB', file: 'Cargo.toml' } as const;
  expect(renderMarkdown(anOutcome([], { comparison: { limitChanges: [change] } }))).toContain(
    'This change proposes limits; they count once they are in the base',
  );
});

test('title, table, cause and way out stand open; all else is folded', () => {
  const [open = '', ...folds] = renderMarkdown(breaching()).split('<details>');
  for (const part of [
    '### coldgate · ❌',
    '**This check fails.**',
    '| ❌ | `health` | package',
    '**Because**',
    '**To get to green**, one of:',
  ])
    expect(open).toContain(part);
  expect(open.split('\n').length).toBeLessThan(22);
  expect(folds.map((fold) => /<summary>(.*)<\/summary>/.exec(fold)?.[1])).toEqual([
    'What changed',
    'All figures, to the byte',
    'Whose bytes they are, in the binary and in the package',
    'Package entries (compressed bytes)',
    'Sections (bytes of the binary)',
    'Symbols that changed most (bytes of code)',
    'How it was measured, and how to reproduce it',
  ]);
});

test('a table has twenty rows at most, and counts the others', () => {
  const functions = Array.from({ length: 400 }, (_, index) => aRowFunction(`f${index}`, { zip: [900_000, 990_000] }));
  const report = renderMarkdown(anOutcome(functions), { maximum: 1_000_000 });
  expect(report.split('\n').filter((line) => /^\| ❌ \| `f\d+` \| package \| /.test(line))).toHaveLength(20);
  expect(report).toContain('and 380 more functions: all figures are in the full report');
  expect(renderMarkdown(anOutcome(functions)).length).toBeLessThanOrEqual(65_536);
});

test('tables of details add up: what is left out has a row', () => {
  const crates = Array.from({ length: 45 }, (_, index) => aRow(`crate${index}`, 1_000, 1_000 + (index < 40 ? 100 : 1)));
  const report = renderMarkdown(anOutcome([aRowFunction('health', { zip: [900_000, 901_000] }, { crates })]));
  expect(report).toContain('| 5 others | 5,000 | 5,005 | +5 |');
});

test('what a package unpacks to has a column where it has other files than its binary, and a row where a limit is on it', () => {
  const spaced = (text: string): string => text.replaceAll('\u00a0', ' ');
  const plain = aRowFunction('plain', { zip: [900_000, 910_000] });
  const model = aRowFunction('model', { zip: [900_000, 950_000], unzipped: [2_000_000, 2_500_000], binary: [1_800_000, 1_800_000] });
  const all = (...functions: readonly FunctionComparison[]): string =>
    spaced(renderMarkdown(anOutcome(functions))).split('<summary>All figures, to the byte</summary>')[1] ?? '';
  expect(all(plain)).not.toContain('unpacked');
  expect(all(plain, model)).toMatch(/^\| function \| package \| unpacked size \| binary \| code \|$/m);
  expect(all(plain, model)).toMatch(/^\| `model` \|.*\| 2\.00 MB → 2\.50 MB, \+500 kB \(\+25 %\) \|/m);
  const functions = [plain, model];
  const verdict = aVerdict(functions, [aMaximum('unzipped', 2_200_000, '2.2 MB')]);
  const report = spaced(renderMarkdown(anOutcome(functions, { verdict })));
  expect(report).toMatch(/^\| ❌ \| `model` \| unpacked size \| .*2\.50 MB \|$/m);
  expect(report).toContain('`model` became larger: unpacked size +500 kB (+25 %)');
});
