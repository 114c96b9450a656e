import type { Place } from '../exchange.ts';
import type { LimitSet } from '../model/limits.ts';
import type { SampledFigures, SampledTime } from '../model/sampled-time.ts';
import type { ColdStartAtMemory } from '../snapshot/cold-start.ts';
import { detectableRatio, logRatios, median, quantile, type Sample, sampleOf } from '../statistics.ts';
import { judgePairs, type Look, medianInterval, riskAt } from './looks.ts';

export const FIRST_RESPONSE_ON_AWS = 'cold-start.first-response.p50';

/** What the first events took at both sides, place by place of the same pair; `null`: one that ended in an error. */
export interface FirstEvents {
  /** `null`: there is no base beside head. */
  readonly base: readonly (number | null)[] | null;
  readonly head: readonly (number | null)[];
}

/** The responses among first events: pairs of which both sides answered, or, without a base, what head answered. */
export interface Responses {
  readonly base: readonly number[] | null;
  readonly head: readonly number[];
  readonly places: readonly Place[];
}

/**
 * Into how many parts α falls for each function and size: in two where a limit of the run is on the first response, since that is a second
 * thing that may be called slower. Where none is, nothing is claimed of it, and the cold start keeps all.
 */
export function claimsPerSize(sets: readonly LimitSet[]): 1 | 2 {
  const limits = sets.flatMap((set) => (set.kind === 'off' ? [] : set.limits));
  return limits.some(({ metric }) => metric === FIRST_RESPONSE_ON_AWS) ? 2 : 1;
}

export function responsesOf({ base, head }: FirstEvents, places: readonly Place[]): Responses {
  // A snapshot is data: lists that do not belong together hold no pair.
  if (head.length !== places.length || (base !== null && base.length !== places.length))
    return { base: base === null ? null : [], head: [], places: [] };
  const pairs = head.flatMap((after, pair) => {
    const before = base === null ? after : (base[pair] ?? null);
    const place = places[pair];
    return after === null || before === null || place === undefined ? [] : [{ before, after, place }];
  });
  return {
    base: base === null ? null : pairs.map(({ before }) => before),
    head: pairs.map(({ after }) => after),
    places: pairs.map(({ place }) => place),
  };
}

/** First responses at one memory size; `claimed`: a limit of the run is on them, so that a part of α is theirs. The verdict is the run's to say. */
export function compareResponses(base: ColdStartAtMemory | null, head: ColdStartAtMemory, look: Look, claimed: boolean): SampledTime {
  const events = { base: base?.firstResponse ?? null, head: head.firstResponse };
  const paired = responsesOf(events, head.places);
  const [before, after] = [paired.base === null ? null : sampleOf(paired.base), sampleOf(paired.head)];
  // Where one side answers nothing the other is shown with all that it has.
  const sides = after === null ? { base: answersOf(base), head: answersOf(head) } : { base: before, head: after };
  const figures = { base: figuresOf(sides.base, look), head: figuresOf(sides.head, look) };
  const isComparable = claimed && before !== null && after !== null && logRatios(before, after) !== null;
  const change = isComparable ? judgePairs(before, after, paired.places, look).change : null;
  return { ...figures, change, verdict: null, detectable: change === null ? null : detectableRatio(change) };
}

function answersOf(size: ColdStartAtMemory | null): Sample | null {
  return sampleOf((size?.firstResponse ?? []).filter((one) => one !== null));
}

function figuresOf(answers: Sample | null, look: Look): SampledFigures | null {
  if (answers === null) return null;
  return { median: median(answers), p90: quantile(answers, 0.9), interval: medianInterval(answers, riskAt(look)), samples: answers.length };
}
