import { expect, test } from 'vitest';
import { dataCrate } from '../../../src/inspect/owners/data-crate.ts';

const HASH = '17h0123456789abcdefE';
const legacy = (...path: readonly string[]): string => `_ZN${path.map((part) => `${part.length}${part}`).join('')}${HASH}`;

test.each([
  [legacy('tables', 'TABLE'), [], 'tables'],
  [legacy('core', 'num', 'TABLE'), ['core_lib'], 'std'],
  // The standard library has a crate of that name as well.
  [legacy('hashbrown', 'T'), [], 'std'],
  [legacy('hashbrown', 'T'), ['hashbrown'], 'hashbrown'],
  [legacy('_$LT$alloc..string..String$u20$as$u20$tables..Look$GT$', 'look', 'T'), ['tables'], 'tables'],
  [legacy('_$LT$tables..Kind$u20$as$u20$core..fmt..Debug$GT$', 'fmt', 'T'), ['tables'], 'tables'],
  [legacy('_$LT$alloc..string..String$u20$as$u20$core..fmt..Debug$GT$', 'fmt', 'T'), ['tables'], 'std'],
  ['ZSTD_table', [], null],
])('%s', (symbol, built, crate) => {
  expect(dataCrate(symbol, new Set(built))).toBe(crate);
});
