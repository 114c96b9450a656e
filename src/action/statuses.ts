import type { Api, StatusState } from '../github/api.ts';
import { ApiFailure } from '../github/api-failure.ts';
import { newestFirst } from '../github/instant.ts';
import { isNewerRun, type Order } from '../github/marker.ts';
import { type Into, type StatusPart, setStatus, statusContext } from '../github/status.ts';
import { headSha } from './event.ts';
import { authorOf, madeAt } from './publish.ts';
import { orderOf, runUrl, type Workflow } from './workflow.ts';

/** The statuses of one report on the head of its pull request. What GitHub refuses is a warning, never the result. */
export interface Statuses {
  readonly set: (part: StatusPart, state: StatusState, description: string, url?: string) => Promise<void>;
  /** In every part that this workflow's reports have, so that none is left pending. */
  readonly setAll: (state: StatusState, description: string, url?: string) => Promise<void>;
  /** Pending in every part that no report has finished: this head was judged into this branch, and is what it was (its title was edited, say). */
  readonly awaitAll: (description: string, url: string) => Promise<void>;
}

/** Those of nobody's pull request, and of a run that may set none. */
export const NO_STATUSES: Statuses = { set: async () => undefined, setAll: async () => undefined, awaitAll: async () => undefined };

/** States of a report that has judged. */
const FINISHED = ['success', 'failure'];

/** In the contexts of these pull requests; where none is known in that of the default branch. */
export function statusesOn(workflow: Workflow, api: Api, pulls: readonly Into[]): Statuses {
  const { inputs, run, runner } = workflow;
  const sha = headSha(run);
  const contextsOf = (part: StatusPart): ReadonlySet<string> =>
    new Set((pulls.length === 0 ? [null] : pulls).map((pull) => statusContext(inputs.key, pull, part)));
  const set = async (contexts: Iterable<string>, state: StatusState, description: string, url = pageOf(workflow)): Promise<void> => {
    for (const context of contexts) {
      if (await isOvertaken(workflow, api, sha, context)) {
        runner.log(`a later report has set ${context} already: it stays`);
        continue;
      }
      const result = await setStatus(api, { sha, context, state, description, url });
      if (result.kind !== 'set') runner.warn(`no commit status: ${result.reason}`);
    }
  };
  const parts: readonly StatusPart[] = inputs.coldStartResult === null ? ['main'] : ['main', 'cold-start'];
  return {
    set: (part, ...to) => set(contextsOf(part), ...to),
    setAll: async (...to) => {
      for (const part of parts) await set(contextsOf(part), ...to);
    },
    awaitAll: async (description, url) => {
      for (const context of parts.flatMap((part) => [...contextsOf(part)])) {
        const state = await finishedState(workflow, api, sha, context);
        if (state === null) await set([context], 'pending', description, url);
        else runner.log(`a report has finished on this head already: ${context} stays ${state}`);
      }
    },
  };
}

/** What a report of ours has come to in this context, where its status is the newest there; `null`: none has, or GitHub does not tell. */
async function finishedState({ inputs, runner }: Workflow, api: Api, sha: string, context: string): Promise<string | null> {
  try {
    const [newest] = newestFirst(
      (await api.statusesOf(sha)).filter((one) => one.context === context),
      ({ at }) => at,
    );
    if (newest === undefined || !FINISHED.includes(newest.state)) return null;
    const creator = await authorOf(inputs.author, api, runner.log);
    return newest.creator?.toLowerCase() === creator.toLowerCase() ? newest.state : null;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    runner.log(`the statuses of this head cannot be read: ${error.message}`);
    return null;
  }
}

/** The run's page, where a deployment is reviewed; of an attempt's second report the attempt's, which tells it from the first. */
function pageOf(workflow: Workflow): string {
  const { attempt, report } = orderOf(workflow);
  return report === 1 ? runUrl(workflow.run) : `${runUrl(workflow.run)}/attempts/${attempt}`;
}

/** The order of the report that has set a status, by what it links; an attempt's first says less and is before its second. `null`: it links no run. */
function orderOfUrl(url: string | null): Order | null {
  const [, id, attempt] = /\/actions\/runs\/([1-9]\d{0,14})(?:\/attempts\/([1-9]\d{0,8}))?$/.exec(url ?? '') ?? [];
  return id === undefined ? null : { id: Number(id), attempt: Number(attempt ?? 0), report: attempt === undefined ? 1 : 2 };
}

/**
 * Whether a later report of ours stands there: where a report does not wait, a first one can come after the second, and one of an older run of
 * this head after both. What GitHub does not tell holds nothing up.
 */
async function isOvertaken(workflow: Workflow, api: Api, sha: string, context: string): Promise<boolean> {
  const { inputs, run, runner } = workflow;
  if (inputs.coldStartResult === null) return false;
  try {
    const creator = (await authorOf(inputs.author, api, runner.log)).toLowerCase();
    const own = (await api.statusesOf(sha)).filter((one) => one.context === context && one.creator?.toLowerCase() === creator);
    const mine = { ...orderOf(workflow), at: await madeAt(api, run.runId, runner.log) };
    const times = new Map([[run.runId, mine.at]]);
    for (const { url } of own) {
      const order = orderOfUrl(url);
      if (order === null) continue;
      if (!times.has(order.id)) times.set(order.id, await madeAt(api, order.id, runner.log));
      if (isNewerRun({ ...order, at: times.get(order.id) ?? null }, mine)) return true;
    }
    return false;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    runner.log(`the statuses of this head cannot be read: ${error.message}`);
    return false;
  }
}
