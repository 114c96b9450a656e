import { messageOf } from '../core/failures.ts';
import type { HistoryLine } from '../core/history/line.ts';
import { monthOfFile, parseMonth } from '../core/history/months.ts';
import { type HistorySeries, seriesIn } from '../core/history/series.ts';
import { trendsOf } from '../core/history/trends.ts';
import type { Outcome } from '../core/model/outcome.ts';
import { compareText } from '../core/pair.ts';
import { openApi } from '../github/api.ts';
import { ApiFailure } from '../github/api-failure.ts';
import { HISTORY_BRANCH } from '../history/branch.ts';
import type { Workflow } from './workflow.ts';

/** The newest files that are read: twenty commits are in them, or there are few. */
const MONTHS = 3;
/** A trend is worth no wait: GitHub is asked for it with little patience, which takes nothing from that of the report. */
const PATIENCE = { timeout: 10_000, budget: 5 };

/** Gives outcomes the trends of what changed in them. Whatever keeps the history from being read is a line of the log at most. */
export async function trendsFor(workflow: Workflow): Promise<(outcome: Outcome, leg: string | null) => Outcome> {
  const { inputs, run } = workflow;
  const series = await readSeries(workflow);
  const branch = 'defaultBranch' in run.event ? run.event.defaultBranch : null;
  return (outcome, leg) => {
    const { functions, head } = outcome.comparison;
    const changed = functions.filter(({ status }) => status === 'changed');
    const { arch, profile } = head.snapshot.invocation;
    const named = leg === null || inputs.key === 'default' ? leg : `${inputs.key}/${leg}`;
    return { ...outcome, trends: trendsOf(series, changed, { leg: named, arch, profile, branch }) };
  };
}

async function readSeries({ inputs, run, runner }: Workflow): Promise<readonly HistorySeries[]> {
  if (inputs.token === '') return [];
  const api = openApi({
    token: inputs.token,
    baseUrl: run.apiUrl,
    owner: run.owner,
    repo: run.repository,
    log: () => {},
    patience: PATIENCE,
  });
  try {
    const files = await api.filesAt(await api.commitOf(HISTORY_BRANCH));
    const months = files.filter(({ path }) => monthOfFile(path) !== null).toSorted((a, b) => compareText(b.path, a.path));
    const lines: HistoryLine[] = [];
    for (const { path, sha } of months.slice(0, MONTHS)) {
      const read = parseMonth(await api.blob(sha), monthOfFile(path) ?? '', `${HISTORY_BRANCH}:${path}`);
      for (const line of read.month.lines) lines.push(line);
      for (const warning of read.warnings) runner.log(warning);
    }
    return seriesIn(lines);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    // Most repositories have none.
    if (error.kind !== 'not-found' && error.kind !== 'invalid') runner.log(`no trend: the history cannot be read: ${messageOf(error)}`);
    return [];
  }
}
