import { rootsByCrate } from '../../core/compare/root-groups.ts';
import { STANDARD_CRATES } from '../../core/compare/settings.ts';
import { crateOf } from '../../core/crates.ts';
import type { Root } from '../../core/did.ts';
import type { Cause, FunctionComparison } from '../../core/model/comparison.ts';
import { deltaOf } from '../../core/pair.ts';
import { didText } from './did.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';

/**
 * Why a crate changed whose package did not move: it is the project's own, more of it is used, or it was built in another way. With its features
 * as they were, since a package with others moved. What stands in brackets is no crate.
 */
export function stayingText(cause: Cause, fn: FunctionComparison, style: TextStyle): string {
  const [root, ...others] = rootsByCrate(fn).get(crateOf(cause.name)) ?? [];
  if (cause.name.startsWith('[')) return "no crate's";
  if (root === undefined) {
    const isStandard = STANDARD_CRATES.includes(crateOf(cause.name));
    if (fn.notLinked !== null && !isStandard) return 'which version of it is linked was not measured';
    return `same ${isStandard ? 'toolchain' : 'version'}, ${isMoreUsed(cause) ? 'of which more is used' : 'other code generated'}`;
  }
  switch (root.did.kind) {
    case 'own':
      return didText(root.did, style).subject;
    case 'toolchain':
      return 'same version, built by another rustc';
    case 'profile':
      return `same version, built with other settings (${didText(root.did, style).subject})`;
    default:
      return usedText(cause, [root, ...others], style);
  }
}

/** What the optimiser does otherwise is less of a crate than this. */
const MORE = 0.1;

function isMoreUsed(cause: Cause): boolean {
  return deltaOf(cause) > (cause.base ?? 0) * MORE;
}

function usedText(cause: Cause, roots: readonly Root[], style: TextStyle): string {
  const did = roots.map((root) => {
    const { subject, verb } = didText(root.did, style);
    return [subject, ...(verb === null ? [] : [verb])].join(' ');
  });
  return `same version, of which ${deltaOf(cause) > 0 ? 'more' : 'less'} is used: ${listed(did, 2)}`;
}

/** Of crates that nobody's doing moved: `axum: same version, of which more is used`. */
export function stayingCratesText(
  { names, delta }: { readonly names: readonly string[]; readonly delta: number },
  { notLinked }: FunctionComparison,
  style: TextStyle,
): string {
  const named = names.map((name) => style.name(name)).join(', ');
  if (notLinked !== null) return `${named === '' ? 'other crates' : named} (which versions are linked was not measured)`;
  if (named === '') return 'unchanged crates, compiled differently';
  const isStandard = names.every((name) => STANDARD_CRATES.includes(crateOf(name)));
  const same = isStandard ? 'same toolchain' : names.length === 1 ? 'same version' : 'same versions';
  return `${named}: ${same}, of which ${delta > 0 ? 'more' : 'less'} is used`;
}
