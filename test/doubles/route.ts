import type { Json } from './accounts.ts';
import type { Permission, Pull, Repository, Token } from './records.ts';
import { Refusal } from './refusal.ts';
import type { Resources } from './resources.ts';
import type { Answer } from './server.ts';
import type { GitHubState } from './state.ts';

/** One call, after its token has been found to suffice. */
export interface Call {
  readonly state: GitHubState;
  readonly resources: Resources;
  readonly repository: Repository;
  /** Absent when nobody asks: a public repository can be read without a token. */
  readonly token: Token | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Answers one page, with the Link header. */
  readonly page: (items: readonly Json[], wrap?: (page: readonly Json[]) => unknown) => Answer;
  readonly artifactAddress: (id: number) => string;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** As in GitHub's description below `/repos/{owner}/{repo}`. */
  readonly path: string;
  readonly level: 'read' | 'write';
  /** One of these suffices; none: the metadata that every token may read. */
  readonly permissions: readonly Permission[];
  /** Nobody without a token, even where the repository is public. */
  readonly signedIn?: true;
  readonly answer: (call: Call) => Answer;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });

/** A string field of a request's body. */
export function text(body: unknown, field: string): string | null {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined;
  return typeof value === 'string' ? value : null;
}

export function found<T>(value: T | undefined): T {
  if (value === undefined) throw Refusal.notFound();
  return value;
}

export function pullOf({ state, repository, parameters }: Call): Pull {
  return found(state.findPull(repository.fullName, Number(parameters.issue_number ?? parameters.pull_number)));
}
