import { NO_SYMBOL } from '../../core/crates.ts';
import { type FlameNode, PROCESS_START } from '../../core/flame.ts';
import { compareText } from '../../core/pair.ts';
import { ENTRIES, isConstructor, isStdStart, isUserMain, SHORT_BACKTRACE } from './phases.ts';
import { isLibrary } from './start-frames.ts';

interface Cost {
  readonly base: number;
  readonly head: number;
}

/** What is left of a tree without the subtrees that were taken out of it. */
interface Cut {
  readonly whole: FlameNode;
  readonly left: FlameNode;
  readonly taken: readonly FlameNode[];
}

/**
 * Gathers what every process does before the user's `main` (the dynamic loader, libc's and std's start) in one node beside it, so that the tree
 * begins with what the team wrote: `all` → `process start`, `health::main`, threads. Costs stay what they are, and add up as before. Where no
 * `main` is found by name, only the loader is gathered: what `_start` calls then holds the user's code as well.
 */
export function foldProcessStart(tree: FlameNode): FlameNode {
  const cuts = tree.children.filter((root) => isLoader(root) || isEntry(root)).map(cutMain);
  const folding = cuts.filter(({ whole, taken }) => taken.length > 0 || !holdsEntry(whole));
  const folded = folding.map(({ left }) => left).filter(costsAnything);
  if (folded.length === 0) return tree;
  const mains = folding.flatMap(({ taken }) => taken);
  const others = tree.children.filter((root) => !folding.some(({ whole }) => whole === root));
  const start: FlameNode = { name: PROCESS_START, crate: '', ...sumOf(folded), children: folded.toSorted(largestFirst) };
  return { ...tree, children: [start, ...mains, ...others].toSorted(largestFirst) };
}

function isLoader({ name, crate }: FlameNode): boolean {
  return /^ld-/.test(crate) || /^_dl_/.test(name);
}

function isEntry({ name }: FlameNode): boolean {
  return ENTRIES.has(name) || /^__libc_start_(?:main|call_main)/.test(name);
}

/** Where the kernel starts the loader, that calls the program's `_start`: its own has no name. */
function holdsEntry(node: FlameNode): boolean {
  return isEntry(node) || node.children.some(holdsEntry);
}

/** Takes out the user's `main`; where the optimiser left none, std's frame around it; in a program without std, C's. */
function cutMain(entry: FlameNode): Cut {
  const ways: readonly ((caller: string, callee: string) => boolean)[] = [
    (caller, callee) => isStdStart(caller) && isUserMain(callee),
    (caller, callee) => isStdStart(caller) && SHORT_BACKTRACE.test(callee),
    (_, callee) => callee === 'main',
  ];
  for (const isMain of ways) {
    const found = cut(entry, (caller, callee) => isMain(caller.name, callee.name));
    if (found.taken.length > 0) return withConstructors(found);
  }
  return { whole: entry, left: entry, taken: [] };
}

/** What the program has run before its `main` stands beside it. */
function withConstructors({ whole, left, taken }: Cut): Cut {
  const more = cut(left, (caller, callee) => isConstructor(caller.name, callee.name) && !isLibrary(callee) && callee.name !== NO_SYMBOL);
  return { whole, left: more.left, taken: [...taken, ...more.taken] };
}

function cut(node: FlameNode, isMain: (caller: FlameNode, callee: FlameNode) => boolean): Cut {
  const taken = node.children.filter((child) => isMain(node, child));
  const below = node.children.filter((child) => !taken.includes(child)).map((child) => cut(child, isMain));
  const all = [...taken, ...below.flatMap((one) => one.taken)];
  const gone = sumOf(all);
  const children = below
    .map(({ left }) => left)
    .filter(costsAnything)
    .toSorted(largestFirst);
  return { whole: node, left: { ...node, base: node.base - gone.base, head: node.head - gone.head, children }, taken: all };
}

function sumOf(nodes: readonly Cost[]): Cost {
  return nodes.reduce<Cost>((sum, { base, head }) => ({ base: sum.base + base, head: sum.head + head }), { base: 0, head: 0 });
}

function costsAnything({ base, head }: Cost): boolean {
  return base > 0 || head > 0;
}

function largestFirst(a: FlameNode, b: FlameNode): number {
  return b.head - a.head || b.base - a.base || compareText(`${a.crate}\0${a.name}`, `${b.crate}\0${b.name}`);
}
