import { expect, it } from 'vitest';
import { MARKDOWN, PLAIN } from '../../src/report/text/escape.ts';
import { symbolsText } from '../../src/report/text/symbols.ts';
import { aCause, aSymbolRow } from './builders.ts';

const DESERIALIZE = 'serde::de::Deserialize::deserialize';

it.each([
  ['more instances', [4_000, 7_200, 12, 16], `most: 4 more instances of ${DESERIALIZE} (12 → 16) +3.20 kB`],
  ['one more', [4_000, 4_300, 1, 2], `most: 1 more instance of ${DESERIALIZE} (1 → 2) +300 B`],
  ['fewer', [4_300, 4_000, 3, 1], `most: 2 instances less of ${DESERIALIZE} (3 → 1) −300 B`],
  ['new ones', [0, 9_000, 0, 100], `most: 100 new instances of ${DESERIALIZE} +9.00 kB`],
  ['gone', [9_000, 0, 100, 0], `most: 100 instances of ${DESERIALIZE} gone −9.00 kB`],
  ['one that is new', [0, 90, 0, 1], `most: ${DESERIALIZE} +90 B`],
  ['larger ones', [9_000, 9_900, 3, 3], `most: ${DESERIALIZE} +900 B`],
])('instances are counted: %s', (_, [base = 0, head = 0, before = 0, after = 0], text) => {
  const symbols = [aSymbolRow('health', DESERIALIZE, base, head, { base: before, head: after })];
  expect(symbolsText(aCause('health', 0, 1, { symbols }), PLAIN)).toBe(text);
});

it('many small moves are one line, and what only changed its crate is called so', () => {
  const few = { symbols: 1_240, delta: -12 };
  expect(symbolsText(aCause('std', 0, 1, { few }), PLAIN)).toBe('1,240 symbols moved a few bytes each, together −12 B');
  const symbols = [aSymbolRow('std', '[smaller symbols]', 10, 40, { base: 3, head: 9 })];
  expect(symbolsText(aCause('std', 0, 1, { few, symbols, moved: -12_300 }), MARKDOWN)).toBe(
    'most: `[smaller symbols]` +30 B; 1,240 symbols moved a few bytes each, together −12 B; −12.3 kB of it only changed the crate it is counted with',
  );
  expect(symbolsText(aCause('std', 0, 1), PLAIN)).toBeNull();
});
