import type { Move } from '../did.ts';
import type { Pair } from '../rows.ts';
import { changeOf, pairPackages } from './dependencies.ts';
import type { Linked, LinkedPackage } from './linked.ts';

/** A package that moved, as it is linked at both sides. */
export interface MovedPackage extends Pair<LinkedPackage> {
  readonly move: Move;
}

/** The packages that are linked into a function at one side only, in another version, or with other features; the project's own have no version. */
export function movesBetween(base: Linked, head: Linked): readonly MovedPackage[] {
  const pairs = pairPackages([...base.packages.values()], [...head.packages.values()]);
  const others = [...head.packages.values()].flatMap((to): readonly MovedPackage[] => {
    const from = base.packages.get(to.id);
    return from === undefined || from.features.join('\0') === to.features.join('\0')
      ? []
      : [{ base: from, head: to, move: featuresOf(from, to) }];
  });
  return [...pairs.flatMap((pair): readonly MovedPackage[] => movedOf(pair) ?? []), ...others];
}

function movedOf({ base, head }: Pair<LinkedPackage>): [MovedPackage] | null {
  if (base === null) return head === null ? null : [{ base, head, move: { kind: 'added', name: head.name, version: head.version } }];
  if (head === null) return [{ base, head, move: { kind: 'removed', name: base.name, version: base.version } }];
  return [{ base, head, move: { kind: 'changed', ...changeOf(base, head) } }];
}

function featuresOf(from: LinkedPackage, to: LinkedPackage): Move {
  const [before, after] = [new Set(from.features), new Set(to.features)];
  return {
    ...{ kind: 'features', name: to.name, version: to.version },
    enabled: to.features.filter((feature) => !before.has(feature)),
    disabled: from.features.filter((feature) => !after.has(feature)),
  };
}
