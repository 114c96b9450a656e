import { normalizeCrate } from '../crates.ts';
import type { Root } from '../did.ts';
import { binaryOf } from '../function-names.ts';
import type { FunctionComparison, TwoVersions } from '../model/comparison.ts';
import type { Pair, Row } from '../rows.ts';
import type { FunctionMeasurement, Snapshot } from '../snapshot/snapshot.ts';
import type { LinkedChange } from './cause.ts';
import type { LinkedSides } from './dependencies.ts';
import { type Linked, linkedBy } from './linked.ts';
import { manifestChanges } from './manifest-changes.ts';
import { reasonAt } from './metrics.ts';
import { type MovedPackage, movesBetween } from './moves.ts';
import { rootsOf } from './roots.ts';
import type { RootSide } from './settings.ts';
import { doubledStacks, twoVersions } from './two-versions.ts';

/** What is linked into the functions of two snapshots, and what a person did between them. */
export interface Brought {
  readonly sidesOf: (pair: Pair<FunctionMeasurement>) => LinkedSides;
  /** Of a function that both sides have. */
  /** The packages that are linked into it in more versions than at base, where there is one. `crates`: its code. */
  readonly newTwice: (pair: Pair<FunctionMeasurement>, crates: readonly Row[]) => readonly TwoVersions[];
  /** HTTP and TLS stacks in several versions that this change did not bring. */
  readonly oldTwice: Brought['newTwice'];
  readonly changeOf: (
    pair: Pair<FunctionMeasurement>,
  ) => Pick<FunctionComparison, 'roots' | 'notLinked'> & { readonly change: LinkedChange | null };
}

/** What all functions share, lock files, units and manifests, is looked through once. */
export function broughtBetween(base: Snapshot | null, after: Snapshot): Brought {
  const [before, hasNone] = base === null ? [{ ...after, functions: [] }, true] : [base, false];
  const [linkedBefore, linkedAfter] = [linkedBy(before), linkedBy(after)];
  const changesOf = manifestChanges(before.manifests, after.manifests);
  const newAsking = newDependents(before, after);
  const sidesOf = ({ base, head }: Pair<FunctionMeasurement>): LinkedSides => ({
    base: base === null ? undefined : linkedBefore(base),
    head: head === null ? undefined : linkedAfter(head),
  });
  const changeOf: Brought['changeOf'] = (pair) => {
    const { base, head } = sidesOf(pair);
    const binary = pair.head === null ? '' : binaryOf(pair.head);
    if (base == null || head == null) {
      const notLinked = reasonAt(pair, ({ shipped }) => (shipped.kind === 'unknown' ? shipped.reason : null));
      return { roots: ownRoots(binary, [before, after]), notLinked: notLinked ?? 'there is no Cargo.lock', change: null };
    }
    const sides = { base: sideOf(before, base), head: sideOf(after, head) };
    const moved = movesBetween(base, head);
    const roots = rootsOf(sides, moved, binary, changesOf).map((root) => withAsking(root, moved, newAsking));
    return { roots, notLinked: null, change: { moved, head } };
  };
  let everywhere: readonly Linked[] | null = null;
  const newTwice: Brought['newTwice'] = (pair, crates) => {
    const { base: from, head } = sidesOf(pair);
    if (head == null || from === null || hasNone) return [];
    // A new function has what the others have.
    everywhere ??= before.functions.flatMap((fn) => linkedBefore(fn) ?? []);
    return twoVersions(head, from === undefined ? everywhere : [from], crates);
  };
  const oldTwice: Brought['newTwice'] = (pair, crates) => {
    const { head } = sidesOf(pair);
    return head == null ? [] : doubledStacks(head, crates, newTwice(pair, crates));
  };
  return { sidesOf, newTwice, oldTwice, changeOf };
}

function sideOf({ manifests, invocation }: Snapshot, linked: RootSide['linked']): RootSide {
  return { linked, manifests, rustc: invocation.rustc, profile: invocation.profile };
}

/** Where nobody knows what is linked: the project's own code can be told apart all the same, by the lock files. */
function ownRoots(binary: string, snapshots: readonly Snapshot[]): readonly Root[] {
  const own = normalizeCrate(binary);
  const named = snapshots.flatMap(({ lockfile }) =>
    (lockfile?.packages ?? []).flatMap(({ name, source }) => (source === null ? [normalizeCrate(name)] : [])),
  );
  const others = [...new Set(named)].filter((name) => name !== own);
  return [
    { did: { kind: 'own', of: 'function' }, moves: [], crates: [own], uses: [], common: [], packages: 0 },
    { did: { kind: 'own', of: 'project' }, moves: [], crates: others, uses: [], common: [], packages: 0 },
  ];
}

/** Features that no line and nothing of the function's own switched on: cargo joins what all packages of a build ask for, so one that is new did. */
function withAsking(root: Root, moved: readonly MovedPackage[], newAsking: (name: string) => readonly string[]): Root {
  const { did } = root;
  if (did.kind !== 'features' || did.place !== null) return root;
  const isAlone = moved.every(({ head, move }) => move.name !== did.name || head?.source !== null);
  return { ...root, did: { ...did, by: isAlone ? newAsking(did.name) : [] } };
}

/** Who depends on a package at head, in whatever function, and did not at base: the first few names. */
function newDependents(before: Snapshot, after: Snapshot): (name: string) => readonly string[] {
  let known: Pair<ReadonlyMap<string, ReadonlySet<string>>> | null = null;
  return (name) => {
    known ??= { base: dependentsIn(before), head: dependentsIn(after) };
    const earlier = known.base?.get(name);
    return [...(known.head?.get(name) ?? [])].filter((one) => earlier?.has(one) !== true).slice(0, 3);
  };
}

function dependentsIn({ units, lockfile }: Snapshot): ReadonlyMap<string, ReadonlySet<string>> {
  const nameAt = (place: number): string | null => lockfile?.packages[place]?.name ?? null;
  const found = new Map<string, Set<string>>();
  for (const unit of units) {
    const owner = nameAt(unit.package);
    for (const to of owner === null ? [] : unit.dependencies) {
      const name = nameAt(to);
      if (name === null || owner === null) continue;
      const names = found.get(name);
      if (names === undefined) found.set(name, new Set([owner]));
      else names.add(owner);
    }
  }
  return found;
}
