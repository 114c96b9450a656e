import type { Api, Comment } from './api.ts';
import { ApiFailure, type NotDone, notDone } from './api-failure.ts';
import { isNewerRun, parseMarker, type RunIdentity, renderMarker } from './marker.ts';

/** When a comment is created. One that is there is brought up to date by each of them but `never`. */
export type CommentWhen = 'always' | 'on-change' | 'on-breach' | 'never';

export interface CommentRequest {
  /** The pull request. */
  readonly number: number;
  readonly key: string;
  readonly run: RunIdentity;
  /** The whole text; the marker (`renderMarker`) is put before it unless it is there. */
  readonly body: string;
  readonly when: CommentWhen;
  readonly state: { readonly breached: boolean; readonly changed: boolean };
  /** Whose comments are ours. */
  readonly author: string;
}

export type CommentResult =
  /** `hint`: what to set so that the next run finds it, where the token writes under another name than `author`. */
  | { readonly kind: 'created'; readonly url: string; readonly hint: string | null }
  | { readonly kind: 'updated' | 'unchanged'; readonly url: string }
  /** A run after this one has reported already. */
  | { readonly kind: 'newer-there'; readonly url: string }
  | { readonly kind: 'skipped'; readonly reason: string }
  | NotDone;

const ROUNDS = 3;

/**
 * Writes the one comment of a pull request and `key`: found by marker and author over all pages, updated in place, never over that of a newer
 * run. What others have planted with our marker is left alone. No failure of GitHub's is thrown: the report is in the job summary too.
 */
export async function upsertComment(api: Api, request: CommentRequest): Promise<CommentResult> {
  if (request.when === 'never') return { kind: 'skipped', reason: 'comments are turned off' };
  const marker = renderMarker(request.key, request.run);
  const body = request.body.startsWith(`${marker}\n`) ? request.body : `${marker}\n${request.body}`;
  try {
    return await write(api, { ...request, body }, { round: 1, gone: [] });
  } catch (error) {
    return notDone(error);
  }
}

interface Progress {
  readonly round: number;
  /** Comments that an earlier round has found deleted: a list may show them a while longer. */
  readonly gone: readonly number[];
}

async function write(api: Api, request: CommentRequest, progress: Progress): Promise<CommentResult> {
  const own = ownComments(await api.comments(request.number), request).filter(({ id }) => !progress.gone.includes(id));
  const [oldest, ...duplicates] = own;
  if (oldest === undefined) return create(api, request, progress);
  const newer = own.find(({ run }) => isNewerRun(run, request.run));
  if (newer !== undefined) return { kind: 'newer-there', url: newer.url };
  const result = await update(api, request, progress, oldest);
  if (result.kind === 'updated' || result.kind === 'unchanged') await removeAll(api, duplicates);
  return result;
}

async function create(api: Api, request: CommentRequest, progress: Progress): Promise<CommentResult> {
  const reason = reasonToSkip(request);
  if (reason !== null) return { kind: 'skipped', reason };
  let created: Comment;
  try {
    created = await api.createComment(request.number, request.body);
  } catch (error) {
    // The answer may be lost and the comment there: look again before another is written.
    if (!isPassing(error) || progress.round >= ROUNDS) throw error;
    await api.pause(progress.round ** 2);
    return write(api, request, { ...progress, round: progress.round + 1 });
  }
  const hint =
    created.author === request.author
      ? null
      : `the comment was written by ${created.author ?? 'nobody'}, not ${request.author}: set \`comment-author\` to that name, or the next run will write another one`;
  return { kind: 'created', url: created.url, hint };
}

async function update(api: Api, request: CommentRequest, progress: Progress, { id, body, url }: Comment): Promise<CommentResult> {
  if (sameText(body, request.body)) return { kind: 'unchanged', url };
  try {
    return { kind: 'updated', url: (await api.updateComment(id, request.body)).url };
  } catch (error) {
    const deleted = error instanceof ApiFailure && error.kind === 'not-found';
    if (!(deleted || isPassing(error)) || progress.round >= ROUNDS) throw error;
    if (!deleted) await api.pause(progress.round ** 2);
    return write(api, request, { round: progress.round + 1, gone: deleted ? [...progress.gone, id] : progress.gone });
  }
}

/** Two runs at a time can each find no comment and write one. The next puts that right; if it cannot, it has still reported. */
async function removeAll(api: Api, comments: readonly Comment[]): Promise<void> {
  for (const { id } of comments) {
    try {
      await api.deleteComment(id);
    } catch (error) {
      notDone(error);
    }
  }
}

interface OwnComment extends Comment {
  readonly run: RunIdentity;
}

/** Those with our marker by our author, the oldest first. */
function ownComments(comments: readonly Comment[], { key, author }: CommentRequest): readonly OwnComment[] {
  return comments
    .flatMap((comment) => {
      const run = comment.author === author ? parseMarker(comment.body, key) : null;
      return run === null ? [] : [{ ...comment, run }];
    })
    .toSorted((a, b) => a.id - b.id);
}

function reasonToSkip({ when, state }: CommentRequest): string | null {
  switch (when) {
    case 'always':
      return null;
    case 'never':
      return 'comments are turned off';
    case 'on-breach':
      return state.breached ? null : 'nothing is breached and there is no comment to bring up to date';
    case 'on-change':
      return state.changed ? null : 'nothing changed and there is no comment to bring up to date';
  }
}

/** GitHub was busy or broke down, or two writes met. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiFailure && (error.kind === 'unavailable' || error.kind === 'conflict');
}

/** As GitHub stores it: a browser's edit leaves CRLF, and the end may be trimmed. */
function sameText(a: string, b: string): boolean {
  const normal = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
  return normal(a) === normal(b);
}
