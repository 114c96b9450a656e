import { fileURLToPath } from 'node:url';
import { bundleBrowser } from '../../../scripts/browser.ts';
import type { Outcome } from '../../../src/core/model/outcome.ts';
import type { Box } from '../../../src/core/package-tree/box.ts';
import { viewerOf } from '../../../src/measure/page-viewer.ts';
import type { PageFunction, PageInput } from '../../../src/report/page/input.ts';
import { type PageViewer, renderPage } from '../../../src/report/page/page.ts';

/** The page's own script and style as `src/` has them now. */
export async function freshViewer(): Promise<PageViewer> {
  return await viewerOf(await bundleBrowser(fileURLToPath(new URL('../../..', import.meta.url)), 'page'));
}

/** A page of one check; `more` by the names of functions. */
export function pageOf(outcome: Outcome, more: Readonly<Record<string, Partial<PageFunction>>> = {}): PageInput {
  const functions = outcome.comparison.functions.map(
    (comparison): PageFunction => ({
      ...{ comparison, measured: { base: null, head: null }, dependencies: null, flame: null },
      tree: { kind: 'none', reason: 'nothing was measured' },
      ...more[comparison.name],
    }),
  );
  return { legs: [{ kind: 'reported', name: '', outcome, functions }] };
}

export function treeOf(root: Box): PageFunction['tree'] {
  return { kind: 'tree', root, untold: null };
}

export async function pageHtml(page: PageInput): Promise<string> {
  return renderPage(page, await freshViewer());
}
