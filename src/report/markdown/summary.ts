import type { Outcome } from '../../core/model/outcome.ts';
import type { ColdStartNotice } from '../text/cold-start-job.ts';
import type { LegReport } from '../text/legs.ts';
import { MAX_SUMMARY, utf8 } from './fit.ts';
import { renderLegsFitted } from './legs.ts';
import { renderFitted } from './markdown.ts';

export interface SummaryOptions {
  /** In bytes of UTF-8. GitHub's 1,024 kB unless told. */
  readonly maximum?: number;
  readonly notice?: ColdStartNotice | null;
}

/** The job summary: the report that a comment holds, with all the details that its larger room takes. Ends in a newline. */
export function renderSummary(outcome: Outcome, { maximum = MAX_SUMMARY }: SummaryOptions = {}): string {
  return renderFitted(outcome, { fits: utf8(maximum), fullReport: null });
}

/** The job summary over all legs of a matrix. */
export function renderLegsSummary(legs: readonly LegReport[], { maximum = MAX_SUMMARY, notice = null }: SummaryOptions = {}): string {
  return renderLegsFitted(legs, { fits: utf8(maximum), fullReport: null, notice });
}
