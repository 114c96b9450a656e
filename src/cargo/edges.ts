import { packageName } from './artifacts.ts';
import type { CargoNode, CargoPackage } from './metadata.ts';

/** Whether a target is handed to the link of what depends on it; a proc macro runs in the compiler. */
export function isLibrary(kind: readonly string[]): boolean {
  return kind.some((one) => one === 'lib' || one === 'rlib' || one === 'dylib');
}

/**
 * The packages that a package's own code depends on with some of its features: normal dependencies alone, an optional one where a feature that
 * is on asks for it (`dep:NAME`, or `NAME/…`; `NAME?/…` asks for none).
 * `cargo metadata` leads to every optional one that any member of the workspace or any test asks for.
 */
export function activeEdges(owner: CargoPackage, node: CargoNode, features: readonly string[]): readonly string[] {
  const asked = new Set(features.flatMap((feature) => (owner.features[feature] ?? []).flatMap((one) => askedBy(one) ?? [])));
  return node.deps
    .filter((edge) => edge.dep_kinds.some(({ kind, target }) => kind === null && isActive(owner, edge, target ?? null, asked)))
    .map(({ pkg }) => pkg);
}

type Edge = CargoNode['deps'][number];

function isActive(owner: CargoPackage, edge: Edge, target: string | null, asked: ReadonlySet<string>): boolean {
  const declared = owner.dependencies.filter((one) => one.kind === null && (one.target ?? null) === target);
  // An edge bears the name by which the code calls it: the new name, else that of the library, which its package alone knows.
  const renamed = declared.filter(({ rename }) => rename?.replaceAll('-', '_') === edge.name);
  const meant = renamed.length > 0 ? renamed : declared.filter(({ name, rename }) => rename == null && packageName(edge.pkg) === name);
  // What cannot be told from the manifest is as cargo has it.
  return meant.length === 0 || meant.some((one) => one.optional !== true || asked.has(one.rename ?? one.name));
}

/** The key of the optional dependency that an entry of a feature asks for. */
function askedBy(entry: string): string | null {
  const named = /^dep:(.+)$/.exec(entry)?.[1];
  if (named !== undefined) return named;
  const slash = entry.indexOf('/');
  return slash <= 0 || entry[slash - 1] === '?' ? null : entry.slice(0, slash);
}
