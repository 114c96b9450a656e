import type { NamedFunction } from '../core/function-names.ts';
import { type ManifestLimits, ofFunctions } from './manifest-limits.ts';

/** A manifest of base that may be the project's, although head's manifest does not stand at base. */
export interface Trace {
  readonly file: string;
  /** `gone`: head has it no more. Else base has a package of that name already, and head no more of them than base. */
  readonly because: 'gone' | { readonly package: string };
}

/**
 * What base has that a project which looks new may have come from. Where there is none, it is new: other projects that stay where they are say
 * nothing of it. `gone` are told from the files alone, packages from those of the manifests that were read.
 */
export function tracesAtBase(
  files: { readonly base: readonly string[]; readonly head: readonly string[] },
  manifests: { readonly base: readonly ManifestLimits[]; readonly head: readonly ManifestLimits[] },
  functions: readonly Pick<NamedFunction, 'crate'>[],
): readonly Trace[] {
  const gone = files.base.filter((file) => !files.head.includes(file)).map((file) => ({ file, because: 'gone' as const }));
  const [before, after] = [ofFunctions(manifests.base, functions), ofFunctions(manifests.head, functions)];
  const count = (among: readonly ManifestLimits[], name: string | null): number => among.filter((one) => one.package === name).length;
  const named = before.flatMap(({ file, package: name }) =>
    name === null || count(after, name) > count(before, name) || gone.some((one) => one.file === file)
      ? []
      : [{ file, because: { package: name } }],
  );
  return [...gone, ...named];
}
