import * as z from 'zod';
import { UsageError } from '../core/failures.ts';
import { FULL_SHA } from '../core/sha.ts';
import { problemOf } from '../core/shape.ts';

export interface PullRequestEvent {
  readonly kind: 'pull-request';
  readonly name: 'pull_request' | 'pull_request_target';
  readonly number: number;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseSha: string;
  /** The branch that it would be merged into, when the event happened. */
  readonly baseRef: string;
  readonly defaultBranch: string | null;
  /** The label that was set, where that is what happened. */
  readonly label: string | null;
  /** Head is in another repository than base, or in none any more. */
  readonly fork: boolean;
  /** Of a run that Dependabot has caused, `github.actor`: GitHub gives it a read-only token and no secrets. Whoever opened the pull request does not decide. */
  readonly fromDependabot: boolean;
}

export interface PushEvent {
  readonly kind: 'push';
  /** `null`: the push created the ref. */
  readonly before: string | null;
  readonly after: string;
  readonly ref: string;
  readonly defaultBranch: string;
  readonly onDefaultBranch: boolean;
}

export interface MergeGroupEvent {
  readonly kind: 'merge-group';
  readonly baseSha: string;
  readonly headSha: string;
  readonly headRef: string;
  /** The branch that the queue merges into. */
  readonly baseRef: string;
  readonly defaultBranch: string | null;
  /** The last pull request of the group, from its ref; `null` where the ref does not say. */
  readonly number: number | null;
}

export interface WorkflowRunEvent {
  readonly kind: 'workflow-run';
  readonly id: number;
  readonly attempt: number;
  /** The event that started that run: `pull_request`, `push`, … */
  readonly event: string;
  /** How it ended: `success`, `failure`, `cancelled`, `skipped`, `action_required`, …; `null`: it has not. */
  readonly conclusion: string | null;
  readonly headSha: string;
  readonly headBranch: string | null;
  /** `owner/name`. */
  readonly headRepository: string | null;
  readonly defaultBranch: string | null;
}

/** `workflow_dispatch`, `schedule` and whatever else starts a workflow. */
export interface OtherEvent {
  readonly kind: 'other';
  readonly name: string;
  /** Where the payload says it: of `workflow_dispatch`, which is started on any branch. */
  readonly onDefaultBranch?: boolean;
}

/** What started the workflow. */
export type WorkflowEvent = PullRequestEvent | PushEvent | MergeGroupEvent | WorkflowRunEvent | OtherEvent;

const sha = z.string().regex(FULL_SHA);
const text = z.string().min(1);
const positive = z.int().min(1);
/** `owner/name`, as in paths of the REST API. */
const fullName = z.string().regex(/^[^/\s]+\/[^/\s]+$/);
const repository = z.object({ full_name: fullName });

const ofRepository = z.object({ default_branch: text.optional() }).optional();

const pullRequestPayload = z.object({
  pull_request: z.object({
    number: positive,
    head: z.object({ sha, ref: text, repo: repository.nullable() }),
    base: z.object({ sha, ref: text, repo: repository }),
  }),
  action: z.string().optional(),
  label: z.object({ name: z.string() }).nullish(),
  repository: ofRepository,
});

const pushPayload = z.object({ before: sha, after: sha, ref: text, repository: z.object({ default_branch: text }) });

const dispatchPayload = z.object({ ref: text, repository: z.object({ default_branch: text }) });

const mergeGroupPayload = z.object({
  merge_group: z.object({ base_sha: sha, head_sha: sha, head_ref: text, base_ref: text }),
  repository: ofRepository,
});

const workflowRunPayload = z.object({
  repository: ofRepository,
  workflow_run: z.object({
    id: positive,
    run_attempt: positive,
    event: text,
    conclusion: z.string().nullish(),
    head_sha: sha,
    head_branch: z.string().nullable(),
    head_repository: repository.nullable(),
  }),
});

/**
 * Reads the payload that GitHub wrote for the event `name`; `actor` is `github.actor`. One that lacks what is needed is a UsageError with the event and the field.
 * The shapes: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export function parseEvent(name: string, payload: unknown, actor = ''): WorkflowEvent {
  switch (name) {
    case 'pull_request':
    case 'pull_request_target':
      return pullRequestEvent(name, parsed(name, pullRequestPayload, payload), actor);
    case 'push':
      return pushEvent(parsed(name, pushPayload, payload));
    case 'merge_group':
      return mergeGroupEvent(parsed(name, mergeGroupPayload, payload));
    case 'workflow_run':
      return workflowRunEvent(parsed(name, workflowRunPayload, payload));
    default:
      return otherEvent(name, payload);
  }
}

function otherEvent(name: string, payload: unknown): OtherEvent {
  const { data } = dispatchPayload.safeParse(payload);
  if (data === undefined) return { kind: 'other', name };
  return { kind: 'other', name, onDefaultBranch: data.ref === `refs/heads/${data.repository.default_branch}` };
}

/** The pull request that a merge queue's branch stands for: `gh-readonly-queue/main/pr-104-<sha>` is 104. */
export function numberOfQueueRef(ref: string): number | null {
  const digits = /(?:^|\/)gh-readonly-queue\/.+\/pr-([1-9]\d{0,14})-[0-9a-f]{40,64}$/.exec(ref)?.[1];
  return digits === undefined ? null : Number(digits);
}

function pullRequestEvent(name: PullRequestEvent['name'], payload: z.infer<typeof pullRequestPayload>, actor: string): PullRequestEvent {
  const { number, head, base } = payload.pull_request;
  return {
    kind: 'pull-request',
    name,
    number,
    headSha: head.sha,
    headRef: head.ref,
    baseSha: base.sha,
    baseRef: base.ref,
    defaultBranch: payload.repository?.default_branch ?? null,
    label: payload.action === 'labeled' ? (payload.label?.name ?? null) : null,
    fork: head.repo?.full_name !== base.repo.full_name,
    fromDependabot: actor === 'dependabot[bot]',
  };
}

function pushEvent({ before, after, ref, repository }: z.infer<typeof pushPayload>): PushEvent | OtherEvent {
  // A deleted ref: the run stands on the default branch and the payload has no commit of it.
  if (isZero(after)) return { kind: 'other', name: 'push' };
  const { default_branch: defaultBranch } = repository;
  const onDefaultBranch = ref === `refs/heads/${defaultBranch}`;
  return { kind: 'push', before: isZero(before) ? null : before, after, ref, defaultBranch, onDefaultBranch };
}

function mergeGroupEvent({ merge_group: group, repository }: z.infer<typeof mergeGroupPayload>): MergeGroupEvent {
  const { base_sha: baseSha, head_sha: headSha, head_ref: headRef } = group;
  const of = { baseRef: group.base_ref.replace(/^refs\/heads\//, ''), defaultBranch: repository?.default_branch ?? null };
  return { kind: 'merge-group', baseSha, headSha, headRef, ...of, number: numberOfQueueRef(headRef) };
}

function workflowRunEvent({ workflow_run: run, repository: of }: z.infer<typeof workflowRunPayload>): WorkflowRunEvent {
  return {
    kind: 'workflow-run',
    id: run.id,
    attempt: run.run_attempt,
    event: run.event,
    conclusion: run.conclusion ?? null,
    headSha: run.head_sha,
    headBranch: run.head_branch,
    headRepository: run.head_repository?.full_name ?? null,
    defaultBranch: of?.default_branch ?? null,
  };
}

function isZero(sha: string): boolean {
  return /^0+$/.test(sha);
}

function parsed<T>(event: string, schema: z.ZodType<T>, payload: unknown): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const problem = problemOf(result.error, 'the payload');
  throw new UsageError(`event ${event}: ${problem}; is GITHUB_EVENT_PATH the file that GitHub wrote for this event?`);
}
