import { isCrateMetric, metricRow } from '../metrics.ts';
import type { Limit } from '../model/limits.ts';
import type { Breach, Judgement, Verdict } from '../model/verdict.ts';

/**
 * What a label can accept, as it was reported: a breach, or a limit that could not be checked because base is not to be had. Only the first,
 * of a limit, has figures.
 */
export interface SeenBreach {
  readonly leg: string;
  readonly function: string;
  readonly kind: Breach['kind'] | 'unchecked';
  readonly metric: string | null;
  readonly base: number | null;
  readonly head: number | null;
}

type Judged = Pick<Verdict, 'breaches' | 'unchecked'>;

/** What may come in by other merges without being anybody's doing: alignment and order move a link by some hundred bytes. */
const SIZE_TOLERANCE = 2_000;
/** Of what is measured by running, whose own repeats differ. */
const RUN_TOLERANCE = 0.02;

interface Open {
  readonly function: string;
  readonly kind: SeenBreach['kind'];
  readonly metric: Limit['metric'] | null;
  readonly judgement: Judgement | null;
}

function opened({ breaches, unchecked }: Judged): readonly Open[] {
  return [
    ...breaches.map((breach) => {
      const { kind, function: name } = breach;
      if (kind !== 'limit') return { function: name, kind, metric: null, judgement: null };
      return { function: name, kind, metric: breach.limit.metric, judgement: breach };
    }),
    ...unchecked
      .filter(({ code }) => code === 'no-base')
      .map(({ function: name, limit }) => ({ function: name, kind: 'unchecked' as const, metric: limit.metric, judgement: null })),
  ];
}

export function seenOf(leg: string, judged: Judged): readonly SeenBreach[] {
  return opened(judged).map(({ function: name, kind, metric, judgement }) => {
    return { leg, function: name, kind, metric, ...(judgement?.figures ?? { base: null, head: null }) };
  });
}

/**
 * What an acceptance of those does not cover, by function and metric (`null`: its start): what they did not hold; and `upTo` their figures, as
 * in a merge queue, where the code is another than the one that was accepted, what is larger: the growth of a bound on growth, else the figure.
 */
export function notSeen(
  leg: string,
  judged: Judged,
  seen: readonly SeenBreach[],
  upTo: boolean,
): readonly { readonly function: string; readonly metric: string | null }[] {
  return opened(judged).filter(({ function: name, kind, metric, judgement }) => {
    const alike = seen.filter((one) => one.leg === leg && one.function === name && one.kind === kind && one.metric === metric);
    return !alike.some((one) => !upTo || judgement === null || isWithin(judgement, one));
  });
}

function isWithin({ limit, figures }: Judgement, seen: SeenBreach): boolean {
  const growing = limit.bounds.some(({ kind }) => kind !== 'maximum');
  const figureOf = ({ base, head }: { readonly base: number | null; readonly head: number | null }): number | null =>
    head === null ? null : growing && base !== null ? head - base : head;
  const [now, then] = [figureOf(figures), figureOf(seen)];
  if (now === null || then === null) return false;
  return now <= then + toleranceOf(limit, seen.head ?? 0);
}

function toleranceOf({ dimension, metric }: Judgement['limit'], head: number): number {
  const row = isCrateMetric(metric) ? null : metricRow(metric);
  if (row !== null && row.of !== 'build') return head * RUN_TOLERANCE;
  return dimension === 'size' ? SIZE_TOLERANCE : 0;
}
