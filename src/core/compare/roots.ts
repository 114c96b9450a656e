import { normalizeCrate } from '../crates.ts';
import type { Did, Root } from '../did.ts';
import { groupBy } from '../pair.ts';
import { isAllowed } from '../versions.ts';
import { type Claim, Claims } from './claims.ts';
import { graphOf, nearestFirst } from './linked.ts';
import type { ManifestChange } from './manifest-changes.ts';
import type { MovedPackage } from './moves.ts';
import { type RootSide, STANDARD_CRATES, settingsBetween } from './settings.ts';

export interface RootSides {
  readonly base: RootSide;
  readonly head: RootSide;
}

/** What all functions of a comparison share: the changes of a member's manifest. */
export type ChangesOf = (member: string) => readonly ManifestChange[];

/**
 * What a person did between base and head, and what came along with each: the lines of manifests that changed first, then direct dependencies
 * that the lock file alone moved, then what nobody of the project asks for. What moved belongs to the root that leads to it through
 * packages that moved, the nearest first. Their own code, the toolchain and the profile are roots of what did not move. `binary`: the function's.
 */
export function rootsOf(sides: RootSides, moved: readonly MovedPackage[], binary: string, changesOf: ChangesOf): readonly Root[] {
  const claims = new Claims(moved);
  const [before, after] = [graphOf(sides.base.linked), graphOf(sides.head.linked)];
  const byName = groupBy(moved, ({ move }) => move.name);
  const members = new Set(
    [...sides.head.linked.packages.values(), ...sides.base.linked.packages.values()].flatMap(({ name, source }) =>
      source === null ? [name] : [],
    ),
  );
  for (const member of members) {
    const isDirect = ({ base, head }: MovedPackage): boolean =>
      (head !== null && after.dependsOn(member, head.id)) || (base !== null && before.dependsOn(member, base.id));
    for (const change of changesOf(member)) claims.take(meantBy(change, byName, isDirect), (first) => didBy(change, first));
  }
  for (const one of moved) {
    const { base, head, move } = one;
    const isDirect = move.kind === 'changed' && base !== null && head !== null && before.isDirect(base.id) && after.isDirect(head.id);
    if (isDirect) claims.take([one], (first) => didAlone(first, []));
  }
  claims.spread();
  for (const one of nearestMovedFirst(moved, sides)) {
    claims.take([one], ({ base, head }) => didAlone(one, head === null ? before.askedBy(base?.id ?? '') : after.askedBy(head.id)));
    claims.spread();
  }
  return withCrates(claims.claims, sides, binary);
}

/** What moved of what a line is about; where a member asks for two versions of a package, the one that the line allows. */
function meantBy(
  change: ManifestChange,
  byName: ReadonlyMap<string, readonly MovedPackage[]>,
  isDirect: (one: MovedPackage) => boolean,
): readonly MovedPackage[] {
  const own =
    change.of !== 'features'
      ? []
      : (byName.get(change.member) ?? []).filter(({ head, move }) => move.kind === 'features' && head?.source === null);
  const direct = change.packages.flatMap((name) => byName.get(name) ?? []).filter(isDirect);
  const allowed = direct.filter(
    ({ base, head }) => change.requirement === null || isAllowed((head ?? base)?.version ?? '', change.requirement),
  );
  return [...own, ...(allowed.length > 0 ? allowed : direct)];
}

/** The version that a line brought is told, not what it asks for. */
function didBy(change: ManifestChange, first: MovedPackage): Did {
  const { place, enabled, disabled } = change;
  if (change.of === 'features') return { kind: 'features', name: change.member, enabled, disabled, place, by: [] };
  const version = (change.kind === 'removed' ? (first.base ?? first.head) : (first.head ?? first.base))?.version ?? '';
  const { name, kind } = first.move;
  if (change.kind !== 'changed') return { kind: change.kind, name, version, place, by: [] };
  const isFeature = kind === 'features' && enabled.length + disabled.length > 0;
  return isFeature ? { kind, name, enabled, disabled, place, by: [] } : { ...didAlone(first, []), place };
}

type DidOfPackage = Extract<Did, { readonly by: readonly string[] }>;

function didAlone({ move }: MovedPackage, by: readonly string[]): DidOfPackage {
  return { ...move, place: null, by };
}

function nearestMovedFirst(moved: readonly MovedPackage[], { base, head }: RootSides): readonly MovedPackage[] {
  const ranks = new Map<string, number>();
  for (const id of [...nearestFirst(head.linked), ...nearestFirst(base.linked)]) if (!ranks.has(id)) ranks.set(id, ranks.size);
  const rankOf = ({ base: from, head: to }: MovedPackage): number => ranks.get((to ?? from)?.id ?? '') ?? 0;
  return moved.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/**
 * Each crate is in one root at most: the project's own first, then what moved, then what the settings compile anew. One that several have is
 * common to them.
 */
function withCrates(claims: readonly Claim[], sides: RootSides, binary: string): readonly Root[] {
  const taken = new Set<string>();
  const take = (names: readonly string[]): readonly string[] => {
    const free = [...new Set(names.map(normalizeCrate))].filter((name) => !taken.has(name));
    for (const name of free) taken.add(name);
    return free;
  };
  const { own, packages } = sides.head.linked;
  const staying = [...packages.values()].filter(({ id }) => sides.base.linked.packages.has(id));
  const ownCrates = take([binary, packages.get(own)?.crate ?? binary]);
  const projects = take(staying.filter(({ source }) => source === null).map(({ crate }) => crate));
  const takeEach = (wanted: readonly (readonly string[])[]): readonly Taken[] => {
    const named = wanted.map((names) => [...new Set(names.map(normalizeCrate))]);
    const wanting = groupBy(named.flat(), (name) => name);
    const isTwice = (name: string): boolean => (wanting.get(name)?.length ?? 0) > 1;
    const common = new Set(take([...wanting.keys()].filter(isTwice)));
    return named.map((names) => ({ own: take(names.filter((name) => !isTwice(name))), common: names.filter((name) => common.has(name)) }));
  };
  const crates = takeEach(claims.map(({ moved }) => moved.flatMap(({ base, head }) => [head, base].flatMap((one) => one?.crate ?? []))));
  const unmoved = new Map(staying.map((one) => [one.id, one.crate]));
  const used = takeEach(claims.map(({ moved }) => moved.flatMap(edgesOf).flatMap((id) => unmoved.get(id) ?? [])));
  const brought = claims.map(({ did, moved }, index): Root => {
    const [came, uses] = [crates[index] ?? NOTHING, used[index] ?? NOTHING];
    return {
      ...{ did, moves: moved.map(({ move }) => move), packages: countOf(moved) },
      ...{ crates: [...came.own, ...uses.own], uses: uses.own, common: [...came.common, ...uses.common] },
    };
  });
  const settings = settingsBetween(sides.base, sides.head).map(
    (did): Root => ({
      did,
      moves: [],
      crates: take([...STANDARD_CRATES, ...staying.map(({ crate }) => crate)]),
      uses: [],
      common: [],
      packages: 0,
    }),
  );
  const mine: readonly Root[] = [
    { did: { kind: 'own', of: 'function' }, moves: [], crates: ownCrates, uses: [], common: [], packages: 0 },
    { did: { kind: 'own', of: 'project' }, moves: [], crates: projects, uses: [], common: [], packages: 0 },
  ];
  return [...brought, ...settings, ...mine.filter(({ crates }) => crates.length > 0)];
}

/** What a claim has alone, and what another has too. */
interface Taken {
  readonly own: readonly string[];
  readonly common: readonly string[];
}

const NOTHING: Taken = { own: [], common: [] };

/** What a package that moved depends on at one side alone. */
function edgesOf({ base, head }: MovedPackage): readonly string[] {
  const [before, after] = [new Set(base?.dependencies), new Set(head?.dependencies)];
  return [...[...after].filter((id) => !before.has(id)), ...[...before].filter((id) => !after.has(id))];
}

function countOf(moved: readonly MovedPackage[]): number {
  const one = (side: MovedPackage['head']): number => (side === null || side.source === null ? 0 : 1);
  return moved.reduce((sum, { base, head }) => sum + one(head) - one(base), 0);
}
