import type { Api, NewStatus, StatusState } from './api.ts';
import { type NotDone, notDone } from './api-failure.ts';

/** Where a pull request goes; its event may not tell the default branch. */
export interface Into {
  readonly baseRef: string;
  readonly defaultBranch: string | null;
}

export type StatusResult = { readonly kind: 'set'; readonly context: string } | NotDone;

/** GitHub refuses a longer one. */
const MAX_DESCRIPTION = 140;
/** The key of those who set none. */
const DEFAULT_KEY = 'default';

/** What a status is of: `cold-start` of cold starts alone where a report does not wait for them, `main` of all else. */
export type StatusPart = 'main' | 'cold-start';

/**
 * The name under which a branch protection can require it: `coldgate`, and `coldgate (key)` of any key but `default`. One commit can be the head
 * of several pull requests, so that of one into another branch than the default one names it: `coldgate: release`. `into` is `null` where it is not known.
 * Cold starts have one of their own: `coldgate (cold-start)`, `coldgate (key, cold-start)`.
 */
export function statusContext(key: string, into: Into | null, part: StatusPart = 'main'): string {
  const words = [...(key === DEFAULT_KEY || key === '' ? [] : [key]), ...(part === 'main' ? [] : [part])];
  const name = words.length === 0 ? 'coldgate' : `coldgate (${words.join(', ')})`;
  return into === null || into.baseRef === into.defaultBranch ? name : `${name}: ${into.baseRef}`;
}

/**
 * Sets the commit status on the pull request's head, so that the gate is seen on a fork's too. `description` is cut to GitHub's 140
 * characters, `url` is the run. No failure of GitHub's is thrown.
 */
export async function setStatus(
  api: Api,
  status: {
    readonly sha: string;
    readonly context: string;
    readonly state: StatusState;
    readonly description: string;
    readonly url: string | null;
  },
): Promise<StatusResult> {
  const { sha, context, state, url } = status;
  const written: NewStatus = { sha, state, url, context, description: cut(status.description) };
  try {
    await api.createStatus(written);
    return { kind: 'set', context: written.context };
  } catch (error) {
    return notDone(error);
  }
}

function cut(text: string): string {
  if (text.length <= MAX_DESCRIPTION) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length >= MAX_DESCRIPTION) break;
    kept += character;
  }
  return `${kept}…`;
}
