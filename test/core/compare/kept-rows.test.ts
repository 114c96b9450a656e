import { expect, test } from 'vitest';
import { compare } from '../../../src/core/compare/compare.ts';
import { keepShown } from '../../../src/core/compare/kept-rows.ts';
import type { FunctionMeasurement } from '../../../src/core/snapshot/snapshot.ts';
import { aFunction, aSnapshot, aSymbol, attributionOf } from '../builders.ts';

/** A function whose symbol `at` has `size(at)` bytes, in two crates. */
function withSymbols(name: string, size: (at: number) => number): FunctionMeasurement {
  const symbols = Array.from({ length: 200 }, (_, at) => aSymbol(`crate${at % 2}`, `crate${at % 2}::function_${at}`, size(at)));
  return aFunction({ name, attribution: attributionOf(symbols) });
}

const sides = {
  base: aSnapshot({ functions: [withSymbols('one', () => 10), withSymbols('gone', () => 3)] }),
  head: aSnapshot({ functions: [withSymbols('one', (at) => (at < 20 ? 10 + at : 10)), withSymbols('new', () => 7)] }),
};

function compared({ base, head }: { base: typeof sides.base | null; head: typeof sides.head }) {
  if (base === null) throw new Error('no base');
  return compare({ kind: 'measured', snapshot: base, origin: 'built' }, { snapshot: head, origin: 'built' });
}

const changedOf = (functions: ReturnType<typeof compared>['functions']) =>
  functions.map(({ name, crates, causes, symbols }) => ({
    name,
    crates,
    causes,
    symbols: symbols.filter(({ base, head }) => base !== head),
  }));

test('what is kept compares as all of it does: every change is there, and sums are what they were', () => {
  const kept = keepShown(sides);
  expect(changedOf(compared(kept).functions)).toEqual(changedOf(compared(sides).functions));
  // Of the function at both sides 19 that changed and a row of each crate.
  const [one] = kept.head.functions;
  expect(one?.attribution.kind === 'attributed' ? one.attribution.symbols.length : 0).toBe(21);
  expect(kept.head.notes).toEqual(sides.head.notes);
});

test('where changes are more than a leg holds, the smallest stand together, which is said', () => {
  const { base, head } = keepShown(sides, 3_000);
  const all = [base, head]
    .flatMap((side) => side?.functions ?? [])
    .flatMap(({ attribution }) => (attribution.kind === 'none' ? [] : attribution.symbols));
  const rows = all.filter(({ name }) => name !== '[smaller changes]');
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.reduce((sum, { crate, name }) => sum + crate.length + name.length + 48, 0)).toBeLessThanOrEqual(3_000);
  expect(head.notes.at(-1)).toMatchObject({
    code: 'small-symbols',
    text: expect.stringMatching(/^symbols that changed by less than 10 B stand together/),
  });
  for (const [before, after] of [[sides.base, base] as const, [sides.head, head] as const])
    expect(after?.functions.map(sizeOf)).toEqual(before.functions.map(sizeOf));
});

function sizeOf({ attribution }: FunctionMeasurement): number {
  return attribution.kind === 'none' ? 0 : attribution.symbols.reduce((sum, { size }) => sum + size, 0);
}
