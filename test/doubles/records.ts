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
  readonly base: { readonly ref: string; readonly sha: string };
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
export interface LabelEvent {
  readonly id: number;
  readonly repository: string;
  readonly issue: number;
  readonly event: 'labeled' | 'unlabeled';
  readonly label: string;
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
  readonly actor: string;
  readonly createdAt: string;
  /** When each attempt started; the last is the current one. */
  readonly attempts: string[];
  readonly jobs: readonly string[];
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: 'success' | 'failure' | 'cancelled' | null;
}
export interface Artifact {
  readonly id: number;
  readonly runId: number;
  readonly name: string;
  readonly zip: Buffer;
  readonly createdAt: string;
  readonly expired: boolean;
}

/** A commit id that stands for nothing but its name. */
export function sha(name: string): string {
  return createHash('sha1').update(name).digest('hex');
}
