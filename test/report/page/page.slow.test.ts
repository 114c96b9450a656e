import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Box } from '../../../src/core/package-tree/box.ts';
import { bytes } from '../../../src/core/units.ts';
import type { PageDependency } from '../../../src/report/page/input.ts';
import { DESKTOP, launchBrowser, PHONE, seriousFaults } from '../../browser.ts';
import { SDK_TWO } from '../flame-graph/opened.ts';
import { breaching, severalBreaches } from '../outcomes.ts';
import { OpenedPage } from './opened.ts';
import { pageHtml, pageOf, treeOf } from './pages.ts';
import { packageOf, sum } from './synthetic.ts';

/** As large as a function with two AWS SDKs. */
const LARGE = packageOf({ symbols: 10_000, binary: 13_000_000, seed: 1 });

let browser: Browser;
let html: string;
beforeAll(async () => {
  browser = await launchBrowser();
  html = await pageHtml(pageOf(breaching(), { health: { tree: treeOf(LARGE), flame: SDK_TWO } }));
});
afterAll(async () => {
  await browser.close();
});

const SCREENS = [DESKTOP, { ...DESKTOP, scheme: 'dark' }, PHONE, { ...PHONE, scheme: 'dark' }] as const;

const REGEX = '#health/map/package/difference/bootstrap/regex_automata';

describe('the page of a binary of 13 MB with 10,000 symbols at both sides', () => {
  test('is below 2 MB', () => {
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
  });

  test.each(SCREENS)('asks for nothing, complains of nothing, and everybody can use it: $width pixels, $scheme', async (screen) => {
    await using opened = await OpenedPage.open(browser, html, screen);
    expect(await opened.drawn()).toContainEqual(expect.stringMatching(/^regex_automata, crate, new, \d+ kB$/));
    expect(await seriousFaults(opened.page)).toEqual([]);
    for (const view of await opened.page.locator('.views a').all()) {
      await opened.click(view);
      expect(await seriousFaults(opened.page)).toEqual([]);
    }
    expect(opened.heard).toEqual([]);
    // Nothing is wider than the screen.
    expect(await opened.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(screen.width);
  });
});

describe('the treemap', () => {
  test('opens in the difference, beside the crate that grew most, with its sum to the byte', async () => {
    await using opened = await OpenedPage.open(browser, html);
    expect(await opened.text('.way')).toBe('package bootstrap');
    const [, delta, grown, shrunk] = /^package: \+([\d,]+) B = grown ([\d,]+) − shrunk ([\d,]+)$/.exec(await opened.text('.sum')) ?? [];
    const [moved, more, less] = [delta, grown, shrunk].map((text) => Number(text?.replaceAll(',', '')));
    const [binary] = LARGE.children;
    expect(moved).toBe((binary?.head?.zip ?? 0) - (binary?.base?.zip ?? 0));
    expect(moved).toBe((more ?? 0) - (less ?? 0));
    expect(await opened.page.locator('.box.chosen').getAttribute('aria-label')).toMatch(/^regex_automata, crate, new, \d+ kB$/);
    expect(await opened.text('.told')).toContain('regex_automata crate in package › bootstrap');
    expect((await opened.listed())[0]).toBe('regex_automata');
  });

  test('says of each box what is added up in it, to the byte', async () => {
    await using opened = await OpenedPage.open(browser, html, {}, '#health/map/package/difference/');
    const cells = await opened.page
      .locator('.map tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) =>
          [...row.querySelectorAll('.number')].map(({ textContent }) => Number(textContent?.replace(/ .*|[,+]/g, '').replace('−', '-'))),
        ),
      );
    const sum = (column: number): number => cells.reduce((total, row) => total + (row[column] ?? 0), 0);
    expect([sum(0), sum(1), sum(2)]).toEqual([LARGE.base?.zip, LARGE.head?.zip, (LARGE.head?.zip ?? 0) - (LARGE.base?.zip ?? 0)]);
    expect(await opened.text('.sum')).toContain(`${sum(2).toLocaleString('en')} B`);
  });

  test('is used by the keyboard alone: in, across, out, and to another measure and side', async () => {
    await using opened = await OpenedPage.open(browser, html);
    await opened.page.locator('#query').focus();
    await opened.press('Tab', 'Tab');
    expect(await opened.focused()).toBe('regex_automata');
    await opened.press('ArrowRight');
    const right = await opened.focused();
    expect(right).not.toBe('regex_automata');
    await opened.press('ArrowLeft', 'PageDown');
    const inner = await opened.focused();
    await opened.press('PageUp');
    expect(await opened.focused()).toBe('regex_automata');
    await opened.press('Enter');
    expect(await opened.hash()).toBe(`${REGEX}/`);
    expect(await opened.focused()).toBe(inner);
    await opened.press('Backspace');
    expect(await opened.hash()).toBe('#health/map/package/difference/bootstrap/');
    await opened.press('Home');
    expect(await opened.focused()).toBe('regex_automata');
    await opened.press('Shift+Tab', 'Shift+Tab', 'Shift+Tab', 'ArrowLeft');
    expect(await opened.hash()).toBe('#health/map/package/head/bootstrap/');
    await opened.press('Shift+Tab', 'ArrowRight', 'ArrowRight');
    expect(await opened.hash()).toBe('#health/map/code/head/bootstrap/');
    expect(opened.heard).toEqual([]);
  });

  test('goes back as the browser does, a step for each box that was gone to', async () => {
    await using opened = await OpenedPage.open(browser, html);
    await opened.click(opened.box('regex_syntax'), { position: { x: 10, y: 8 } });
    expect(await opened.text('.way')).toBe('package bootstrap regex_syntax');
    await opened.click(opened.page.locator('.radios label').filter({ hasText: 'binary' }));
    expect(await opened.hash()).toBe('#health/map/binary/difference/bootstrap/regex_syntax/');
    await opened.back();
    expect(await opened.text('.way')).toBe('package bootstrap');
    expect(await opened.page.locator('.box.chosen').getAttribute('aria-label')).toMatch(/^regex_automata,/);
  });

  test('has an address for each box, which opens the page there', async () => {
    await using opened = await OpenedPage.open(browser, html, {}, '#health/symbols/binary');
    const links = opened.page.locator('.view tbody a');
    expect(await links.count()).toBe(100);
    const hashes = await links.evaluateAll((all) => all.slice(0, 5).map((link) => link.getAttribute('href') ?? ''));
    for (const hash of hashes) {
      await using other = await OpenedPage.open(browser, html, {}, hash);
      const name = decodeURIComponent(hash.split('/').at(-1) ?? '');
      expect(await other.text('.told strong')).toBe(name);
      expect(await other.text('tr[aria-current] a')).toBe(name);
      expect(await other.page.locator('p.doubtful:visible').count()).toBe(0);
    }
  });

  test('is where it was left when somebody comes back from another view', async () => {
    await using opened = await OpenedPage.open(browser, html, {}, `${REGEX}/`);
    await opened.click(opened.page.locator('.views a').filter({ hasText: 'Crates' }));
    await opened.click(opened.page.locator('.views a').filter({ hasText: 'Treemap' }));
    expect(await opened.hash()).toBe(`${REGEX}/`);
  });

  test('of one that is not there any more opens where it would be, and says so', async () => {
    await using opened = await OpenedPage.open(browser, html, {}, '#health/map/package/head/bootstrap/tokio/no_such/main');
    expect(await opened.text('.way')).toBe('package bootstrap tokio');
    expect(await opened.text('.map p.doubtful')).toBe('no_such › main is not in this package: this is where it would be.');
    await using foreign = await OpenedPage.open(browser, html, {}, '#no-such-function/map');
    expect(await foreign.text('#app > p.doubtful')).toBe('no-such-function is not on this page.');
    expect(await foreign.text('.way')).toBe('package bootstrap');
  });

  test('finds what is searched, wherever it is and however small', async () => {
    await using opened = await OpenedPage.open(browser, html);
    await opened.press('/');
    expect(await opened.focused()).toBe('query');
    await opened.page.keyboard.type('REGEX_syntax poll');
    expect(await opened.text('.sum')).toMatch(/^\d+ found, package: \+[\d,]+ B = grown [\d,]+ − shrunk [\d,]+$/);
    const found = await opened.listed();
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter((name) => !name.includes('poll'))).toEqual([]);
    expect(await opened.page.locator('.box.dim').count()).toBeGreaterThan(10);
    await opened.press('Enter');
    expect(await opened.text('.told strong')).toBe(found[0]);
    expect(await opened.hash()).toContain(found[0]);
    await opened.press('/', 'Escape');
    expect(await opened.page.locator('.box.dim').count()).toBe(0);
  });

  test('says of a box what is seen of it, where its name is shortened', async () => {
    const weights = { zip: bytes(500), binary: bytes(900), code: bytes(900) };
    const names = Array.from({ length: 6 }, (_, at) => `<alloc::string::String as std::net::Trait${at}>::to_socket_addrs`);
    const root = sum('health.zip', 'package', [
      ...names.map((name): Box => ({ name, kind: 'symbol', base: weights, head: weights, children: [] })),
    ]);
    const page = await pageHtml(pageOf(breaching(), { health: { tree: treeOf(root) } }));
    await using opened = await OpenedPage.open(browser, page, {}, '#health/map/package/head/');
    const [title = ''] = await opened.page.locator('.box .title').allInnerTexts();
    expect(names).not.toContain(title);
    expect(await seriousFaults(opened.page)).toEqual([]);
    expect(await opened.page.getByRole('treeitem', { name: '<String as Trait0>::to_socket_addrs, <alloc::string::String' }).count()).toBe(
      1,
    );
  });

  test('follows the width of the window', async () => {
    await using opened = await OpenedPage.open(browser, html);
    await opened.page.setViewportSize({ width: 700, height: 800 });
    await expect
      .poll(
        async () =>
          await opened.page.evaluate('Math.max(...[...document.querySelectorAll(".box")].map((box) => box.getBoundingClientRect().right))'),
      )
      .toBeLessThanOrEqual(700);
  });
});

describe('tables', () => {
  test('sort by each column, both ways, and say so', async () => {
    await using opened = await OpenedPage.open(browser, html, {}, '#health/crates/package');
    const names = async (): Promise<readonly string[]> => await opened.page.locator('.view tbody a').allInnerTexts();
    expect((await names()).slice(0, 2)).toEqual(['regex_automata', 'regex_syntax']);
    const head = opened.page.locator('.view thead th').first();
    await opened.click(head.locator('button'));
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    const sorted = await names();
    expect(sorted).toEqual(sorted.toSorted());
    await head.locator('button').press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect(await names()).toEqual(sorted.toReversed());
  });

  test('narrow down to what a filter leaves, and show the rest of 10,000 rows when asked', async () => {
    await using opened = await OpenedPage.open(browser, html, {}, '#health/symbols/binary');
    expect(await opened.text('.foot')).toMatch(/^100 of 10,\d{3}$/);
    await opened.page.locator('.below button').press('Enter');
    expect(await opened.text('.foot')).toMatch(/^200 of 10,\d{3}$/);
    expect(await opened.page.locator('.view tbody tr').nth(100).locator('a').innerText()).toBe(await opened.focused());
    await opened.page.locator('.filter input').fill('aws_sigv4 unwinding');
    expect(await opened.text('.foot')).toMatch(/^1 of 10,\d{3}$/);
    await opened.page.locator('.filter input').fill('no such thing');
    expect(await opened.text('.foot')).toBe('nothing');
  });
});

test('dependencies sort by version, not by letters', async () => {
  const of = (name: string, version: string): PageDependency => ({
    ...{ name, own: false, versions: { base: [], head: version === '' ? [] : [version] } },
    weights: { base: null, head: null },
  });
  const dependencies = [of('a', '1.9.0'), of('b', ''), of('c', '1.10.0'), of('d', '0.12.1')];
  const page = await pageHtml(pageOf(breaching(), { health: { dependencies } }));
  await using opened = await OpenedPage.open(browser, page, {}, '#health/dependencies');
  const head = opened.page.locator('.view thead th').filter({ hasText: 'version at head' });
  const names = async (): Promise<readonly string[]> => await opened.page.locator('.view tbody td:first-child').allInnerTexts();
  await head.locator('button').click();
  expect(await names()).toEqual(['d', 'a', 'c', 'b']);
  await head.locator('button').click();
  expect(await names()).toEqual(['c', 'a', 'd', 'b']);
});

describe('init', () => {
  test('has its flame graph in a frame, which runs its own script', async () => {
    await using opened = await OpenedPage.open(browser, html, {}, '#health/init');
    const flame = opened.page.frameLocator('iframe');
    await flame.locator('.frame').first().waitFor();
    expect(await flame.locator('h1').innerText()).toBe('health: init, abc1234 → fed8765');
    await flame.locator('#query').fill('malloc');
    await flame.locator('#found button').first().click();
    expect(await flame.locator('#status').innerText()).toContain('zoomed to');
    expect(opened.heard).toEqual([]);
  });
});

describe('several functions', () => {
  test('are one page, whose table leads to each', async () => {
    const page = await pageHtml(
      pageOf(severalBreaches(), { health: { tree: treeOf(packageOf({ symbols: 200, binary: 300_000, seed: 2 })) } }),
    );
    await using opened = await OpenedPage.open(browser, page);
    const links = opened.page.locator('table.main a');
    expect(await links.count()).toBeGreaterThan(1);
    for (const link of await links.all()) {
      const name = await link.innerText();
      await opened.click(link);
      await expect.poll(() => opened.text('.function h2 code')).toBe(name);
      await expect.poll(() => opened.page.evaluate('document.activeElement?.tagName')).toBe('H2');
    }
    expect(opened.heard).toEqual([]);
    expect(await seriousFaults(opened.page)).toEqual([]);
  });
});

describe('on a phone', () => {
  test.each([390, 320])('each row of the main table is seen whole, and is a row still: %i pixels', async (width) => {
    const page = await pageHtml(pageOf(severalBreaches()));
    await using opened = await OpenedPage.open(browser, page, { ...PHONE, width });
    const [row] = await opened.page.locator('table.main tbody tr').all();
    expect(await row?.innerText()).toContain('+95.6 kB (+7.9 %)');
    const rights = await opened.page
      .locator('table.main tbody :is(td, th)')
      .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().right));
    expect(Math.max(...rights)).toBeLessThanOrEqual(width);
    expect(await opened.page.getByRole('rowheader', { name: 'package' }).count()).toBe(3);
    expect(await seriousFaults(opened.page)).toEqual([]);
  });
});

describe('in other looks', () => {
  const patterns = `[...document.querySelectorAll('.box:not(.open):not(.same), .swatch:not(.same)')].map((one) => getComputedStyle(one).backgroundImage)`;

  test('boxes keep their patterns where somebody’s own colours are forced', async () => {
    await using opened = await OpenedPage.open(browser, html);
    await opened.page.emulateMedia({ forcedColors: 'active' });
    const all: readonly string[] = await opened.page.evaluate(patterns);
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter((pattern) => !pattern.includes('gradient'))).toEqual([]);
    expect(await seriousFaults(opened.page)).toEqual([]);
  });

  test('boxes keep them on paper, and lists are not cut', async () => {
    await using opened = await OpenedPage.open(browser, html);
    await opened.page.emulateMedia({ media: 'print' });
    expect(await opened.page.evaluate(`getComputedStyle(document.querySelector('.box')).webkitPrintColorAdjust`)).toBe('exact');
    const cut = await opened.page.evaluate(`((one) => one.scrollHeight - one.clientHeight)(document.querySelector('.list .wide'))`);
    expect(cut).toBe(0);
  });
});

test('without script there is the verdict, and a word why there is no more', async () => {
  await using opened = await OpenedPage.open(browser, html, { script: false });
  expect(await opened.text('h1')).toContain('health became larger: package +61.2 kB (+6.9 %)');
  expect(await opened.page.locator('table.main tbody tr').count()).toBe(2);
  expect(await opened.text('#app')).toContain('need JavaScript');
  expect(opened.heard).toEqual([]);
});
