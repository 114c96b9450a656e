import type { Attempt, Conclusion, Job, JobConclusion, Run } from './records.ts';

export type NewRun = Pick<Run, 'event' | 'headBranch' | 'headSha'> &
  Partial<
    Pick<Run, 'id' | 'number' | 'workflow' | 'path' | 'headRepository' | 'actor' | 'createdAt' | 'listedAt' | 'status' | 'conclusion'>
  > & {
    readonly jobs?: readonly string[];
  };

interface Given {
  readonly at: string;
  readonly id: () => number;
}

/** These end before a job begins. */
const WITHOUT_JOBS: readonly (Conclusion | null)[] = ['action_required', 'startup_failure', 'stale'];

export function runOf(options: NewRun, given: Given & { readonly repository: string; readonly number: number }): Run {
  const { repository, number, at, id } = given;
  const {
    jobs = ['build'],
    conclusion = null,
    status = conclusion === null ? 'in_progress' : 'completed',
    createdAt = at,
    ...rest
  } = options;
  const run: Run = {
    ...{ id: id(), number, workflow: 'CI', path: '.github/workflows/ci.yml', headRepository: repository, actor: 'alice' },
    ...{ createdAt, listedAt: at, forkDeleted: false, attempts: [], wholeSince: 1, jobs: [] },
    ...rest,
    ...{ status, conclusion, repository },
  };
  run.attempts.push({ startedAt: createdAt, by: run.actor, conclusion });
  if (WITHOUT_JOBS.includes(conclusion)) return run;
  const ended = conclusion === null ? null : { conclusion: jobConclusion(conclusion), at };
  run.jobs.push(...jobs.map((name) => jobOf(id(), name, 1, createdAt, ended)));
  return run;
}

/** Jobs that are not started anew stand in the next attempt too, with another id and the times they had. */
export function attemptOf(run: Run, { at, id, only, by = run.actor }: Given & { readonly only?: 'failed'; readonly by?: string }): Attempt {
  const before = run.jobs.filter((job) => job.attempt === run.attempts.length);
  const attempt: Attempt = { startedAt: at, by, conclusion: null };
  const number = run.attempts.push(attempt);
  for (const job of before) {
    const kept = only === 'failed' && job.conclusion === 'success';
    run.jobs.push(kept ? { ...job, id: id(), attempt: number } : jobOf(id(), job.name, number, at, null));
  }
  Object.assign(run, { status: 'in_progress', conclusion: null, ...(only === undefined ? { wholeSince: number } : {}) });
  return attempt;
}

function jobConclusion(conclusion: Conclusion): JobConclusion {
  return conclusion === 'stale' || conclusion === 'startup_failure' ? 'cancelled' : conclusion;
}

function jobOf(id: number, name: string, attempt: number, startedAt: string, ended: { conclusion: JobConclusion; at: string } | null): Job {
  const end = ended === null ? { conclusion: null, completedAt: null } : { conclusion: ended.conclusion, completedAt: ended.at };
  return { id, name, attempt, startedAt, status: ended === null ? 'in_progress' : 'completed', ...end };
}
