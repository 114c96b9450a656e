import { setTimeout as sleep } from 'node:timers/promises';
import { type ThreadTime, threadTimes } from './thread-times.ts';

/**
 * A process is at rest when this many looks after each other, `between` milliseconds apart, find that no thread ran or waited for a processor.
 * Time spent on a processor alone is not enough: on a busy machine 412 of 800 looks at a spinning process found it unmoved, and runnable.
 */
const REST = { quiet: 2, between: 8 };
/** How much time of its own a process may take to come to rest, in milliseconds: what it waits for a processor is the machine's. */
const PATIENCE = {
  /** What goes on apart from everything else can be left out. */
  apart: 500,
  /** What cannot, since the same thread did init: a finite task is counted whole. */
  within: 1_000,
};
/** For a tenth of a second after valgrind was asked it stands still, and looks at rest. */
const PAUSE = 300;
/** Whatever the machine does meanwhile. */
const LONGEST = 10_000;
/** A thread goes on where one of this many last looks found it at work. */
const LATELY = 4;
/** A thread that worked after the request, by its id. */
export interface AtWork {
  readonly thread: number;
  /** Whether it still did when everything else had come to rest. */
  readonly goesOn: boolean;
  /** Its time on a processor since the request, in milliseconds. */
  readonly ran: number;
  /** The same of the time that was waited, as a share of one. */
  readonly share: number;
}

/** How a process came to rest, or did not. */
export interface Rest {
  readonly atWork: readonly AtWork[];
  /** Where it did not: what threads took of the time that have ended meanwhile, as a share of one. Each of them rests, and another goes on. */
  readonly brief: number;
}

/** Whether a thread works for itself alone, so that what it does can be told from what init did. Asked once, when waiting takes long. */
export type IsApart = (thread: number) => boolean;

/**
 * Waits until no thread runs any more, for `PATIENCE` at most, and answers which worked meanwhile. Ended right at the request, a thread on its way
 * to sleep is counted up to where it happens to be: two figures of one single-threaded Tokio function, 0.14 % apart, became one.
 * `tellApart` is called at the first look that does not find rest; what it takes is nobody's time.
 */
export async function comesToRest(pid: number, tellApart: () => Promise<IsApart>): Promise<Rest> {
  const worked = new Map<number, { ran: number; seen: number }>();
  const started = Date.now();
  let isApart: IsApart | null = null;
  let before = threadTimes(pid);
  let [quiet, spent, look, awake] = [0, 0, 0, 0];
  while (before.size > 0 && quiet < REST.quiet && Date.now() - started < LONGEST) {
    const goingOn = [...worked].filter(([, { seen }]) => look - seen < LATELY).map(([thread]) => thread);
    if (spent >= PATIENCE.within || (spent >= PATIENCE.apart && goingOn.every((thread) => thread !== pid && isApart?.(thread) === true)))
      break;
    const at = performance.now();
    await sleep(REST.between);
    const now = threadTimes(pid);
    look += 1;
    const moved = movedOf(before, now);
    for (const [thread, ran] of moved) worked.set(thread, { ran: (worked.get(thread)?.ran ?? 0) + ran, seen: look });
    quiet = moved.size === 0 && Date.now() >= awake ? quiet + 1 : 0;
    if (moved.size > 0) spent += ownTime(performance.now() - at, before, now);
    before = now;
    // A single thread did init.
    if (isApart === null && look > REST.quiet && quiet === 0 && now.size > 1) {
      isApart = await tellApart();
      before = threadTimes(pid);
      awake = Date.now() + PAUSE;
    }
  }
  const isResting = before.size === 0 || quiet >= REST.quiet;
  const shareOf = (ran: number): number => Math.min(1, ran / 1e6 / Math.max(spent, 1));
  const ended = [...worked].reduce((sum, [thread, { ran }]) => sum + (before.has(thread) ? 0 : ran), 0);
  const atWork = [...worked].map(([thread, { ran, seen }]) => ({
    thread,
    goesOn: !isResting && look - seen < LATELY && before.has(thread),
    ran: ran / 1e6,
    share: shareOf(ran),
  }));
  return { atWork, brief: isResting ? 0 : shareOf(ended) };
}

/** What each thread that ran, or that waits for a processor, has had of one since; new threads have moved. */
function movedOf(before: ReadonlyMap<number, ThreadTime>, now: ReadonlyMap<number, ThreadTime>): ReadonlyMap<number, number> {
  const moved = new Map<number, number>();
  for (const [thread, { ran, isRunnable }] of now) {
    const more = ran - (before.get(thread)?.ran ?? 0);
    if (more > 0 || isRunnable) moved.set(thread, more);
  }
  return moved;
}

/** Of the time between two looks what the process was not kept waiting for a processor. */
function ownTime(elapsed: number, before: ReadonlyMap<number, ThreadTime>, now: ReadonlyMap<number, ThreadTime>): number {
  const sum = (what: 'ran' | 'waited'): number =>
    [...now].reduce((all, [thread, time]) => all + time[what] - (before.get(thread)?.[what] ?? 0), 0);
  const isKept = [...now.values()].some(({ ran }) => ran > 0);
  // One that waits is told how long when it is over.
  if (isKept && sum('ran') === 0 && [...now.values()].some(({ isRunnable }) => isRunnable)) return 0;
  return Math.max(0, elapsed - sum('waited') / 1e6);
}
