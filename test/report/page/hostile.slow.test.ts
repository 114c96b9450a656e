import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FlameNode } from '../../../src/core/flame.ts';
import type { Box } from '../../../src/core/package-tree/box.ts';
import { bytes } from '../../../src/core/units.ts';
import { launchBrowser, seriousFaults } from '../../browser.ts';
import { hostile } from '../outcomes.ts';
import { OpenedPage } from './opened.ts';
import { pageHtml, pageOf, treeOf } from './pages.ts';
import { sum } from './synthetic.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

const EVIL = [
  '<script>document.title = "evil"</script>',
  '</script><script>document.title = "evil"</script>',
  '<!--<script>',
  '<img src=x onerror="document.title = 1">',
  '"><svg onload=document.title=1>',
  "' onmouseover='document.title=1",
  'javascript:document.title=1',
  '__proto__',
  'constructor',
  '\u202Eevil\u2066\u0000\uFFFE\uD800\u2028',
  '../../..',
  '%2F%00%',
  '#/a?b&c',
  '',
  ' ',
  'a'.repeat(5_000),
  '\n'.repeat(300),
];

function leaf(name: string, size: number): Box {
  const weights = { zip: bytes(size), binary: bytes(size * 2), code: bytes(size) };
  return { name, kind: 'symbol', base: null, head: weights, children: [] };
}

const ROOT = sum('package', 'package', [
  sum(
    'bootstrap',
    'binary',
    EVIL.map((name, at) =>
      sum(
        name,
        'crate',
        EVIL.map((inner) => leaf(inner, 1_000 + at)),
      ),
    ),
  ),
  { ...leaf(EVIL[0] ?? '', 500), kind: 'file', base: { zip: bytes(100), binary: bytes(0), code: bytes(0) } },
]);

const FLAME: FlameNode = {
  ...{ name: 'all', crate: '', base: 10, head: 10 * EVIL.length },
  children: EVIL.map((name) => ({ name, crate: name, base: 0, head: 10, children: [] })),
};

async function hostileHtml(): Promise<string> {
  const outcome = hostile();
  const tree = treeOf(ROOT);
  const dependencies = EVIL.map((name) => ({
    ...{ name, own: false, versions: { base: [], head: [name] } },
    weights: { base: null, head: leaf(name, 10).head },
  }));
  const more = Object.fromEntries(outcome.comparison.functions.map(({ name }) => [name, { tree, dependencies, flame: FLAME }]));
  return await pageHtml(pageOf(outcome, more));
}

describe('a hostile pull request', () => {
  test('gives its names no power: not in a box, a table, an address, a flame graph', async () => {
    await using opened = await OpenedPage.open(browser, await hostileHtml());
    const title = await opened.page.title();
    const tags = await opened.page.evaluate(
      `[...new Set([...document.querySelectorAll('*')].map(({ tagName }) => tagName.toLowerCase()))].sort().join(' ')`,
    );
    expect(tags).not.toMatch(/\b(?:img|svg|iframe|object|style .*style)\b/);
    expect(await opened.page.locator('script').count()).toBe(2);
    // Every box and every row leads somewhere, and back.
    for (const view of await opened.page.locator('.views a').all()) {
      await opened.click(view);
      expect(await seriousFaults(opened.page)).toEqual([]);
      expect(await opened.page.evaluate(`document.body.innerText.match(/[\\u202a-\\u202e\\u2066-\\u2069\\u0000]/)`)).toBeNull();
    }
    await opened.go(`${(await opened.hash()).split('/')[0]}/map/package/head/bootstrap/`);
    await opened.page.locator('.map').waitFor();
    const count = await opened.page.locator('.map tbody a').count();
    expect(count).toBe(EVIL.length);
    for (let at = 0; at < count; at += 1) {
      const link = opened.page.locator('.map tbody a').nth(at);
      const name = await link.innerText();
      await opened.click(link);
      // Leading and trailing blanks are not seen.
      expect((await opened.text('.way li:last-child')).trim()).toBe(name.replaceAll(/\s+/g, ' ').trim());
      expect(await opened.page.locator('p.doubtful:visible').filter({ hasText: 'is not in this package' }).count()).toBe(0);
      await opened.back();
    }
    expect(await opened.page.title()).toBe(title);
    expect(await opened.page.locator('script').count()).toBe(2);
    expect(opened.heard).toEqual([]);
  });

  test('could write what it wants into the file, and nothing of it would run or load', async () => {
    const html = await hostileHtml();
    const written = [
      '<script>document.title = "script"</script>',
      '<button id="evil" onclick="document.title = \'handler\'">a</button>',
      '<a id="link" href="javascript:document.title = \'link\'">a</a>',
      '<img src="https://example.com/a.png" alt="">',
      '<style>@import url(https://example.com/a.css); main { display: none }</style>',
      '<iframe src="https://example.com/"></iframe>',
      '<iframe srcdoc="<script>top.document.title = 1</script>"></iframe>',
    ];
    await using opened = await OpenedPage.open(browser, html.replace('<header', `${written.join('')}<header`));
    const title = await opened.page.title();
    await opened.click(opened.page.locator('#evil'));
    await opened.click(opened.page.locator('#link'));
    expect(await opened.page.title()).toBe(title);
    expect(await opened.page.locator('#app').isVisible()).toBe(true);
    expect(opened.heard.filter((line) => line.startsWith('asked for'))).toEqual([]);
    expect(opened.heard.filter((line) => /Content Security Policy/.test(line)).length).toBeGreaterThanOrEqual(written.length);
  });
});
