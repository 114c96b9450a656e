import type { Comment } from './records.ts';
import { Refusal } from './refusal.ts';
import { type Call, found, ok, pullOf, type Route, text } from './route.ts';
import type { Answer } from './server.ts';

const PULLS_OR_ISSUES = ['issues', 'pull-requests'] as const;
const COMMENT_LIMIT = 65_536;

/** Characters are counted as UTF-16 does: the strictest reading of "65536 characters". */
function commentBody(body: unknown): string {
  const value = text(body, 'body');
  if (value === null || value.trim() === '') throw Refusal.invalid('IssueComment', 'body', "body can't be blank");
  if (value.length > COMMENT_LIMIT)
    throw Refusal.invalid('IssueComment', 'data', `Body is too long (maximum is ${COMMENT_LIMIT} characters)`);
  return value;
}

function commentOf({ state, repository, parameters }: Call): Comment {
  const id = Number(parameters.comment_id);
  return found(state.allComments.find((comment) => comment.repository === repository.fullName && comment.id === id));
}

function roleOf({ state, repository, parameters, resources }: Call): Answer {
  const login = parameters.username ?? '';
  if (!state.knowsUser(login)) throw new Refusal(404, `${login} is not a user`);
  return ok(resources.permission(login, repository.roles.get(login) ?? (repository.private ? 'none' : 'read')));
}

/** Comments, labels and who may do what. */
export const DISCUSSION_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/issues/{issue_number}/comments',
    level: 'read',
    permissions: PULLS_OR_ISSUES,
    answer: (call) => {
      const { number, repository } = pullOf(call);
      const since = call.query.get('since') ?? '';
      const comments = call.state.comments(repository, number).filter((comment) => comment.updatedAt >= since);
      comments.sort((a, b) => a.id - b.id);
      return call.page(comments.map((comment) => call.resources.comment(comment)));
    },
  },
  {
    method: 'POST',
    path: '/issues/{issue_number}/comments',
    level: 'write',
    permissions: PULLS_OR_ISSUES,
    answer: (call) => {
      const { number, repository, locked } = pullOf(call);
      // An app is no collaborator: https://github.com/renovatebot/renovate/issues/6215
      if (locked && call.token?.app === true) throw new Refusal(403, 'Unable to create comment because issue is locked.');
      const body = commentBody(call.body);
      const comment = call.state.comment(repository, number, { author: call.token?.user ?? '', body, app: call.token?.app ?? false });
      const json = call.resources.comment(comment);
      return { status: 201, headers: { location: String(json.url) }, body: json };
    },
  },
  {
    method: 'GET',
    path: '/issues/comments/{comment_id}',
    level: 'read',
    permissions: PULLS_OR_ISSUES,
    answer: (call) => ok(call.resources.comment(commentOf(call))),
  },
  {
    method: 'PATCH',
    path: '/issues/comments/{comment_id}',
    level: 'write',
    permissions: PULLS_OR_ISSUES,
    answer: (call) => {
      const comment = commentOf(call);
      comment.body = commentBody(call.body);
      comment.updatedAt = call.state.clock.stamp();
      return ok(call.resources.comment(comment));
    },
  },
  {
    method: 'DELETE',
    path: '/issues/comments/{comment_id}',
    level: 'write',
    permissions: PULLS_OR_ISSUES,
    answer: (call) => {
      const { allComments } = call.state;
      allComments.splice(allComments.indexOf(commentOf(call)), 1);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/issues/{issue_number}/labels',
    level: 'read',
    permissions: PULLS_OR_ISSUES,
    answer: (call) => {
      const { labels, repository } = pullOf(call);
      return call.page(labels.map((label) => call.resources.label(repository, label)));
    },
  },
  {
    method: 'GET',
    path: '/issues/{issue_number}/events',
    level: 'read',
    permissions: PULLS_OR_ISSUES,
    answer: (call) => {
      const { number, repository } = pullOf(call);
      const events = call.state.issueEvents.filter((event) => event.repository === repository && event.issue === number);
      // Times are whole seconds: of what happened in one second, nothing tells the order.
      const ordered = events.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id - b.id);
      return call.page(ordered.map((event) => call.resources.issueEvent(event)));
    },
  },
  { method: 'GET', path: '/collaborators/{username}/permission', level: 'read', permissions: [], signedIn: true, answer: roleOf },
];
