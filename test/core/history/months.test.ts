import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HistoryLine, renderLine, seriesOf } from '../../../src/core/history/line.ts';
import { mergeLines } from '../../../src/core/history/merge.ts';
import { type Month, type Months, mergeMonths, monthOfFile, monthsOf, parseMonth, renderMonth } from '../../../src/core/history/months.ts';
import { thinMonths } from '../../../src/core/history/thin.ts';
import { aLine, line, lines } from './lines.ts';

const NOW = '2026-05-20T00:00:00Z';
const sha = (digit: number): string => digit.toString(16).repeat(40);
const texts = (months: Months) => [...months].map(([name, month]) => [name, renderMonth(month)]);

it('a mark that an editor left at the beginning of a file costs no line', () => {
  const text = `\uFEFF${renderLine(aLine())}\n`;
  expect(parseMonth(text, '2026-11', 'x')).toMatchObject({ month: { lines: [aLine()] }, warnings: [] });
});

describe('a file of the history', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(lines, (some) => {
        for (const [name, month] of monthsOf(some)) {
          const read = parseMonth(renderMonth(month), name, name);
          expect(read).toEqual({ month, warnings: [] });
        }
      }),
    );
  });

  it('that is none at all has its first lines named and the others counted', () => {
    const text = Array.from({ length: 200_000 }, (_, at) => `${at} x\n`).join('');
    const { month, warnings } = parseMonth(`${renderLine(aLine())}\n${text}`, '2026-11', 'f');
    expect(month.lines).toHaveLength(1);
    expect(month.unread).toHaveLength(200_000);
    expect(warnings).toHaveLength(21);
    expect(warnings[19]).toBe('f:21: left out: not JSON, cut short perhaps');
    expect(warnings[20]).toBe('f: 199,980 more are left out');
  });

  it('loses to a corrupt line that line alone, with a warning that names it, and keeps its text', () => {
    const good = [aLine({ commit: sha(1) }), aLine({ commit: sha(2) })];
    const [one = '', two = ''] = good.map(renderLine);
    const text = [one, one.slice(0, 90), '', two, '{"schema":"coldgate/history@7"}', ''].join('\n');
    const read = parseMonth(text, '2026-11', 'coldgate-history:2026-11.jsonl');
    expect(read.month.lines).toEqual(good);
    expect(read.warnings).toEqual([
      'coldgate-history:2026-11.jsonl:2: left out: not JSON, cut short perhaps',
      'coldgate-history:2026-11.jsonl:5: left out: of coldgate/history@7, and this coldgate reads coldgate/history@1',
    ]);
    expect(renderMonth(read.month)).toBe([one, two, one.slice(0, 90), '{"schema":"coldgate/history@7"}', ''].join('\n'));
  });

  it('loses nothing but the lines that were damaged', () => {
    fc.assert(
      fc.property(lines, fc.array(fc.tuple(fc.nat(), fc.nat())), (some, damages) => {
        for (const [name, month] of monthsOf(some)) {
          const rows = renderMonth(month).split('\n').slice(0, -1);
          const hit = new Set<number>();
          for (const [row, at] of damages) {
            const place = row % rows.length;
            hit.add(place);
            rows[place] = (rows[place] ?? '').slice(0, at % (rows[place] ?? ' ').length);
          }
          const read = parseMonth(rows.join('\n'), name, name);
          expect(read.month.lines).toEqual(month.lines.filter((_, place) => !hit.has(place)));
        }
      }),
    );
  });

  it('takes no line of another month', () => {
    const { month, warnings } = parseMonth(`${renderLine(aLine())}\n`, '2026-10', 'x');
    expect(month.lines).toEqual([]);
    expect(warnings).toEqual(['x:1: left out: of 2026-11, in the file of 2026-10']);
  });

  it('has a name by its month', () => {
    expect(['2026-11.jsonl', '2026-13.jsonl', '../2026-11.jsonl', '2026-11.jsonl~', 'badge'].map(monthOfFile)).toEqual([
      '2026-11',
      ...Array(4).fill(null),
    ]);
  });
});

describe('two writers', () => {
  it('come to the same in whichever order they join, and lose nothing', () => {
    fc.assert(
      fc.property(lines, lines, lines, (a, b, c) => {
        const [one, other, third] = [monthsOf(a), monthsOf(b), monthsOf(c)];
        const all = texts(mergeMonths(mergeMonths(one, other), third));
        expect(texts(mergeMonths(third, mergeMonths(other, one)))).toEqual(all);
        expect(texts(mergeMonths(one, mergeMonths(one, mergeMonths(third, other))))).toEqual(all);
        const keys = new Set([...a, ...b, ...c].map((row) => `${row.commit} ${seriesOf(row)}`));
        expect(all.flatMap(([, text]) => text?.split('\n').slice(0, -1) ?? []).length).toBe(keys.size);
      }),
    );
  });

  it('of two lines for one commit and function take the one that was written later, with the tags and bumps of both', () => {
    const bump = (name: string) => ({ name, from: '1.0.0', to: '1.1.0' });
    const first = aLine({ written: '2026-11-27T12:10:00Z', figures: { zip: 1 }, tags: ['v2'], bumps: [bump('serde')] });
    const second = aLine({ written: '2026-11-27T12:11:00Z', figures: { zip: 2 }, tags: ['v1'], bumps: [bump('aws-config')] });
    const both = { ...second, tags: ['v1', 'v2'], bumps: [bump('aws-config'), bump('serde')] };
    expect(mergeLines([first, second])).toEqual([both]);
    expect(mergeLines([second, first])).toEqual([both]);
  });

  it('keep what neither can read', () => {
    const of = (unread: readonly string[]): Months => new Map<string, Month>([['2026-01', { lines: [], unread }]]);
    expect(mergeMonths(of(['x', 'y']), of(['y', 'z'])).get('2026-01')?.unread).toEqual(['x', 'y', 'z']);
  });
});

describe('thinning', () => {
  it('keeps of a day the last commit and those with a tag, and the bumps of all', () => {
    const bump = (name: string) => ({ name, from: null, to: '1.0.0' });
    const day = [
      aLine({ commit: sha(1), time: '2026-02-10T08:00:00Z', bumps: [bump('serde')] }),
      aLine({ commit: sha(2), time: '2026-02-10T09:00:00Z', tags: ['v1.0.0'] }),
      aLine({ commit: sha(3), time: '2026-02-10T23:59:59Z' }),
      aLine({ commit: sha(4), time: '2026-02-10T08:30:00Z', function: 'orders', crate: 'orders' }),
      aLine({ commit: sha(5), time: '2026-02-11T00:00:00Z' }),
    ];
    const thin = thinMonths(monthsOf(day), NOW).get('2026-02')?.lines ?? [];
    expect(thin.map(({ commit, bumps }) => [commit[0], bumps.map(({ name }) => name)])).toEqual([
      ['4', []],
      ['2', []],
      ['3', ['serde']],
      ['5', []],
    ]);
  });

  it.each([
    ['2026-05-31T23:59:59Z', ['2026-02']],
    ['2026-06-01T00:00:00Z', ['2026-02', '2026-03']],
    ['2027-01-01T00:00:00Z', ['2026-02', '2026-03', '2026-04', '2026-05']],
  ])('at %s leaves this month and the two before it whole', (now, expected) => {
    const pair = (month: string) => [1, 2].map((digit) => aLine({ commit: sha(digit), time: `${month}-10T0${digit}:00:00Z` }));
    const months = monthsOf(['2026-02', '2026-03', '2026-04', '2026-05'].flatMap(pair));
    const thinned = [...thinMonths(months, now)].filter(([, { lines: left }]) => left.length === 1).map(([name]) => name);
    expect(thinned).toEqual(expected);
  });

  it('twice comes to the same as once', () => {
    fc.assert(
      fc.property(lines, (some) => {
        const thin = thinMonths(monthsOf(some), NOW);
        expect(texts(thinMonths(thin, NOW))).toEqual(texts(thin));
      }),
    );
  });

  it('comes to the same before and after two writers join; a tag that one has not seen yet keeps a line', () => {
    const untagged = fc.array(
      line.map((one): HistoryLine => ({ ...one, tags: [] })),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(untagged, untagged, (a, b) => {
        const [one, other] = [monthsOf(a), monthsOf(b)];
        const apart = thinMonths(mergeMonths(thinMonths(one, NOW), thinMonths(other, NOW)), NOW);
        expect(texts(apart)).toEqual(texts(thinMonths(mergeMonths(one, other), NOW)));
      }),
    );
  });
});
