import { declaredAt } from '../../core/compare/declared-limits.ts';
import type { LimitChange } from '../../core/model/limits.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { TextStyle } from './escape.ts';
import { cappedRows } from './limits.ts';
import { misnamedText } from './misnamed.ts';

/** What this change does to the limits in `Cargo.toml`; empty where it leaves them alone. */
export function limitChangeLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const { comparison } = outcome;
  const lineOf = (change: LimitChange): string =>
    `${change.kind}: ${style.name(change.text)} in ${style.name(change.file)}${misnamedText(comparison, change, style)}`;
  return cappedRows(comparison.limitChanges, lineOf, 'limit');
}

/** Whose limits count where a change alters them: never its own. */
export function limitChangeHeading({ comparison: { base } }: Outcome): string {
  return declaredAt(base).length > 0
    ? "This change alters limits; the base's are applied"
    : 'This change proposes limits; they count once they are in the base';
}
