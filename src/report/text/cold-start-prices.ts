import { PRICE_REGION } from '../../core/compare/price.ts';
import type { ColdStartAtSize, ColdStartFigures } from '../../core/model/cold-start.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { mapPair } from '../../core/pair.ts';
import type { Pair } from '../../core/rows.ts';
import { renderCount } from '../../core/units.ts';
import { renderDollars } from './cold-start.ts';
import { counted } from './figures.ts';

/** One figure of both sides. */
export function sidesOf({ base, head }: ColdStartAtSize, of: (side: ColdStartFigures) => number): Pair<number> {
  return mapPair({ base, head }, of);
}

/** Whose prices they are and what is not in them. */
export function pricesText({ comparison }: Outcome): string {
  const { functions, invocation } = comparison.head.snapshot;
  const sampled = new Set(comparison.functions.filter(({ coldStart }) => coldStart.sizes.length > 0).map(({ name }) => name));
  const known = functions.filter(({ name }) => sampled.has(name)).map(({ arch }) => arch);
  const archs = [...new Set(known.length === 0 ? [invocation.arch] : known)].join(' and ');
  return `Prices are those reported for ${PRICE_REGION} (${archs}): GB-seconds of init alone, without requests, handlers, tiers and free allowances; other regions differ by some percent.`;
}

/** What the samples themselves cost: `Sampling cost about 0.0042 USD in this run: 168 invocations, 3.20 GB-seconds.` Empty where nothing is known of it. */
export function spentText({ comparison }: Outcome): string {
  const bills = comparison.functions.flatMap(({ coldStart: { spent } }) => (spent === null ? [] : [spent]));
  if (bills.length === 0) return '';
  const sum = (of: (bill: (typeof bills)[number]) => number): number => bills.reduce((total, bill) => total + of(bill), 0);
  const failed = comparison.functions.some(({ coldStart: { state } }) => state.kind === 'broken' || state.kind === 'not-measurable');
  const without = failed ? '; functions whose init failed are not in it' : '';
  const what = `${counted(
    sum(({ requests }) => requests),
    'invocation',
  )}, ${renderCount(sum(({ gbSeconds }) => gbSeconds))} GB-seconds`;
  const price = renderDollars(sum(({ dollars }) => dollars));
  return `Sampling cost ${price.startsWith('less') ? '' : 'about '}${price} in this run: ${what}${without}.`;
}
