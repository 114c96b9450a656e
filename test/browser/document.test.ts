import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coloursOf, contrast, SCHEMES } from './colours.ts';

const style = readFileSync(new URL('../../src/browser/document.css', import.meta.url), 'utf8');
const TEXT = ['ink', 'faint', 'accent', 'good', 'bad', 'doubtful', 'accepted', 'more', 'less', 'base', 'head'];

test.each(SCHEMES)('text is read on each ground, %s', (scheme) => {
  const colours = coloursOf(style, scheme);
  const pairs = TEXT.flatMap((text) => ['paper', 'raised'].map((ground) => `${text} on ${ground}`));
  const low = pairs.filter((pair) => {
    const [text = '', ground = ''] = pair.split(' on ');
    return contrast(colours.get(text), colours.get(ground)) < 4.5;
  });
  expect(low).toEqual([]);
  // https://www.w3.org/TR/WCAG22/#non-text-contrast
  expect(contrast(colours.get('edge'), colours.get('paper'))).toBeGreaterThan(3);
});

test('both schemes have every colour', () => {
  expect([...coloursOf(style, 'dark').keys()]).toEqual([...coloursOf(style, 'light').keys()]);
  expect([...coloursOf(style, 'light').keys()]).toEqual(expect.arrayContaining(TEXT));
});
