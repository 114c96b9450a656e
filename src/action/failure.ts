import { Cancelled, renderFailure } from '../core/failures.ts';
import type { Api } from '../github/api.ts';
import { renderFailedComment } from '../report/markdown/failed.ts';
import { comment } from './publish.ts';
import type { Workflow } from './workflow.ts';

/**
 * Brings the comment of an earlier push up to date where this one could not be measured: green would be read as of this one. None is written
 * where there is none, since the failed job says it all. Cancelled, nothing is known of this push.
 */
export async function tellFailure(
  workflow: Workflow,
  api: Api,
  to: { readonly number: number; readonly sha: string },
  error: unknown,
): Promise<void> {
  if (error instanceof Cancelled || workflow.host.signal.aborted) return;
  const texts = {
    comment: (marker: string, fullReport: string): string => renderFailedComment(renderFailure(error), { marker, fullReport }),
  };
  await comment(workflow, api, to, texts, { breached: false, changed: false, onlyUpdate: true });
}
