import { type FirstEvents, responsesOf } from '../compare/first-response-on-aws.ts';
import { judgePairs, type Look, medianInterval, riskAt } from '../compare/looks.ts';
import type { Place } from '../exchange.ts';
import type { Limit } from '../model/limits.ts';
import { comparable, median, type Sample, sampleOf } from '../statistics.ts';
import { type Evidence, holdBounds } from './cold-start.ts';

/** Without a limit, an estimate that is known to this factor at both sides is good enough. */
const NARROW = 1.05;

/** Why sampling may stop. */
export type Decision = 'breached' | 'settled' | 'slower' | 'faster' | 'narrow';

export type StoppingLimit = Pick<Limit, 'bounds' | 'gate'>;

/**
 * Whether this look settles a function at one size, and how; `null`: go on to the next look. With limits: one that fails the run is proven
 * breached, or all are proven breached or ruled out. Without: slower or faster is proven, or the change is known to ±5 %. `base` is `null` of a
 * new function: only maxima bind it, and without any it goes on until head's median is known to ±5 %. `first`: the first responses, and the
 * limits on them, which are to be settled too.
 */
export function decided(
  base: readonly number[] | null,
  head: readonly number[],
  places: readonly Place[],
  { limits, first, ...look }: Look & { readonly limits: readonly StoppingLimit[]; readonly first?: FirstLimits },
): Decision | null {
  const [before, after] = [base === null ? null : sampleOf(base), sampleOf(head)];
  if (after === null || (base !== null && (before === null || !comparable(before, after) || places.length !== after.length))) return null;
  const init = evidenceOf(before, after, places, look);
  if (first === undefined || first.limits.length === 0) return decisionOn(init, limits);
  const response = { evidence: responseEvidence(first.events, places, look), limits: first.limits };
  return settledBy(limits.length === 0 ? [response] : [{ evidence: init, limits }, response]);
}

/** What the first events took, and the limits on that: never empty where it is there to decide. */
export interface FirstLimits {
  readonly events: FirstEvents;
  readonly limits: readonly StoppingLimit[];
}

/** `null`: nothing that could be held against a limit, so that it stays open. */
function responseEvidence(events: FirstEvents, places: readonly Place[], look: Look): Evidence | null {
  const { base, head, places: answered } = responsesOf(events, places);
  const [before, after] = [base === null ? null : sampleOf(base), sampleOf(head)];
  if (after === null || (base !== null && before === null)) return null;
  return evidenceOf(before, after, answered, look);
}

/** What pairs say at this look; RangeErrors as `judgePairs`. */
export function evidenceOf(base: Sample | null, head: Sample, places: readonly Place[], look: Look): Evidence {
  return {
    base: base === null ? null : median(base),
    head: { median: median(head), interval: medianInterval(head, riskAt(look)) },
    change: base === null ? null : judgePairs(base, head, places, look).change,
  };
}

/** As `decided`, of evidence that is already there. */
export function decisionOn(evidence: Evidence, limits: readonly StoppingLimit[]): Decision | null {
  if (limits.length > 0) return settledBy([{ evidence, limits }]);
  const { head, change } = evidence;
  if (change !== null && change.interval.lower > 1) return 'slower';
  if (change !== null && change.interval.upper < 1) return 'faster';
  const { lower, upper } = change === null ? head.interval : change.interval;
  const middle = change === null ? head.median : change.ratio;
  return upper <= middle * NARROW && middle <= lower * NARROW ? 'narrow' : null;
}

/** By limits alone, each held against the evidence of what it bounds. */
function settledBy(
  judged: readonly { readonly evidence: Evidence | null; readonly limits: readonly StoppingLimit[] }[],
): 'breached' | 'settled' | null {
  const held = judged.flatMap(({ evidence, limits }) =>
    limits.map((limit) => {
      const state = evidence === null ? 'open' : holdBounds(limit.bounds, evidence).state;
      return { state, fails: state === 'breached' && evidence !== null && failsTheRun(limit, evidence) };
    }),
  );
  if (held.some(({ fails }) => fails)) return 'breached';
  return held.every(({ state }) => state !== 'open') ? 'settled' : null;
}

/** One that only warns settles no other, nor does a maximum that base is beyond, too. */
function failsTheRun({ bounds, gate }: StoppingLimit, { base }: Evidence): boolean {
  const [bound, ...others] = bounds;
  return gate === 'fail' && (bound.kind !== 'maximum' || others.length > 0 || base === null || base <= bound.value);
}
