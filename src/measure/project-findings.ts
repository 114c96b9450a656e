import { MOST_PROJECT_FINDINGS, type ProjectFinding } from '../core/snapshot/findings.ts';
import type { Arch, FunctionMeasurement } from '../core/snapshot/snapshot.ts';
import type { TreeFile } from '../git/files.ts';
import { readTemplates, templateFindings } from '../inspect/templates.ts';
import type { MeasureContext } from './context.ts';
import type { ProjectFiles } from './project.ts';

interface Measured {
  readonly arch: Arch;
  /** The files of the commit. */
  readonly listed: readonly TreeFile[];
  readonly functions: readonly FunctionMeasurement[];
}

/** What manifests, configuration and templates of a commit set for its functions. */
export async function findingsOfProject(
  { checkout }: Pick<MeasureContext, 'checkout'>,
  { findings, selection }: Pick<ProjectFiles, 'findings' | 'selection'>,
  { arch, listed, functions }: Measured,
): Promise<readonly ProjectFinding[]> {
  const paths = new Set(listed.map(({ path }) => path));
  const templates = await readTemplates(checkout.path, [...paths]);
  const binaries = selection.binaries.map(({ binary }) => binary);
  const deployed = templateFindings(templates, { arch, binaries, has: (path) => paths.has(path) });
  return [...findings.filter((one) => isSeen(one, functions)), ...deployed].slice(0, MOST_PROJECT_FINDINGS);
}

/** Flags may strip where the profile does not: what ships tells. */
function isSeen(finding: ProjectFinding, functions: Measured['functions']): boolean {
  if (finding.kind !== 'profile' || finding.setting !== 'strip') return true;
  return functions.some(({ findings }) => findings.some(({ kind }) => kind === 'ships-symbols'));
}
