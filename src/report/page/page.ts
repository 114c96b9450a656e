import type { FlameViewer } from '../flame-graph/flame-graph.ts';
import { addressOfFunction } from './address.ts';
import { type DocumentViewer, renderDocument } from './document.ts';
import { headOf, titleText } from './head.ts';
import { plainText } from './html.ts';
import type { PageInput } from './input.ts';
import { keyOf, pageData } from './page-data.ts';

/** The page's own script and style, and those of the flame graphs that it shows. */
export interface PageViewer extends DocumentViewer {
  readonly flame: FlameViewer;
}

/** Where the script puts what it makes. */
export const APP_ID = 'app';

/**
 * A check as one HTML page that asks for nothing from outside: the verdict and the main table as HTML, all else as data that the script in it makes
 * pictures and tables of. It opens where the breach is. Names are data: text alone.
 */
export function renderPage(page: PageInput, viewer: PageViewer): string {
  const body = [
    headOf(page, (leg, name) => addressOfFunction(keyOf(leg, name))),
    `<main id="${APP_ID}"><noscript><p>The treemap, the tables and the flame graphs need JavaScript, which this browser does not run here.</p></noscript></main>`,
  ].join('\n');
  return renderDocument({ title: `coldgate: ${plainText(titleText(page))}`, body, data: pageData(page, viewer.flame) }, viewer);
}
