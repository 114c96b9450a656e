import { link, MARKDOWN } from './escape.ts';

/** Of a report whose cold starts come from a job of their own: that they are not there yet, or why they never came. */
export type ColdStartNotice =
  /** `context`: the status that says when they are there. `url`: where the job is approved. `failed`: something else is to be accepted or mended. */
  | { readonly kind: 'awaited'; readonly context: string; readonly url: string; readonly failed: boolean }
  | { readonly kind: 'lost'; readonly context: string; readonly reason: string }
  /** The run can have none: nobody could do anything about it. */
  | { readonly kind: 'withheld'; readonly context: string; readonly reason: string };

/** The line below the verdict, as Markdown. */
export function coldStartNoticeText(notice: ColdStartNotice): string {
  const context = MARKDOWN.name(notice.context);
  switch (notice.kind) {
    case 'awaited': {
      const label = notice.failed
        ? '. A label that is set until then is taken up by the report after them: no job of a run that waits runs again'
        : '';
      return `⏳ **Cold starts are awaited**: ${context} is pending until somebody approves the environment of the cold-start job: ${link('review it', notice.url)}${label}`;
    }
    case 'lost':
    case 'withheld':
      return `⚠️ **No cold starts** (${context}): ${MARKDOWN.prose(notice.reason)}`;
  }
}

/** What a pending status says: at most GitHub's 140 characters. */
export const AWAITED_STATUS =
  "waits for somebody who approves the environment of the cold-start job (Review deployments on this run's page)";

/** How a job ended that has sampled nothing, and what brings the samples: at most GitHub's 140 characters. */
export const LOST: Readonly<Record<'failure' | 'cancelled' | 'skipped', string>> = {
  failure: 'the cold-start job failed, or its approval was refused: its log says why; re-run the failed jobs and approve it',
  cancelled: 'the cold-start job was cancelled: re-run the failed jobs of its run and approve it',
  skipped: 'the cold-start job was skipped: its `if:`, or a job that it needs, kept it from running; without it nothing is judged',
};
