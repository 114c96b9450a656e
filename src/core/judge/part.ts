import { metricRow } from '../metrics.ts';
import type { Limit } from '../model/limits.ts';
import type { Acceptance, Verdict } from '../model/verdict.ts';
import { accept, isAcceptable, statusOf } from './judge.ts';

/** `cold-start`: what is sampled on AWS, which may have to be waited for. `main`: all else. */
export type VerdictPart = 'main' | 'cold-start';

/** The verdict over one part alone, before anybody has accepted it. */
export function partOf(verdict: Verdict, part: VerdictPart): Verdict {
  if (verdict.status === 'off') return verdict;
  const isOf = ({ limit }: { readonly limit: Limit }): boolean => partOfLimit(limit) === part;
  const { gate, breaches, kept, warned, unproven, unchecked } = verdict;
  const own = {
    breaches: breaches.filter((breach) => (breach.kind === 'limit' ? isOf(breach) : (breach.kind === 'cold-start') === (part !== 'main'))),
    unchecked: unchecked.filter(isOf),
  };
  return { status: statusOf(own), gate, ...own, kept: kept.filter(isOf), warned: warned.filter(isOf), unproven: unproven.filter(isOf) };
}

/** A whole verdict of which each part was accepted for itself: accepted where one is and none is left that somebody would have to accept. */
export function acceptParts(whole: Verdict, parts: readonly Verdict[]): Verdict {
  const [acceptance] = parts.flatMap((part): readonly Acceptance[] => (part.status === 'accepted' ? [part.acceptance] : []));
  return acceptance === undefined || parts.some(isAcceptable) ? whole : accept(whole, acceptance);
}

/** Whether anything of it was held against a limit, or could have been. */
export function isJudged({ breaches, kept, warned, unchecked }: Verdict): boolean {
  return [breaches, kept, warned, unchecked].some((list) => list.length > 0);
}

function partOfLimit({ metric }: Limit): VerdictPart {
  return metricRow(metric)?.of === 'cold-start' ? 'cold-start' : 'main';
}
