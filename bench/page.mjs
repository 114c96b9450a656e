import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchBrowser, openPage } from '../test/browser.ts';
import { SDK_TWO } from '../test/report/flame-graph/opened.ts';
import { breaching } from '../test/report/outcomes.ts';
import { pageHtml, pageOf, treeOf } from '../test/report/page/pages.ts';
import { packageOf } from '../test/report/page/synthetic.ts';
import { median, table } from './run.mjs';

const ROUNDS = 9;
const SHAPES = [
  { symbols: 1_000, binary: 1_700_000 },
  { symbols: 10_000, binary: 13_000_000 },
  { symbols: 40_000, binary: 60_000_000 },
];

/** What a page weighs, and when Chromium has painted it and its treemap can be used: milliseconds after the navigation began, from a file. */
export async function benchPage() {
  const folder = await mkdtemp(join(tmpdir(), 'coldgate-bench-page-'));
  const rows = [];
  try {
    for (const { symbols, binary } of SHAPES) {
      const tree = treeOf(packageOf({ symbols, binary, seed: 1 }));
      const html = await pageHtml(pageOf(breaching(), { health: { tree, flame: SDK_TWO } }));
      const file = join(folder, `${symbols}.html`);
      await writeFile(file, html);
      const runs = [];
      for (let round = 0; round < ROUNDS; round += 1) runs.push(await runOf(pathToFileURL(file).href));
      const of = ofRuns(runs);
      const size = `${(Buffer.byteLength(html) / 1e6).toFixed(2)} MB`;
      rows.push([`${symbols.toLocaleString('en')} symbols, ${binary / 1e6} MB`, size, of('paint'), of('usable'), of('open')]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`## The page (${ROUNDS} rounds, each a browser of its own; ms: median, least and most)\n`);
  table(['binary, at both sides', 'file', 'first paint', 'treemap usable', 'a box opened'], rows);
}

/** The same of one page that a real check wrote (`coldgate check --html FILE`). */
export async function benchPageFile(page) {
  const { size } = await stat(page);
  const runs = [];
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await runOf(pathToFileURL(resolve(page)).href));
  console.log(`## ${basename(page)} (${ROUNDS} rounds, each a browser of its own; ms: median, least and most)\n`);
  table(
    ['file', 'first paint', 'treemap usable', 'a box opened'],
    [[`${(size / 1e6).toFixed(2)} MB`, ...['paint', 'usable', 'open'].map(ofRuns(runs))]],
  );
}

function ofRuns(runs) {
  return (name) => {
    const values = runs.map((run) => run[name]);
    return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`;
  };
}

async function runOf(url) {
  await using browser = await launchBrowser();
  const { page } = await openPage(browser, url);
  return await page.evaluate(`new Promise((resolve) => {
    const at = (type, name) => performance.getEntriesByType(type).find((entry) => entry.name === name)?.startTime;
    const wait = () => {
      const [paint, usable] = [at('paint', 'first-paint'), at('mark', 'usable')];
      if (paint === undefined || usable === undefined) return setTimeout(wait, 20);
      const before = performance.now();
      document.querySelector('.box.open').click();
      document.body.getBoundingClientRect();
      resolve({ paint, usable, open: performance.now() - before });
    };
    wait();
  })`);
}
