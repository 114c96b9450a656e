import { UsageError } from '../core/failures.ts';
import type { HistoryLine } from '../core/history/line.ts';
import { seriesIn } from '../core/history/series.ts';
import { filesOf, updatedMonths } from '../core/history/update.ts';
import { branchStore, HISTORY_BRANCH } from '../history/branch.ts';
import { instantOf } from '../history/clone.ts';
import { fetchCommitted } from '../history/remote-commit.ts';
import { badgesOf } from '../report/badge.ts';
import { counted } from '../report/text/figures.ts';
import type { AskedLeg } from './asked.ts';
import { collectLegs } from './collect.ts';
import { mayComment } from './event.ts';
import { linesOfLeg, withoutStrangers } from './history-lines.ts';
import { joinShards } from './join-shards.ts';
import { historyRemote, seriesOfLeg } from './with-history.ts';
import type { ActionResult, Workflow } from './workflow.ts';

/**
 * Mode `history`: appends what the run's legs measured of this commit of the default branch to the branch `coldgate-history`. It checks nothing out
 * and builds nothing, and is the only mode that writes to the repository.
 */
export async function historyMode(workflow: Workflow): Promise<ActionResult> {
  const { inputs, run, runner } = workflow;
  await mayComment(workflow, 'history');
  refuseOtherBranch(workflow);
  if (inputs.token === '')
    throw new UsageError('mode history needs github-token, and its job `permissions: contents: write`: it pushes to a branch');
  const collected = joinShards(await collectLegs(workflow, async ({ contents }): Promise<AskedLeg> => ({ leg: contents, asked: null })));
  const absent = collected.flatMap((leg) =>
    leg.kind === 'read' ? [] : [`leg ${leg.name}: ${leg.kind === 'refused' ? leg.reason : 'it uploaded nothing'}`],
  );
  for (const sentence of absent) runner.warn(sentence);
  const remote = historyRemote(workflow);
  const options = {
    scratch: run.temp,
    signal: workflow.host.signal,
    format: run.sha.length === 64 ? ('sha256' as const) : ('sha1' as const),
  };
  const { committed, parent, releases } = await fetchCommitted(remote, run.sha, options);
  const before = run.event.kind === 'push' ? run.event.before : parent;
  const written = instantOf(new Date());
  const lines: HistoryLine[] = [];
  for (const leg of collected) {
    if (leg.kind !== 'read') continue;
    const series = seriesOfLeg(inputs.key, leg.name);
    const taken = linesOfLeg(leg.contents.leg, {
      committed,
      before,
      leg: series,
      functions: inputs.legFunctions.get(leg.name) ?? null,
      written,
    });
    lines.push(...taken.lines);
    for (const warning of taken.warnings) runner.warn(warning);
  }
  const listed = new Set([...inputs.legFunctions.keys()].map((name) => seriesOfLeg(inputs.key, name)));
  let [warnings, left]: [readonly string[], number] = [[], 0];
  const store = branchStore(remote, options);
  await store.update(
    (read) => {
      const known = withoutStrangers(read.months, lines, listed);
      [warnings, left] = [[...read.warnings, ...known.warnings], known.lines.length];
      const months = updatedMonths(read.months, { lines: known.lines, releases, now: written });
      return new Map([...filesOf(months), ...badgesOf(seriesIn([...months.values()].flatMap((month) => month.lines)))]);
    },
    `${counted(lines.length, 'line')} of ${run.sha.slice(0, 7)}`,
  );
  for (const warning of warnings) runner.warn(warning);
  const sentence = `${counted(left, 'line')} of ${run.sha.slice(0, 7)} in branch ${HISTORY_BRANCH}`;
  return {
    kind: absent.length > 0 || left === 0 ? 'failed' : 'passed',
    sentence: absent.length === 0 ? sentence : `${sentence}; ${absent.join('; ')}`,
  };
}

/** Of a run by hand or by the clock the payload, or the event itself, says which branch it is on. */
function refuseOtherBranch({ run: { event } }: Workflow): void {
  const onDefault =
    event.kind === 'push' ? event.onDefaultBranch : event.kind === 'other' && (event.name === 'schedule' || event.onDefaultBranch === true);
  if (onDefault) return;
  throw new UsageError(
    'the history is of the default branch, and this run is of another ref: give the job `if: github.ref_name == github.event.repository.default_branch`',
  );
}
