import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FlameNode } from '../../../src/core/flame.ts';
import { DESKTOP, launchBrowser, PHONE, type Screen, seriousFaults } from '../../browser.ts';
import { Opened, SDK_TWO, svgOf } from './opened.ts';

let browser: Browser;
let svg: string;
beforeAll(async () => {
  browser = await launchBrowser();
  svg = await svgOf(SDK_TWO);
});
afterAll(async () => {
  await browser.close();
});

/** 98 % of a page of 1,280. */
const WIDTH = 1254;
const S3 = 'aws_sdk_s3::client::Client::new';
const DYNAMODB = 'aws_sdk_dynamodb::client::Client::new';

function framesOf(node: FlameNode): readonly FlameNode[] {
  return node.head > 0 ? [node, ...node.children.flatMap(framesOf)] : [];
}

describe('the flame graph of a function with the AWS SDK', () => {
  test('is below 1 MB, asks for nothing, and complains of nothing', async () => {
    expect(Buffer.byteLength(svg)).toBeLessThan(1_000_000);
    await using graph = await Opened.open(browser, svg);
    expect(graph.heard).toEqual([]);
    expect(await graph.page.title()).toBe('Instructions of init: sdk-two');
    expect(await graph.page.locator('g.frame').count()).toBe(framesOf(SDK_TWO).length);
    expect(await graph.page.locator('#frames > .frame > svg > text').textContent()).toBe('all 100 %');
  });

  test('zooms where it is clicked, and out at a caller', async () => {
    await using graph = await Opened.open(browser, svg);
    expect((await graph.place(S3))?.width).toBeCloseTo((1_995_714 / 27_908_208) * WIDTH, -0.5);
    await graph.box(S3).click();
    expect((await graph.place(S3))?.width).toBeCloseTo(WIDTH, -0.5);
    expect((await graph.place('sdk_two::main'))?.width).toBeCloseTo(WIDTH, -0.5);
    expect(await graph.place(DYNAMODB)).toBeNull();
    expect((await graph.place('aws_sdk_s3::client::Client::from_conf'))?.width).toBeCloseTo((1_940_613 / 1_995_714) * WIDTH, -0.5);
    expect(await graph.text('status')).toBe(`zoomed to 7.2 %: ${S3}`);
    await graph.box('all').click();
    expect((await graph.place(S3))?.width).toBeLessThan(100);
    expect(await graph.place(DYNAMODB)).not.toBeNull();
    expect(await graph.text('status')).toBe('');
  });

  test('says of a frame what it is, what it costs, what its function costs everywhere, and where that is', async () => {
    await using graph = await Opened.open(browser, svg);
    expect(await graph.text('details')).toContain('width: instructions at head');
    const name = 'rustls_native_certs::load_native_certs';
    await graph.box(name).hover();
    expect(await graph.text('details')).toMatch(
      /^rustls_native_certs::load_native_certs \(rustls_native_certs\) [\d,]+ → [\d,]+, [+−][^·]*\) instructions · [\d.]+ % of the whole · in \d places [\d.]+ %$/,
    );
    const places = framesOf(SDK_TWO).filter((node) => node.name === name);
    expect(places.length).toBeGreaterThan(1);
    expect(await graph.page.locator('.frame.twin').count()).toBe(places.length);
    await graph.page.mouse.move(5, 5);
    expect(await graph.page.locator('.frame.twin').count()).toBe(0);
    expect(await graph.text('details')).toContain('width: instructions at head');
  });

  test.each([DESKTOP, PHONE])(
    'keeps its frames where they are under a pointer that goes over them and clicks, $width pixels',
    async (screen) => {
      await using graph = await Opened.open(browser, svg, screen);
      const before = await graph.box('all').boundingBox();
      const long = graph.box('<aws_smithy_runtime_api::client::http::SharedHttpClient');
      await long.hover();
      expect(await graph.box('all').boundingBox()).toEqual(before);
      await long.click();
      expect(await graph.box('all').boundingBox()).toEqual(before);
      expect(await graph.text('details')).toContain('SharedHttpClient as aws_smithy_runtime_api');
    },
  );

  test('brings what the keyboard reaches into view', async () => {
    await using graph = await Opened.open(browser, svg, { height: 300 });
    await graph.press('Tab', 'Tab', 'Tab');
    const [fewest, end] = [18, 300];
    for (let step = 0; step < fewest; step += 1) await graph.press('ArrowDown');
    const box = await graph.page.locator('.frame:focus > rect').boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect((box?.y ?? end) + (box?.height ?? 0)).toBeLessThanOrEqual(end);
    expect(await graph.page.evaluate('scrollY')).toBeGreaterThan(0);
  });

  test('finds what is typed, and leads to a frame that is too thin to hit', async () => {
    await using graph = await Opened.open(browser, svg);
    await graph.page.keyboard.type('MALLOC libc');
    expect(await graph.focused()).toBe('input query');
    const found = framesOf(SDK_TWO).filter(({ name, crate }) => /malloc/i.test(name) && /libc/.test(`${name} (${crate})`));
    expect(await graph.page.locator('#found button').count()).toBe(found.length);
    expect(await graph.text('status')).toMatch(new RegExp(`^found ${found.length} frames, 0\\.\\d+ % of the whole$`));
    expect(await graph.page.locator('.frame.hit').count()).toBe(found.length);
    const last = graph.page.locator('#found button').last();
    expect(await last.innerText()).toMatch(/^ *0\.10 % {2}malloc \(libc\.so\.6\) called by /);
    await last.click();
    expect(await graph.focused()).toBe('malloc (libc.so.6)');
    const box = await graph.page.locator('.frame:focus > rect').boundingBox();
    expect(box?.width).toBeCloseTo(WIDTH, -1);
    expect(await graph.text('status')).toContain('zoomed to 0.10 %: malloc');
  });

  test('reaches every frame by search', async () => {
    await using graph = await Opened.open(browser, svg);
    const missed = await graph.page.evaluate(`(() => {
      const query = document.getElementById('query');
      const missed = [];
      for (const title of document.querySelectorAll('.frame > title')) {
        query.value = title.textContent.split('\\n')[0];
        query.dispatchEvent(new Event('input'));
        let found = false;
        for (let at = 0; !found && document.querySelectorAll('#found button')[at]; at += 1) {
          document.querySelectorAll('#found button')[at].click();
          found = document.activeElement === title.parentElement && document.activeElement.getBoundingClientRect().width > 1000;
        }
        if (!found) missed.push(query.value);
      }
      return missed;
    })()`);
    expect(missed).toEqual([]);
  });

  test('lists a hundred at once, and the rest when asked', async () => {
    await using graph = await Opened.open(browser, svg);
    await graph.page.keyboard.type('::');
    const found = framesOf(SDK_TWO).filter(({ name }) => name.includes('::')).length;
    expect(found).toBeGreaterThan(200);
    const buttons = graph.page.locator('#found button');
    expect(await buttons.last().innerText()).toBe(`${found - 100} more`);
    await buttons.last().click();
    expect(await buttons.count()).toBe(201);
    // The keyboard stands at the first that is new.
    expect(await graph.focused()).toBe(`button ${(await buttons.nth(100).innerText()).trim()}`);
    for (let left = found - 200; left > 0; left -= 100) await buttons.last().click();
    expect(await buttons.count()).toBe(found);
  });

  test('says so when nothing is found', async () => {
    await using graph = await Opened.open(browser, svg);
    await graph.page.keyboard.type('no such function');
    expect(await graph.text('status')).toBe('nothing found');
    await graph.press('Enter');
    expect(await graph.focused()).toBe('input query');
  });

  test('has process start as one frame that opens', async () => {
    await using graph = await Opened.open(browser, svg);
    expect(await graph.place('_dl_start')).toBeNull();
    const start = graph.page.locator('.frame.folded');
    expect(await start.getAttribute('aria-expanded')).toBe('false');
    await graph.box('process start').click();
    expect(await start.getAttribute('aria-expanded')).toBe('true');
    expect(await graph.place('_dl_start')).not.toBeNull();
    await graph.press('Escape');
    expect(await graph.place('_dl_start')).toBeNull();
    await graph.page.keyboard.type('_dl_relocate_object');
    expect(await start.getAttribute('class')).toContain('hit');
    await graph.press('Enter');
    expect(await graph.focused()).toBe('_dl_relocate_object (ld-linux-x86-64.so.2)');
    expect((await graph.place('_dl_relocate_object'))?.width).toBeCloseTo(WIDTH, -0.5);
  });
});

describe('the keyboard alone', () => {
  test('walks the calls, zooms, and resets', async () => {
    await using graph = await Opened.open(browser, svg);
    const stops: string[] = [];
    for (const _ of [1, 2, 3]) {
      await graph.press('Tab');
      stops.push(await graph.focused());
    }
    expect(stops).toEqual(['input query', 'button reset', 'all']);
    await graph.press('ArrowDown', 'ArrowDown', 'ArrowDown');
    expect(await graph.focused()).toBe('aws_config::loader::ConfigLoader::load::{{closure}} (aws_config)');
    await graph.press('ArrowRight');
    expect(await graph.focused()).toBe(`${S3} (aws_sdk_s3)`);
    expect(await graph.page.locator('#ring').isVisible()).toBe(true);
    expect(await graph.text('details')).toContain('0 → 1,995,714 (new) instructions · 7.2 % of the whole');
    await graph.press('Enter');
    expect((await graph.place(S3))?.width).toBeCloseTo(WIDTH, -0.5);
    expect(await graph.page.locator('[aria-current]').count()).toBe(1);
    await graph.press('ArrowUp', 'ArrowUp');
    expect(await graph.focused()).toBe('sdk_two::main (sdk_two)');
    await graph.press('Home', 'Escape');
    expect(await graph.focused()).toBe('all');
    expect((await graph.place(S3))?.width).toBeLessThan(100);
    await graph.press('ArrowDown', 'End');
    expect(await graph.focused()).toBe('process start');
    await graph.press(' ');
    expect((await graph.place('process start'))?.width).toBeCloseTo(WIDTH, -0.5);
  });

  test('is never caught, and comes back to where it was', async () => {
    await using graph = await Opened.open(browser, svg);
    await graph.press('Tab', 'Tab', 'Tab', 'ArrowDown', 'Shift+Tab');
    expect(await graph.focused()).toBe('button reset');
    await graph.press('Tab');
    expect(await graph.focused()).toBe('sdk_two::main (sdk_two)');
    await graph.press('Tab');
    expect(await graph.focused()).not.toBe('sdk_two::main (sdk_two)');
    expect(await graph.page.locator('#ring').isVisible()).toBe(false);
  });

  test('searches with a slash, goes through what was found, and clears with Escape', async () => {
    await using graph = await Opened.open(browser, svg);
    await graph.press('/');
    expect(await graph.focused()).toBe('input query');
    expect(await graph.query()).toBe('');
    await graph.page.keyboard.type('Client::new');
    await graph.press('ArrowDown', 'ArrowDown');
    expect(await graph.focused()).toMatch(/^button 7\.2 % {2}aws_sdk_s3::client::Client::new/);
    await graph.press('Enter');
    expect(await graph.focused()).toBe(`${S3} (aws_sdk_s3)`);
    await graph.press('/');
    await graph.press('ArrowDown', 'ArrowUp');
    expect(await graph.focused()).toBe('input query');
    await graph.press('Escape');
    expect(await graph.query()).toBe('');
    expect(await graph.page.locator('#found').isVisible()).toBe(false);
    expect((await graph.place(S3))?.width).toBeCloseTo(WIDTH, -0.5);
    await graph.press('Escape');
    expect((await graph.place(S3))?.width).toBeLessThan(100);
  });
});

describe('every screen', () => {
  test.each(['light', 'dark'] as const)('axe finds nothing serious, %s', async (scheme) => {
    await using graph = await Opened.open(browser, svg, { scheme });
    expect(await seriousFaults(graph.page)).toEqual([]);
    await graph.page.keyboard.type('certs');
    expect(await seriousFaults(graph.page)).toEqual([]);
    await graph.press('Enter');
    expect(await seriousFaults(graph.page)).toEqual([]);
  });

  test('axe finds nothing serious on a phone', async () => {
    await using graph = await Opened.open(browser, svg, { ...PHONE, scheme: 'dark' });
    expect(await seriousFaults(graph.page)).toEqual([]);
  });

  test('has its own colours in the dark', async () => {
    const colours = async (scheme: Screen['scheme']): Promise<readonly string[]> => {
      await using graph = await Opened.open(browser, svg, { scheme });
      return await graph.page.evaluate(
        `['.paper', '.grew3 > rect', '.same > rect', '.frame text'].map((one) => getComputedStyle(document.querySelector('svg ' + one)).fill)`,
      );
    };
    expect(await colours('light')).toEqual(['rgb(255, 255, 255)', 'rgb(238, 127, 112)', 'rgb(226, 229, 233)', 'rgb(31, 35, 40)']);
    expect(await colours('dark')).toEqual(['rgb(13, 17, 23)', 'rgb(168, 60, 50)', 'rgb(47, 53, 61)', 'rgb(240, 246, 252)']);
  });

  test.each([320, 390, 800, 2560])('fits into %s pixels', async (width) => {
    await using graph = await Opened.open(browser, svg, { ...PHONE, width });
    const [scrolls, all, text]: readonly [number, number, number] = await graph.page.evaluate(
      `[document.documentElement.scrollWidth, document.querySelector('.frame > rect').getBoundingClientRect().width, Math.max(...[...document.querySelectorAll('.frame > svg:not([display])')].map((label) => label.firstElementChild.getComputedTextLength() + 5 - label.parentElement.querySelector('rect').getBoundingClientRect().width))]`,
    );
    expect(scrolls).toBeLessThanOrEqual(width);
    expect(all).toBeCloseTo(width * 0.98, -0.5);
    // No label leaves its frame.
    expect(text).toBeLessThanOrEqual(0);
    const head = await graph.page.locator('.head').boundingBox();
    const top = await graph.box('all').boundingBox();
    expect(top?.y).toBeGreaterThanOrEqual((head?.y ?? 0) + (head?.height ?? 0) - 1);
  });

  test('follows the window', async () => {
    await using graph = await Opened.open(browser, svg);
    await graph.page.setViewportSize(PHONE);
    await expect
      .poll(() => graph.page.locator('#frames > .frame > g > .frame > svg > text').first().textContent())
      .toBe('sdk_two::main 96.4 %');
    await expect.poll(async () => (await graph.box('all').boundingBox())?.width).toBeCloseTo(390 * 0.98, -0.5);
    const label = graph.page.locator('.frame:has(> title:text("aws_config::web_identity_token::Builder::build")) > svg > text').first();
    await expect.poll(() => label.textContent()).toMatch(/^…::.*build$/);
  });

  test('is a picture with tooltips where no script runs', async () => {
    await using graph = await Opened.open(browser, svg, { script: false });
    expect(graph.heard).toEqual([]);
    expect((await graph.place(S3))?.width).toBeCloseTo((1_995_714 / 27_908_208) * WIDTH, -0.5);
    expect(await graph.page.locator('#query').isVisible()).toBe(false);
    expect(await graph.place('_dl_start')).toBeNull();
    expect(await graph.text('details')).toContain('width: instructions at head');
  });
});

describe('a hostile pull request', () => {
  const EVIL = [
    '<script>document.title = "evil"</script>',
    '</title></g><image href="https://example.com/a.png" onerror="document.title = 1"/>',
    ']]></script><script>document.title = "evil"</script>',
    '" onclick="document.title = 1" x="',
    'javascript:document.title=1',
    '\u202Eevil\u0000\uFFFE\uD800',
    '\n'.repeat(300),
  ];

  test('gives its functions no power by their names', async () => {
    const calls = EVIL.map((name) => ({
      name,
      crate: name,
      base: 0,
      head: 10,
      children: [{ name, crate: '', base: 0, head: 5, children: [] }],
    }));
    const named = await svgOf({ name: 'all', crate: '', base: 0, head: 10 * EVIL.length, children: calls });
    await using graph = await Opened.open(browser, named);
    const tags = await graph.page.evaluate(
      `[...new Set([...document.querySelectorAll('*')].map(({ tagName }) => tagName))].sort().join(' ')`,
    );
    expect(tags).not.toMatch(/image|\ba\b/);
    expect(await graph.page.locator('script').count()).toBe(1);
    await graph.page.keyboard.type('e');
    await graph.press('Enter', 'ArrowDown', 'Enter', 'Escape');
    await graph.page.locator('.frame > rect').nth(1).click();
    await graph.page.locator('.frame > rect').nth(1).hover();
    expect(await graph.page.title()).toBe('Instructions of init: sdk-two');
    expect(await graph.page.locator('script').count()).toBe(1);
    expect(graph.heard).toEqual([]);
    expect(await seriousFaults(graph.page)).toEqual([]);
  });

  test('could write what it wants into the file, and nothing of it would run or load', async () => {
    const written = [
      '<script>document.title = "script"</script>',
      '<rect id="evil" width="50" height="50" onclick="document.title = \'handler\'"/>',
      '<a href="javascript:document.title = \'link\'"><rect id="link" x="60" width="50" height="50"/></a>',
      '<image href="https://example.com/a.png" width="10" height="10"/>',
      '<style>@import url(https://example.com/a.css); .paper { fill: red }</style>',
      '<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://example.com/"/></foreignObject>',
    ];
    await using graph = await Opened.open(browser, svg.replace(/<\/svg>\n$/, `${written.join('')}</svg>\n`));
    await graph.page.locator('#evil').click();
    await graph.page.locator('#link').click();
    expect(await graph.page.title()).toBe('Instructions of init: sdk-two');
    expect(await graph.page.evaluate(`getComputedStyle(document.querySelector('.paper')).fill`)).toBe('rgb(255, 255, 255)');
    expect(graph.heard.filter((line) => line.startsWith('asked for'))).toEqual([]);
    expect(graph.heard.filter((line) => /Content Security Policy/.test(line)).length).toBeGreaterThanOrEqual(written.length);
  });
});
