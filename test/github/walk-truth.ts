import type { Run, Status } from '../doubles/records.ts';

/** What each head breaches against a base: `c` adds nothing anywhere, `d` nothing against main. */
export const GROWTH: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  a: { main: ['zip'], release: ['zip', 'binary'] },
  b: { main: ['zip', 'binary'], release: ['zip', 'binary'] },
  c: { main: [], release: [] },
  d: { main: [], release: ['zip'] },
};

/** An attempt as it really was, whatever GitHub tells of it. Times are in milliseconds; GitHub counts in seconds. */
export interface Measurement {
  readonly run: Run;
  readonly attempt: number;
  readonly pull: number;
  readonly head: string;
  readonly base: string;
  readonly begun: number;
  ended: number | null;
  cancelled: boolean;
  /** When a report on it stood in front of people: in the pair each time that its report ran. */
  readonly told: number[];
  /** All jobs of its run were started again, which takes its artifacts away. */
  dropped: boolean;
  /** In the pair: the run that reported on it. */
  report: Run | null;
}

export interface Giving {
  readonly at: number;
  readonly by: string;
}

/** All that is true when a run asks. */
export interface Truth {
  readonly pair: boolean;
  readonly now: number;
  readonly asking: Measurement;
  readonly all: readonly Measurement[];
  /** All givings of the label on this pull request; the last one stands. */
  readonly givings: readonly Giving[];
  /** When the pull request was opened: runs from before are of another one. */
  readonly opened: number;
  /** When the base branch was last changed, and each push with force. */
  readonly based: number;
  readonly forced: readonly number[];
  /** Of this head in this pull request's context, the newest first. */
  readonly statuses: readonly Status[];
}

const second = (time: number): number => Math.floor(time / 1_000);

function isKnown({ now, asking, opened }: Truth, { run }: Measurement): boolean {
  return Date.parse(run.createdAt) >= second(opened) * 1_000 && (run === asking.run || Date.parse(run.listedAt) <= now);
}

function covers(seen: Measurement, now: Measurement): boolean {
  return (GROWTH[now.head]?.[now.base] ?? []).every((metric) => GROWTH[seen.head]?.[seen.base]?.includes(metric));
}

function isOwn({ asking }: Truth, { pull, head }: Measurement): boolean {
  return pull === asking.pull && head === asking.head;
}

/**
 * Whether it may pass: somebody with write access set the label after a report of just this growth on this pull request, and neither head nor
 * base has been another since what was reported began, as far as GitHub's lists have it.
 */
export function mayPass(truth: Truth): boolean {
  const { all, asking, givings, based } = truth;
  const given = givings.at(-1);
  if (given?.by !== 'alice') return false;
  const others = all.filter((other) => other.head !== asking.head && isKnown(truth, other));
  return all.some(
    (seen) =>
      isOwn(truth, seen) &&
      covers(seen, asking) &&
      seen.begun > based &&
      seen.told.some((at) => at < given.at) &&
      others.every(({ begun }) => begun < seen.begun),
  );
}

/**
 * Whether it must: in whole seconds the label came after the report and after what moved head or base with force, and all that began at this
 * head since what was reported, and before the label, had said by then what it had to say, or was of another pull request.
 */
export function mustPass(truth: Truth): boolean {
  const { all, asking, givings, based, forced, pair, statuses } = truth;
  const given = givings.at(-1);
  if (given?.by !== 'alice') return false;
  const before = (time: number): boolean => second(time) < second(given.at);
  if (!before(based) || !forced.every(before)) return false;
  if (givings.some(({ at, by }) => by !== given.by && second(at) === second(given.at))) return false;
  const shown = statuses.find(({ createdAt }) => before(Date.parse(createdAt)));
  if (pair && (shown === undefined || shown.state === 'error')) return false;
  const seen = all
    .filter((one) => isOwn(truth, one) && isKnown(truth, one) && !one.dropped && covers(one, asking))
    .filter(({ begun, told }) => second(begun) > second(based) && told.some(before))
    .toSorted((a, b) => a.begun - b.begun)
    .at(-1);
  if (seen === undefined) return false;
  const isSettled = (one: Measurement): boolean => {
    if (one.pull !== asking.pull && one.told.length > 0 && !one.dropped) return true;
    return pair ? one.cancelled || one.told.some(before) : one.ended !== null && before(one.ended);
  };
  return all
    .filter((one) => one !== seen && second(one.begun) >= second(seen.begun))
    .every((one) => one.head === asking.head && (!before(one.begun) || isSettled(one)));
}
