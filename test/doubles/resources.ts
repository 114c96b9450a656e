import { createHash } from 'node:crypto';
import { actionsAppJson, type Json, minimalRepositoryJson, nodeId, permissionJson, repositoryJson, userJson } from './accounts.ts';
import type { Comment, IssueEvent, Pull, Role, Status } from './records.ts';
import type { GitHubState } from './state.ts';

const HTML = 'https://github.com';

/** Renders the records as GitHub's JSON. `api` is the address that answers carry: Prism's, where Prism stands in front. */
export class Resources {
  readonly state: GitHubState;
  readonly #api: () => string;

  constructor(state: GitHubState, api: () => string) {
    this.state = state;
    this.#api = api;
  }

  get api(): string {
    return this.#api();
  }

  user(login: string): Json {
    return userJson(this.api, this.state.user(login));
  }

  repository(fullName: string): Json {
    return repositoryJson(this.api, this.state, this.state.known(fullName));
  }

  minimalRepository(fullName: string): Json {
    return minimalRepositoryJson(this.api, this.state, this.state.known(fullName));
  }

  permission(login: string, role: Role): Json {
    return permissionJson(this.api, this.state.user(login), role);
  }

  url(fullName: string): string {
    return `${this.api}/repos/${fullName}`;
  }

  #association(fullName: string, login: string): string {
    const { owner, roles } = this.state.known(fullName);
    if (login === owner) return 'OWNER';
    return roles.has(login) ? 'COLLABORATOR' : 'NONE';
  }

  comment({ id, repository, issue, author, body, app, createdAt, updatedAt }: Comment): Json {
    return {
      ...{
        id,
        node_id: nodeId('IC', id),
        url: `${this.url(repository)}/issues/comments/${id}`,
        issue_url: `${this.url(repository)}/issues/${issue}`,
      },
      ...{
        html_url: `${HTML}/${repository}/pull/${issue}#issuecomment-${id}`,
        body,
        user: this.user(author),
        created_at: createdAt,
        updated_at: updatedAt,
      },
      ...{ author_association: this.#association(repository, author), performed_via_github_app: app ? actionsAppJson(this.api) : null },
    };
  }

  label(repository: string, name: string): Json {
    const id = 1 + (createHash('sha1').update(name).digest().readUInt32BE() >>> 1);
    const url = `${this.url(repository)}/labels/${encodeURIComponent(name)}`;
    return { id, node_id: nodeId('LA', id), url, name, description: 'a label', color: 'ededed', default: false };
  }

  issueEvent({ id, repository, event, label, actor, createdAt }: IssueEvent): Json {
    return {
      ...{
        id,
        node_id: nodeId('LE', id),
        url: `${this.url(repository)}/issues/events/${id}`,
        actor: this.user(actor),
        event,
        commit_id: null,
        commit_url: null,
      },
      ...{ created_at: createdAt, performed_via_github_app: null },
      ...(label === null ? {} : { label: { name: label, color: 'ededed' } }),
    };
  }

  #side(fullName: string, ref: string, sha: string, deleted = false): Json {
    const { owner } = this.state.known(fullName);
    return { label: `${owner}:${ref}`, ref, sha, user: this.user(owner), repo: deleted ? null : this.repository(fullName) };
  }

  pullSimple(pull: Pull): Json {
    const { id, number, repository, createdAt, updatedAt, head, base } = pull;
    const url = `${this.url(repository)}/pulls/${number}`;
    const issue = `${this.url(repository)}/issues/${number}`;
    const html = `${HTML}/${repository}/pull/${number}`;
    const statuses = `${this.url(repository)}/statuses/${head.sha}`;
    const review = `${this.url(repository)}/pulls/comments{/number}`;
    const links = {
      ...{ self: url, html, issue, comments: `${issue}/comments`, review_comments: `${url}/comments` },
      ...{ review_comment: review, commits: `${url}/commits`, statuses },
    };
    return {
      ...{ url, id, node_id: nodeId('PR', id), html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch`, issue_url: issue },
      ...{
        commits_url: links.commits,
        review_comments_url: links.review_comments,
        review_comment_url: review,
        comments_url: links.comments,
      },
      ...{ statuses_url: statuses, number, state: pull.state, locked: pull.locked, draft: pull.draft, title: pull.title, body: null },
      ...{
        user: this.user(pull.author),
        labels: pull.labels.map((name) => this.label(repository, name)),
        milestone: null,
        active_lock_reason: null,
      },
      ...{ created_at: createdAt, updated_at: updatedAt, closed_at: pull.state === 'closed' ? updatedAt : null, merged_at: null },
      ...{ merge_commit_sha: pull.mergeSha, assignee: null, assignees: [], requested_reviewers: [], requested_teams: [], auto_merge: null },
      ...{ head: this.#side(head.repository, head.ref, head.sha, pull.forkDeleted), base: this.#side(repository, base.ref, base.sha) },
      _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
      author_association: this.#association(repository, pull.author),
    };
  }

  pull(pull: Pull): Json {
    const comments = this.state.comments(pull.repository, pull.number).length;
    const mergeable = pull.mergeSha === null ? null : true;
    return {
      ...this.pullSimple(pull),
      ...{ merged: false, mergeable, rebaseable: mergeable, mergeable_state: mergeable === null ? 'unknown' : 'clean', merged_by: null },
      ...{ comments, review_comments: 0, maintainer_can_modify: false, commits: 1, additions: 1, deletions: 0, changed_files: 1 },
    };
  }

  status({ id, repository, sha, state, context, description, targetUrl, creator, createdAt }: Status): Json {
    return {
      ...{
        url: `${this.url(repository)}/statuses/${sha}`,
        id,
        node_id: nodeId('SC', id),
        state,
        context,
        description,
        target_url: targetUrl,
      },
      ...{ avatar_url: this.user(creator).avatar_url, created_at: createdAt, updated_at: createdAt, creator: this.user(creator) },
    };
  }

  /** The latest of each context; the worst of them is the whole. */
  combinedStatus(repository: string, sha: string): Json {
    const latest = new Map<string, Status>();
    for (const status of this.state.statuses(repository, sha)) {
      if (!latest.has(status.context.toLowerCase())) latest.set(status.context.toLowerCase(), status);
    }
    const statuses = [...latest.values()];
    const states = new Set(statuses.map((status) => status.state));
    const state =
      states.has('failure') || states.has('error') ? 'failure' : statuses.length === 0 || states.has('pending') ? 'pending' : 'success';
    const url = `${this.url(repository)}/commits/${sha}`;
    return {
      ...{ state, sha, total_count: statuses.length, statuses: statuses.map((status) => this.status(status)) },
      ...{ repository: this.minimalRepository(repository), commit_url: url, url: `${url}/status` },
    };
  }
}
