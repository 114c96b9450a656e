import type { MissingBase } from '../model/base.ts';
import type { FunctionComparison } from '../model/comparison.ts';
import type { Limit } from '../model/limits.ts';
import type { JudgedAs, Judgement, Unchecked, Warned } from '../model/verdict.ts';
import type { Pair } from '../rows.ts';
import { headroomOf, judgeBound } from './bounds.ts';
import { slackOf } from './crate-figures.ts';
import { TOLERANCE } from './inherited.ts';
import { lostText } from './lost-base.ts';
import type { Counted } from './references.ts';

type HeldSince =
  | { readonly kind: 'breached' | 'kept'; readonly judgement: Judgement }
  | { readonly kind: 'warned'; readonly warned: Warned }
  | { readonly kind: 'unchecked'; readonly unchecked: Unchecked };

/**
 * Holds growth since a release or a day: many small changes that each pass are one large one. It is breached where head is over and the change
 * adds to it; where base is over too and head is above it by no more than the tolerance of a maximum, others brought it: a warning. Who
 * brought it cannot be told without base. A function that was not there yet has not grown.
 */
export function holdSince(
  limit: Limit,
  fn: FunctionComparison,
  figures: Pair<number> & { readonly head: number },
  { judgedAs, lost, from }: { readonly judgedAs: JudgedAs; readonly lost: MissingBase | null; readonly from: Counted },
): HeldSince {
  const unchecked = (reason: string, code: Unchecked['code'] = 'unmeasured'): HeldSince => ({
    kind: 'unchecked',
    unchecked: { limit, function: fn.name, code, reason },
  });
  if (from.kind === 'none') return unchecked(from.reason, from.code);
  const figure = from.figures === null ? null : (from.figures[limit.metric] ?? undefined);
  if (figure === undefined) return unchecked(`${limit.metric} was not measured at ${from.name}`);
  const { base, head } = figures;
  const bounds = limit.bounds.map((bound) => judgeBound(bound, figure, head, slackOf(limit, figure)));
  const reference = { name: from.name, sha: from.sha, figure };
  const judgement = { limit, function: fn.name, figures: { base, head }, reference, bounds, headroom: headroomOf(bounds, head) };
  if (!bounds.every(({ exceeded }) => exceeded)) return { kind: 'kept', judgement };
  if (lost !== null) return unchecked(lostText(lost), 'no-base');
  const over = base !== null && bounds.every(({ allowed }) => allowed !== null && base > allowed);
  const adds = base === null || head - base > TOLERANCE[limit.dimension];
  if (judgedAs === 'change' && over && !adds) return { kind: 'warned', warned: { ...judgement, because: 'base-exceeds' } };
  return { kind: 'breached', judgement };
}
