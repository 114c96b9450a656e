import { isUrgent, openFindings } from '../../core/compare/findings.ts';
import type { FunctionComparison, FunctionFinding } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';
import { findingText } from './finding.ts';
import { capped } from './limits.ts';
import { isRefused } from './package-limits.ts';
import { projectFindingText } from './project-finding.ts';

/**
 * What this change brought, or what keeps a package from starting: one line for each thing, with what to do about it; functions that share it
 * share the line.
 */
export function findingLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const { project } = outcome.comparison;
  const ofProject = openFindings(project).map((finding) => projectFindingText(finding, style));
  return capped([...functionLines(outcome, openFindings, style), ...ofProject], 'warning');
}

/** What is so with this change and without it. */
export function standingLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const ofProject = outcome.comparison.project.standing.map((finding) => projectFindingText(finding, style));
  return capped([...ofProject, ...functionLines(outcome, ({ standing }) => standing, style)], 'finding');
}

function functionLines(
  { comparison }: Outcome,
  of: (fn: FunctionComparison) => readonly FunctionFinding[],
  style: TextStyle,
): readonly string[] {
  const { arch } = comparison.head.snapshot.invocation;
  const functions = new Map<string, string[]>();
  const all = comparison.functions.flatMap((fn) => of(fn).map((finding) => ({ fn, finding })));
  for (const { fn, finding } of all.toSorted((a, b) => rankOf(a.finding) - rankOf(b.finding))) {
    const key = findingText(finding, arch, style);
    functions.set(key, [...(functions.get(key) ?? []), style.name(fn.name)]);
  }
  return Array.from(functions, ([text, names]) => `${listed(names, 5)}: ${text}`);
}

/** What cannot be deployed at all comes first, then what does not start: the list is cut at its end. */
function rankOf(finding: FunctionFinding): number {
  return isRefused(finding) ? 0 : isUrgent(finding) ? 1 : 2;
}
