import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InitMeasurement } from '../../../src/core/snapshot/init.ts';
import { renderPage } from '../../../src/report/page/page.ts';
import { pageOf } from '../../../src/report/page/page-of.ts';
import { launchBrowser, PHONE, type Screen, seriousFaults } from '../../browser.ts';
import { aBaseSnapshot, aFailedInit, aFirstResponse, aFunction, aMeasuredInit, aSnapshot } from '../../core/builders.ts';
import { judgedOf } from './judged.ts';
import { OpenedPage } from './opened.ts';
import { freshViewer } from './pages.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

async function opened(
  base: InitMeasurement,
  head: InitMeasurement,
  limits: readonly string[] = [],
  hash = '',
  screen: Partial<Screen> = {},
): Promise<OpenedPage> {
  const [before, after] = [aFunction({ init: base }), aFunction({ init: head })];
  const outcome = judgedOf(aBaseSnapshot({ functions: [before] }), aSnapshot({ functions: [after] }), limits);
  return await OpenedPage.open(browser, renderPage(pageOf(outcome, []), await freshViewer()), screen, hash);
}

test('a base that does not start is no base of nothing', async () => {
  await using page = await opened(aFailedInit(), aMeasuredInit(), [], '#health/init');
  expect(await page.text('.init h3 >> nth=0')).toBe('Instructions by phase: 397,602');
  expect(await page.page.locator('.init thead th').allInnerTexts()).toEqual(expect.arrayContaining(['instructions', 'own instructions']));
  expect(await page.text('.init')).not.toMatch(/\bnew\b|\bbase\b(?! does not start)/);
  expect(page.heard).toEqual([]);
});

test('a page that opens at a breach of the first response shows it', async () => {
  const answering = (total: number) => aMeasuredInit({ firstResponse: aFirstResponse({}, { total }) });
  await using page = await opened(answering(412_300), answering(900_000), ['first-response.instructions: +1%']);
  expect(await page.text('.views a[aria-current]')).toBe('Init');
  expect(await page.page.locator('.init h3').allInnerTexts()).toContain('Instructions of the first response: 412,300 → 900,000');
  expect(await seriousFaults(page.page)).toEqual([]);
  expect(page.heard).toEqual([]);
});

test('on a phone phases and samples fit, and what does not is pushed aside by itself', async () => {
  await using page = await opened(aMeasuredInit(), aMeasuredInit({}, { wall: 5.25 }), [], '#health/init', PHONE);
  const wide: readonly (readonly [string, boolean])[] = await page.page
    .locator('.init .wide')
    .evaluateAll((all) => all.map((one) => [one.getAttribute('aria-label') ?? '', one.scrollWidth <= one.clientWidth]));
  expect(wide.filter(([, fits]) => fits).map(([name]) => name)).toEqual([
    'Instructions by phase',
    'Time to the first request, on this machine, figures',
    'CPU time until then, figures',
    'Faults, connections, memory',
  ]);
  const other = page.page.getByRole('region', { name: 'Instructions by function, with all that it calls' });
  await other.focus();
  await page.press('ArrowRight', 'ArrowRight');
  await expect.poll(() => other.evaluate((one) => one.scrollLeft)).toBeGreaterThan(0);
  expect(await page.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
});
