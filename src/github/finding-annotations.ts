import { openFindings } from '../core/compare/findings.ts';
import type { Comparison, FunctionComparison, FunctionFinding } from '../core/model/comparison.ts';
import type { ProjectFinding } from '../core/snapshot/findings.ts';
import { type Place, placeOfPackage, type SourceFiles } from './source-lines.ts';

/** What the caller knows how to say, and head's files. */
export interface FindingSources {
  /** What is wrong with a package, and what to do. */
  readonly finding: (finding: FunctionFinding) => string;
  readonly projectFinding: (finding: ProjectFinding) => string;
  /** Data on one line in which every character can be seen. */
  readonly plain: (text: string) => string;
  readonly files: SourceFiles;
}

interface FindingAnnotation extends Place {
  readonly level: 'warning';
  readonly title: string;
  readonly message: string;
}

/** What a change brought: of a function at its package, of the project at the line that says so. */
export function findingAnnotations({ functions, project }: Comparison, sources: FindingSources): readonly FindingAnnotation[] {
  return [
    ...functions.flatMap((fn) => openFindings(fn).map((finding) => ofFunction(finding, fn, sources))),
    ...openFindings(project).map((finding) => ofProject(finding, sources)),
  ];
}

function ofFunction(finding: FunctionFinding, fn: FunctionComparison, { files, finding: say, plain }: FindingSources): FindingAnnotation {
  const message = plain(`${fn.name}: ${say(finding)}`);
  const place = (finding.kind === 'large-include' ? finding.place : null) ?? placeOfPackage(files, fn.crate);
  return { level: 'warning', ...place, title: plain(`coldgate: ${fn.name}'s package`), message };
}

function ofProject(finding: ProjectFinding, { projectFinding: say, plain }: FindingSources): FindingAnnotation {
  const nowhere: Place = { file: 'Cargo.toml', line: null };
  const place = finding.kind === 'rustflags' ? (finding.place ?? nowhere) : { file: finding.file, line: finding.line };
  return { level: 'warning', ...place, title: 'coldgate: how it is built and deployed', message: plain(say(finding)) };
}
