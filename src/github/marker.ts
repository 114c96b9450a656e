/** The run that a report is of. */
export interface RunIdentity {
  /** GitHub's run ids grow over a repository's life; run numbers begin anew with each workflow file. */
  readonly id: number;
  readonly attempt: number;
  /** Where one attempt reports twice: 2 is the report after the cold-start job. */
  readonly report?: 1 | 2;
  readonly sha: string;
}

/**
 * The first line of a comment, by which it is found again: `<!-- coldgate:key=default run=501 attempt=1 sha=… -->`, invisible to readers.
 * Of `key` only letters, digits, dot, underscore and single dashes stand for themselves, so it cannot end the comment.
 */
export function renderMarker(key: string, { id, attempt, report, sha }: RunIdentity): string {
  return `<!-- coldgate:key=${escapeKey(key)} run=${id} attempt=${attempt}${report === 2 ? ' report=2' : ''} sha=${sha} -->`;
}

const MARKER = /^<!-- coldgate:key=(\S*)(?: run=(\d{1,15}))?(?: attempt=(\d{1,9}))?( report=2)?(?: sha=([0-9a-f]{40,64}))? -->$/;

/** The run that a comment of this key is of; `null` where its first line is not this key's marker. A missing number is 0: older than any run. */
export function parseMarker(body: string, key: string): RunIdentity | null {
  const [, found, id, attempt, second, sha] = MARKER.exec(body.split(/\r?\n/, 1)[0]?.trimEnd() ?? '') ?? [];
  if (found !== escapeKey(key)) return null;
  const run = { id: Number(id ?? 0), attempt: Number(attempt ?? 0), sha: sha ?? '' };
  return second === undefined ? run : { ...run, report: 2 };
}

/**
 * Whether `a` is to be said after `b`. Starting a run again keeps its id: an old run's second attempt stays older than the run after it. Of one
 * attempt's two reports the one with the cold starts is the later, whenever it comes.
 */
export function isNewerRun(a: Order, b: Order): boolean {
  if (a.id !== b.id) return a.id > b.id;
  return a.attempt === b.attempt ? (a.report ?? 1) > (b.report ?? 1) : a.attempt > b.attempt;
}

/** Where a report stands among those on one pull request. */
export type Order = Omit<RunIdentity, 'sha'>;

function escapeKey(key: string): string {
  return key.replace(/[^A-Za-z0-9._-]|-(?=-)/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
