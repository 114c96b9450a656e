import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { TextStyle } from './escape.ts';
import { counted } from './figures.ts';

/**
 * A function whose head failed more of its timed starts than its base, and still starts as a rule: `health did not come to its first request in
 * 2 of 22 starts here (base in none of 20)`. More than three, and it is one that no longer starts.
 */
export function failedStartLines({ name, init: { failedStarts } }: FunctionComparison, style: TextStyle): readonly string[] {
  const { base, head } = failedStarts;
  if (head === null || head.failed <= (base?.failed ?? 0)) return [];
  const before = base === null ? '' : ` (base in ${base.failed === 0 ? 'none' : base.failed} of ${base.made})`;
  return [`${style.name(name)} did not come to its first request in ${head.failed} of ${counted(head.made, 'start')} here${before}`];
}
