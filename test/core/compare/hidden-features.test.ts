import { describe, expect, test } from 'vitest';
import { hiddenVariants } from '../../../src/core/compare/hidden-features.ts';
import type { CountedInstructions } from '../../../src/core/snapshot/counted.ts';
import type { FunctionMeasurement } from '../../../src/core/snapshot/snapshot.ts';
import { aFirstResponse, aFunction, aMeasuredInit, aSymbol, attributionOf } from '../builders.ts';

type Ran = CountedInstructions['functions'][number];

/** What holds most of a start of four million. */
function ran(crate: string, name: string, self = 3_900_000): Ran {
  return { crate, name, self, inclusive: Math.max(self, 3_950_000) };
}

/** A function with these symbols, of which these ran. */
function measured(symbols: readonly string[], functions: readonly Ran[]): FunctionMeasurement {
  const init = aMeasuredInit(
    {},
    { phases: { loading: 100, runtimeStart: 100, handlerInit: 4_000_000 }, crates: {}, functions: [...functions] },
  );
  const all = [...symbols, ...functions.map(({ name }) => name)].map((name) => aSymbol(name.split('::')[0] ?? name, name, 400));
  return aFunction({ attribution: attributionOf(all), init });
}

/** As real crates name them, in a binary that was linked with fat LTO. */
describe.each([
  ['plant::sum_scalar', ['plant::sum_avx512'], 'AVX-512', 'plant::sum_avx512'],
  ['plant::sum', ['plant::sum_avx512f'], 'AVX-512', 'plant::sum_avx512f'],
  ['tables::scalar::sum', ['tables::avx512::sum'], 'AVX-512', 'tables::avx512::sum'],
  ['blake3_hash_many_avx2', ['blake3_hash_many_avx512', 'blake3_xof_many_avx512'], 'AVX-512', 'blake3_hash_many_avx512'],
  [
    'ring_core_0_17_14__sha256_block_data_order_avx',
    ['ring_core_0_17_14__sha256_block_data_order_hw'],
    'SHA',
    'ring_core_0_17_14__sha256_block_data_order_hw',
  ],
  [
    'sha2::sha256::compress256',
    ['sha2::sha256::x86::shani_cpuid::init_get::init_inner', 'sha2::sha256::x86::digest_blocks'],
    'SHA',
    'sha2::sha256::x86::digest_blocks',
  ],
])('%s', (name, symbols, feature, variant) => {
  const one = ran('tables', name);

  test('has a variant that did not run', () => {
    expect(hiddenVariants(measured(symbols, [one]))).toEqual([{ crate: 'tables', name, feature, variant }]);
  });

  test('has none where the variant ran, or it is little of the count', () => {
    expect(hiddenVariants(measured(symbols, [one, ran('tables', variant, 1)]))).toEqual([]);
    expect(hiddenVariants(measured(symbols, [{ ...one, self: 900_000 }]))).toEqual([]);
  });
});

test.each([
  ['plant::main', ['plant::sum_avx512']],
  ['plant::product_scalar', ['plant::sum_avx512']],
  ['tables::sum', ['others::sum_avx512']],
  ['sha2::sha512::compress512', ['sha2::sha256::x86::shani_cpuid::init_get::init_inner', 'sha2::sha256::x86::digest_blocks']],
  ['memchr::arch::x86_64::avx2::memchr::One::find_raw', ['memchr::arch::x86_64::sse2::memchr::One::find_raw']],
])('%s is nothing that %j would run for', (name, symbols) => {
  expect(hiddenVariants(measured(symbols, [ran('plant', name)]))).toEqual([]);
});

test('what the count grew by is enough', () => {
  const init = aMeasuredInit(
    {},
    {
      phases: { loading: 100, runtimeStart: 100, handlerInit: 40_000_000 },
      crates: {},
      functions: [ran('plant', 'plant::sum_scalar', 1_000_000)],
      growth: { functions: [{ crate: 'plant', name: 'plant::sum_scalar', grown: 1_000_000 }], starters: [] },
    },
  );
  const symbols = attributionOf([aSymbol('plant', 'plant::sum_avx512', 400)]);
  const found = [{ crate: 'plant', name: 'plant::sum_scalar', feature: 'AVX-512', variant: 'plant::sum_avx512' }];
  expect(hiddenVariants(aFunction({ attribution: symbols, init }))).toEqual(found);
});

test('the first response is looked at too', () => {
  const firstResponse = aFirstResponse({}, { total: 4_000_000, crates: {}, functions: [ran('plant', 'plant::sum')] });
  const attribution = attributionOf([aSymbol('plant', 'plant::sum_avx512', 400)]);
  expect(hiddenVariants(aFunction({ attribution, init: aMeasuredInit({ firstResponse }) })).map(({ name }) => name)).toEqual([
    'plant::sum',
  ]);
});

test('nothing is known of another processor, without names and without a start', () => {
  const one = measured(['plant::sum_avx512'], [ran('plant', 'plant::sum')]);
  expect(hiddenVariants({ ...one, arch: 'arm64' })).toEqual([]);
  expect(hiddenVariants({ ...one, attribution: { kind: 'none', reason: 'no symbols' } })).toEqual([]);
  expect(hiddenVariants({ ...one, init: null })).toEqual([]);
});

test('of what chooses and what was chosen the lower one is told', () => {
  const chosen = { crate: 'plant', name: 'plant::sum_scalar', grown: 3_900_000 };
  const init = aMeasuredInit(
    {},
    {
      phases: { loading: 100, runtimeStart: 100, handlerInit: 4_000_000 },
      crates: {},
      functions: [ran('plant', 'plant::sum_scalar'), ran('plant', 'plant::sum', 10)],
      growth: { functions: [chosen, { ...chosen, name: 'plant::sum' }], starters: [] },
    },
  );
  const attribution = attributionOf([aSymbol('plant', 'plant::sum_avx512', 400)]);
  expect(hiddenVariants(aFunction({ attribution, init })).map(({ name }) => name)).toEqual(['plant::sum_scalar']);
});
