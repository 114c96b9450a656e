import { Cancelled, renderFailure, ToolError } from '../core/failures.ts';
import { withoutSettings } from '../core/redact.ts';
import type { Api } from '../github/api.ts';
import { renderFailedComment } from '../report/markdown/failed.ts';
import { comment } from './publish.ts';
import type { CommentLinks } from './texts.ts';
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
  const text = withoutSettings(renderFailure(forComment(error)), workflow.inputs.check.sources.build.extra);
  const texts = {
    comment: (marker: string, { report }: CommentLinks): string => renderFailedComment(text, { marker, fullReport: report }),
  };
  await comment(workflow, api, to, texts, { breached: false, changed: false, onlyUpdate: true });
}

/** Without what the process wrote, where that is for the log alone. */
function forComment(error: unknown): unknown {
  if (!(error instanceof ToolError) || error.process?.confidential !== true) return error;
  const process = { ...error.process, lastLines: ['what it wrote stands in the log of this job'] };
  return new ToolError(error.message, { process, advice: error.advice });
}
