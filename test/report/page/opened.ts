import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { DESKTOP, openPage, type Screen } from '../../browser.ts';

/** Keeps the address that the page has drawn: it hears of a new one in a later task, and draws its own steps at once. */
const FOLLOW = `(() => {
  let address = location.hash;
  const drawn = () => { address = location.hash; };
  window.drawnThere = () => new Promise((done) => {
    const look = () => address === location.hash ? done() : setTimeout(look, 5);
    look();
  });
  addEventListener('hashchange', drawn);
  for (const name of ['pushState', 'replaceState']) {
    const step = history[name];
    history[name] = function (...all) { step.apply(this, all); drawn(); };
  }
})()`;

/** A page in the browser, opened from a file as a person does. */
export class OpenedPage implements AsyncDisposable {
  readonly page: Page;
  /** What the console said, and what was asked of a network. */
  readonly heard: readonly string[];
  private readonly folder: string;
  private constructor(page: Page, heard: readonly string[], folder: string) {
    this.page = page;
    this.heard = heard;
    this.folder = folder;
  }

  static async open(browser: Browser, html: string, screen: Partial<Screen> = {}, hash = ''): Promise<OpenedPage> {
    const folder = await mkdtemp(join(tmpdir(), 'coldgate-page-'));
    const file = join(folder, 'page.html');
    await writeFile(file, html);
    const { page, heard } = await openPage(browser, `${pathToFileURL(file).href}${hash}`, { ...DESKTOP, ...screen });
    if (screen.script !== false) await page.evaluate(FOLLOW);
    return new OpenedPage(page, heard, folder);
  }

  /** The box of the treemap that is called so, the outermost first. */
  box(name: string): Locator {
    return this.page.locator(`.treemap [role=treeitem][aria-label^="${name},"]`).first();
  }

  async hash(): Promise<string> {
    return await this.page.evaluate('decodeURIComponent(location.hash)');
  }

  /** What the boxes drawn at the outermost level are called. */
  async drawn(): Promise<readonly string[]> {
    return await this.page
      .locator('.treemap [aria-level="1"]')
      .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label') ?? ''));
  }

  /** What has the keyboard: a box by its name, a field by its id, else its text. */
  async focused(): Promise<string> {
    return await this.page.evaluate(
      `((one) => one.getAttribute('aria-label')?.split(',')[0] || one.id || one.textContent.trim())(document.activeElement ?? document.body)`,
    );
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
      await this.drawnThere();
    }
  }

  async click(what: Locator, options: Parameters<Locator['click']>[0] = {}): Promise<void> {
    await what.click(options);
    await this.drawnThere();
  }

  async back(): Promise<void> {
    await this.page.goBack();
    await this.drawnThere();
  }

  /** Goes to another address of the page, as by hand. */
  async go(hash: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await this.drawnThere();
  }

  /** Until the page shows what its address says. */
  private async drawnThere(): Promise<void> {
    await this.page.evaluate('window.drawnThere()');
  }

  async text(selector: string): Promise<string> {
    return (await this.page.locator(selector).innerText()).replaceAll(/\s+/g, ' ').trim();
  }

  /** The first cells of the table beside the treemap. */
  async listed(): Promise<readonly string[]> {
    return await this.page.locator('.map tbody tr td:first-child a').allInnerTexts();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
