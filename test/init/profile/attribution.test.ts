import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crateOf } from '../../../src/core/rust-names.ts';
import { attributeProfile } from '../../../src/init/profile/attribution.ts';
import { plainName } from '../../../src/init/profile/names.ts';
import type { Profile } from '../../../src/init/profile/profile.ts';
import { anyProfile, aProfile, BINARY, recorded } from './profiles.ts';

const LOADER = '/lib64/ld-linux-x86-64.so.2';
const FRAME = 'std::sys::backtrace::__rust_begin_short_backtrace';

function attributed(profile: Profile, binary = BINARY) {
  return attributeProfile(profile, { of: 'twin', binary }).figures;
}

describe('a recorded init', () => {
  it('is split by phase', () => {
    expect(attributed(recorded('health')).phases).toEqual({ loading: 274_051, runtimeStart: 121_943, handlerInit: 86_908 });
    const regex = attributed(recorded('health-regex'));
    expect(regex.phases).toEqual({ loading: 364_557, runtimeStart: 121_693, handlerInit: 211_233_837 });
  });

  it('is split by crate, and adds up', () => {
    const { total, crates, unattributed } = attributed(recorded('health'));
    expect(crates.slice(0, 5)).toEqual([
      { name: 'ld-linux-x86-64.so.2', instructions: 278_463 },
      { name: 'libc.so.6', instructions: 161_454 },
      { name: 'std', instructions: 16_962 },
      { name: 'tokio', instructions: 9_372 },
      { name: 'hyper_util', instructions: 2_950 },
    ]);
    expect(crates.reduce((sum, { instructions }) => sum + instructions, unattributed)).toBe(total);
    expect(unattributed).toBe(15);
  });

  it('names its functions, recursion counted once', () => {
    const { functions } = attributed(recorded('health-regex'));
    // callgrind says 190,849,351 of the second level: it goes round through c_at_least.
    const compile = functions.find(({ name }) => name.endsWith('thompson::compiler::Compiler::c'));
    expect(compile).toMatchObject({ crate: 'regex_automata', self: 16_411_092, inclusive: 95_648_242 });
    expect(functions.find(({ name }) => name === 'health::main')).toMatchObject({ crate: 'health', inclusive: 211_212_231 });
    expect(functions.some(({ name }) => /'\d$|^0x/.test(name))).toBe(false);
  });
});

describe('phases', () => {
  const loaded = [
    ['0x1ab70', 5, LOADER],
    ['_dl_start', 100, LOADER],
    ['(below main)', 10],
    ['main', 20],
  ] as const;
  const toMain = [
    ['0x1ab70', '_dl_start', 100],
    ['0x1ab70', '(below main)', 90],
    ['(below main)', 'main', 80],
  ] as const;

  it('know the main by what calls it, whatever the binary is called', () => {
    const functions = [...loaded, [FRAME, 1], ['other_name::main', 59]] as const;
    const calls = [...toMain, ['main', FRAME, 60], [FRAME, 'other_name::main', 59]] as const;
    expect(attributed(aProfile(functions, calls)).phases).toEqual({ loading: 105, runtimeStart: 31, handlerInit: 59 });
  });

  it('find a main that was inlined into its frame', () => {
    const profile = aProfile([...loaded, [FRAME, 60]], [...toMain, ['main', FRAME, 60]]);
    expect(attributed(profile).phases).toEqual({ loading: 105, runtimeStart: 30, handlerInit: 60 });
  });

  it('take C’s main where there is no other', () => {
    const profile = aProfile([...loaded, ['work', 60]], [...toMain, ['main', 'work', 60]]);
    expect(attributed(profile).phases).toEqual({ loading: 105, runtimeStart: 10, handlerInit: 80 });
  });

  it.each([
    ['libc', '__libc_start_main@@GLIBC_2.34', '/lib/libc.so.6'],
    ['the loader', 'call_init', LOADER],
  ])('count the constructors that %s runs as handler init, and std’s as its start', (_, caller, object) => {
    const functions = [
      ...loaded,
      [FRAME, 1],
      ['app::main', 59],
      [caller, 3, object],
      ['app::before_main', 40],
      ['fill_tables', 7],
      ['std::sys::args::imp::ARGV_INIT_ARRAY::init_wrapper', 2],
      ['frame_dummy', 4],
    ] as const;
    const calls = [
      ...toMain.slice(0, 1),
      ['0x1ab70', '(below main)', 146],
      ['(below main)', caller, 136],
      [caller, 'main', 80],
      ['main', FRAME, 60],
      [FRAME, 'app::main', 59],
      [caller, 'app::before_main', 40],
      [caller, 'fill_tables', 7],
      [caller, 'std::sys::args::imp::ARGV_INIT_ARRAY::init_wrapper', 2],
      [caller, 'frame_dummy', 4],
    ] as const;
    expect(attributed(aProfile(functions, calls)).phases).toEqual({ loading: 105, runtimeStart: 40, handlerInit: 59 + 47 });
  });

  it('count threads as handler init', () => {
    const functions = [...loaded, [FRAME, 1], ['app::main', 59], ['start_thread', 40, '/lib/libc.so.6'], ['app::work', 2]] as const;
    const calls = [...toMain, ['main', FRAME, 60], [FRAME, 'app::main', 59], ['start_thread', 'app::work', 2]] as const;
    expect(attributed(aProfile(functions, calls)).phases).toEqual({ loading: 105, runtimeStart: 31, handlerInit: 59 + 42 });
  });

  it('have no loading in a static binary', () => {
    const functions = [
      ['(below main)', 10],
      ["(below main)'2", 30],
      ['main', 1],
      [FRAME, 0],
      ['app::main', 9],
    ] as const;
    const calls = [
      ['(below main)', "(below main)'2", 40],
      ["(below main)'2", 'main', 10],
      ['main', FRAME, 9],
      [FRAME, 'app::main', 9],
    ] as const;
    expect(attributed(aProfile(functions, calls)).phases).toEqual({ loading: 0, runtimeStart: 41, handlerInit: 9 });
  });

  it('are not told where the binary has no names', () => {
    const profile = aProfile(
      [
        ['_dl_start', 100, LOADER],
        ['0x00000000000195f0', 10],
      ],
      [['_dl_start', '0x00000000000195f0', 10]],
    );
    expect(attributed(profile)).toMatchObject({ phases: null, unattributed: 10, crates: [{ name: 'ld-linux-x86-64.so.2' }] });
  });
});

describe('names', () => {
  it.each([
    ['<alloc::vec::Vec<T> as core::iter::traits::collect::FromIterator<I>>::from_iter', 'std'],
    ['<T as alloc::vec::spec_from_elem::SpecFromElem>::from_elem', 'std'],
    ['<u64 as serde_core::ser::Serialize>::serialize', 'serde_core'],
    ['<&mut serde_json::de::Deserializer<R> as serde_core::de::Deserializer>::deserialize_any', 'serde_json'],
    ['<[u8]>::starts_with', 'std'],
    ['<dyn axum::handler::Handler>::call', 'axum'],
    ['<fn(u8) -> http::Uri as tower::Service>::call', 'tower'],
    ['core::ptr::drop_in_place<regex_syntax::ast::Ast>', 'std'],
    ['__rustc::__rust_alloc', 'std'],
    ['hashbrown::raw::RawTable<T,A>::reserve_rehash', 'std'],
    ['health::main::{{closure}}', 'health'],
    ['std::rt::lang_start::<()>::{closure#0}', 'std'],
    ['memcpy', '[Unknown]'],
    ['_start', '[Unknown]'],
    ['(below main)', '[Unknown]'],
    ['<', '[Unknown]'],
  ])('%s is of %s', (symbol, crate) => {
    expect(crateOf(symbol)).toBe(crate);
  });

  it('lose the hash and the level of recursion', () => {
    expect(plainName("core::slice::sort::quicksort::h0123456789abcdef'2")).toBe('core::slice::sort::quicksort');
    expect(plainName('app::h01234567')).toBe('app::h01234567');
  });

  it('are merged and cut', () => {
    const long = `app::${'x'.repeat(3_000)}`;
    const { functions } = attributed(
      aProfile(
        [
          ['app::f', 1],
          ["app::f'2", 2],
          [long, 4],
        ],
        [['app::f', "app::f'2", 2]],
      ),
    );
    expect(functions).toEqual([
      { crate: 'app', name: expect.stringMatching(/^app::x{978}…[0-9a-f]{16}$/), self: 4, inclusive: 4 },
      { crate: 'app', name: 'app::f', self: 3, inclusive: 3 },
    ]);
  });

  it('tell the program by its base name where its path goes through a link', () => {
    const profile = aProfile([['app::f', 3, '/private/tmp/bootstrap']]);
    expect(attributed(profile, '/tmp/bootstrap').crates).toEqual([{ name: 'app', instructions: 3 }]);
  });
});

describe('whatever a profile says', () => {
  it('phases and crates add up, and nothing is negative or above the total', () => {
    fc.assert(
      fc.property(anyProfile(), (profile) => {
        const { total, phases, crates, unattributed, functions } = attributed(profile);
        expect(total).toBe(profile.total);
        expect(crates.reduce((sum, { instructions }) => sum + instructions, unattributed)).toBe(total);
        expect(crates.every(({ name, instructions }) => name !== '' && instructions > 0) && unattributed >= 0).toBe(true);
        if (phases !== null) {
          const parts = [phases.loading, phases.runtimeStart, phases.handlerInit];
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
          expect(parts.every((part) => Number.isInteger(part) && part >= 0)).toBe(true);
        }
        expect(functions.every(({ name, self, inclusive }) => name !== '' && self <= inclusive && inclusive <= total)).toBe(true);
        expect(new Set(functions.map(({ crate, name }) => `${crate}\0${name}`)).size).toBe(functions.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
