import { describe, expect, test } from 'vitest';
import { millis } from '../../src/core/units.ts';
import { logProgress } from '../../src/progress/log.ts';
import { FakeTiming } from '../doubles/timing.ts';

function opened() {
  const timing = new FakeTiming();
  const said: string[] = [];
  const progress = logProgress((line) => void said.push(line), timing);
  /** What was said since it was asked last. */
  const heard = (): readonly string[] => said.splice(0);
  return { ...progress, timing, heard };
}

describe('progress in a log', () => {
  test('a line a step that is done, with what it took', () => {
    const { begin, timing, heard } = opened();
    using waiting = begin({ text: 'checking out "first"' });
    timing.advance(700);
    waiting.done('checked out "first"');
    expect(heard()).toEqual(['checked out "first" · 0.7 s']);
    expect(timing.isTicking).toBe(false);
  });

  test('what takes long is said when it begins, and at least every half minute what is waited for then', () => {
    const { begin, timing, heard } = opened();
    using waiting = begin({ text: 'building health', kind: 'long' });
    expect(heard()).toEqual(['building health']);
    let silent = 0;
    for (let second = 1; second <= 600; second += 1) {
      waiting.tell(`compiling ${second} of about 600 · crate-${second}`);
      timing.advance(1_000);
      const lines = heard();
      silent = lines.length === 0 ? silent + 1 : 0;
      expect(silent).toBeLessThan(30);
      if (second === 28) expect(lines).toEqual(['compiling 28 of about 600 · crate-28 · 0:28']);
      if (second < 28) expect(lines).toEqual([]);
    }
  });

  test('another stage is said after a second, with a time of its own', () => {
    const { begin, timing, heard } = opened();
    using waiting = begin({ text: 'building health', kind: 'long' });
    timing.advance(20_000);
    expect(waiting.turn('linking health with fat LTO', millis(70_000))).toBe(20_000);
    timing.advance(1_000);
    expect(heard()).toEqual(['building health', 'linking health with fat LTO · 0:01 of about 1:10']);
    timing.advance(41_000);
    expect(heard()).toEqual(['linking health with fat LTO · 0:29 of about 1:10']);
    expect(waiting.done('built health')).toBe(42_000);
    expect(heard()).toEqual(['built health · 1 min 2 s']);
  });

  test('of what is brief nothing stays, unless it was not', () => {
    const { begin, timing, heard } = opened();
    const first = begin({ text: 'reading', kind: 'brief' });
    timing.advance(999);
    first.done('read');
    expect(heard()).toEqual([]);
    const second = begin({ text: 'reading', kind: 'brief' });
    timing.advance(1_500);
    second.done('read');
    expect(heard()).toEqual(['read · 1.5 s']);
    using _ = begin({ text: 'looking up what is compared', kind: 'brief' });
    timing.advance(27_000);
    expect(heard()).toEqual([]);
    timing.advance(1_000);
    expect(heard()).toEqual(['looking up what is compared · 0:28']);
  });

  test('what is given up leaves no line and no tick', () => {
    const { begin, timing, heard } = opened();
    expect(() => {
      using _ = begin({ text: 'building' });
      throw new Error('it failed');
    }).toThrow('it failed');
    timing.advance(60_000);
    expect(heard()).toEqual([]);
    expect(timing.isTicking).toBe(false);
  });

  test('two at once are both said', () => {
    const { begin, timing, heard } = opened();
    const [one, other] = [begin({ text: 'installing zig' }), begin({ text: 'installing cargo-bloat' })];
    timing.advance(1_000);
    expect(heard()).toEqual(['installing zig · 0:01', 'installing cargo-bloat · 0:01']);
    one.done('installed zig');
    timing.advance(28_000);
    expect(heard()).toEqual(['installed zig · 1.0 s', 'installing cargo-bloat · 0:29']);
    other.done(null);
    expect(timing.isTicking).toBe(false);
  });

  test('what has to be looked up is looked up before each line', () => {
    const { begin, timing, heard } = opened();
    let looked = 0;
    using _ = begin({
      text: 'building',
      look: (waiting) => {
        looked += 1;
        waiting.tell(`looked ${looked} times`);
      },
    });
    timing.advance(1_000);
    expect(heard()).toEqual(['looked 1 times · 0:01']);
  });
});
