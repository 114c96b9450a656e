import { describe, expect, it } from 'vitest';
import { type CountedThread, entryOf, settle } from '../../../src/init/profile/threads.ts';
import { aProfile, BINARY } from './profiles.ts';

const FRAME = 'std::sys::backtrace::__rust_begin_short_backtrace';
const isProgram = (object: string): boolean => object === BINARY;

/** A thread that works under one function. */
function aThread(under: string, self: number, after: CountedThread['after'] = 'rested'): CountedThread {
  const functions = [
    ['start_thread', 5, '/lib/libc.so.6'],
    [FRAME, 3],
    [under, self - 8],
  ] as const;
  return {
    profile: aProfile(functions, [
      ['start_thread', FRAME, self - 5],
      [FRAME, under, self - 8],
    ]),
    after,
  };
}

function settled(...runs: readonly (readonly CountedThread[])[][]) {
  return settle(runs, () => isProgram).map((side) =>
    side.map(({ total, leftOut, background }) => ({ total, leftOut: leftOut.length, background: background.length })),
  );
}

describe('what stands for a thread', () => {
  it('is what the program has under process start', () => {
    expect(entryOf(aThread('app::warm_cache', 900).profile, isProgram)).toEqual({ crate: 'app', name: 'app::warm_cache' });
  });

  it('is nothing where only std has a name', () => {
    const profile = aProfile(
      [
        ['start_thread', 5, '/lib/libc.so.6'],
        [FRAME, 900],
      ],
      [['start_thread', FRAME, 900]],
    );
    expect(entryOf(profile, isProgram)).toBeNull();
  });
});

describe('runs with threads that outlive the request', () => {
  const main = aThread('app::main', 1_000);

  it('are without what goes on, and with what ends', () => {
    const run = [main, aThread('app::load', 300_000, 'worked-on'), aThread('app::warm', 80_000, 'goes-on')];
    expect(settled([run])).toEqual([[{ total: 301_000, leftOut: 1, background: 1 }]]);
  });

  it('are alike where it was just done in one of them, at either side', () => {
    const goesOn = [main, aThread('app::warm', 80_000, 'goes-on')];
    const done = [main, aThread('app::warm', 70_000, 'worked-on')];
    const one = { total: 1_000, leftOut: 1, background: 0 };
    expect(settled([goesOn, done], [done])).toEqual([[one, one], [one]]);
  });

  it('keep a thread of the same name that ended before', () => {
    const run = [main, aThread('app::warm', 3_500), aThread('app::warm', 80_000, 'goes-on')];
    expect(settled([run], [[main, aThread('app::warm', 3_500)]])).toEqual([
      [{ total: 4_500, leftOut: 1, background: 0 }],
      [{ total: 4_500, leftOut: 0, background: 0 }],
    ]);
  });

  it('tell of many that are short as of one that is long', () => {
    const short = Array.from({ length: 20 }, () => aThread('app::load_one', 40_000, 'worked-on'));
    const run = [main, ...short, aThread('app::idle', 40_000, 'worked-on')];
    expect(settled([run])).toEqual([[{ total: 841_000, leftOut: 0, background: 20 }]]);
  });

  it('leave out as many as went on at once', () => {
    const two = [main, aThread('app::warm', 800, 'goes-on'), aThread('app::warm', 700, 'goes-on')];
    const one = [
      main,
      aThread('app::warm', 800, 'goes-on'),
      aThread('app::warm', 700, 'worked-on'),
      aThread('app::warm', 600_000, 'worked-on'),
    ];
    expect(settled([two, one])[0]?.map(({ total, background }) => [total, background])).toEqual([
      [1_000, 0],
      [601_000, 1],
    ]);
  });
});
