import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleBrowser } from '../../scripts/browser.ts';
import { seriesIn } from '../../src/core/history/series.ts';
import { policyOf } from '../../src/measure/policy.ts';
import { renderHistoryPage } from '../../src/report/page/history-page.ts';
import { DESKTOP, launchBrowser, openPage, PHONE, seriousFaults } from '../browser.ts';
import { aLine } from '../core/history/lines.ts';

let folder: string;
let url: string;

/** Three years: a commit a day, a release every other week, some with long names. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-history-page-'));
  const lines = Array.from({ length: 1_000 }, (_, place) =>
    aLine({
      commit: place.toString(16).padStart(40, '0'),
      time: new Date(Date.UTC(2024, 0, 1 + place)).toISOString().replace('.000', ''),
      figures: { zip: 800_000 + Math.round(40_000 * Math.sin(place / 60)) },
      tags: place % 14 === 5 ? [place % 5 === 0 ? `release-with-a-long-name-${place}` : `v1.${place}.0`] : [],
    }),
  );
  const root = new URL('../..', import.meta.url).pathname;
  const own = await bundleBrowser(root, 'history');
  const file = join(folder, 'history.html');
  await writeFile(file, renderHistoryPage(seriesIn(lines), null, { ...own, policy: policyOf([own], 'no-frames') }));
  url = pathToFileURL(file).href;
});
afterAll(() => rm(folder, { recursive: true }));

const OVERLAPPING = `(() => {
  const all = [...document.querySelectorAll('.chart text')].map((one) => one.getBoundingClientRect());
  return all.flatMap((a, at) => all.slice(at + 1).filter((b) => a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom)).length;
})()`;

test('of many releases each has its line, and the names that are written do not cover each other; the newest is', async () => {
  await using browser = await launchBrowser();
  const { page } = await openPage(browser, url, DESKTOP);
  expect(await page.locator('.chart .release').count()).toBe(72);
  const names = await page.locator('.chart .release + text').allTextContents();
  expect(names.length).toBeGreaterThan(15);
  expect(names.at(-1)).toBe('v1.999.0');
  expect(await page.evaluate(OVERLAPPING)).toBe(0);
});

test('of many commits the dots are apart', async () => {
  await using browser = await launchBrowser();
  const { page } = await openPage(browser, url, DESKTOP);
  const [radius = 9] = await page.locator('.chart .point').evaluateAll((all) => all.map((one) => Number(one.getAttribute('r'))));
  expect(radius).toBeLessThan(1.5);
  expect(await page.evaluate(`getComputedStyle(document.querySelector('.chart .point')).stroke`)).toBe('none');
});

test('on a phone letters can be read, and the chart shows its newest end first', async () => {
  await using browser = await launchBrowser();
  const { page } = await openPage(browser, url, PHONE);
  const height: number = await page.evaluate(`document.querySelector('.chart .release + text').getBoundingClientRect().height`);
  expect(height).toBeGreaterThan(12);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  const left: number = await page.evaluate(`[...document.querySelectorAll('.chart .point')].at(-1).getBoundingClientRect().right`);
  expect(left).toBeLessThanOrEqual(PHONE.width);
  expect(left).toBeGreaterThan(0);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Home');
  expect(await page.evaluate(`document.activeElement.getBoundingClientRect().left`)).toBeGreaterThanOrEqual(0);
  expect(await page.evaluate(`getComputedStyle(document.querySelector('tbody td')).whiteSpace`)).toBe('nowrap');
  expect(await seriousFaults(page)).toEqual([]);
});
