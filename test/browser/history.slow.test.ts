import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriesIn } from '../../src/core/history/series.ts';
import { historyViewer } from '../../src/measure/page-viewer.ts';
import { renderHistoryPage } from '../../src/report/page/history-page.ts';
import { DESKTOP, launchBrowser, openPage, PHONE, seriousFaults } from '../browser.ts';
import { aLine } from '../core/history/lines.ts';

const HOSTILE = '</script><img src=x onerror="document.title=1">';
let folder: string;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-history-page-'));
  const zips = [812_000, 814_000, 820_000, 861_000, 870_000];
  const some = zips.map((zip, place) =>
    aLine({
      ...{
        commit: String(place).repeat(40),
        time: `2026-11-0${place + 1}T12:00:00Z`,
        figures: { zip, 'init.instructions': 398_000 + place },
      },
      subject: place === 4 ? HOSTILE : `Change ${place}`,
      tags: place === 1 ? ['v1.2.0', HOSTILE] : [],
      bumps: place === 3 ? [{ name: 'aws-config', from: '1.5.18', to: '1.6.0' }] : [],
    }),
  );
  const file = join(folder, 'history.html');
  await writeFile(file, renderHistoryPage(seriesIn(some), null, await historyViewer()));
  url = pathToFileURL(file).href;
});
afterAll(() => rm(folder, { recursive: true }));

test('the chart marks commits, releases and bumps, and the keyboard goes from one to the next', async () => {
  await using browser = await launchBrowser();
  const { page, heard } = await openPage(browser, url);
  const chart = page.locator('.chart').first();
  expect(await chart.locator('.point').count()).toBe(4);
  expect(await chart.locator('.bump').count()).toBe(1);
  expect(await chart.locator('.release').count()).toBe(1);
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowLeft');
  expect(await chart.locator('output').textContent()).toBe('2026-11-04 3333333: 861 kB, +41.0 kB; aws-config 1.5.18 → 1.6.0; Change 3');
  await page.keyboard.press('Home');
  expect(await chart.locator('output').textContent()).toBe('2026-11-01 0000000: 812 kB; Change 0');
  expect(await page.title()).toBe('coldgate history');
  expect(heard).toEqual([]);
});

test.each([
  ['light', DESKTOP],
  ['dark', { ...DESKTOP, scheme: 'dark' }],
  ['a phone', PHONE],
  ['no script', { ...DESKTOP, script: false }],
] as const)('in %s nothing is pushed aside but tables, and axe finds nothing', async (name, screen) => {
  await using browser = await launchBrowser();
  const { page, heard } = await openPage(browser, url, screen);
  expect(await page.locator('tbody tr').count()).toBe(5);
  if (name !== 'no script') {
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  }
  expect(heard.filter((line) => !line.includes('axe'))).toEqual([]);
});
