import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage, PHONE, seriousFaults } from './browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

/** `text` as a page of its own. */
function pageOf(body: string): string {
  return `data:text/html;charset=utf-8,${encodeURIComponent(`<!doctype html><html lang="en"><title>page</title><main>${body}</main>`)}`;
}

describe('the tests’ browser', () => {
  test('has the screen that is asked for', async () => {
    const { page } = await openPage(browser, pageOf('<h1>text</h1>'), { ...PHONE, scheme: 'dark', scale: 2 });
    const seen = await page.evaluate('[innerWidth, innerHeight, devicePixelRatio, matchMedia("(prefers-color-scheme: dark)").matches]');
    expect(seen).toEqual([390, 844, 2, true]);
  });

  test('reaches no network, and tells what was asked of it', async () => {
    const { page, heard } = await openPage(browser, pageOf('<h1>text</h1><img alt="x" src="https://example.com/x.png">'));
    await page.waitForLoadState('load');
    expect(heard).toContain('asked for https://example.com/x.png');
  });

  test('runs no script where none is wanted', async () => {
    const { page } = await openPage(browser, pageOf('<h1>text</h1><script>document.title = "ran"</script>'), { ...PHONE, script: false });
    expect(await page.title()).toBe('page');
  });

  test('finds what a reader cannot use', async () => {
    const { page } = await openPage(browser, pageOf('<h1>text</h1><input>'));
    expect(await seriousFaults(page)).toEqual([expect.stringMatching(/^label: /)]);
  });

  test('finds nothing where nothing is wrong', async () => {
    const { page } = await openPage(browser, pageOf('<h1>text</h1><label>name <input></label>'));
    expect(await seriousFaults(page)).toEqual([]);
  });

  test('that is missing fails the test, with what brings it', async () => {
    const { PATH } = process.env;
    process.env.PATH = '/nowhere';
    try {
      await expect(launchBrowser()).rejects.toThrow('chromium is not installed: run `bash scripts/ci-tools.sh`');
    } finally {
      process.env.PATH = PATH;
    }
  });
});
