import { exitCode } from '../../core/judge/judge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { chosenBaseText } from '../text/base-reason.ts';
import { type ColdStartNotice, coldStartNoticeText } from '../text/cold-start-job.ts';
import { MARKDOWN } from '../text/escape.ts';
import { sentenceParts } from '../text/sentence.ts';
import { askedText, sidesText } from '../text/side.ts';
import { toneOf } from '../text/tone.ts';
import { characters, type Fits, fitted, MAX_COMMENT } from './fit.ts';
import { checkPart, closingPart, detailBlocks, detailsOf, joined, titlePart } from './parts.ts';
import { breachedTable, entriesOf, wholeTable } from './table.ts';

/**
 * The report as GitHub-flavoured Markdown, as the command line writes it. Never longer than `maximum` UTF-16 units: details are left out
 * in a fixed order and named in one line; the verdict and the footer (about 3,000 units at most) always stay. Ends in a newline.
 */
export function renderMarkdown(outcome: Outcome, options: { readonly maximum?: number } = {}): string {
  return renderFitted(outcome, { fits: characters(options.maximum ?? MAX_COMMENT), fullReport: null });
}

/** Where a report goes. */
export interface Destination {
  readonly fits: Fits;
  /** The address of the full report, for a link to it. */
  readonly fullReport: string | null;
  /** Of the page; `null`: there is none. */
  readonly page?: string | null;
  readonly notice?: ColdStartNotice | null;
}

/** The same for any destination. */
export function renderFitted(outcome: Outcome, { fits, fullReport, page = null, notice = null }: Destination): string {
  const entries = entriesOf([{ leg: null, outcome }]);
  const sub = [sidesText(outcome, MARKDOWN), chosenBaseText(outcome, MARKDOWN), askedText(outcome)].filter((text) => text !== '');
  const parts = { ...detailsOf(outcome), rows: wholeTable(entries), table: breachedTable(entries), legs: '' };
  return fitted(
    fits,
    (part) => parts[part] !== '',
    ({ parts: gone, names }) =>
      `${joined([
        titlePart(toneOf(outcome), sentenceParts(outcome, MARKDOWN).title, notice),
        notice === null ? '' : coldStartNoticeText(notice),
        checkPart(toneOf(outcome), exitCode(outcome.verdict) !== 0, notice),
        gone.has('table') ? '' : gone.has('rows') ? parts.table : parts.rows,
        ...detailBlocks(parts, gone),
        closingPart(names, fullReport, page),
        ...sub.map((text) => `<sub>${text}</sub>`),
      ])}\n`,
  );
}
