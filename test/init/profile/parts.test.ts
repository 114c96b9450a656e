import { describe, expect, it } from 'vitest';
import { type Part, parsePartHeader, segmentsOf } from '../../../src/init/profile/parts.ts';
import { aProfile } from './profiles.ts';

describe('the header of a thread’s file', () => {
  const header = (trigger: string): string =>
    `# callgrind format\nversion: 1\npid: 7\ncmd:  ./bootstrap\npart: 12\nthread: 3\n\ndesc: Timerange: Basic block 0 - 9\ndesc: Trigger: ${trigger}\n\nevents: Ir\n`;
  it.each([
    ['--dump-before=start_thread', 'start'],
    ['Program termination', 'end'],
    ['dump', 'asked'],
  ])('says by %s that it is of %s', (trigger, by) => {
    expect(parsePartHeader(header(trigger))).toEqual({ part: 12, slot: 3, by });
  });

  it('is missing where threads are not told apart', () => {
    expect(parsePartHeader('# callgrind format\nversion: 1\ndesc: Trigger: Program termination\n')).toBeNull();
    expect(parsePartHeader('')).toBeNull();
  });
});

const profile = (self: number) => aProfile([['app::work', self]]);
const part = (number: number, slot: number, by: Part['by'], self: number): Part => ({ part: number, slot, by, profile: profile(self) });

describe('the threads of a window', () => {
  it('stand apart where one took the number of another', () => {
    // Two threads after each other under number 2; callgrind writes at the start of each, with what led to it.
    const parts = [part(3, 1, 'end', 500), part(3, 2, 'end', 80_000), part(1, 2, 'start', 100), part(2, 2, 'start', 3_500)];
    const told = segmentsOf(parts).map(({ slot, isLast, began, profiles }) => [slot, isLast, began, profiles.map(({ total }) => total)]);
    expect(told).toEqual([
      [1, true, null, [500]],
      [2, false, null, [100]],
      [2, false, 1, [3_500]],
      [2, true, 2, [80_000]],
    ]);
  });

  it('go on from the window before under the number they have', () => {
    const told = segmentsOf([part(4, 2, 'asked', 9_000)]).map(({ isLast, began }) => [isLast, began]);
    expect(told).toEqual([[true, null]]);
  });
});
