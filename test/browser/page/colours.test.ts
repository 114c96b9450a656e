import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coloursOf, contrast, SCHEMES } from '../colours.ts';

const read = (name: string): string => readFileSync(new URL(`../../../src/browser/${name}`, import.meta.url), 'utf8');
const [document, page] = [read('document.css'), read('page/page.css')];
/** Each fill of a box, and the lines of its pattern. */
const FILLS = [...coloursOf(page, 'light').keys()];

test('every look of a box has a fill and, but for functions and what stayed, a pattern', () => {
  expect(FILLS).toEqual(expect.arrayContaining(['same', 'grown', 'new', 'shrunk', 'gone', 'function', 'constant', 'part', 'file']));
  const patterned = FILLS.filter((name) => name.endsWith('-line')).map((name) => name.replace('-line', ''));
  expect(FILLS.filter((name) => !name.endsWith('-line') && !patterned.includes(name))).toEqual(['same', 'function']);
  // Patterns differ in their form: who sees no colour can tell them apart.
  const forms = ['grown', 'new', 'shrunk', 'gone'].map(
    (look) => /background: ?([a-z-]+\((?:\d+deg|circle))/.exec(page.slice(page.indexOf(`.${look} {`)))?.[1],
  );
  expect(new Set(forms).size).toBe(4);
});

test.each(SCHEMES)('a name is read on each fill and each line, %s', (scheme) => {
  const fills = coloursOf(page, scheme);
  const ink = coloursOf(document, scheme).get('ink');
  expect([...fills.keys()]).toEqual(FILLS);
  expect(FILLS.filter((fill) => contrast(ink, fills.get(fill)) < 4.5)).toEqual([]);
});

test.each(SCHEMES)('what became more and what became less have one colour in maps and in tables, %s', (scheme) => {
  const [texts, fills] = [coloursOf(document, scheme), coloursOf(page, scheme)];
  const strongest = (colour = '#000000'): number => {
    const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    return channels.indexOf(Math.max(...channels));
  };
  const textOf = (look: string): string | undefined =>
    texts.get(new RegExp(`\\.delta\\.${look}[,\\s][^{]*\\{[^}]*color: var\\(--(\\w+)\\)`).exec(page)?.[1] ?? '');
  for (const look of ['grown', 'new', 'shrunk', 'gone']) {
    expect(textOf(look), look).toBeDefined();
    expect(strongest(textOf(look)), look).toBe(strongest(fills.get(look)));
  }
});
