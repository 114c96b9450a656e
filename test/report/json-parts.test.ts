import { expect, test } from 'vitest';
import { jsonParts, Lazily } from '../../src/report/json/parts.ts';

const text = { a: 'line\nbreak', b: [], c: {}, 'd"': [1, { e: null }], f: undefined };

test('parts together are what is written at once, indented alike', () => {
  const lazy = (all: readonly unknown[]) => Lazily.map(all, (one) => one);
  const made = (list: (all: readonly unknown[]) => unknown) => ({
    ...text,
    none: list([]),
    all: list([1, text, [], list([text, list([text])])]),
    inner: { text, deep: { list: list([text, { again: list([text]) }]), after: 2 } },
    last: list(['\n']),
  });
  expect([...jsonParts(made(lazy))].join('')).toBe(
    JSON.stringify(
      made((all) => all),
      null,
      2,
    ),
  );
});

test('an element is made when those before it are written', () => {
  const seen: number[] = [];
  const parts = jsonParts({ all: Lazily.map([1, 2, 3], (one) => seen.push(one)) });
  for (let taken = 0; taken < 3; taken += 1) parts.next();
  expect(seen).toEqual([1]);
});
