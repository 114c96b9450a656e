import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { attributeProfile } from '../../../src/init/profile/attribution.ts';
import { parseCallgrind } from '../../../src/init/profile/callgrind.ts';
import type { CostGraph } from '../../../src/init/profile/graph.ts';
import type { Instructions, Profile } from '../../../src/init/profile/profile.ts';

export const BINARY = '/var/task/bootstrap';
const LOADER = '/lib64/ld-linux-x86-64.so.2';

export function recorded(name: 'health' | 'health-regex'): Profile {
  return parseCallgrind(readFileSync(new URL(`../../fixtures/init/${name}.callgrind`, import.meta.url), 'utf8'));
}

/** As counting makes it: of the program by its path, or by its base name where a profile has it elsewhere. */
export function graphOf(profile: Profile): CostGraph {
  return attributeProfile(profile, { of: 'twin', binary: BINARY }).graph;
}

/** `[name, own instructions, object]`, and `[caller, callee, instructions, times]` by name; the binary is the object where none is given. */
export function aProfile(
  functions: readonly (readonly [name: string, self: number, object?: string | null])[],
  calls: readonly (readonly [caller: string, callee: string, inclusive: number, count?: number])[] = [],
): Profile {
  const place = (wanted: string): number => functions.findIndex(([name]) => name === wanted);
  const made = calls.map(([caller, callee, inclusive, count = 1]) => ({
    caller: place(caller),
    callee: place(callee),
    count,
    inclusive: instructions(inclusive),
  }));
  const total = functions.reduce((sum, [, self]) => sum + self, 0);
  return {
    total: instructions(total),
    calls: made,
    functions: functions.map(([name, self, object = BINARY], index) => {
      const called = made.filter(({ caller, callee }) => caller === index && callee !== index);
      const inclusive = called.reduce((sum, call) => sum + call.inclusive, self);
      return { name, object, file: null, self: instructions(self), inclusive: instructions(Math.min(total, inclusive)) };
    }),
  };
}

const NAMES = [
  '(below main)',
  "(below main)'2",
  'main',
  'health::main',
  'std::sys::backtrace::__rust_begin_short_backtrace',
  'std::rt::lang_start_internal',
  'memcpy',
  'clone',
  '???',
  '0x00000000000195f0',
  '',
  '<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop',
  'tokio::run::h0123456789abcdef',
];

/** Any functions calling any others, with whatever costs: what callgrind would never say included. */
export function anyProfile(): fc.Arbitrary<Profile> {
  const function_ = fc.tuple(
    fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 12, unit: 'binary' })),
    fc.nat(1_000),
    fc.constantFrom(BINARY, LOADER, '/lib/libc.so.6', null),
  );
  const call = fc.tuple(fc.nat(11), fc.nat(11), fc.nat(5_000), fc.integer({ min: 1, max: 3 }));
  return fc.tuple(fc.array(function_, { minLength: 1, maxLength: 12 }), fc.array(call, { maxLength: 30 })).map(([list, wanted]) => {
    const total = list.reduce((sum, [, self]) => sum + self, 0);
    const calls = wanted
      .filter(([caller, callee]) => caller < list.length && callee < list.length)
      .map(([caller, callee, inclusive, count]) => ({ caller, callee, count, inclusive: instructions(inclusive) }));
    const functions = list.map(([name, self, object], place) => {
      const called = calls.filter(({ caller, callee }) => caller === place && callee !== place);
      const inclusive = called.reduce((sum, one) => sum + one.inclusive, self);
      return { name, object, file: null, self: instructions(self), inclusive: instructions(Math.min(total, inclusive)) };
    });
    return { total: instructions(total), functions, calls };
  });
}

function instructions(value: number): Instructions {
  return value as Instructions;
}
