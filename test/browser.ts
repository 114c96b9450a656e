import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

/** What a reader looks through. Width and height are CSS pixels. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  /** Device pixels for each CSS pixel, for pictures; 1 where nothing is said. */
  readonly scale?: number;
  /** `false`: as a viewer that runs no script shows it. */
  readonly script?: boolean;
}

export const DESKTOP: Screen = { width: 1280, height: 800, scheme: 'light' };
export const PHONE: Screen = { width: 390, height: 844, scheme: 'light' };

/** Where Debian, Ubuntu and Google put it. */
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Chromium of this machine without a window, for `await using`. Root has no sandbox to give it. A machine without one fails the test, with the
 * command that brings it: nothing is downloaded here.
 */
export async function launchBrowser(): Promise<Browser> {
  const sandbox = process.getuid?.() !== 0;
  return await chromium.launch({ executablePath: await findChromium(), chromiumSandbox: sandbox, args: ['--disable-dev-shm-usage'] });
}

/** A page of its own at `url`, cut off from the network. What it asked for there, and what its scripts or its policy complained of, is in `heard`. */
export async function openPage(
  browser: Browser,
  url: string,
  screen: Screen = DESKTOP,
): Promise<{ readonly page: Page; readonly heard: readonly string[] }> {
  const { width, height, scheme, scale = 1, script = true } = screen;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    deviceScaleFactor: scale,
    javaScriptEnabled: script,
    reducedMotion: 'reduce',
  });
  const heard: string[] = [];
  const page = await context.newPage();
  page.on('console', (message) => heard.push(message.text()));
  page.on('pageerror', (error) => heard.push(error.message));
  await context.route(/^(?!file:|data:|about:)/, async (route) => {
    heard.push(`asked for ${route.request().url()}`);
    await route.abort();
  });
  await page.goto(url);
  return { page, heard };
}

/**
 * What axe finds `serious` or `critical` on the page as it stands, one line each: the rule, and where. axe stays out of frames: it is not in
 * them to answer, and its message to one that is still loading is an error in the console, which the page would be blamed for.
 */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found: readonly Fault[] = await page.evaluate('axe.run(document, { iframes: false }).then(({ violations }) => violations)');
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join(', ')})`);
}

interface Fault {
  readonly id: string;
  readonly help: string;
  readonly impact: 'minor' | 'moderate' | 'serious' | 'critical' | null;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

async function findChromium(): Promise<string> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const file of PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const runnable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runnable) return file;
  }
  throw new Error('chromium is not installed: run `bash scripts/ci-tools.sh`');
}
