import type { Api } from './api.ts';
import { newestFirst } from './instant.ts';
import type { Run } from './runs.ts';

/** One attempt of a run: a run that is started again keeps its id and the time it was created at. */
export interface Attempt {
  readonly run: number;
  readonly attempt: number;
  readonly workflowId: number;
  /** ISO 8601. */
  readonly begun: string;
  /** `null`: it has not ended. */
  readonly conclusion: string | null;
}

/** All attempts of these runs, the newest first. A request for each that is not its run's newest. Needs `actions: read`. */
export async function attemptsOf(api: Api, runs: readonly Run[]): Promise<readonly Attempt[]> {
  const all: Attempt[] = [];
  for (const run of runs) {
    all.push(attemptAt(run));
    for (let number = run.attempt - 1; number >= 1; number -= 1) all.push(attemptAt(await api.runAttempt(run.id, number)));
  }
  return newestFirst(all, ({ begun }) => begun);
}

function attemptAt({ id, attempt, workflowId, startedAt, conclusion }: Run): Attempt {
  return { run: id, attempt, workflowId, begun: startedAt, conclusion };
}
