import { constants } from 'node:os';
import { messageOf, ToolError } from '../core/failures.ts';
import { type Millis, millis } from '../core/units.ts';
import { lastPart, takeParts, vgdbPrefix } from './callgrind-files.ts';
import { GdbServer, type ScheduledThread } from './gdbserver.ts';
import { listens } from './listening.ts';
import { mergeProfiles } from './profile/merged.ts';
import { type Segment, segmentsOf } from './profile/parts.ts';
import { type CountedThread, WORTH } from './profile/threads.ts';
import { type AtWork, comesToRest, type Rest } from './rest.ts';
import { isDeaf } from './signals.ts';
import type { Running } from './start.ts';

/** How long writing the profile may take once the process has been told to end. */
const WRITE_TIMEOUT: Millis = millis(30_000);
/**
 * Ends a process that is held in `/next`. Not TERM: Tokio functions handle that one, and what the handler runs would be counted;
 * nobody handles a virtual timer's alarm, and its default is to end without a core file.
 */
const END_SIGNAL = 'SIGVTALRM';
/** What worked less than this after the request, in milliseconds under valgrind, was on its way to sleep. */
const ON_ITS_WAY = 5;
/** What works for less of the time than this leaves a figure that repeats or does not: the runs say so. */
const SHARE = 0.25;
/** Threads that work for everybody: what one of them goes on with cannot be told from the init that it did before. */
const POOL = /\b(?:tokio::runtime|rayon_core|async_executor|async_global_executor|threadpool|futures_executor)::/;

/** What one window counted, by thread; or why that is no figure. */
export type CountedWindow =
  /** `listens`: for connections, so that two of it may be in each other's way. */
  | { readonly kind: 'threads'; readonly threads: readonly CountedThread[]; readonly listens: boolean }
  /** A thread that did init too never rests, or threads that start one another (`relay`); by the functions it is in, the innermost first. */
  | { readonly kind: 'restless'; readonly who: 'first' | 'pool' | 'relay'; readonly stack: readonly string[] }
  /** Something goes on and cannot be told apart, or nothing was counted: a whole reason. */
  | { readonly kind: 'untold'; readonly reason: string };

type Told = Omit<Extract<CountedWindow, { readonly kind: 'threads' }>, 'listens'> | Exclude<CountedWindow, { readonly kind: 'threads' }>;

/** `isLate`: it began after the request, so that all it did is background work. */
type TimedSegment = Segment & { readonly isLate: boolean };

interface CounterOptions {
  /** Where callgrind writes (`filesArguments`). */
  readonly folder: string;
  /** valgrind's absolute path. */
  readonly valgrind: string;
}

/** A function under callgrind whose windows (init, then the first response) are counted one after the other. */
export class Counter {
  readonly #running: Running;
  readonly #folder: string;
  readonly #server: GdbServer;
  #isFirst = true;
  /** callgrind's numbers of the threads that went on when the window before ended: in this one they are no part of it either. */
  #leftOut: ReadonlySet<number> = new Set();

  constructor(running: Running, { folder, valgrind }: CounterOptions) {
    this.#running = running;
    this.#folder = folder;
    this.#server = new GdbServer(running.pid, { valgrind, prefix: vgdbPrefix(folder) });
  }

  /** Waits for rest, and answers what was done since the window before, or since the start. The function stays where it is. Throws ToolErrors. */
  next(): Promise<CountedWindow> {
    return this.#window(() => this.#server.dump());
  }

  /** The same of the last window: the function is ended. */
  last(): Promise<CountedWindow> {
    return this.#window(() => this.#end());
  }

  async #window(write: () => Promise<void>): Promise<CountedWindow> {
    const asked = lastPart(this.#folder, this.#running.pid);
    const known = new Map<number, ScheduledThread>();
    let unasked: string | null = null;
    const ask = async (): Promise<void> => {
      try {
        for (const one of await this.#server.threads()) known.set(one.thread, one);
      } catch (error) {
        unasked = messageOf(error);
      }
    };
    const rest = await comesToRest(this.#running.pid, async () => {
      await ask();
      return (thread) => isApart(known.get(thread));
    });
    if (rest.atWork.some(({ goesOn, thread }) => goesOn && !known.has(thread))) await ask();
    const isListening = listens(this.#running.pid);
    await write();
    const segments = segmentsOf(await takeParts(this.#folder, this.#running.pid)).map((segment) => ({
      ...segment,
      isLate: segment.began !== null && segment.began > asked,
    }));
    const window = this.#told(segments, rest, known, unasked);
    this.#isFirst = false;
    return window.kind === 'threads' ? { ...window, listens: isListening } : window;
  }

  #told(
    segments: readonly TimedSegment[],
    { atWork, brief }: Rest,
    known: ReadonlyMap<number, ScheduledThread>,
    unasked: string | null,
  ): Told {
    // What goes on is no thread: each one of them ends, as many of them as there was time for.
    if (brief >= SHARE) return { kind: 'restless', who: 'relay', stack: [...known.values()].at(-1)?.stack ?? [] };
    const after = new Map<number, AtWork>();
    for (const work of atWork) {
      const scheduled = known.get(work.thread);
      if (scheduled !== undefined) after.set(scheduled.slot, work);
      if (!work.goesOn || work.share < SHARE) continue;
      if (scheduled === undefined) return untold(unasked ?? 'valgrind does not name it');
      if (!isApart(scheduled))
        return { kind: 'restless', who: work.thread === this.#running.pid ? 'first' : 'pool', stack: scheduled.stack };
    }
    const threads = segments.map((segment): CountedThread & { readonly segment: TimedSegment } => {
      const profile = mergeProfiles(segment.profiles);
      const wentOn = segment.began === null && this.#leftOut.has(segment.slot);
      const work = segment.isLast ? after.get(segment.slot) : undefined;
      return { segment, profile, after: wentOn ? 'goes-on' : afterwards(work, known, segment.isLate) };
    });
    const goesOn = threads.filter((one) => one.after === 'goes-on');
    // Without names callgrind does not see where a thread begins: under this number there may have been another.
    const isMixed = this.#isFirst && goesOn.some(({ segment }) => segment.began === null);
    this.#leftOut = new Set(goesOn.map(({ segment }) => segment.slot));
    if (isMixed) return untold('the binary has no names to tell where threads begin');
    const ended = this.#endedUnasked(threads, atWork, known);
    return {
      kind: 'threads',
      threads: threads.map(({ segment: _, ...thread }, place) => (place === ended ? { ...thread, after: 'worked-on' } : thread)),
    };
  }

  /** The thread that worked on and had ended before valgrind was asked for its number, where it can be but one. */
  #endedUnasked(
    threads: readonly (CountedThread & { readonly segment: TimedSegment })[],
    atWork: readonly AtWork[],
    known: ReadonlyMap<number, ScheduledThread>,
  ): number | null {
    const isEnded = ({ thread, goesOn, ran }: AtWork): boolean =>
      !goesOn && ran >= ON_ITS_WAY && !known.has(thread) && thread !== this.#running.pid;
    const alive = new Set([...known.values()].map(({ slot }) => slot));
    const places = threads.flatMap(({ after, segment, profile }, place) =>
      (after === 'rested' || segment.isLate) &&
      segment.began !== null &&
      profile.total >= WORTH &&
      !(segment.isLast && alive.has(segment.slot))
        ? [place]
        : [],
    );
    return atWork.filter(isEnded).length === 1 && places.length === 1 ? (places[0] ?? null) : null;
  }

  async #end(): Promise<void> {
    // One that blocks or ignores the signal is asked for its profile where it stands, and killed with its group.
    if (isDeaf(this.#running.pid, constants.signals[END_SIGNAL])) return this.#server.dump();
    try {
      process.kill(this.#running.pid, END_SIGNAL);
    } catch {
      // It ended by itself, and wrote its profile then.
    }
    if (!(await settles(this.#running.ended, WRITE_TIMEOUT)))
      throw new ToolError(`callgrind wrote no profile within ${WRITE_TIMEOUT} ms: the function handles ${END_SIGNAL}`);
  }
}

function untold(why: string): Told {
  return { kind: 'untold', reason: `not repeatable here: a thread goes on after the request, and cannot be told apart: ${why}` };
}

function isApart(scheduled: ScheduledThread | undefined): boolean {
  return scheduled !== undefined && scheduled.slot !== 1 && !scheduled.stack.some((name) => POOL.test(name));
}

function afterwards(work: AtWork | undefined, known: ReadonlyMap<number, ScheduledThread>, isLate: boolean): CountedThread['after'] {
  if (work?.goesOn === true) return isApart(known.get(work.thread)) ? 'goes-on' : 'rested';
  if (isLate) return 'worked-on';
  if (work === undefined) return 'rested';
  return work.ran >= ON_ITS_WAY && known.get(work.thread)?.slot !== 1 ? 'worked-on' : 'rested';
}

async function settles(promise: Promise<unknown>, timeout: Millis): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeout);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
