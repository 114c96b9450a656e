import type { Outcome } from '../core/model.ts';
import { renderJson, renderJsonParts } from '../report/json/json.ts';
import { renderComment, renderLegs } from '../report/markdown/comment.ts';
import { renderMarkdown } from '../report/markdown/markdown.ts';
import { renderLegsSummary, renderSummary } from '../report/markdown/summary.ts';
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
  readonly comment: (marker: string, fullReport: string) => string;
}

export function textsOf(outcome: Outcome): Texts {
  return {
    sentence: verdictSentence(outcome),
    json: () => renderJsonParts(outcome),
    markdown: renderMarkdown(outcome),
    summary: renderSummary(outcome),
    comment: (marker, fullReport) => renderComment(outcome, { marker, fullReport }),
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
  const summary = renderLegsSummary(legs, { notice });
  if (single !== null) {
    const comment: Texts['comment'] = (marker, fullReport) => renderComment(single, { marker, fullReport, notice });
    return { sentence: verdictSentence(single), json: () => renderJsonParts(single), markdown: summary, summary, comment };
  }
  const reports = () => legs.map((leg) => (isReported(leg) ? { leg: leg.name, report: JSON.parse(renderJson(leg.outcome)) } : leg));
  return {
    sentence: sentenceOfLegs(legs),
    json: () => [`${JSON.stringify({ schema: 'coldgate/legs@1', legs: reports() }, null, 2)}\n`],
    markdown: summary,
    summary,
    comment: (marker, fullReport) => renderLegs(legs, { marker, fullReport, notice }),
  };
}
