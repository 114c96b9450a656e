import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FlameNode } from '../../../src/core/flame.ts';
import type { Box } from '../../../src/core/package-tree/box.ts';
import { Names, shownName } from '../../../src/report/page/names.ts';
import { decodeBoxes, encodeBoxes } from '../../../src/report/page/wire-boxes.ts';
import { decodeFlame, encodeFlame } from '../../../src/report/page/wire-flame.ts';
import { boxes } from './boxes.ts';

function shown(box: Box): Box {
  return { ...box, name: shownName(box.name), children: box.children.map(shown) };
}

test('boxes come back as they went, but for names, which are shown names', () => {
  fc.assert(
    fc.property(boxes, (box) => {
      const names = new Names();
      const wire = JSON.parse(JSON.stringify(encodeBoxes(box, names)));
      expect(decodeBoxes(wire, names.all)).toEqual(shown(box));
    }),
  );
});

test('a name stands once, whoever has it', () => {
  const names = new Names();
  expect([names.placeOf('main'), names.placeOf('fmt'), names.placeOf('main')]).toEqual([0, 1, 0]);
  expect(names.all).toEqual(['main', 'fmt']);
});

test('a shown name is visible, never empty, and can be part of an address', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(shownName(name)).not.toMatch(/^$|[\p{C}\p{Zl}\p{Zp}]/u);
      expect(decodeURIComponent(encodeURIComponent(shownName(name)))).toBe(shownName(name));
    }),
  );
  const marked = (text: string) => expect.stringMatching(new RegExp(`^${text}~[0-9a-z]{7}$`));
  const shown = ['', ' ', '\u00a0\u2003', 'a\u202Eb\uD800'].map(shownName);
  expect(shown).toEqual(['(empty)', marked('\\(empty\\)'), marked('\\(empty\\)'), marked('a\\\\u\\{202e\\}b\\\\u\\{d800\\}')]);
});

test('calls come back as they went', () => {
  const leaf = fc.record({ name: fc.string({ minLength: 1 }), crate: fc.string(), base: fc.nat(), head: fc.nat() });
  const tree = fc
    .tuple(leaf, fc.array(leaf, { maxLength: 4 }))
    .map(([root, calls]): FlameNode => ({ ...root, children: calls.map((call) => ({ ...call, children: [] })) }));
  const named = (node: FlameNode): FlameNode => ({
    ...node,
    name: shownName(node.name),
    crate: node.crate === '' ? '' : shownName(node.crate),
    children: node.children.map(named),
  });
  fc.assert(
    fc.property(tree, (node) => {
      const names = new Names();
      expect(decodeFlame(encodeFlame(node, names), names.all)).toEqual(named(node));
    }),
  );
});
