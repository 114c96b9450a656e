import { meaning } from '../function-names.ts';
import { isCrateMetric, metricRow } from '../metrics.ts';
import type { Comparison } from '../model/comparison.ts';
import type { Limit } from '../model/limits.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Judgement } from '../model/verdict.ts';
import { breachesOf } from './judge.ts';

/** A maximum that a saving has left far above what is used: what grows back into it nobody sees. */
export interface SlackLimit {
  readonly limit: Limit;
  /** Of the function that uses most of it. */
  readonly function: string;
  readonly unused: number;
  /** The line as it would hold what was saved: two digits, at least 2 % above what is used. */
  readonly proposed: string;
}

/** As a share of the maximum: what base used at least, what head leaves at least, what was saved at least. */
const [NEAR, UNUSED, SAVED] = [0.8, 0.15, 0.05];
/** A link moves by less. */
const ROOM = 1.02;

/**
 * Maxima that have become slack with this change: base used 80 % or more, head leaves 15 % or more, and 5 % or more of the maximum were saved, by
 * what uses most of it among all functions that it is for. Quiet where one of those is not known, of what is sampled, and where head has another line already.
 */
export function slackLimits({ comparison, verdict }: Pick<Outcome, 'comparison' | 'verdict'>): readonly SlackLimit[] {
  const held = new Map<Limit, readonly Judgement[]>();
  for (const one of verdict.kept) if (isMaximum(one.limit)) held.set(one.limit, [...(held.get(one.limit) ?? []), one]);
  const open = new Set([...breachesOf(verdict, 'limit'), ...verdict.warned, ...verdict.unchecked].map(({ limit }) => limit));
  return [...held].flatMap(([limit, judgements]): readonly SlackLimit[] => {
    if (open.has(limit) || isReplaced(limit, comparison) || isForUnknown(limit, comparison)) return [];
    const [first] = limit.bounds;
    const most = judgements.toSorted((a, b) => (b.figures.head ?? 0) - (a.figures.head ?? 0))[0];
    const [base, head] = [Math.max(...judgements.map(({ figures }) => figures.base ?? 0)), most?.figures.head ?? 0];
    if (most === undefined || first.kind !== 'maximum' || head === 0) return [];
    const { value } = first;
    if (base < NEAR * value || value - head < UNUSED * value || base - head < SAVED * value) return [];
    const proposed = proposedFor(limit.text, value, head);
    return proposed === null ? [] : [{ limit, function: most.function, unused: value - head, proposed }];
  });
}

function isMaximum({ bounds: [first, ...others], metric, source }: Limit): boolean {
  return first.kind === 'maximum' && others.length === 0 && source.kind !== 'default' && metricRow(metric)?.judged !== 'sampled';
}

/** Whether head writes it another way by itself. */
function isReplaced({ source, text }: Limit, { limitChanges }: Comparison): boolean {
  const isDeclared = source.kind === 'package' || source.kind === 'workspace';
  return isDeclared && limitChanges.some((change) => change.kind === 'removed' && change.text.trim() === text);
}

/** Whether it is for a function that this run has no figure of, which may use all of it. */
function isForUnknown({ function: name, metric, source }: Limit, { head, functions }: Comparison): boolean {
  return head.snapshot.notBuilt.some(
    (left) =>
      (name === null || meaning(name, left) !== null) &&
      (source.kind !== 'package' || source.package === left.crate) &&
      (isCrateMetric(metric) ||
        !functions.some((fn) => fn.name === left.name && fn.crate === left.crate && fn.metrics[metric].head !== null)),
  );
}

/** In the unit that is written. */
function proposedFor(text: string, value: number, head: number): string | null {
  const at = text.lastIndexOf(':') + 1;
  const [, digits = '', gap = '', unit = ''] = /^\s*([\d.]+)(\s*)([A-Za-z]*)\s*$/.exec(text.slice(at)) ?? [];
  const factor = value / Number(digits);
  if (!(factor > 0)) return null;
  const least = (head * ROOM) / factor;
  const place = Math.floor(Math.log10(least)) - 1;
  // What is counted bare is whole.
  const decimals = unit === '' ? 0 : Math.max(0, -place);
  const step = 10 ** Math.max(place, -decimals);
  const number = (Math.ceil(least / step) * step).toFixed(decimals);
  return Number(number) * factor >= value ? null : `${text.slice(0, at)} ${Number(number)}${gap}${unit}`;
}
