import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../../browser.ts';
import { aBoxed, htmlOf } from './judged.ts';
import { OpenedPage } from './opened.ts';

let browser: Browser;
let html: string;
beforeAll(async () => {
  browser = await launchBrowser();
  html = await htmlOf([aBoxed('health'), aBoxed('orders')], [aBoxed('health', 900), aBoxed('orders', 500)]);
});
afterAll(async () => {
  await browser.close();
});

/** What it is now, once the page has gone where its address leads. */
async function focusedAt(opened: OpenedPage, hash: string): Promise<string> {
  await expect.poll(() => opened.hash()).toBe(hash);
  await expect.poll(() => opened.page.evaluate('document.activeElement.tagName')).not.toBe('BODY');
  return await opened.focused();
}

test('a view that is chosen keeps the keyboard at its name', async () => {
  await using opened = await OpenedPage.open(browser, html, {}, '#health/map/package/difference/');
  await opened.page.locator('.views a').filter({ hasText: 'Crates' }).focus();
  await opened.press('Enter');
  expect(await focusedAt(opened, '#health/crates/package')).toBe('Crates');
  await opened.press('Tab', 'Enter');
  expect(await focusedAt(opened, '#health/symbols/package')).toBe('Symbols');
});

test('a row of another view leads the keyboard to its box, and back to the row', async () => {
  await using opened = await OpenedPage.open(browser, html, {}, '#health/crates/package');
  const link = opened.page.locator('.view tbody a').filter({ hasText: /^tokio$/ });
  await link.focus();
  await opened.press('Enter');
  // It is looked into: the first of its boxes.
  expect(await focusedAt(opened, '#health/map/package/difference/bootstrap/tokio/')).toBe('rt');
  expect(await opened.page.evaluate('document.activeElement.getAttribute("role")')).toBe('treeitem');
  await opened.page.goBack();
  expect(await focusedAt(opened, '#health/crates/package')).toBe('tokio');
});

test('the search is a key away wherever no text is typed', async () => {
  await using opened = await OpenedPage.open(browser, html, {}, '#health/map/package/difference/');
  await opened.page.locator('.radios input').first().focus();
  await opened.press('/');
  expect(await opened.focused()).toBe('query');
  await opened.press('/');
  expect(await opened.page.locator('#query').inputValue()).toBe('/');
});

test('the list beside the treemap says whether it is what the box holds or what a search found', async () => {
  await using opened = await OpenedPage.open(browser, html, {}, '#health/map/package/difference/');
  const named = async (name: string): Promise<number> =>
    (await opened.page.getByRole('table', { name }).count()) + (await opened.page.getByRole('region', { name }).count());
  expect(await named('What the open box holds')).toBe(2);
  await opened.page.locator('#query').fill('tokio');
  expect(await named('What the search found')).toBe(2);
  await opened.page.locator('#query').fill('no such thing');
  expect(await opened.text('.map .foot')).toBe('nothing found');
  await opened.press('Escape');
  expect(await named('What the open box holds')).toBe(2);
});
