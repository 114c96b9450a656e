import type { Place } from '../did.ts';
import type { Manifest, ManifestLine } from '../snapshot/manifests.ts';

/** A line of a member's manifest that a person added, removed or wrote anew, as far as what is linked may follow from it. */
export interface ManifestChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly member: string;
  /** The packages that it is about: of a feature those that its entries name. */
  readonly packages: readonly string[];
  readonly requirement: string | null;
  /** What it switches on that it did not before; of a feature its entries. */
  readonly enabled: readonly string[];
  readonly disabled: readonly string[];
  /** `features`: it is of the member itself. */
  readonly of: 'dependency' | 'features';
  readonly place: Place;
}

/** Tells the changes of a member's manifest, with what it inherits from its workspace. Without the manifest at both sides there are none. */
export function manifestChanges(base: readonly Manifest[], head: readonly Manifest[]): (member: string) => readonly ManifestChange[] {
  const [before, after] = [declarations(base), declarations(head)];
  const known = new Map<string, readonly ManifestChange[]>();
  return (member) => {
    const changes = known.get(member) ?? changesOf(before(member), after(member), member);
    known.set(member, changes);
    return changes;
  };
}

type Declarations = ReadonlyMap<string, Declared> | null;

function changesOf(before: Declarations, after: Declarations, member: string): readonly ManifestChange[] {
  if (before === null || after === null) return [];
  const changes: ManifestChange[] = [];
  for (const key of new Set([...after.keys(), ...before.keys()])) {
    const [from, to] = [before.get(key), after.get(key)];
    const { kind, declared } =
      to === undefined
        ? ({ kind: 'removed', declared: from } as const)
        : ({ kind: from === undefined ? 'added' : 'changed', declared: to } as const);
    if (declared === undefined || (from !== undefined && to !== undefined && from.text === to.text)) continue;
    const { line } = declared;
    const [had, has] = [switchedOn(from), switchedOn(to)];
    const [enabled, disabled] = [has.filter((one) => !had.includes(one)), had.filter((one) => !has.includes(one))];
    const isFeature = line.table === 'features';
    changes.push({
      kind,
      member,
      packages: isFeature
        ? namedIn([...enabled, ...disabled], [...before.values(), ...after.values()])
        : [...new Set([line.package, from?.line.package ?? line.package])],
      requirement: line.requirement,
      enabled,
      disabled,
      of: isFeature ? 'features' : 'dependency',
      // What is gone has no line any more.
      place: kind === 'removed' ? { file: declared.place.file, line: null } : placeOf(from, declared),
    });
  }
  return changes;
}

/** A line as it counts. */
interface Declared {
  readonly line: ManifestLine;
  readonly place: Place;
  /** The line of `[workspace.dependencies]` that says the rest. */
  readonly inherited: Place | null;
  /** All that it says, to tell two apart; and what it says itself. */
  readonly text: string;
  readonly own: string;
}

/** The line that changed: the workspace's, where the member's own is as it was. */
function placeOf(from: Declared | undefined, to: Declared): Place {
  return to.inherited !== null && from !== undefined && from.own === to.own ? to.inherited : to.place;
}

function declarations(manifests: readonly Manifest[]): (member: string) => Declarations {
  const byPackage = new Map(manifests.toReversed().map((one) => [one.package, one]));
  const workspace = new Map<string, { readonly line: ManifestLine; readonly file: string }>();
  for (const { file, lines } of manifests)
    for (const line of lines) if (line.table === 'workspace' && !workspace.has(line.key)) workspace.set(line.key, { line, file });
  return (member) => {
    const manifest = byPackage.get(member);
    return manifest === undefined ? null : declaredBy(manifest, workspace);
  };
}

function declaredBy(
  manifest: Manifest,
  workspace: ReadonlyMap<string, { readonly line: ManifestLine; readonly file: string }>,
): ReadonlyMap<string, Declared> {
  const counts = ({ table }: ManifestLine): boolean => table === 'dependencies' || table === 'features';
  return new Map(
    manifest.lines.filter(counts).map((own) => {
      const above = own.inherits ? workspace.get(own.key) : undefined;
      const line =
        above === undefined
          ? own
          : {
              ...above.line,
              table: own.table,
              target: own.target,
              optional: own.optional,
              features: [...own.features, ...above.line.features],
            };
      const place = { file: manifest.file, line: own.line };
      const inherited = above === undefined ? null : { file: above.file, line: above.line.line };
      return [JSON.stringify([own.table, own.target, own.key]), { line, place, inherited, text: textOf(line), own: textOf(own) }];
    }),
  );
}

function textOf({ package: name, requirement, features, defaultFeatures, optional, origin, inherits }: ManifestLine): string {
  return JSON.stringify([name, requirement, features.toSorted(), defaultFeatures, optional, origin, inherits]);
}

function switchedOn(declared: Declared | undefined): readonly string[] {
  if (declared === undefined) return [];
  const { table, features, defaultFeatures } = declared.line;
  return [...new Set(table === 'features' || !defaultFeatures ? features : ['default', ...features])];
}

/** The packages that entries of a feature are about: `dep:simd`, `simd`, `simd/fast`, `simd?/fast`. */
function namedIn(entries: readonly string[], declared: readonly Declared[]): readonly string[] {
  const keys = new Set(entries.map((entry) => entry.replace(/^dep:/, '').replace(/\??\/.*$/, '')));
  return [...new Set(declared.flatMap(({ line }) => (line.table === 'dependencies' && keys.has(line.key) ? [line.package] : [])))];
}
