import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { lastedText } from '../../src/core/units.ts';
import { cellsOf, cut } from '../../src/progress/cells.ts';
import { clockText, fittingText, type Standing, standingText } from '../../src/progress/line.ts';

const at = (text: string, elapsed: number, more: Partial<Standing> = {}): Standing => ({
  ...{ text, detail: '', elapsed, expected: null },
  ...more,
});

describe('where a wait stands', () => {
  it.each<readonly [string, Standing]>([
    ['head 3f2a1c0: linking health · 0:42', at('head 3f2a1c0: linking health', 42_900)],
    ['linking health with fat LTO · 0:42 of about 1:10', at('linking health with fat LTO', 42_000, { expected: 71_800 })],
    [
      'measuring init of health (20 pairs) · 0:04 (pair 7 of 20)',
      at('measuring init of health (20 pairs)', 4_000, { detail: 'pair 7 of 20' }),
    ],
    ['x · 1:02:07', at('x', 3_727_000)],
    // Below a second nothing is worth expecting, and beyond twice the time nothing is known.
    ['x · 0:00', at('x', 10, { expected: 900 })],
    ['x · 0:20 of about 0:10', at('x', 20_000, { expected: 10_000 })],
    ['x · 0:20', at('x', 20_001, { expected: 10_000 })],
  ])('%s', (text, standing) => {
    expect(standingText(standing)).toBe(text);
  });

  test('what it took', () => {
    expect([0, 49, 50, 1_249, 9_949, 9_950, 59_499, 59_500, 72_000, 3_727_000].map(lastedText)).toEqual([
      '<0.1 s',
      '<0.1 s',
      '0.1 s',
      '1.2 s',
      '9.9 s',
      '10 s',
      '59 s',
      '1 min 0 s',
      '1 min 12 s',
      '62 min 7 s',
    ]);
    expect(clockText(59_999)).toBe('0:59');
  });
});

describe('in so many cells', () => {
  const long = at('head 3f2a1c0: linking a-function-with-a-long-name with fat LTO', 42_000, { expected: 70_000, detail: '3 of 5 done' });

  it('cuts the detail first, then the name; the time stays', () => {
    expect([104, 96, 92, 60, 30, 20].map((cells) => fittingText(long, cells))).toEqual([
      'head 3f2a1c0: linking a-function-with-a-long-name with fat LTO · 0:42 of about 1:10 (3 of 5 done)',
      'head 3f2a1c0: linking a-function-with-a-long-name with fat LTO · 0:42 of about 1:10 (3 of 5 do…)',
      'head 3f2a1c0: linking a-function-with-a-long-name with fat LTO · 0:42 of about 1:10',
      'head 3f2a1c0: linking a-function-with-… · 0:42 of about 1:10',
      'head 3f2… · 0:42 of about 1:10',
      'head 3f2a1c0: linki…',
    ]);
  });

  it('counts wide characters twice', () => {
    expect(cellsOf('héllo 関数 🚀')).toBe(13);
    expect(cut('関数関数', 5)).toBe('関数…');
    expect(cut('関数関数', 4)).toBe('関…');
  });

  it('never takes more, whatever a name holds', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 120 });
    fc.assert(
      fc.property(
        text,
        text,
        fc.nat(10_000_000),
        fc.option(fc.nat(1_000_000)),
        fc.integer({ min: 0, max: 200 }),
        (name, detail, elapsed, expected, cells) => {
          expect(cellsOf(fittingText({ text: name, detail, elapsed, expected }, cells))).toBeLessThanOrEqual(cells);
        },
      ),
    );
  });
});
