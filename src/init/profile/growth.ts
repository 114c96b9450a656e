import type { Growth } from '../../core/snapshot/counted.ts';
import { shortened } from '../../core/text.ts';
import { Flow } from './flow.ts';
import type { CostGraph } from './graph.ts';
import { type Both, deltaOf, type JoinedNode, joinGraphs } from './joined.ts';
import type { Named } from './names.ts';
import { isLibrary, isStartFrame, mainsFrameOf } from './start-frames.ts';

/** A function explains a growth of which at least this much happens in it or below. */
const MOST = 0.8;
const MOST_FUNCTIONS = 30;
const MOST_STARTERS = 10;
const LONGEST = 1_000;
/** What makes a thread. */
const MAKES_THREAD = /^(?:__)?pthread_create\b/;

/** A function in which most of a growth happens, with all that it calls. */
interface Grown {
  readonly node: Named;
  /** How much of the growth; more than all of it where something else shrank. */
  readonly grown: number;
}

/**
 * Who did it: what explains the growth from base to head and has a name that tells something. Where only std's frame round `main` does, the
 * optimiser left `main` there; functions of libraries stand for those that nothing of the program calls.
 */
export function growthOf(sides: { readonly base: CostGraph; readonly head: CostGraph }): Growth {
  const nodes = joinGraphs(sides);
  const all = explaining(nodes);
  const named = all.filter(({ node }) => !isStartFrame(node));
  const own = named.filter(({ node }) => !isLibrary(node));
  const isMainsFrame = mainsFrameOf(nodes);
  const main = all.some(({ node }) => node.name === MAIN.name) ? all.find(({ node }) => isMainsFrame(node) && !isLibrary(node)) : undefined;
  const others = main === undefined ? named.filter(({ node }) => !isLoader(node)) : [{ ...main, node: MAIN }];
  const functions = own.length > 0 ? own : others;
  return {
    functions: functions.slice(0, MOST_FUNCTIONS).map(({ node, grown }) => ({ ...told(node), grown })),
    starters: all.some(({ node }) => isThreadStart(node)) ? startersOf(nodes).slice(0, MOST_STARTERS).map(told) : [],
  };
}

const MAIN: Named = { crate: '[Unknown]', name: 'main' };

function told({ crate, name }: Named): Named {
  return { crate, name: shortened(name, LONGEST) };
}

/** Where a thread begins that is not the first: what it does hangs on no caller. */
function isThreadStart({ name }: Named): boolean {
  return /^(?:start_thread|start_c11|start)$|thread_start/.test(name);
}

/** What it does is what it is given to load. */
function isLoader({ crate }: Named): boolean {
  return /^ld[-.]/.test(crate);
}

/**
 * The functions that explain a growth from base to head, the lowest first: each happens to contain most of it, and calls those before it. Empty where
 * nothing grew or no function holds most of it.
 *
 * Growth is what functions themselves do more, and flows to their callers in proportion to what each calls more: work that only moved from one
 * caller to another is no growth of either, and instances of one function are one. What calls each other (recursion) grows as one; of it those
 * are answered that hold most themselves, else those that it is entered by.
 */
function explaining(nodes: readonly JoinedNode[]): readonly Grown[] {
  const growth = nodes.reduce((sum, { self }) => sum + deltaOf(self), 0);
  if (growth <= 0) return [];
  const flow = new Flow(nodes);
  const isMost = (grown: number): boolean => grown >= MOST * growth;
  const holding = [...flow.grown.keys()].filter((component) => isMost(flow.grown[component] ?? 0));
  const lowest = flow.lowestOf(holding);
  if (lowest === null) return [];
  const above = flow.callersOf(lowest);
  return holding
    .filter((component) => component === lowest || above.has(component))
    .flatMap((component) => flow.told(component, isMost))
    .flatMap((place) => {
      const node = nodes[place];
      return node === undefined ? [] : [{ node, grown: Math.round(flow.grown[flow.componentOf[place] ?? -1] ?? 0) }];
    });
}

/** The functions of the program that start threads, those nearest to the thread first; of those that start more than before, where there are such. */
function startersOf(nodes: readonly JoinedNode[]): readonly JoinedNode[] {
  const more = starting(nodes, ({ base, head }) => head > base);
  return more.length > 0 ? more : starting(nodes, ({ head }) => head > 0);
}

function starting(nodes: readonly JoinedNode[], isWanted: (count: Both) => boolean): readonly JoinedNode[] {
  const callers = nodes.map((): number[] => []);
  for (const [place, { calls }] of nodes.entries())
    for (const [callee, { count }] of calls) if (isWanted(count)) callers[callee]?.push(place);
  const open = [...nodes.keys()].filter((place) => MAKES_THREAD.test(nodes[place]?.name ?? ''));
  const found = new Set(open);
  // A set goes on over what is added to it: breadth first.
  for (const place of found) for (const caller of callers[place] ?? []) found.add(caller);
  return [...found].flatMap((place) => {
    const node = nodes[place];
    return node === undefined || isLibrary(node) || isStartFrame(node) || MAKES_THREAD.test(node.name) ? [] : [node];
  });
}
