import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Growth } from '../../../src/core/snapshot/counted.ts';
import { growthOf as growthOfGraphs } from '../../../src/init/profile/growth.ts';
import type { Profile } from '../../../src/init/profile/profile.ts';
import { isStartFrame } from '../../../src/init/profile/start-frames.ts';
import { type Executed, profileOf } from './executions.ts';
import { anyProfile, graphOf, recorded } from './profiles.ts';

function growthOf(base: Profile, head: Profile): Growth {
  return growthOfGraphs({ base: graphOf(base), head: graphOf(head) });
}

function call(name: string, self: number, ...calls: readonly Executed[]): Executed {
  return { name, self, calls };
}

const SHORT_BACKTRACE = 'std::sys::backtrace::__rust_begin_short_backtrace';

/** The first thread, down to what std calls. */
function started(...calls: readonly Executed[]): Executed {
  return call('0x1ab70', 15, call('(below main)', 11, call('main', 170, call(SHORT_BACKTRACE, 2, ...calls))));
}

function thread(...calls: readonly Executed[]): Executed {
  const frame = call(SHORT_BACKTRACE, 2, ...calls);
  return call(
    'start_thread',
    400,
    call('<std::sys::thread::unix::Thread>::new::thread_start', 50, call('core::ops::function::FnOnce::call_once', 9, frame)),
  );
}

const names = ({ functions }: Growth): readonly string[] => functions.map(({ name }) => name);
const between = (base: readonly Executed[], head: readonly Executed[]): Growth => growthOf(profileOf(base), profileOf(head));

describe('who did the work', () => {
  it('is the lowest function that holds most of it, then those that lead to it', () => {
    const growth = growthOf(recorded('health'), recorded('health-regex'));
    expect(names(growth).slice(-4)).toEqual([
      'regex_automata::meta::regex::Builder::build_many',
      'regex::builders::string::RegexSetBuilder::build',
      'health::main::{{closure}}',
      'health::main',
    ]);
    expect(growth.functions[0]?.grown).toBeGreaterThan(0.8 * 211_237_185);
  });

  it('is the caller of many that do a little each', () => {
    const steps = (cost: number): Executed =>
      call('health::steps', 10, ...['a', 'b', 'c', 'd'].map((name) => call(`health::${name}`, cost)));
    expect(names(between([started(call('health::main', 5, steps(10)))], [started(call('health::main', 5, steps(50_000)))]))).toEqual([
      'health::steps',
      'health::main',
    ]);
  });

  it('is not who calls now what another called before', () => {
    const config = call('health::config', 2_000_000);
    const base = [started(call('health::main', 5, call('health::early', 5, config)))];
    const head = [started(call('health::main', 5, call('health::late', 5, config), call('health::planted', 100_000)))];
    expect(names(between(base, head))[0]).toBe('health::planted');
    const moved = [started(call('health::main', 5, call('health::planted', 100_000))), thread(config)];
    expect(names(between(base, moved))[0]).toBe('health::planted');
  });

  it('is found below work that became less', () => {
    const base = [started(call('health::main', 5, call('health::old', 900_000)))];
    const head = [started(call('health::main', 5, call('health::planted', 1_000_000), call('health::old', 100_000)))];
    expect(between(base, head).functions[0]).toEqual({ crate: 'health', name: 'health::planted', grown: 1_000_000 });
  });

  it('is one function, however many instances it has', () => {
    const instance = (type: string): Executed => call(`health::decode::<${type}>`, 100_000);
    const base = [started(call('health::main', 5, instance('u8')))];
    const head = [started(call('health::main', 5, instance('u8'), instance('u16'), instance('u32'), instance('u64')))];
    expect(names(between(base, head))).toEqual(['health::decode', 'health::main']);
    const closures = (number: number): Executed => call(`health::main::{closure#${number}}`, 700_000);
    const numbered = [started(call('health::main', 5, closures(0)))];
    expect(names(between(numbered, [started(call('health::main', 5, closures(1), call('health::planted', 9_000)))]))[0]).toBe(
      'health::planted',
    );
  });

  it('of recursion is the function that recurses, and of several the one that is called from outside', () => {
    const down = (depth: number): Executed => call('health::walk', 100, ...(depth === 0 ? [] : [down(depth - 1)]));
    expect(names(between([started(call('health::main', 5, down(1)))], [started(call('health::main', 5, down(90)))]))[0]).toBe(
      'health::walk',
    );
    const turns = (depth: number): Executed =>
      call(depth % 2 === 0 ? 'health::even' : 'health::odd', 100, ...(depth === 0 ? [] : [turns(depth - 1)]));
    const growth = between([started(call('health::main', 5, turns(2)))], [started(call('health::main', 5, turns(90)))]);
    expect(names(growth)).toEqual(['health::even', 'health::main']);
  });

  it('in a closure that std runs is who asked for it', () => {
    const once = (cost: number): Executed =>
      call('std::sync::once::Once::call_once_force::{{closure}}', 18, call('core::ops::function::FnOnce::call_once', cost));
    const forced = call('health::main', 5, call('<std::sys::sync::once::futex::Once>::call', 48, once(7_000_000)));
    expect(names(between([started(call('health::main', 5))], [started(forced)]))).toEqual(['health::main']);
  });

  it('in a main that the optimiser left to std is called main', () => {
    expect(
      names(between([started()], [call('0x1ab70', 15, call('(below main)', 11, call('main', 170, call(SHORT_BACKTRACE, 900_000))))])),
    ).toEqual(['main']);
  });

  it('in the start of std before main is nobody of the program', () => {
    const start = (cost: number): Executed =>
      call('0x1ab70', 15, call('(below main)', 11, call('main', cost, call(SHORT_BACKTRACE, 2, call('health::main', 50)))));
    expect(names(between([start(100)], [start(90_000)]))).toEqual([]);
  });

  it('in a thread without a name of its own is told by who starts it', () => {
    const spawn = call('health::workers', 30, call('std::thread::Builder::spawn', 90, call('pthread_create@@GLIBC_2.34', 900)));
    const head = [started(call('health::main', 5, spawn)), call('start_thread', 400, call(SHORT_BACKTRACE, 6_000_000))];
    expect(between([started(call('health::main', 5))], head)).toMatchObject({
      functions: [],
      starters: [{ name: 'health::workers' }, { name: 'health::main' }],
    });
  });

  it('is nobody where nothing grew', () => {
    const profile = recorded('health');
    expect(growthOf(profile, profile)).toEqual({ functions: [], starters: [] });
    expect(growthOf(recorded('health-regex'), profile)).toEqual({ functions: [], starters: [] });
  });
});

/** Names that programs have more than once, at any place. */
const COMMON = [
  ...['health::main', 'health::load', 'health::parse', 'tokio::runtime::task::raw::poll', 'regex::Regex::new', 'malloc', '0x1ab70'],
  ...['core::ops::function::FnOnce::call_once', SHORT_BACKTRACE, 'std::sync::once::Once::call', 'alloc::vec::Vec<T>::push', 'main'],
] as const;

interface Step {
  readonly name: (typeof COMMON)[number];
  readonly self: number;
  /** Below which of those before it. */
  readonly parent: number;
}

const step: fc.Arbitrary<Step> = fc.record({ name: fc.constantFrom(...COMMON), self: fc.nat(500), parent: fc.nat(1_000) });

/** Calls within calls: every step below one before it, recursion and all. `extra` is called by the one at a place, `moved` takes a step elsewhere. */
function executed(
  steps: readonly Step[],
  extra: { readonly at: number; readonly call: Executed } | null,
  moved: number | null,
): readonly Executed[] {
  const below = steps.map((): number[] => []);
  const roots: number[] = [];
  for (const [place, { parent }] of steps.entries()) {
    if (place === 0) roots.push(0);
    else below[place === moved ? (parent + 1) % place : parent % place]?.push(place);
  }
  const make = (place: number): Executed => {
    const { name, self } = steps[place] ?? { name: 'main', self: 0 };
    const calls = (below[place] ?? []).map(make);
    return call(name, self, ...calls, ...(extra !== null && extra.at % steps.length === place ? [extra.call] : []));
  };
  return [started(...roots.map(make))];
}

describe('whatever a program does besides', () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 40 });
  const planted = (work: number, helped: boolean): Executed =>
    call('health::planted', work, ...(helped ? [call('health::load', work / 10), call('malloc', work / 20)] : []));

  it('what is planted is named, and process start never', () => {
    fc.assert(
      fc.property(steps, fc.nat(1_000), fc.nat(40), fc.boolean(), fc.boolean(), (list, at, moved, helped, threaded) => {
        const base = executed(list, null, null);
        const work = 20 * Math.max(1_000, profileOf(base).total);
        const plant = planted(work, helped);
        const head = [...executed(list, threaded ? null : { at, call: plant }, moved), ...(threaded ? [thread(plant)] : [])];
        const growth = between(base, head);
        expect(growth.functions[0]?.name).toBe('health::planted');
        expect(growth.functions.filter((one) => isStartFrame(one))).toEqual([]);
      }),
      { seed: 14, numRuns: 500 },
    );
  });

  it('the same where both sides have it, and head more of it', () => {
    fc.assert(
      fc.property(steps, fc.nat(1_000), fc.boolean(), (list, at, helped) => {
        const base = executed(list, { at, call: planted(100, helped) }, null);
        const head = executed(list, { at, call: planted(20 * Math.max(1_000, profileOf(base).total), helped) }, null);
        expect(between(base, head).functions[0]?.name).toBe('health::planted');
      }),
      { seed: 14, numRuns: 300 },
    );
  });

  it('any two profiles are answered in bounds', () => {
    fc.assert(
      fc.property(anyProfile(), anyProfile(), (base, head) => {
        const { functions, starters } = growthOf(base, head);
        expect(functions.length).toBeLessThanOrEqual(30);
        expect(starters.length).toBeLessThanOrEqual(10);
        for (const { grown, name } of functions) {
          expect(Number.isInteger(grown) && grown >= 0).toBe(true);
          expect(name).not.toBe('');
        }
      }),
      { seed: 14, numRuns: 500 },
    );
  });
});
