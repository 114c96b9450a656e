import type { Instructions, Profile } from '../../../src/init/profile/profile.ts';
import { BINARY } from './profiles.ts';

/** One call of a function, as a program makes it. */
export interface Executed {
  readonly name: string;
  readonly self: number;
  readonly calls: readonly Executed[];
}

const LIBRARIES: Readonly<Record<string, string>> = {
  start_thread: '/lib/libc.so.6',
  malloc: '/lib/libc.so.6',
  '0x1ab70': '/lib64/ld-linux-x86-64.so.2',
};

/** What callgrind tells of threads that did this: costs by function, and each call with all below it, of recursion every level. */
export function profileOf(threads: readonly Executed[]): Profile {
  const places = new Map<string, number>();
  const selves: number[] = [];
  const calls = new Map<string, { caller: number; callee: number; count: number; inclusive: number }>();
  for (const thread of threads) run(thread);
  const total = selves.reduce((sum, self) => sum + self, 0);
  const edges = [...calls.values()];
  return {
    total: instructions(total),
    functions: [...places].map(([name, place]) => {
      const called = edges.filter(({ caller, callee }) => caller === place && callee !== place);
      const inclusive = called.reduce((sum, edge) => sum + edge.inclusive, selves[place] ?? 0);
      const object = LIBRARIES[name] ?? BINARY;
      return { name, object, file: null, self: instructions(selves[place] ?? 0), inclusive: instructions(Math.min(total, inclusive)) };
    }),
    calls: edges.map((edge) => ({ ...edge, inclusive: instructions(edge.inclusive) })),
  };

  function run({ name, self, calls: below }: Executed): number {
    const place = placeOf(name);
    selves[place] = (selves[place] ?? 0) + self;
    let cost = self;
    for (const one of below) {
      const inclusive = run(one);
      const key = `${place} ${placeOf(one.name)}`;
      const edge = calls.get(key) ?? { caller: place, callee: placeOf(one.name), count: 0, inclusive: 0 };
      calls.set(key, { ...edge, count: edge.count + 1, inclusive: edge.inclusive + inclusive });
      cost += inclusive;
    }
    return cost;
  }

  function placeOf(name: string): number {
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    return place;
  }
}

function instructions(value: number): Instructions {
  return value as Instructions;
}
