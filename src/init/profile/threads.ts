import { steadyName } from '../../core/symbol-names.ts';
import { costGraph } from './graph.ts';
import type { IsProgram, Named } from './names.ts';
import type { Profile } from './profile.ts';
import { isLibrary, isStartFrame } from './start-frames.ts';

/** What executed less is no background work: valgrind itself answers in a thread that sleeps. */
export const WORTH = 100_000;

/** What one thread did in a window. */
export interface CountedThread {
  readonly profile: Profile;
  /** `worked-on`: after the request, until it was done; `goes-on`: still, when everything else had come to rest. */
  readonly after: 'rested' | 'worked-on' | 'goes-on';
}

/** A function of the program that stands for a thread: the one under which most of its work is. `null`: none has a name. */
export function entryOf(profile: Profile, isProgram: IsProgram): Named | null {
  const { nodes } = costGraph(profile, isProgram);
  const isEntry = nodes.map((node) => !isStartFrame(node) && !isLibrary(node) && !node.name.startsWith('__rustc::'));
  const under = new Set<number>();
  for (const [place, { calls }] of nodes.entries()) if (isEntry[place] === true) for (const callee of calls.keys()) under.add(callee);
  // What is called by others of the program is below them; in a circle all of them are.
  const entries = nodes.filter((_, place) => isEntry[place] === true && !under.has(place));
  const all = entries.length > 0 ? entries : nodes.filter((_, place) => isEntry[place] === true);
  const [first] = all.toSorted((a, b) => b.inclusive - a.inclusive);
  return first === undefined ? null : { crate: first.crate, name: first.name };
}

/** A thread that is told of in the report. */
export interface ToldThread {
  readonly under: Named | null;
  readonly instructions: number;
}

/** One run's figure, once it is known what goes on. */
export interface SettledRun {
  readonly profiles: readonly Profile[];
  readonly total: number;
  readonly leftOut: readonly ToldThread[];
  /** Counted whole. */
  readonly background: readonly ToldThread[];
}

interface Keyed {
  readonly thread: CountedThread;
  readonly under: Named | null;
  readonly key: string;
}

/**
 * The figures of all runs of a session, base's and head's: a thread that went on in one of them is left out of all in which it outlived the request, so that
 * like is held against like also where it was just done in one and not in another. `runs[side][run]` are its threads.
 */
export function settle(
  runs: readonly (readonly (readonly CountedThread[])[])[],
  isProgram: (profile: Profile, side: number) => IsProgram,
): readonly (readonly SettledRun[])[] {
  const keyed = runs.map((side, place) => side.map((threads) => threads.map((thread) => keyedOf(thread, place))));
  const most = new Map<string, number>();
  for (const threads of keyed.flat()) {
    const own = new Map<string, number>();
    for (const { thread, key } of threads) if (thread.after === 'goes-on') own.set(key, (own.get(key) ?? 0) + 1);
    for (const [key, count] of own) most.set(key, Math.max(most.get(key) ?? 0, count));
  }
  return keyed.map((side) => side.map((threads) => settled(threads, most)));

  function keyedOf(thread: CountedThread, side: number): Keyed {
    // A name is asked for where it may be told: most threads are at rest.
    const under = thread.after === 'rested' ? null : entryOf(thread.profile, isProgram(thread.profile, side));
    return { thread, under, key: under === null ? '' : `${under.crate}\0${steadyName(under.name)}` };
  }
}

function settled(threads: readonly Keyed[], most: ReadonlyMap<string, number>): SettledRun {
  const out = new Set<Keyed>();
  for (const [key, count] of most) {
    const outlived = threads.filter((one) => one.key === key && one.thread.after !== 'rested');
    const first = outlived.toSorted((a, b) => Number(b.thread.after === 'goes-on') - Number(a.thread.after === 'goes-on'));
    for (const one of first.slice(0, count)) out.add(one);
  }
  const kept = threads.filter((one) => !out.has(one));
  const profiles = kept.map(({ thread }) => thread.profile);
  const workedOn = kept.filter(({ thread }) => thread.after === 'worked-on');
  // Many that are short are as much work as one that is long.
  const work = new Map<string, number>();
  for (const { thread, key } of workedOn) work.set(key, (work.get(key) ?? 0) + thread.profile.total);
  return {
    profiles,
    total: profiles.reduce((sum, { total }) => sum + total, 0),
    leftOut: [...out].map(told),
    background: workedOn.filter(({ key }) => (work.get(key) ?? 0) >= WORTH).map(told),
  };
}

function told({ thread, under }: Keyed): ToldThread {
  return { under, instructions: thread.profile.total };
}
