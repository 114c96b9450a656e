import type { Outcome } from '../../core/model/outcome.ts';
import type { ColdStartNotice } from '../text/cold-start-job.ts';
import type { LegReport } from '../text/legs.ts';
import { characters, MAX_COMMENT } from './fit.ts';
import { renderLegsFitted } from './legs.ts';
import { type Destination, renderFitted } from './markdown.ts';

export interface CommentOptions {
  /** The first line, by which the comment is found again: an HTML comment on one line. */
  readonly marker: string;
  /** The address of the run's summary, which has room for more. */
  readonly fullReport: string | null;
  /** The address of the page. */
  readonly page?: string | null;
  readonly notice?: ColdStartNotice | null;
  /** What remedies measured, below the report, in Markdown that is whole. */
  readonly advice?: string | null;
  /** In UTF-16 units, the marker among them. GitHub's 65,536 unless told. */
  readonly maximum?: number;
}

/** The comment on a pull request: the marker, then the report in what room is left. Ends in a newline. */
export function renderComment(outcome: Outcome, options: CommentOptions): string {
  return marked(options, (destination) => renderFitted(outcome, destination));
}

/** One comment for all legs of a matrix: the worst verdict, the legs that are missing, one table, then the details of each. */
export function renderLegs(legs: readonly LegReport[], options: CommentOptions): string {
  return marked(options, (destination) => renderLegsFitted(legs, destination));
}

function marked(
  { marker, fullReport, page = null, notice = null, advice = null, maximum = MAX_COMMENT }: CommentOptions,
  render: (destination: Destination) => string,
): string {
  const first = `${marker}\n`;
  const last = advice === null ? '' : `\n${advice}`;
  return `${first}${render({ fits: characters(maximum - first.length - last.length), fullReport, page, notice })}${last}`;
}
