import { describe, expect, test } from 'vitest';
import { OUTPUTS } from '../../src/options/inputs.ts';
import { outputsOf, outputsOfLegs } from '../../src/report/outputs.ts';
import { anOutcome, aRowFunction } from './builders.ts';
import { accepted, breaching, hostile, passing, removedFunction, severalBreaches, unchanged, withoutBase } from './outcomes.ts';

const FILES = { json: 'out/report.json', markdown: 'out/report.md', packages: ['out/health.zip', 'out/orders.zip'] };
const NO_FILES = { json: null, markdown: null, packages: [] };

test('every output of a breach', () => {
  const outputs = outputsOf(breaching(), FILES, 'https://github.com/o/r/pull/1#issuecomment-2');
  expect(Object.keys(outputs).toSorted()).toEqual(OUTPUTS.map(({ name }) => name).toSorted());
  expect(outputs).toMatchObject({
    verdict: 'fail',
    sentence: 'fail: health became larger: package +61.2 kB (+6.9 %) to 948 kB; the limit is +5 % and +50 kB (default)',
    'report-json': 'out/report.json',
    'report-markdown': 'out/report.md',
    packages: 'out/health.zip\nout/orders.zip',
    'comment-url': 'https://github.com/o/r/pull/1#issuecomment-2',
    function: 'health',
    'zip-base': '886812',
    'zip-head': '948012',
    'zip-delta': '61200',
    'binary-base': '1892672',
    'binary-head': '2040128',
    'binary-delta': '147456',
    'text-base': '1316470',
    'text-head': '1440902',
    'text-delta': '124432',
    'dependencies-base': '41',
    'dependencies-head': '41',
    'dependencies-delta': '0',
    ...Object.fromEntries(
      ['init-instructions', 'init-faults', 'init-connects', 'init-memory', 'cold-start-memory', 'cold-start-p50'].flatMap((metric) =>
        ['base', 'head', 'delta'].map((side) => [`${metric}-${side}`, '']),
      ),
    ),
  });
});

test('nothing is an empty string', () => {
  expect(Object.values(outputsOf(anOutcome([]), NO_FILES, null)).filter((value) => value !== '')).toEqual([
    'pass',
    'pass: no functions to measure',
  ]);
});

test('a side without a figure has neither figure nor growth', () => {
  const { function: name, ...outputs } = outputsOf(withoutBase(), NO_FILES, null);
  expect(name).toBe('users');
  expect([outputs['zip-base'], outputs['zip-head'], outputs['zip-delta']]).toEqual(['', '1118937', '']);
});

describe('the worst function', () => {
  const shrunk = aRowFunction('shrunk', { zip: [900_000, 800_000] });
  const grown = aRowFunction('grown', { zip: [900_000, 900_010] });
  const added = aRowFunction('added', { zip: [null, 3_000_000] });
  const removed = aRowFunction('removed', { zip: [5_000_000, null] });

  test.each([
    ['is that of the worst breach', severalBreaches(), 'orders'],
    ['without a breach grew most', anOutcome([added, shrunk, grown, removed]), 'grown'],
    ['is a new one where none grew', anOutcome([shrunk, added, removed]), 'added'],
    ['is the largest where nothing changed', unchanged(), 'orders'],
    ['is a removed one only where there is no other', anOutcome([removed, shrunk]), 'shrunk'],
  ])('%s', (_, outcome, name) => {
    expect(outputsOf(outcome, NO_FILES, null).function).toBe(name);
  });

  test('shrinks by a negative figure', () => {
    expect(outputsOf(anOutcome([shrunk]), NO_FILES, null)['zip-delta']).toBe('-100000');
  });
});

test.each([
  ['pass', removedFunction()],
  ['accepted', accepted()],
])('the verdict %s', (verdict, outcome) => {
  expect(outputsOf(outcome, NO_FILES, null).verdict).toBe(verdict);
});

test('no output but the list of packages has more than one line', () => {
  const { function: name, ...outputs } = outputsOf(hostile(), NO_FILES, null);
  expect(Object.values(outputs).join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(name).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('over several legs', () => {
  const outputs = outputsOfLegs(
    [
      { kind: 'reported', name: 'a', outcome: passing() },
      { kind: 'reported', name: 'b', outcome: breaching() },
      { kind: 'missing', name: 'c', run: null },
    ],
    FILES,
    null,
  );
  expect([outputs.verdict, outputs.function, outputs['zip-head']]).toEqual(['fail', 'health', '948012']);
  expect(outputs.sentence).toMatch(/^fail: 3 jobs \(1 fail, 1 missing, 1 pass\); b: /);
  expect(outputsOfLegs([{ kind: 'missing', name: 'c', run: null }], NO_FILES, null)).toMatchObject({
    verdict: 'fail',
    function: '',
    'zip-head': '',
  });
});
