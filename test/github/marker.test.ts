import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNewerRun, parseMarker, renderMarker } from '../../src/github/marker.ts';

const RUN = { id: 501, attempt: 2, sha: 'a'.repeat(40) };

describe('the marker', () => {
  it('is one HTML comment', () => {
    expect(renderMarker('default', RUN)).toBe(`<!-- coldgate:key=default run=501 attempt=2 sha=${'a'.repeat(40)} -->`);
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
        (key, other, id, attempt, commit) => {
          const marker = renderMarker(key, { id, attempt, sha: commit });
          expect(marker).toMatch(/^<!-- (?:(?!--).)* -->$/);
          expect(parseMarker(`${marker}\ntext`, key)).toEqual({ id, attempt, sha: commit });
          if (key !== other) expect(parseMarker(marker, other)).toBeNull();
        },
      ),
    );
  });

  it('is read after an edit in a browser, and not beyond the first line', () => {
    expect(parseMarker(`${renderMarker('k', RUN)}\r\ntext`, 'k')).toEqual(RUN);
    expect(parseMarker(`text\n${renderMarker('k', RUN)}`, 'k')).toBeNull();
    expect(parseMarker('<!-- coldgate:key=k -->', 'k')).toEqual({ id: 0, attempt: 0, sha: '' });
  });

  it('orders runs by start, so that an old run started again stays old', () => {
    expect(isNewerRun({ ...RUN, id: 502, attempt: 1 }, RUN)).toBe(true);
    expect(isNewerRun({ ...RUN, id: 500, attempt: 9 }, RUN)).toBe(false);
    expect(isNewerRun({ ...RUN, attempt: 3 }, RUN)).toBe(true);
    expect(isNewerRun(RUN, RUN)).toBe(false);
  });

  it("orders an attempt's report with cold starts after the one without, and before the next attempt's", () => {
    const second = { ...RUN, report: 2 } as const;
    expect(parseMarker(renderMarker('k', second), 'k')).toEqual(second);
    expect([isNewerRun(second, RUN), isNewerRun(RUN, second), isNewerRun({ ...RUN, attempt: 3 }, second)]).toEqual([true, false, true]);
    expect(isNewerRun({ ...second, id: 500 }, RUN)).toBe(false);
  });
});
