import { crateOf } from '../crates.ts';
import type { Root } from '../did.ts';
import type { FunctionComparison } from '../model/comparison.ts';

/** One root, or those that a crate is common to. */
export type RootGroup = readonly [Root, ...Root[]];

/** What of a part says whose it is. */
interface Owned {
  readonly kind: string;
  readonly name: string;
  readonly crates: readonly string[];
}

/** Whose a part's change is: of its crate, or of all that share it. Symbols and debug information are the profile's. */
export function groupsBy(fn: Pick<FunctionComparison, 'roots'>): (part: Owned) => RootGroup | null {
  const byCrate = groupsByCrate(fn);
  const strip = fn.roots.find(({ did }) => did.kind === 'profile' && did.settings.some(({ key }) => /\.(strip|debug)$/.test(key)));
  const alone = [...byCrate.values()].find(([root, ...others]) => root === strip && others.length === 0);
  const strips: RootGroup | null = alone ?? (strip === undefined ? null : [strip]);
  return ({ kind, name, crates }) => {
    if (kind === 'part' && /^\.(symtab|strtab|debug|zdebug)/.test(name)) return strips;
    const groups = crates.map((crate) => byCrate.get(crateOf(crate)) ?? null);
    // What a crate in common shares with one of those that have it is theirs in common, too.
    const widest = groups.reduce((most, group) => ((group?.length ?? 0) > (most?.length ?? 0) ? group : most), groups[0] ?? null);
    return groups.every((group) => group?.every((root) => widest?.includes(root)) === true) ? widest : null;
  };
}

/** The same group is the same array. */
function groupsByCrate(fn: Pick<FunctionComparison, 'roots'>): ReadonlyMap<string, RootGroup> {
  const known = new Map<string, RootGroup>();
  const found = new Map<string, RootGroup>();
  const places = new Map(fn.roots.map((root, place) => [root, place]));
  for (const [crate, [first, ...others]] of rootsByCrate(fn)) {
    if (first === undefined) continue;
    const key = [first, ...others].map((root) => places.get(root)).join();
    const group: RootGroup = known.get(key) ?? [first, ...others];
    known.set(key, group);
    found.set(crate, group);
  }
  return found;
}

/** The roots that a crate's change is part of, by the crate's name as code is called: one, or those that have it in common. */
export function rootsByCrate({ roots }: Pick<FunctionComparison, 'roots'>): ReadonlyMap<string, readonly Root[]> {
  const found = new Map<string, Root[]>();
  for (const root of roots)
    for (const crate of [...root.crates, ...root.common]) {
      const known = found.get(crate);
      if (known === undefined) found.set(crate, [root]);
      else known.push(root);
    }
  return found;
}
