import type { FunctionFinding } from '../model/comparison.ts';
import type { ProjectFinding } from '../snapshot/findings.ts';

/** What a change has to answer for, and what was so before it. */
export interface ComparedFindings<T> {
  readonly findings: readonly T[];
  /** Those of `findings` that base has too, and without a base all that only cost something: no change is to blame for them. */
  readonly standing: readonly T[];
}

/** A table or a file that grew by less than this is the one that was there. */
const GREW = 100_000;

/**
 * Head's findings beside base's; `null`: the function, or the project, is not there at base. `hasBase`: there is one to be compared with. What keeps
 * a package from being deployed or from starting never stands: it is told each time.
 */
export function compareFindings<T extends FunctionFinding | ProjectFinding>(
  base: readonly T[] | null,
  head: readonly T[],
  hasBase: boolean,
): ComparedFindings<T> {
  const before = new Map<string, number>();
  for (const one of base ?? []) before.set(identityOf(one), Math.max(before.get(identityOf(one)) ?? 0, sizeOf(one)));
  const isOld = (one: T): boolean => {
    const was = before.get(identityOf(one));
    return was !== undefined && sizeOf(one) - was < GREW;
  };
  return { findings: head, standing: head.filter((one) => !isUrgent(one) && (!hasBase || isOld(one))) };
}

/** Whether a package with it dies at init, or is near what Lambda takes at all. */
export function isUrgent({ kind }: FunctionFinding | ProjectFinding): boolean {
  switch (kind) {
    case 'missing-library':
    case 'glibc-too-new':
    case 'wrong-architecture':
    case 'interpreter':
    case 'package-limit':
      return true;
    case 'ships-symbols':
    case 'two-versions':
    case 'twice':
    case 'large-table':
    case 'large-include':
    case 'profile':
    case 'ignored-profile':
    case 'rustflags':
    case 'old-image':
    case 'template-architecture':
      return false;
  }
}

/** What makes two findings the same, whatever their sizes and lines are. */
function identityOf(one: FunctionFinding | ProjectFinding): string {
  switch (one.kind) {
    case 'missing-library':
    case 'glibc-too-new':
    case 'wrong-architecture':
    case 'interpreter':
    case 'package-limit':
      return JSON.stringify(one);
    case 'ships-symbols':
      return one.kind;
    case 'twice':
      return JSON.stringify([one.kind, one.job, one.packages.map(({ name }) => name).toSorted()]);
    case 'two-versions':
    case 'large-include':
      return JSON.stringify([one.kind, one.name]);
    case 'large-table':
      return JSON.stringify([one.kind, one.name, one.crate]);
    case 'profile':
      return JSON.stringify([one.kind, one.profile, one.setting, one.found]);
    case 'ignored-profile':
      return JSON.stringify([one.kind, one.package]);
    case 'rustflags':
      return JSON.stringify([one.kind, one.place?.file ?? one.by]);
    case 'old-image':
    case 'template-architecture':
      return JSON.stringify([one.kind, one.file, one.found]);
  }
}

function sizeOf(one: FunctionFinding | ProjectFinding): number {
  if (one.kind === 'large-table' || one.kind === 'large-include') return one.size;
  return one.kind === 'ships-symbols' ? one.saving : 0;
}

/** What a change has to answer for, and what keeps a package from starting. */
export function openFindings<T>({ findings, standing }: ComparedFindings<T>): readonly T[] {
  return findings.filter((one) => !standing.includes(one));
}
