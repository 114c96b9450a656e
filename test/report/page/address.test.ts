import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Address,
  addressOfFunction,
  addressText,
  MEASURE_NAMES,
  parseAddress,
  SIDES,
  segmentsOf,
} from '../../../src/report/page/address.ts';
import { shownName } from '../../../src/report/page/names.ts';

const BOX: Address = {
  ...{ function: 'arm64/health', view: 'map', measure: 'zip', side: 'difference', inside: true },
  path: ['bootstrap', 'regex_automata', '<Dfa as Search>::find', 'a/b'],
};

test('an address is readable, and one of a box that is looked into ends as a folder does', () => {
  expect(addressText(BOX)).toBe('#arm64%2Fhealth/map/package/difference/bootstrap/regex_automata/%3CDfa%20as%20Search%3E%3A%3Afind/a%2Fb/');
  expect(addressText({ ...BOX, inside: false })).not.toMatch(/\/$/);
  expect(addressText({ ...BOX, path: [] })).toBe('#arm64%2Fhealth/map/package/difference');
  expect(addressText({ ...BOX, view: 'init' })).toBe('#arm64%2Fhealth/init');
  expect(addressText({ ...BOX, view: 'crates' })).toBe('#arm64%2Fhealth/crates/package');
  expect(addressOfFunction('(b)')).toBe('#%28b%29');
});

test('leads back to what it was of', () => {
  const name = fc.string({ unit: 'binary', maxLength: 20 }).map(shownName);
  const address = fc.record({
    function: name,
    view: fc.constant('map' as const),
    measure: fc.constantFrom(...MEASURE_NAMES),
    side: fc.constantFrom(...SIDES),
    path: fc.array(name, { minLength: 1, maxLength: 5 }),
    inside: fc.boolean(),
  });
  fc.assert(
    fc.property(address, (one) => {
      expect(parseAddress(addressText(one))).toEqual(one);
      expect(addressText(one)).toMatch(/^#[\w%./~-]+$/);
    }),
  );
});

test.each([
  ['', { path: [], inside: true }],
  ['#', { path: [], inside: true }],
  ['#health', { function: 'health', path: [], inside: true }],
  ['#health/unknown/package/difference', { function: 'health', measure: 'zip', side: 'difference', path: [], inside: true }],
  ['#health/map/weight/middle/a', { function: 'health', view: 'map', path: ['a'], inside: false }],
  ['#100%/map', { function: '100%', view: 'map', path: [], inside: true }],
  ['#%ff/map/package/head/%e0%', { function: '%ff', view: 'map', measure: 'zip', side: 'head', path: ['%e0%'], inside: false }],
])('what %j does not say stays out', (hash, expected) => {
  expect(parseAddress(hash)).toEqual(expected);
});

test('boxes beside each other have addresses of their own, whatever they are called', () => {
  const kinds = ['module', 'symbol', 'symbol', 'symbol'] as const;
  expect(segmentsOf(kinds.map((kind) => ({ name: 'main', kind })))).toEqual(['main', 'main;symbol', 'main;symbol;2', 'main;symbol;3']);
  fc.assert(
    fc.property(
      fc.array(fc.record({ name: fc.constantFrom('a', 'a;symbol', 'a;symbol;2', 'b'), kind: fc.constantFrom(...kinds) })),
      (all) => {
        const segments = segmentsOf(all);
        expect(new Set(segments).size).toBe(all.length);
      },
    ),
  );
});

test('which of several has the plain address does not depend on their order', () => {
  const [module, symbol] = [{ name: 'main', kind: 'module' } as const, { name: 'main', kind: 'symbol' } as const];
  expect(segmentsOf([module, symbol])).toEqual(['main', 'main;symbol']);
  expect(segmentsOf([symbol, module])).toEqual(['main;symbol', 'main']);
  const different = fc.uniqueArray(
    fc.record({ name: fc.constantFrom('a', 'a;symbol', 'b'), kind: fc.constantFrom(...(['module', 'symbol', 'rest'] as const)) }),
    {
      selector: ({ name, kind }) => `${kind} ${name}`,
    },
  );
  fc.assert(
    fc.property(different, (all) => {
      expect(segmentsOf(all.toReversed())).toEqual(segmentsOf(all).toReversed());
    }),
  );
});

test('names that look alike are shown as two', () => {
  const long = 'n'.repeat(400);
  expect(shownName(`${long}1`)).toMatch(/^n{290,}…~[0-9a-z]{7}$/);
  const alike = [`${long}1`, `${long}2`, 'a\nb', 'a\\nb', ' ', '\t', '(empty)', '\u202Ea', '\\u{202e}a'];
  expect(new Set(alike.map(shownName)).size).toBe(alike.length);
  expect(['health', '<Value as Display>::fmt', 'שלום', ''].map(shownName)).toEqual([
    'health',
    '<Value as Display>::fmt',
    'שלום',
    '(empty)',
  ]);
});
