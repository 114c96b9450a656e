import { isAfter } from './instant.ts';

/** The run that a report is of. */
export interface RunIdentity {
  /** Tells runs apart, and only roughly which came first: GitHub does not say that ids grow. Run numbers begin anew with each workflow file. */
  readonly id: number;
  /** When the run was made, ISO 8601 in whole seconds; `null`: not known, as in markers of before. */
  readonly at: string | null;
  readonly attempt: number;
  /** Where one attempt reports twice: 2 is the report after the cold-start job. */
  readonly report?: 1 | 2;
  readonly sha: string;
}

/**
 * The first line of a comment, by which it is found again: `<!-- coldgate:key=default run=501 at=2026-03-02T09:00:00Z attempt=1 sha=… -->`,
 * invisible to readers.
 * Of `key` only letters, digits, dot, underscore and single dashes stand for themselves, so it cannot end the comment.
 */
export function renderMarker(key: string, { id, at, attempt, report, sha }: RunIdentity): string {
  const made = at === null ? '' : ` at=${at}`;
  return `<!-- coldgate:key=${escapeKey(key)} run=${id}${made} attempt=${attempt}${report === 2 ? ' report=2' : ''} sha=${sha} -->`;
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/.source;
const MARKER = new RegExp(
  `^<!-- coldgate:key=(\\S*)(?: run=(\\d{1,15}))?(?: at=(${TIME}))?(?: attempt=(\\d{1,9}))?( report=2)?(?: sha=([0-9a-f]{40,64}))? -->$`,
);

/** The run that a comment of this key is of; `null` where its first line is not this key's marker. A missing number is 0: older than any run. */
export function parseMarker(body: string, key: string): RunIdentity | null {
  const [, found, id, at, attempt, second, sha] = MARKER.exec(body.split(/\r?\n/, 1)[0]?.trimEnd() ?? '') ?? [];
  if (found !== escapeKey(key)) return null;
  const run = { id: Number(id ?? 0), at: at ?? null, attempt: Number(attempt ?? 0), sha: sha ?? '' };
  return second === undefined ? run : { ...run, report: 2 };
}

/**
 * Whether `a` is to be said after `b`. Starting a run again keeps its id and its time: an old run's second attempt stays older than the run after
 * it. Of two runs that were made in one second neither is newer; where a time is missing the ids decide. Of one attempt's two reports the one
 * with the cold starts is the later, whenever it comes.
 */
export function isNewerRun(a: Order, b: Order): boolean {
  if (a.id !== b.id) return a.at && b.at ? isAfter(a.at, b.at) : a.id > b.id;
  return a.attempt === b.attempt ? (a.report ?? 1) > (b.report ?? 1) : a.attempt > b.attempt;
}

/** Where a report stands among those on one pull request. */
export type Order = Omit<RunIdentity, 'sha' | 'at'> & Partial<Pick<RunIdentity, 'at'>>;

function escapeKey(key: string): string {
  return key.replace(/[^A-Za-z0-9._-]|-(?=-)/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
