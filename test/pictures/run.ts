import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { DEFAULT_BUILD } from '../../src/cargo/request.ts';
import { type Checked, check } from '../../src/check.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { LOCAL_INIT } from '../../src/measure/init.ts';
import { logProgress } from '../../src/progress/log.ts';
import { systemTiming } from '../../src/progress/waits.ts';
import { renderComment } from '../../src/report/markdown/comment.ts';
import { pageOf } from '../../src/report/page/page-of.ts';
import { renderTerminal } from '../../src/report/terminal/terminal.ts';
import { launchBrowser, openPage, type Screen } from '../browser.ts';
import { pageHtml } from '../report/page/pages.ts';
import { defaultHome } from '../rust.ts';
import { limitsOf, PICTURES, type Picture, repositoryOf } from './cases.ts';
import { commentPage, terminalPage } from './page.ts';

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** `npm run pictures [NAME…]`: the pictures of docs/images, each of a real check; all of them where none is named. */
async function main(names: readonly string[]): Promise<void> {
  await mkdir(IMAGES, { recursive: true });
  await using browser = await launchBrowser();
  for (const picture of PICTURES.filter(({ name }) => names.length === 0 || names.includes(name))) {
    process.stderr.write(`== ${picture.name}\n`);
    const checked = await checkedOf(picture);
    const outcome = picture.after?.(checked.outcome) ?? checked.outcome;
    await picturesOf(browser, picture.name, outcome);
    if (picture.name === 'demo') await pagesOf(browser, { ...checked, outcome });
  }
}

async function checkedOf(picture: Picture): Promise<Checked> {
  await using project = await repositoryOf(picture);
  const host = {
    ...{
      cwd: project.path,
      env,
      home: defaultHome(),
      version: '0.1.0',
      signal: new AbortController().signal,
      nameOf: (flag: string) => flag,
    },
    progress: logProgress((text) => void process.stderr.write(`${text}\n`), systemTiming),
  };
  const request = {
    ...{ sources: { manifestPath: null, workingDirectory: null, prepare: null, build: DEFAULT_BUILD, outputs: [] }, init: LOCAL_INIT },
    ...{ secrets: {}, whole: true, coldStart: null, base: { kind: 'parent' as const }, origin: null, repeat: [] },
    judging: { limits: limitsOf(picture), gate: 'fail' as const, judgedAs: 'change' as const },
  };
  return await check(request, host);
}

/** The comment on a desktop and on a phone, light and dark; the demo in terminals too. */
async function picturesOf(browser: Browser, name: string, outcome: Outcome): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-pictures-'));
  const shoot = async (html: string, file: string, screen: Screen): Promise<void> => {
    const path = join(folder, 'page.html');
    await writeFile(path, html);
    const { page } = await openPage(browser, pathToFileURL(path).href, screen);
    await page.screenshot({ path: join(IMAGES, `${file}.png`), fullPage: true });
    await page.context().close();
  };
  try {
    const comment = renderComment(outcome, { marker: '<!-- coldgate -->', fullReport: 'https://github.com/octo/lambdas/actions/runs/1' });
    const html = await commentPage(comment);
    for (const scheme of ['light', 'dark'] as const) {
      await shoot(html, `${name}-${scheme}`, { width: 934, height: 300, scheme });
      await shoot(html, `${name}-phone-${scheme}`, { width: 390, height: 300, scheme });
    }
    if (name !== 'demo') return;
    for (const columns of [80, 120, 200]) {
      const screen: Screen = { width: columns * 8 + 24, height: 300, scheme: 'dark' };
      await shoot(terminalPage(renderTerminal(outcome, { columns, colour: true }), columns), `${name}-terminal-${columns}`, screen);
    }
    const plain = renderTerminal(outcome, { columns: null, colour: false });
    await shoot(terminalPage(plain, 80), `${name}-pipe`, { width: 1200, height: 300, scheme: 'dark' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Pixels of a phone's picture. */
const LONGEST = 2_700;

/** What the page opens at, and the treemap of what moved. */
const PAGES = [
  { name: 'page', hash: '' },
  { name: 'page-treemap', hash: '#health/map/package/difference/bootstrap/' },
];

/** The page as it opens, and its treemap, on a desktop and on a phone, light and dark. */
async function pagesOf(browser: Browser, { outcome, flames }: Checked): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-pictures-'));
  try {
    const file = join(folder, 'page.html');
    await writeFile(file, await pageHtml(pageOf(outcome, flames)));
    for (const { name, hash } of PAGES)
      for (const scheme of ['light', 'dark'] as const) {
        for (const [screen, width, height] of [
          ['', 1280, 1200],
          // As high as the picture: what is below a screen, a frame paints when it is scrolled to.
          ['-phone', 390, LONGEST],
        ] as const) {
          const { page } = await openPage(browser, `${pathToFileURL(file).href}${hash}`, { width, height, scheme });
          for (const frame of page.frames()) await frame.waitForLoadState('load');
          const path = join(IMAGES, `${name}${screen}-${scheme}.png`);
          // More of it shows nothing new.
          await page.screenshot({ path });
          await page.context().close();
        }
      }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
