/** The run that a report is of. */
export interface RunIdentity {
  /** GitHub's run ids grow over a repository's life; run numbers begin anew with each workflow file. */
  readonly id: number;
  readonly attempt: number;
  readonly sha: string;
}

/**
 * The first line of a comment, by which it is found again: `<!-- coldgate:key=default run=501 attempt=1 sha=… -->`, invisible to readers.
 * Of `key` only letters, digits, dot, underscore and single dashes stand for themselves, so it cannot end the comment.
 */
export function renderMarker(key: string, { id, attempt, sha }: RunIdentity): string {
  return `<!-- coldgate:key=${escapeKey(key)} run=${id} attempt=${attempt} sha=${sha} -->`;
}

const MARKER = /^<!-- coldgate:key=(\S*)(?: run=(\d{1,15}))?(?: attempt=(\d{1,9}))?(?: sha=([0-9a-f]{40,64}))? -->$/;

/** The run that a comment of this key is of; `null` where its first line is not this key's marker. A missing number is 0: older than any run. */
export function parseMarker(body: string, key: string): RunIdentity | null {
  const [, found, id, attempt, sha] = MARKER.exec(body.split(/\r?\n/, 1)[0]?.trimEnd() ?? '') ?? [];
  return found === escapeKey(key) ? { id: Number(id ?? 0), attempt: Number(attempt ?? 0), sha: sha ?? '' } : null;
}

/** Whether `a` was started after `b`. Starting a run again keeps its id: an old run's second attempt stays older than the run after it. */
export function isNewerRun(a: RunIdentity, b: RunIdentity): boolean {
  return a.id === b.id ? a.attempt > b.attempt : a.id > b.id;
}

function escapeKey(key: string): string {
  return key.replace(/[^A-Za-z0-9._-]|-(?=-)/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
