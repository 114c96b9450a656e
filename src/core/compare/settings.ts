import type { Did } from '../did.ts';
import type { Manifest, ManifestLine } from '../snapshot/manifests.ts';
import type { Linked } from './linked.ts';

/** What one side has of a function and of its project. */
export interface RootSide {
  readonly linked: Linked;
  readonly manifests: readonly Manifest[];
  readonly rustc: string;
  readonly profile: string;
}

/** What the toolchain brings along, as its code is called. */
export const STANDARD_CRATES: readonly string[] = [
  'std',
  'core',
  'alloc',
  'compiler_builtins',
  'panic_unwind',
  'panic_abort',
  'std_detect',
];

/** The toolchain and the profile, where they differ: what did not move itself is compiled anew. */
export function settingsBetween(base: RootSide, head: RootSide): readonly Did[] {
  const toolchain: readonly Did[] = base.rustc === head.rustc ? [] : [{ kind: 'toolchain', base: base.rustc, head: head.rustc }];
  const [before, after] = [settingsOf(base), settingsOf(head)];
  const changed = [...new Set([...after.keys(), ...before.keys()])].filter(
    (key) => before.get(key)?.line.requirement !== after.get(key)?.line.requirement,
  );
  const [first] = changed;
  if (first === undefined) return toolchain;
  const settings = changed.map((key) => ({
    key,
    base: before.get(key)?.line.requirement ?? null,
    head: after.get(key)?.line.requirement ?? null,
  }));
  const at = after.get(first) ?? before.get(first);
  const place = at === undefined ? null : { file: at.file, line: after.has(first) ? at.line.line : null };
  return [...toolchain, { kind: 'profile', settings, place }];
}

interface Setting {
  readonly line: ManifestLine;
  readonly file: string;
}

/** Profiles stand in the workspace's own manifest alone: that of the shortest way. A profile of another name mostly inherits `release`. */
function settingsOf({ manifests, profile }: RootSide): ReadonlyMap<string, Setting> {
  const depth = ({ file }: Manifest): number => file.split('/').length;
  const root = manifests.toSorted((a, b) => depth(a) - depth(b))[0];
  const counts = ({ table, key }: ManifestLine): boolean =>
    table === 'profile' && (key.startsWith(`${profile}.`) || key.startsWith('release.'));
  return new Map((root?.lines ?? []).filter(counts).map((line) => [line.key, { line, file: root?.file ?? '' }]));
}
