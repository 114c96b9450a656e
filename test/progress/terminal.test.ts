import { describe, expect, test } from 'vitest';
import { millis } from '../../src/core/units.ts';
import { terminalProgress } from '../../src/progress/terminal.ts';
import { Screen } from '../doubles/screen.ts';
import { FakeTiming } from '../doubles/timing.ts';

function opened(columns = 80) {
  const timing = new FakeTiming();
  const screen = new Screen(columns);
  const stop = new AbortController();
  const stream = {
    get columns() {
      return screen.columns;
    },
    write: screen.write,
  };
  return { ...terminalProgress(stream, timing, stop.signal), timing, screen, stop };
}

describe('progress on a terminal', () => {
  test('one line ticks each second below what stays', () => {
    const { progress, timing, screen } = opened();
    progress.step('comparing head 3f2a1c0 with base 9b1e770, the merge base with origin/main');
    const waiting = progress.begin({ text: 'head 3f2a1c0: building health', expected: millis(70_000) });
    const first = 'comparing head 3f2a1c0 with base 9b1e770, the merge base with origin/main\n';
    expect(screen.text).toBe(`${first}head 3f2a1c0: building health · 0:00 of about 1:10`);
    for (let second = 1; second < 60; second += 1) {
      timing.advance(1_000);
      expect(screen.text).toBe(`${first}head 3f2a1c0: building health · 0:${String(second).padStart(2, '0')} of about 1:10`);
    }
    waiting.turn('head 3f2a1c0: linking health with fat LTO', millis(4_000));
    timing.advance(2_000);
    expect(screen.text).toBe(`${first}head 3f2a1c0: linking health with fat LTO · 0:02 of about 0:04`);
    waiting.done('head 3f2a1c0: built health');
    expect(screen.text).toBe(`${first}head 3f2a1c0: built health · 1 min 1 s`);
    expect(screen.isAtLineStart).toBe(true);
    expect(timing.isTicking).toBe(false);
  });

  test('a sentence goes above it; what is written elsewhere finds the line empty', () => {
    const { progress, timing, screen, clear } = opened();
    using _ = progress.begin({ text: 'building' });
    progress.step('another matter');
    expect(screen.rows).toEqual(['another matter', 'building · 0:00']);
    clear();
    screen.write('the report\n');
    timing.advance(1_000);
    expect(screen.rows).toEqual(['another matter', 'the report', 'building · 0:01']);
  });

  test.each([1, 2, 10, 20, 40, 79, 80, 120, 200])('never wraps on %i columns, and leaves nothing behind', (columns) => {
    const { progress, timing, screen } = opened(columns);
    for (const text of ['x', 'head 3f2a1c0: linking 関数関数関数関数関数関数 with fat LTO', 'a'.repeat(500), '🚀'.repeat(columns)]) {
      using waiting = progress.begin({ text, expected: millis(70_000) });
      for (const detail of ['', 'pair 7 of 20', 'y'.repeat(300)]) {
        waiting.tell(null, detail);
        timing.advance(1_000);
        expect(screen.rows.filter((row) => row !== '').length).toBeLessThanOrEqual(1);
      }
    }
    expect(screen.text).toBe('');
  });

  test('a terminal that is made narrower keeps what stays and no half of the line', () => {
    const { progress, timing, screen, resized } = opened(120);
    progress.step('comparing head with base');
    using waiting = progress.begin({ text: `head 3f2a1c0: ${'linking '.repeat(20)}` });
    timing.advance(1_000);
    for (const columns of [119, 80, 41, 40, 39, 25, 80, 200]) {
      screen.columns = columns;
      resized();
      expect(screen.rows).toHaveLength(2);
      expect(screen.rows[0]).toBe('comparing head with base');
      expect(screen.rows[1]).toMatch(/^head 3f2a1c0: l.* · 0:01$/);
    }
    waiting.done(null);
    expect(screen.text).toBe('comparing head with base');
  });

  test('a sentence breaks at blanks; what has lines of its own keeps them', () => {
    const { say, screen } = opened(40);
    say('comparing head 92fa99f (working tree, 1 file changed) with base f44d11e (HEAD^1)');
    expect(screen.rows.slice(0, 3)).toEqual(['comparing head 92fa99f (working tree, 1', '  file changed) with base f44d11e', '  (HEAD^1)']);
    say(`the base does not build\n  | ${'x '.repeat(30)}`);
    expect(screen.rows[4]).toMatch(/^ {2}\| x/);
  });

  test('what a pull request named cannot steer it', () => {
    const { progress, timing, screen } = opened();
    // The screen throws for whatever a terminal would obey.
    const hostile = 'x\u001b[2J\u001b]0;title\u0007\u009b31m\r\n\t\u0008\u202e\u200b::error::y';
    using waiting = progress.begin({ text: hostile });
    waiting.tell(hostile, hostile);
    timing.advance(1_000);
    progress.step(hostile);
    expect(screen.rows.length).toBeLessThanOrEqual(3);
    expect(screen.rows.at(-1)).toContain(String.raw`\u{202e}\u{200b}`);
    waiting.done(hostile);
  });

  test('when the run is cancelled that is what is waited for', () => {
    const { progress, timing, screen, stop } = opened();
    using waiting = progress.begin({ text: 'building health', expected: millis(9_000) });
    timing.advance(4_000);
    stop.abort();
    expect(screen.text).toBe('cancelled: what was started is being ended · 0:04');
    waiting[Symbol.dispose]();
    expect(screen.text).toBe('');
    expect(screen.isAtLineStart).toBe(true);
  });

  test('what comes in a flood is not drawn each time', () => {
    const timing = new FakeTiming();
    const written: string[] = [];
    const { progress } = terminalProgress({ columns: 80, write: (text) => written.push(text) }, timing, new AbortController().signal);
    using waiting = progress.begin({ text: 'compiling' });
    for (let line = 0; line < 10_000; line += 1) waiting.tell(`compiling ${line}`);
    expect(written).toHaveLength(1);
    timing.advance(1_000);
    expect(written).toHaveLength(2);
    expect(written[1]).toContain('compiling 9999');
  });
});
