import { describe, expect, it } from 'vitest';
import { binaryOf, fileNameOf, meaning, nameFunctions } from '../../src/core/function-names.ts';
import { pairFunctions } from '../../src/core/pair.ts';

const named = (...targets: readonly string[]) =>
  nameFunctions(
    targets.map((target) => {
      const [crate = '', binary = ''] = target.split(' ');
      return { crate, binary };
    }),
  );

describe('the names of functions', () => {
  it('are those of their binaries, with the package where two are called alike', () => {
    const functions = named('a bootstrap', 'b bootstrap', 'a a', 'c health');
    expect(functions.map(({ name }) => name)).toEqual(['a/bootstrap', 'b/bootstrap', 'a', 'health']);
    expect(functions.map(binaryOf)).toEqual(['bootstrap', 'bootstrap', 'a', 'health']);
    expect(functions.map(({ name }) => fileNameOf(name))).toEqual(['a+bootstrap', 'b+bootstrap', 'a', 'health']);
    expect(named('a bootstrap').map(({ name }) => name)).toEqual(['bootstrap']);
  });

  it('mean a function by its binary, and more exactly with its package', () => {
    const [twin, , own] = named('a bootstrap', 'b bootstrap', 'a health');
    if (twin === undefined || own === undefined) throw new Error('two functions');
    expect(['a/bootstrap', 'bootstrap', 'b/bootstrap', 'a'].map((name) => meaning(name, twin))).toEqual([2, 1, null, null]);
    expect(['a/health', 'health', 'bootstrap'].map((name) => meaning(name, own))).toEqual([2, 1, null]);
  });
});

describe('base beside head', () => {
  const pairs = (base: readonly string[], head: readonly string[]): readonly string[] =>
    pairFunctions(named(...base), named(...head), []).map((pair) => `${pair.name}: ${pair.base?.name ?? '-'} > ${pair.head?.name ?? '-'}`);

  it.each<readonly [string, readonly string[], readonly string[], readonly string[]]>([
    ['the same', ['a x', 'b y'], ['b y', 'a x'], ['y: y > y', 'x: x > x']],
    [
      'a twin that head adds',
      ['a bootstrap'],
      ['a bootstrap', 'b bootstrap'],
      ['a/bootstrap: bootstrap > a/bootstrap', 'b/bootstrap: - > b/bootstrap'],
    ],
    [
      'a twin that base had',
      ['a bootstrap', 'b bootstrap'],
      ['b bootstrap'],
      ['bootstrap: b/bootstrap > bootstrap', 'a/bootstrap: a/bootstrap > -'],
    ],
    ['a renamed package', ['old health', 'b y'], ['new health', 'b y'], ['health: health > health', 'y: y > y']],
    ['a renamed binary', ['a old'], ['a new'], ['new: - > new', 'old: old > -']],
    ['renamed packages that cannot be told apart', ['a x', 'b x'], ['c x'], ['x: - > x', 'a/x: a/x > -', 'b/x: b/x > -']],
    ['a package that is renamed beside a twin', ['a x', 'b x'], ['a x', 'c x'], ['a/x: a/x > a/x', 'c/x: b/x > c/x']],
    ['nothing at base', [], ['a x'], ['x: - > x']],
    ['nothing at head', ['a x'], [], ['x: x > -']],
  ])('%s', (_title, base, head, expected) => {
    expect(pairs(base, head)).toEqual(expected);
  });
});
