import type { Outcome } from '../core/model/outcome.ts';
import { renderPage } from '../report/page/page.ts';
import { type Flames, pageOf, pageOfLegs } from '../report/page/page-of.ts';
import type { LegReport } from '../report/text/legs.ts';
import { pageViewer } from './page-viewer.ts';

/** The page of one check, as a file holds it. */
export async function pageText(outcome: Outcome, flames: Flames): Promise<string> {
  return renderPage(pageOf(outcome, flames), await pageViewer());
}

/** The same of the legs of a matrix. */
export async function pageTextOfLegs(legs: readonly LegReport[]): Promise<string> {
  return renderPage(pageOfLegs(legs), await pageViewer());
}
