import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNewerRun, parseMarker, renderMarker } from '../../src/github/marker.ts';

const RUN = { id: 501, at: '2026-03-02T09:00:00Z', attempt: 2, sha: 'a'.repeat(40) };
const OLD = { ...RUN, at: null };

describe('the marker', () => {
  it('is one HTML comment', () => {
    expect(renderMarker('default', RUN)).toBe(
      `<!-- coldgate:key=default run=501 at=2026-03-02T09:00:00Z attempt=2 sha=${'a'.repeat(40)} -->`,
    );
    expect(renderMarker('default', OLD)).toBe(`<!-- coldgate:key=default run=501 attempt=2 sha=${'a'.repeat(40)} -->`);
    expect(renderMarker('a--> b', RUN)).toContain('key=a%2D-%3E%20b ');
  });

  it('is read back for any key, and for no other', () => {
    const sha = fc.stringMatching(/^[0-9a-f]{40}$/);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        fc.nat(),
        fc.nat({ max: 999_999 }),
        sha,
        fc.option(fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })),
        (key, other, id, attempt, commit, date) => {
          const run = { id, at: date === null ? null : `${date.toISOString().slice(0, 19)}Z`, attempt, sha: commit };
          const marker = renderMarker(key, run);
          expect(marker).toMatch(/^<!-- (?:(?!--).)* -->$/);
          expect(parseMarker(`${marker}\ntext`, key)).toEqual(run);
          if (key !== other) expect(parseMarker(marker, other)).toBeNull();
        },
      ),
    );
  });

  it('is read after an edit in a browser, and not beyond the first line', () => {
    expect(parseMarker(`${renderMarker('k', RUN)}\r\ntext`, 'k')).toEqual(RUN);
    expect(parseMarker(`text\n${renderMarker('k', RUN)}`, 'k')).toBeNull();
    expect(parseMarker('<!-- coldgate:key=k -->', 'k')).toEqual({ id: 0, at: null, attempt: 0, sha: '' });
    expect(parseMarker(renderMarker('k', OLD), 'k')).toEqual(OLD);
  });

  it('orders runs by when they were made, whatever their ids, so that an old run started again stays old', () => {
    const after = { id: 7, at: '2026-03-02T09:00:01Z', attempt: 1, sha: RUN.sha };
    expect([isNewerRun(after, RUN), isNewerRun(RUN, after)]).toEqual([true, false]);
    expect([isNewerRun({ ...RUN, attempt: 3 }, RUN), isNewerRun({ ...RUN, attempt: 9 }, after)]).toEqual([true, false]);
    expect(isNewerRun(RUN, RUN)).toBe(false);
    const same = { ...after, at: RUN.at };
    expect([isNewerRun(same, RUN), isNewerRun(RUN, same)]).toEqual([false, false]);
  });

  it('of markers without a time by id', () => {
    for (const at of [null, '2026-03-01T09:00:00Z']) {
      expect(isNewerRun({ ...RUN, at, id: 502, attempt: 1 }, OLD)).toBe(true);
      expect(isNewerRun({ ...RUN, at, id: 500, attempt: 9 }, OLD)).toBe(false);
      expect(isNewerRun(OLD, { ...RUN, at, id: 500, attempt: 9 })).toBe(true);
    }
    expect(isNewerRun({ ...RUN, attempt: 3 }, OLD)).toBe(true);
  });

  it("orders an attempt's report with cold starts after the one without, and before the next attempt's", () => {
    const second = { ...RUN, report: 2 } as const;
    expect(parseMarker(renderMarker('k', second), 'k')).toEqual(second);
    expect([isNewerRun(second, RUN), isNewerRun(RUN, second), isNewerRun({ ...RUN, attempt: 3 }, second)]).toEqual([true, false, true]);
    expect(isNewerRun({ ...second, id: 500 }, RUN)).toBe(false);
  });
});
