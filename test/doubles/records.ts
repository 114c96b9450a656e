import { createHash } from 'node:crypto';

export type Level = 'none' | 'read' | 'write';
/** As a workflow's `permissions:` spells them. What is not named is `none`. */
export type Permission = 'actions' | 'contents' | 'issues' | 'pull-requests' | 'statuses';
export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface User {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot';
}
export interface Repository {
  readonly id: number;
  readonly fullName: string;
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly forkOf: string | null;
  /** A private repository's setting "Send write tokens to workflows from pull requests". */
  readonly writeTokensToForks: boolean;
  readonly roles: Map<string, Role>;
  readonly commits: Set<string>;
}
export interface Token {
  readonly value: string;
  readonly repository: string;
  readonly permissions: Readonly<Partial<Record<Permission, Level>>>;
  readonly user: string;
  /** The workflow's own token acts as an app; a person's does not. */
  readonly app: boolean;
}
export interface Pull {
  readonly id: number;
  readonly number: number;
  readonly repository: string;
  readonly author: string;
  base: { readonly ref: string; readonly sha: string };
  readonly head: { readonly ref: string; sha: string; readonly repository: string };
  title: string;
  state: 'open' | 'closed';
  locked: boolean;
  draft: boolean;
  /** GitHub then knows no head repository any more. */
  forkDeleted: boolean;
  mergeSha: string | null;
  readonly labels: string[];
  readonly createdAt: string;
  updatedAt: string;
}
export interface Comment {
  readonly id: number;
  readonly repository: string;
  readonly issue: number;
  readonly author: string;
  readonly app: boolean;
  readonly createdAt: string;
  body: string;
  updatedAt: string;
}
export interface IssueEvent {
  readonly id: number;
  readonly repository: string;
  readonly issue: number;
  readonly event: 'labeled' | 'unlabeled' | 'head_ref_force_pushed' | 'base_ref_changed' | 'automatic_base_change_succeeded';
  /** Of the first two alone. */
  readonly label: string | null;
  readonly actor: string;
  readonly createdAt: string;
}
export type StatusState = 'error' | 'failure' | 'pending' | 'success';
export interface Status {
  readonly id: number;
  readonly repository: string;
  readonly sha: string;
  readonly state: StatusState;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: string;
  readonly createdAt: string;
}
export type Progress = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';
export type JobConclusion = 'success' | 'failure' | 'neutral' | 'cancelled' | 'skipped' | 'timed_out' | 'action_required';
export type Conclusion = JobConclusion | 'stale' | 'startup_failure';
export interface Attempt {
  readonly startedAt: string;
  /** Who started it: of the first one the run's actor. */
  readonly by: string;
  conclusion: Conclusion | null;
}
export interface Job {
  readonly id: number;
  readonly name: string;
  readonly attempt: number;
  readonly startedAt: string;
  status: Progress;
  conclusion: JobConclusion | null;
  completedAt: string | null;
}
export interface Run {
  readonly id: number;
  readonly number: number;
  readonly repository: string;
  readonly event: string;
  readonly workflow: string;
  readonly path: string;
  readonly headBranch: string;
  readonly headSha: string;
  readonly headRepository: string;
  /** It stays the same when another person starts it anew. */
  readonly actor: string;
  readonly createdAt: string;
  /** From when on lists show it: GitHub's lists come late, the run itself does not. */
  readonly listedAt: string;
  /** GitHub then knows no head repository of it any more. */
  forkDeleted: boolean;
  /** The last is the current one. */
  readonly attempts: Attempt[];
  /** Artifacts of attempts before this one are not listed: it was the last that started every job anew. */
  wholeSince: number;
  readonly jobs: Job[];
  status: Progress;
  conclusion: Conclusion | null;
}
export interface Artifact {
  readonly id: number;
  readonly runId: number;
  readonly attempt: number;
  readonly name: string;
  readonly zip: Buffer;
  readonly createdAt: string;
  readonly expired: boolean;
}

/** A commit id that stands for nothing but its name. */
export function sha(name: string): string {
  return createHash('sha1').update(name).digest('hex');
}
