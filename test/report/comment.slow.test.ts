import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage, PHONE, type Screen, seriousFaults } from '../browser.ts';
import { commentPage } from '../pictures/page.ts';

const GOLDEN = fileURLToPath(new URL('../golden/', import.meta.url));
/** The width of a comment on GitHub. */
const COMMENT: Screen = { width: 934, height: 800, scheme: 'light' };

/** What stands on more than one line although it is one figure. */
const BROKEN_FIGURES = `(() => {
  const broken = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (parentElement.closest('pre, details:not([open])') !== null) continue;
    for (const match of data.matchAll(/\\d\\s(?:[kMG]?B|[kMG]|ms|s|%)(?![A-Za-z])/g)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, match.index);
      range.setEnd(walker.currentNode, match.index + match[0].length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1 && parentElement.closest('td, h3') !== null) broken.push(match[0]);
    }
  }
  return broken;
})()`;

describe('a comment in a browser', async () => {
  const names = (await readdir(GOLDEN)).filter((name) => name.startsWith('comment-') && name.endsWith('.md'));
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(join(tmpdir(), 'coldgate-comments-'));
  });

  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function shown(name: string, screen: Screen): Promise<{ readonly page: Page; readonly heard: readonly string[] }> {
    const file = join(folder, `${name}.html`);
    await writeFile(file, await commentPage(await readFile(join(GOLDEN, name), 'utf8')));
    return openPage(browser, pathToFileURL(file).href, screen);
  }

  test('there are comments to look at', () => {
    expect(names.length).toBeGreaterThan(15);
  });

  test.each(names)('%s fits a desktop and a phone, and breaks no figure of a title or a table', async (name) => {
    for (const screen of [COMMENT, PHONE]) {
      const { page } = await shown(name, screen);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(screen.width);
      expect(await page.evaluate(BROKEN_FIGURES)).toEqual([]);
      await page.context().close();
    }
  });

  test.each(names.filter((name) => name.includes('hostile')))('%s adds nothing to the page', async (name) => {
    const { page, heard } = await shown(name, COMMENT);
    expect(heard).toEqual([]);
    expect(await page.evaluate("document.querySelectorAll('.markdown-body :is(script, img, iframe, b, h1, h2, form, style)').length")).toBe(
      0,
    );
    const links: readonly string[] = await page.evaluate("[...document.querySelectorAll('.markdown-body a')].map(({ href }) => href)");
    expect(links.filter((href) => !href.startsWith('https://github.com/octo/lambdas/actions/runs/'))).toEqual([]);
    await page.context().close();
  });

  test('axe finds nothing serious, light and dark', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const { page } = await shown('comment-init-regression.md', { ...COMMENT, scheme });
      // That a wide table is pushed aside is GitHub's own stylesheet.
      expect((await seriousFaults(page)).filter((fault) => !fault.startsWith('scrollable-region-focusable'))).toEqual([]);
      await page.context().close();
    }
  });
});
