import type { Outcome } from '../core/model/outcome.ts';
import { renderJsonParts, renderLegsJsonParts } from '../report/json/json.ts';
import { renderComment, renderLegs } from '../report/markdown/comment.ts';
import { renderMarkdown } from '../report/markdown/markdown.ts';
import { renderLegsSummary, renderSummary } from '../report/markdown/summary.ts';
import type { Flames } from '../report/page/page-of.ts';
import type { ColdStartNotice } from '../report/text/cold-start-job.ts';
import { isReported, type LegReport, sentenceOfLegs } from '../report/text/legs.ts';
import { verdictSentence } from '../report/text/sentence.ts';

/** The texts of one report, however many legs it has. */
export interface Texts {
  readonly sentence: string;
  /** In parts, made as they are written. */
  readonly json: () => Iterable<string>;
  readonly markdown: string;
  readonly summary: string;
  /** One HTML file; made when it is asked for. */
  readonly page: () => Promise<string>;
  readonly comment: (marker: string, links: CommentLinks) => string;
}

/** Where all of it is: the run, and the page where there is one. */
export interface CommentLinks {
  readonly report: string;
  readonly page: string | null;
  /** What remedies measured; `null`: none was asked for. */
  readonly advice: string | null;
}

export function textsOf(outcome: Outcome, flames: Flames): Texts {
  return {
    sentence: verdictSentence(outcome),
    json: () => renderJsonParts(outcome),
    markdown: renderMarkdown(outcome),
    summary: renderSummary(outcome),
    page: async () => (await import('../measure/page.ts')).pageText(outcome, flames),
    comment: (marker, { report, page, advice }) => renderComment(outcome, { marker, fullReport: report, page, advice }),
  };
}

/** One leg is a report of its own; several share a table. */
export function singleOf(legs: readonly LegReport[]): Outcome | null {
  const [only] = legs;
  return legs.length === 1 && only !== undefined && isReported(only) ? only.outcome : null;
}

/** The same over the legs of a matrix. */
export function textsOfLegs(legs: readonly LegReport[], notice: ColdStartNotice | null): Texts {
  const single = singleOf(legs);
  const page = async (): Promise<string> => (await import('../measure/page.ts')).pageTextOfLegs(legs);
  const summary = renderLegsSummary(legs, { notice });
  if (single !== null) {
    const comment: Texts['comment'] = (marker, links) =>
      renderComment(single, { marker, fullReport: links.report, page: links.page, notice });
    return { sentence: verdictSentence(single), json: () => renderJsonParts(single), markdown: summary, summary, page, comment };
  }
  return {
    sentence: sentenceOfLegs(legs),
    json: () => renderLegsJsonParts(legs),
    markdown: summary,
    summary,
    page,
    comment: (marker, links) => renderLegs(legs, { marker, fullReport: links.report, page: links.page, notice }),
  };
}
