import type { Outcome } from '../../core/model.ts';
import { compareRows } from '../../core/pair.ts';
import { renderAmount } from '../../core/units.ts';
import { missingText } from './base-reason.ts';
import { unprovenTelling } from './cold-start-warnings.ts';
import type { TextStyle } from './escape.ts';
import { counted, growthText } from './figures.ts';
import type { Sentence } from './lead.ts';
import { metricWords, tightestFirst } from './limits.ts';

/** Nothing was breached: what there is to say instead. */
export function quietSentence(outcome: Outcome, style: TextStyle): Sentence {
  const { base, functions, head } = outcome.comparison;
  const { notBuilt } = head.snapshot;
  const present = functions.filter(({ name, status }) => status !== 'removed' && !notBuilt.some((left) => left.name === name));
  const [only] = present;
  const single = present.length === 1 && only !== undefined;
  const who = single ? style.name(only.name) : counted(present.length, 'function');
  const within = `within ${single ? 'its' : 'their'} limits`;
  if (base.kind === 'missing') {
    const lead = base.why.kind === 'first-run' ? 'first measurement' : 'no comparison';
    const { kept: limits, unproven } = outcome.verdict;
    const kept = unproven.length > 0 || limits.every(({ headroom }) => headroom === null) ? '' : ` ${within}`;
    return { lead, text: `${who}${kept}${largestText(outcome, style)}; ${missingText(base.why, style)}` };
  }
  if (functions.length === 0 && notBuilt.length > 0) {
    const sha = style.name(base.snapshot.commit.sha.slice(0, 7));
    return { lead: 'no change', text: `no build reads what changed since ${sha}: ${counted(notBuilt.length, 'function')} not built` };
  }
  if (functions.length === 0) return { lead: 'pass', text: 'no functions to measure' };
  if (functions.every(({ status }) => status === 'unchanged')) {
    const sha = style.name(base.snapshot.commit.sha.slice(0, 7));
    const identical = counted(functions.length, 'function');
    const [first] = functions;
    const named = functions.length === 1 && first !== undefined ? `${style.name(first.name)} is` : `${identical} are`;
    return { lead: 'no change', text: `${named} byte-identical to ${sha}` };
  }
  if (outcome.verdict.status === 'off') return { lead: 'not judged', text: mostText(outcome, style) };
  if (only === undefined) return { lead: 'pass', text: `${counted(functions.length, 'function')} removed, none left` };
  if (outcome.verdict.kept.length === 0) return { lead: 'pass', text: `no limit could be checked on ${who}` };
  const unproven = unprovenSentence(outcome, style);
  if (unproven !== null) return unproven;
  return { lead: 'pass', text: `${who} ${within}${closestText(outcome, present.length, style)}` };
}

/** The samples point beyond a limit and do not prove it: `no breach is proven; health's cold start (p50), 18.4 ms → 20.4 ms (+12 %): slower, …`. */
function unprovenSentence(outcome: Outcome, style: TextStyle): Sentence | null {
  const [first] = outcome.verdict.unproven;
  return first === undefined ? null : { lead: 'pass', text: `no breach is proven; ${unprovenTelling(outcome, first, style)}` };
}

function closestText({ verdict }: Outcome, functions: number, style: TextStyle): string {
  const [closest] = tightestFirst(verdict.kept);
  if (closest === undefined || closest.headroom === null) return '';
  const metric = metricWords(closest.limit.metric, style);
  const what = functions === 1 ? metric : `${style.name(closest.function)} ${metric}`;
  return `; closest: ${what}, ${renderAmount(closest.headroom, closest.limit.dimension)} headroom`;
}

/** `2 of 3 functions changed; most: health zip +28.7 kB, +3.1 % to 948 kB`. */
function mostText({ comparison: { functions } }: Outcome, style: TextStyle): string {
  const changed = functions.filter(({ status }) => status !== 'unchanged');
  const [most] = changed.map(({ name, metrics }) => ({ name, ...metrics.zip })).toSorted(compareRows);
  const count = `${changed.length} of ${counted(functions.length, 'function')} changed`;
  if (most === undefined || most.base === null || most.head === null) return count;
  return `${count}; most: ${style.name(most.name)} zip ${growthText(most.base, most.head, 'size')} to ${renderAmount(most.head, 'size')}`;
}

function largestText({ comparison: { functions } }: Outcome, style: TextStyle): string {
  const [largest] = functions.map(({ name, metrics }) => ({ name, ...metrics.zip })).toSorted(compareRows);
  if (largest === undefined || largest.head === null) return '';
  return `, ${functions.length === 1 ? '' : `the largest ${style.name(largest.name)} `}zip ${renderAmount(largest.head, 'size')}`;
}
