import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { MovedWork } from '../../core/model/first-response.ts';
import { renderCount } from '../../core/units.ts';
import { codeName } from './code-name.ts';
import type { TextStyle } from './escape.ts';
import { changeText, growthText, listed } from './figures.ts';
import type { Happening } from './happened.ts';

const NAMES = 3;
/** A sum that moved by less than this, or this share of what moved, is the same work in another place. */
const SAME = { instructions: 5_000, share: 0.05 };

/** What both together grew or shrank by, as far as that is more than the move itself brings. */
export function togetherChange({ together: { base, head }, amount }: MovedWork): number {
  const change = head - base;
  return Math.abs(change) < Math.max(SAME.instructions, amount * SAME.share) ? 0 : change;
}

/** What happened to a function whose work moved: it is neither faster nor slower for that, and the sum says whether it does more or less. */
export function movedHappening(moved: MovedWork, who: string): Happening {
  const { base, head } = moved.together;
  const change = togetherChange(moved);
  const what = `${renderCount(moved.amount)} instructions ${wayText(moved)}`;
  if (change === 0) {
    const together = `both together ${renderCount(head)}${base === head ? ', unchanged' : ` (${growthText(base, head, 'count').replace(/ \(.*/, '')})`}`;
    return { what: `${who} moved ${what}`, glance: together, figures: together };
  }
  const together = `both together ${growthText(base, head, 'count')} to ${renderCount(head)}`;
  const text = `${together}; ${what.replace(' from', ' moved from')}`;
  return { what: `${who} does ${change > 0 ? 'more' : 'less'} work until its first response`, glance: text, figures: text };
}

function wayText({ direction }: MovedWork): string {
  return direction === 'later' ? 'from init to the first request' : 'from the first request to init';
}

/**
 * Work that went from init to the first response, or back, and what both take together: `25.2 M instructions moved from init to the first request
 * (health::load); both together 810 k → 26.0 M, …`. `null` where none did.
 */
export function movedText({ firstResponse: { moved } }: FunctionComparison, style: TextStyle): string | null {
  if (moved === null) return null;
  const named = moved.functions.map(({ name }) => codeName(name, style));
  const whose = named.length === 0 ? '' : ` (${listed(named, NAMES)})`;
  return `${renderCount(moved.amount)} instructions moved ${wayText(moved)}${whose}; both together ${changeText(moved.together, 'count')}`;
}
