import type { ColdStartAtSize } from '../../core/model/cold-start.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { type Render, renderApart, renderMillis } from '../../core/units.ts';
import { overheadText, pairedText, renderDollars } from '../text/cold-start.ts';
import { sidesOf, spentText } from '../text/cold-start-prices.ts';
import { PLAIN } from '../text/escape.ts';
import { counted } from '../text/figures.ts';
import { toldFunctions } from '../text/functions.ts';
import { millisBecame } from '../text/init-times.ts';
import { capped } from '../text/limits.ts';

const FUNCTIONS = 5;

/** What the table has no room for: how sure a change is, what is billed and what it costs, for each size; then what sampling cost. */
export function coldStartLines(outcome: Outcome): readonly string[] {
  const rows = toldFunctions(outcome);
  const sampled = rows.filter(({ coldStart }) => coldStart.sizes.some(({ head }) => head !== null));
  const skipped = rows.flatMap(({ name, coldStart: { state } }) =>
    state.kind === 'none' && (state.code === 'not-sampled' || state.code === 'aws')
      ? [`${PLAIN.name(name)} was not sampled: ${PLAIN.prose(state.reason)}`]
      : [],
  );
  const left = sampled.length - FUNCTIONS;
  const spent = spentText(outcome);
  return [
    ...sampled.slice(0, FUNCTIONS).flatMap(linesOf),
    ...(left > 0 ? [`and ${counted(left, 'more function')}`] : []),
    ...capped(skipped, 'function'),
    ...(spent === '' ? [] : [spent]),
  ];
}

function linesOf({ name, coldStart: { sizes, region, looks } }: FunctionComparison): readonly string[] {
  const where = region === null ? '' : ` in ${PLAIN.name(region)}`;
  const when = looks === null ? '' : `, after look ${looks.taken} of ${looks.planned}`;
  const lines = sizes.map((size) => {
    const text = (of: Parameters<typeof sidesOf>[1], render: Render): string => {
      const { base, head } = sidesOf(size, of);
      if (head === null) return `${base === null ? '' : `${render(base)} → `}–`;
      return base === null ? render(head) : renderApart(base, head, render).join(' → ');
    };
    const change = size.base === null ? '' : ` (${pairedText(size.change)})`;
    const billed = text(({ billed }) => billed, renderMillis);
    const price = text(({ pricePerMillion }) => pricePerMillion, renderDollars);
    return `  ${size.memorySize} MB: ${text(({ median }) => median, renderMillis)}${change}${responseText(size)}, billed ${billed}, a million inits ${price}`;
  });
  const overhead = overheadText(sizes[0]?.extensionOverhead ?? null);
  return [`${PLAIN.name(name)}${where}${when}`, ...lines, ...(overhead === null ? [] : [`  ${overhead}`])];
}

/** `, first response 2.10 ms → 3.40 ms`; empty where nothing was answered. */
function responseText({ firstResponse: { base, head, change } }: ColdStartAtSize): string {
  if (head === null) return '';
  const paired = change === null ? '' : ` (${pairedText(change)})`;
  return `, first response ${base === null ? renderMillis(head.median) : millisBecame(base.median, head.median)}${paired}`;
}
