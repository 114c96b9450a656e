import type { Lockfile } from '../core/snapshot/snapshot.ts';

/**
 * Tells the workspace's packages whose locked dependencies a change can reach. A package of the lock file that is another (its version, or
 * what it depends on) may switch on other features of everything below it, so those that share any of that are reached too.
 */
export function lockedElse(base: Lockfile, head: Lockfile): (name: string) => boolean {
  const [from, to] = [graphOf(base), graphOf(head)];
  const changed = [...new Set([...from.keys(), ...to.keys()])].filter((id) => from.get(id)?.join() !== to.get(id)?.join());
  const touched = new Set([...below(changed, from), ...below(changed, to)]);
  return (name) => {
    const own = head.packages.filter((one) => one.name === name && one.source === null).map(idOf);
    return own.length === 0 || [...below(own, to)].some((id) => touched.has(id));
  };
}

type Graph = ReadonlyMap<string, readonly string[]>;

function graphOf({ packages }: Lockfile): Graph {
  const ids = packages.map(idOf);
  return new Map(packages.map((one, index) => [ids[index] ?? '', one.dependencies.map((to) => ids[to] ?? '').toSorted()]));
}

function idOf({ name, version, source }: Lockfile['packages'][number]): string {
  return `${name} ${version} ${source ?? ''}`;
}

function below(ids: readonly string[], graph: Graph): ReadonlySet<string> {
  const seen = new Set(ids);
  for (const id of seen) for (const next of graph.get(id) ?? []) seen.add(next);
  return seen;
}
