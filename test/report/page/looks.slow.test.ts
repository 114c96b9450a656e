import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Box, Weights } from '../../../src/core/package-tree/box.ts';
import { bytes } from '../../../src/core/units.ts';
import { launchBrowser } from '../../browser.ts';
import { breaching } from '../outcomes.ts';
import { aBoxed, htmlOf } from './judged.ts';
import { OpenedPage } from './opened.ts';
import { pageHtml, pageOf, treeOf } from './pages.ts';
import { sum } from './synthetic.ts';

let browser: Browser;
let html: string;
beforeAll(async () => {
  browser = await launchBrowser();
  html = await htmlOf([aBoxed('health'), aBoxed('orders')], [aBoxed('health', 900), aBoxed('orders', 500)]);
});
afterAll(async () => {
  await browser.close();
});

function leaf(name: string, base: number, head: number, kind: Box['kind'] = 'symbol'): Box {
  const of = (size: number): Weights => ({ zip: bytes(size), binary: bytes(size), code: bytes(size) });
  return { name, kind, base: of(base), head: of(head), children: [] };
}

async function pageWith(...crates: readonly Box[]): Promise<string> {
  const root = sum('health.zip', 'package', [sum('bootstrap', 'binary', crates)]);
  return await pageHtml(pageOf(breaching(), { health: { tree: treeOf(root) } }));
}

describe('a box in which as much grew as shrank', () => {
  test('is told so, not called unchanged, and its colour is in the legend', async () => {
    const page = await pageWith(sum('tokio', 'crate', [leaf('a', 900, 500), leaf('b', 100, 500)]), leaf('serde', 10, 20, 'crate'));
    await using opened = await OpenedPage.open(browser, page, {}, '#health/map/package/difference/bootstrap/');
    const box = opened.box('tokio');
    expect(await box.getAttribute('aria-label')).toBe('tokio, crate, as large as before, grown and shrunk by 400 B, 1.00 kB');
    await box.focus();
    expect(await opened.text('.told')).toContain('package 1,000 B, as large as before, grown and shrunk by 400 B');
    expect(await box.getAttribute('class')).toContain('same');
    expect(
      await opened.page
        .locator('.legend li')
        .filter({ has: opened.page.locator('.swatch.same') })
        .innerText(),
    ).toBe('as large as before');
  });
});

describe('on paper', () => {
  test.each([1280, 390])('the boxes are as wide as the sheet: drawn for %i pixels', async (width) => {
    await using opened = await OpenedPage.open(browser, html, { width }, '#health/map/package/head/bootstrap/');
    // A printer asks no script, and nothing is observed: the map has another width, and the same boxes.
    await opened.page.evaluate('window.ResizeObserver.prototype.observe = () => {}');
    await opened.page.evaluate(`document.querySelector('.treemap').replaceWith(document.querySelector('.treemap').cloneNode(true))`);
    await opened.page.emulateMedia({ media: 'print' });
    await opened.page.setViewportSize({ width: 718, height: 1_000 });
    const [map, boxes]: readonly [number, number] = await opened.page.evaluate(
      `[document.querySelector('.treemap').getBoundingClientRect().right, Math.max(...[...document.querySelectorAll('.box')].map((one) => one.getBoundingClientRect().right))]`,
    );
    expect(Math.abs(map - boxes)).toBeLessThan(1);
    expect(await opened.page.evaluate(`getComputedStyle(document.querySelector('.treemap')).breakInside`)).toBe('avoid');
  });
});

test('where somebody’s own colours are forced, the chosen function, view and row stand out', async () => {
  await using opened = await OpenedPage.open(browser, html, {}, '#health/map/package/head/bootstrap/.rodata');
  await opened.page.emulateMedia({ forcedColors: 'active' });
  const looks = async (selector: string): Promise<readonly string[]> =>
    await opened.page.evaluate(
      `[...document.querySelectorAll('${selector}')].map((one) => { const { backgroundColor, borderBottomColor } = getComputedStyle(one); return backgroundColor + ' ' + borderBottomColor; })`,
    );
  for (const [chosen, other] of [
    ['.functions a[aria-current]', '.functions a:not([aria-current])'],
    ['.views a[aria-current]', '.views a:not([aria-current])'],
    ['.map tr[aria-current] td', '.map tbody tr:not([aria-current]) td'],
  ] as const) {
    const [look = ''] = await looks(chosen);
    expect(look).not.toBe('');
    expect(await looks(other)).not.toContain(look);
  }
});

test('what a box is stands in one line beside its name', async () => {
  await using opened = await OpenedPage.open(browser, html, {}, '#health/map/package/difference/bootstrap/');
  const lines: readonly number[] = await opened.page
    .locator('.map tbody td:first-child > span')
    .evaluateAll((all) => all.map((one) => one.getClientRects().length));
  expect(lines).toEqual(lines.map(() => 1));
});

test('names of right-to-left letters do not turn the way to a box around', async () => {
  const page = await pageWith(sum('אב', 'crate', [sum('גד', 'module', [leaf('הו', 10, 20)])]));
  await using opened = await OpenedPage.open(browser, page, {}, '#health/map/package/difference/');
  await opened.page.locator('#query').fill('הו');
  await opened.click(opened.page.locator('.map tbody a').first());
  for (const place of ['.told bdi', '.map tbody bdi', '.way li > *']) {
    const lefts: readonly number[] = await opened.page
      .locator(place)
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left));
    expect(lefts.length).toBeGreaterThan(2);
    expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
  }
});
