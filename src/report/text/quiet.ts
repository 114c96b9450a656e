import type { Outcome } from '../../core/model/outcome.ts';
import type { Judgement } from '../../core/model/verdict.ts';
import { compareRows } from '../../core/pair.ts';
import { renderAmount } from '../../core/units.ts';
import { missingText } from './base-reason.ts';
import { unprovenTelling } from './cold-start-warnings.ts';
import type { TextStyle } from './escape.ts';
import { counted } from './figures.ts';
import type { Lead, Sentence } from './lead.ts';
import { allowedBy, metricPhrase, tightestFirst } from './limits.ts';
import { mostNoticed } from './noticed.ts';

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
    const figures = `${who}${kept}${largestText(outcome, style)}`;
    const missing = missingText(base.why, style);
    const title = lead === 'first measurement' ? `first measurement: ${figures}` : `growth could not be judged: ${missing}`;
    return { lead, text: `${figures}; ${missing}`, title };
  }
  const sha = style.name(base.snapshot.commit.sha.slice(0, 7));
  if (functions.length === 0 && notBuilt.length > 0)
    return same('no change', `no build reads what changed since ${sha}: ${counted(notBuilt.length, 'function')} not built`, 'no change: ');
  if (functions.length === 0) return same('pass', 'no functions to measure');
  if (functions.every(({ status }) => status === 'unchanged')) {
    const [first] = functions;
    const named =
      functions.length === 1 && first !== undefined ? `${style.name(first.name)} is` : `${counted(functions.length, 'function')} are`;
    const identical = same('no change', `${named} byte-identical to ${sha}`, 'no change: ');
    // Of what was not built nobody has compared a byte.
    const left = functions.every(({ name }) => notBuilt.some((one) => one.name === name));
    return left ? { ...identical, title: 'no change: what was changed is part of no function' } : identical;
  }
  if (outcome.verdict.status === 'off') return same('not judged', mostText(outcome, style), 'not judged: ');
  if (only === undefined) return same('pass', `${counted(functions.length, 'function')} removed, none left`);
  if (outcome.verdict.kept.length === 0) return same('pass', `no limit could be checked on ${who}`);
  const [unproven] = outcome.verdict.unproven;
  if (unproven !== undefined) return same('pass', `no breach is proven; ${unprovenTelling(outcome, unproven, style)}`);
  return passing(outcome, { who, within, single }, style);
}

interface Present {
  readonly who: string;
  readonly within: string;
  readonly single: boolean;
}

function passing(outcome: Outcome, { who, within, single }: Present, style: TextStyle): Sentence {
  const closest = closestText(outcome, single, style);
  const noticed = mostNoticed(outcome);
  if (noticed === null)
    return { lead: 'pass', text: `${who} ${within}${closest}`, title: `${who} ${within}; nothing moved that a user would notice` };
  const { what, glance, figures } = noticed.tell(style);
  const free = noticed.by > 0 && !isHeld(outcome, noticed) ? ', which no limit is on' : null;
  const text = single
    ? `${what}${free ?? `, ${within}`}: ${figures}${closest}`
    : `${who} ${within}; ${what}${free ?? ''}: ${figures}${closest}`;
  return { lead: 'pass', text, title: `${what}${noticed.by > 0 ? (free ?? ', within its limits') : ''}: ${glance}` };
}

/** Whether a limit is on what grew: one that somebody wrote on another figure takes the place of the default on this one. */
function isHeld({ verdict: { kept, warned, unchecked } }: Outcome, { fn, heldBy }: NonNullable<ReturnType<typeof mostNoticed>>): boolean {
  return [...kept, ...warned, ...unchecked].some((one) => one.function === fn.name && heldBy.some((metric) => metric === one.limit.metric));
}

function same(lead: Lead, text: string, prefix = ''): Sentence {
  return { lead, text, title: `${prefix}${text}` };
}

/** `; closest to a limit: health's package, 26.9 kB left`. */
function closestText({ verdict }: Outcome, single: boolean, style: TextStyle): string {
  // What there is none of is no figure that comes close to anything.
  const [closest] = tightestFirst(verdict.kept.filter((judgement) => judgement.figures.head !== 0 && !isUntouched(judgement)));
  if (closest === undefined || closest.headroom === null) return '';
  const since = closest.reference === null ? '' : ` since ${style.prose(closest.reference.name)}`;
  const metric = `${metricPhrase(closest.limit.metric, style)}${since}`;
  const what = single ? metric : `${style.name(closest.function)}'s ${metric}`;
  return `; closest to a limit: ${what}, ${renderAmount(closest.headroom, closest.limit.dimension)} left`;
}

/** All that it may grow by is left, as far as a reader sees: it is as close as any limit on growth is where nothing grew. */
function isUntouched(judgement: Judgement): boolean {
  const { limit, figures, headroom } = judgement;
  const allowed = allowedBy(judgement);
  if (headroom === null || allowed === null || figures.base === null || figures.head === null) return false;
  if (judgement.bounds.some(({ bound, allowed: own }) => bound.kind === 'maximum' && own === allowed)) return false;
  const shown = (value: number): string => renderAmount(value, limit.dimension);
  return figures.head <= figures.base || shown(headroom) === shown(allowed - figures.base);
}

/** `2 of 3 functions changed; health became larger: package +28.7 kB (+3.1 %) to 948 kB`. */
function mostText(outcome: Outcome, style: TextStyle): string {
  const { functions } = outcome.comparison;
  const changed = functions.filter(({ status }) => status !== 'unchanged');
  const count = `${changed.length} of ${counted(functions.length, 'function')} changed`;
  const most = mostNoticed(outcome);
  if (most === null) return count;
  const { what, figures } = most.tell(style);
  return `${count}; ${what}: ${figures}`;
}

function largestText({ comparison: { functions } }: Outcome, style: TextStyle): string {
  const [largest] = functions.map(({ name, metrics }) => ({ name, ...metrics.zip })).toSorted(compareRows);
  if (largest === undefined || largest.head === null) return '';
  const size = renderAmount(largest.head, 'size');
  return functions.length === 1 ? `, package ${size}` : `, the largest ${style.name(largest.name)}: package ${size}`;
}
