import * as z from 'zod';

export interface Run {
  readonly id: number;
  readonly event: string;
  readonly workflowId: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly headRepository: string | null;
  /** Of its first attempt, ISO 8601. */
  readonly createdAt: string;
  readonly attempt: number;
  /** When its newest attempt began, ISO 8601. */
  readonly startedAt: string;
  /** Of its newest attempt; `null`: it has not ended. */
  readonly conclusion: string | null;
}

/** A job of one attempt. One that a partial re-run left alone stands in the next attempt too, with the times it had. */
export interface Job {
  readonly name: string;
  readonly attempt: number;
  /** `success`, `failure`, `cancelled`, …; `null` until it has ended. */
  readonly conclusion: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly runner: string | null;
}

/** What a run has uploaded, in whichever attempt. */
export interface RunArtifact {
  readonly id: number;
  readonly name: string;
  /** Of the ZIP. */
  readonly size: number;
  /** ISO 8601. Ids do not grow with time. */
  readonly createdAt: string;
  readonly expired: boolean;
}

const repository = z.object({ full_name: z.string() }).nullable();

export const run = z
  .object({
    id: z.int(),
    event: z.string(),
    workflow_id: z.int(),
    head_sha: z.string(),
    head_branch: z.string().nullable(),
    head_repository: repository,
    created_at: z.string(),
    run_attempt: z.int().default(1),
    run_started_at: z.string().optional(),
    conclusion: z.string().nullish(),
  })
  .transform(
    (one): Run => ({
      id: one.id,
      event: one.event,
      workflowId: one.workflow_id,
      headSha: one.head_sha,
      headBranch: one.head_branch,
      headRepository: one.head_repository?.full_name ?? null,
      createdAt: one.created_at,
      attempt: one.run_attempt,
      startedAt: one.run_started_at ?? one.created_at,
      conclusion: one.conclusion ?? null,
    }),
  );

export const runs = z.object({ workflow_runs: z.array(run) });

export const jobs = z.object({
  jobs: z.array(
    z
      .object({
        name: z.string(),
        run_attempt: z.int().default(1),
        conclusion: z.string().nullable(),
        started_at: z.string(),
        completed_at: z.string().nullable(),
        runner_name: z.string().nullable(),
      })
      .transform(
        ({ name, run_attempt, conclusion, started_at, completed_at, runner_name }): Job => ({
          ...{ name, attempt: run_attempt, conclusion, startedAt: started_at },
          ...{ completedAt: completed_at, runner: runner_name },
        }),
      ),
  ),
});

export const artifacts = z.object({
  artifacts: z.array(
    z
      .object({ id: z.int(), name: z.string(), size_in_bytes: z.int().min(0), created_at: z.string().nullable(), expired: z.boolean() })
      .transform(
        ({ id, name, size_in_bytes, created_at, expired }): RunArtifact => ({
          ...{ id, name, expired },
          size: size_in_bytes,
          createdAt: created_at ?? '',
        }),
      ),
  ),
});
