import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import type { FlameNode } from '../../../src/core/flame.ts';
import { foldProcessStart } from '../../../src/init/profile/process-start.ts';
import { flameViewer } from '../../../src/measure/flame-graphs.ts';
import { renderFlameGraph } from '../../../src/report/flame-graph/flame-graph.ts';
import { DESKTOP, openPage, type Screen } from '../../browser.ts';

/** Recorded: test/fixtures/init/README.md. */
export const SDK_TWO: FlameNode = foldProcessStart(
  JSON.parse(readFileSync(new URL('../../fixtures/init/sdk-two.tree.json', import.meta.url), 'utf8')),
);

/** The file as it is written beside a report. */
export async function svgOf(tree: FlameNode): Promise<string> {
  return renderFlameGraph(tree, { function: 'sdk-two', base: '69e7998', head: '332480f' }, await flameViewer());
}

/** A flame graph in the browser, opened from a file as a person does. */
export class Opened implements AsyncDisposable {
  readonly page: Page;
  /** What the console said, and what was asked of a network. */
  readonly heard: readonly string[];
  private readonly folder: string;
  private constructor(page: Page, heard: readonly string[], folder: string) {
    this.page = page;
    this.heard = heard;
    this.folder = folder;
  }

  static async open(browser: Browser, svg: string, screen: Partial<Screen> = {}): Promise<Opened> {
    const folder = await mkdtemp(join(tmpdir(), 'coldgate-flame-'));
    const file = join(folder, 'health.svg');
    await writeFile(file, svg);
    const { page, heard } = await openPage(browser, pathToFileURL(file).href, { ...DESKTOP, ...screen });
    return new Opened(page, heard, folder);
  }

  /** The box of the first frame whose title begins with `name`. */
  box(name: string): Locator {
    return this.page
      .locator(`xpath=//*[local-name()="g" and *[local-name()="title" and starts-with(., '${name}')]]/*[local-name()="rect"]`)
      .first();
  }

  /** What may be seen of a frame, pixels; `null` where it is hidden. */
  async place(name: string): Promise<{ readonly x: number; readonly width: number } | null> {
    const box = this.box(name);
    return (await box.isVisible()) ? await box.boundingBox() : null;
  }

  /** The first line of the title of what has the keyboard; of anything else its tag and id. */
  async focused(): Promise<string> {
    return await this.page.evaluate(
      `(({ tagName, id, children, textContent }) => children[0]?.tagName === 'title' ? children[0].textContent.split('\\n')[0] : [tagName, id || textContent.trim()].filter(Boolean).join(' '))(document.activeElement ?? document.documentElement)`,
    );
  }

  async text(id: string): Promise<string> {
    return (await this.page.locator(`#${id}`).innerText()).replaceAll(/\s+/g, ' ').trim();
  }

  /** What stands in the search field. */
  async query(): Promise<string> {
    return await this.page.evaluate(`document.getElementById('query').value`);
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
