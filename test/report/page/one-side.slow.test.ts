import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../../browser.ts';
import { aBoxed, htmlOf } from './judged.ts';
import { OpenedPage } from './opened.ts';

let browser: Browser;
let html: string;
beforeAll(async () => {
  browser = await launchBrowser();
  html = await htmlOf([aBoxed('health'), aBoxed('users')], [aBoxed('health', 900), aBoxed('invoices')]);
});
afterAll(async () => {
  await browser.close();
});

const CHOSEN = `[...document.querySelectorAll('.radios input:checked')].map(({ value }) => value).join(' ')`;
const SIDES_THERE = `[...[...document.querySelectorAll('.radios')].at(-1).querySelectorAll('input')].map(({ value }) => value).join(' ')`;

test.each([
  ['users', 'base', '#users'],
  ['users', 'base', '#users/map/package/head/'],
  ['users', 'base', '#users/map/package/difference/'],
  ['invoices', 'head', '#invoices'],
  ['invoices', 'head', '#invoices/map/package/base/'],
  ['invoices', 'head', '#invoices/map/package/difference/'],
])('%s, which is at %s alone, is seen there: %s', async (_name, side, hash) => {
  await using opened = await OpenedPage.open(browser, html, {}, hash);
  expect(await opened.page.evaluate(CHOSEN)).toBe(`zip ${side}`);
  expect(await opened.page.evaluate(SIDES_THERE)).toBe(side);
  expect(await opened.text('.sum')).toBe('package: 600,170 B');
  expect(await opened.page.locator('.map tbody .number').allInnerTexts()).toEqual(['600,000', '170']);
  await opened.box('bootstrap').focus();
  expect(await opened.text('.told')).toMatch(/ package 600,000 B · binary 582,102 B · code 5,900 B$/);
  await opened.click(opened.page.locator('.views a').filter({ hasText: 'Crates' }));
  expect(await opened.page.locator('.view tbody .number').allInnerTexts()).not.toContain('–');
  expect(opened.heard).toEqual([]);
});
