import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areaOf, changeOf, type Place, pathTo, placeAt, placesOf, within } from '../../../src/browser/page/place.ts';
import { MEASURE_NAMES, SIDES } from '../../../src/report/page/address.ts';
import { boxes } from '../../report/page/boxes.ts';
import { packageOf } from '../../report/page/synthetic.ts';

const PACKAGE = packageOf({ symbols: 800, binary: 1_000_000, seed: 3 });

/** What a map of each side shows adds up to the box that is open, and the difference to what head has more. */
function faultsOf(root: Place): readonly string[] {
  return [...within(root)].flatMap((place) =>
    MEASURE_NAMES.flatMap((measure) => {
      const { base, head, grown, shrunk } = place.figures[measure];
      const faults = head - base === grown - shrunk ? [] : [`${place.box.name} ${measure}: ${head} − ${base} ≠ ${grown} − ${shrunk}`];
      if (place.children.length === 0) return faults;
      const wrong = SIDES.filter(
        (side) => place.children.reduce((sum, child) => sum + areaOf(child, measure, side), 0) !== areaOf(place, measure, side),
      );
      return [...faults, ...wrong.map((side) => `${place.box.name} ${measure} ${side}`)];
    }),
  );
}

test('boxes add up to the package, to the byte, for base, head and difference', () => {
  const root = placesOf(PACKAGE);
  expect(faultsOf(root)).toEqual([]);
  const { base, head } = root.figures.zip;
  expect([base, head]).toEqual([PACKAGE.base?.zip, PACKAGE.head?.zip]);
  const leaves = [...within(root)].filter(({ children }) => children.length === 0);
  expect(leaves.length).toBeGreaterThan(800);
  expect(leaves.reduce((sum, { figures }) => sum + figures.zip.head - figures.zip.base, 0)).toBe(head - base);
});

test('so do those of any tree', () => {
  fc.assert(
    fc.property(boxes, (box) => {
      expect(faultsOf(placesOf(box))).toEqual([]);
    }),
  );
});

test('each box is found by its path', () => {
  fc.assert(
    fc.property(boxes, (box) => {
      const root = placesOf(box);
      for (const place of within(root)) {
        const path = pathTo(place)
          .slice(1)
          .map(({ segment }) => segment);
        expect(placeAt(root, path)).toEqual({ place, missing: [] });
      }
    }),
  );
});

test('a path that leads nowhere any more leads as far as it can', () => {
  const root = placesOf(PACKAGE);
  const { place, missing } = placeAt(root, ['bootstrap', 'tokio', 'gone', 'main']);
  expect([place.box.name, missing]).toEqual(['tokio', ['gone', 'main']]);
  expect(placeAt(root, ['x']).place).toBe(root);
});

test('what became of a box', () => {
  const root = placesOf(PACKAGE);
  const of = (...path: readonly string[]): string => changeOf(placeAt(root, ['bootstrap', ...path]).place, 'binary');
  expect([of('regex'), of('chrono'), of('libc'), of()]).toEqual(['new', 'gone', 'same', 'grown']);
});
