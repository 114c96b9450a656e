import type { FunctionComparison, Outcome } from '../../core/model.ts';
import { renderMillis } from '../../core/units.ts';
import { pairedText, renderDollars } from '../text/cold-start.ts';
import { sidesOf, spentText } from '../text/cold-start-prices.ts';
import { PLAIN } from '../text/escape.ts';
import { counted } from '../text/figures.ts';
import { toldFunctions } from '../text/functions.ts';
import { capped } from '../text/limits.ts';

const FUNCTIONS = 5;

/** What the table has no room for: how sure a change is, what is billed and what it costs, for each size; then what sampling cost. */
export function coldStartLines(outcome: Outcome): readonly string[] {
  const rows = toldFunctions(outcome);
  const sampled = rows.filter(({ coldStart }) => coldStart.sizes.some(({ head }) => head !== null));
  const skipped = rows.flatMap(({ name, coldStart: { state } }) =>
    state.kind === 'none' && state.code === 'not-sampled' ? [`${PLAIN.name(name)} was not sampled: ${PLAIN.prose(state.reason)}`] : [],
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
    const text = (of: Parameters<typeof sidesOf>[1], render: (value: number) => string): string => {
      const { base, head } = sidesOf(size, of);
      return `${base === null ? '' : `${render(base)} → `}${head === null ? '–' : render(head)}`;
    };
    const change = size.base === null ? '' : ` (${pairedText(size.change)})`;
    const billed = text(({ billed }) => billed, renderMillis);
    const price = text(({ pricePerMillion }) => pricePerMillion, renderDollars);
    return `  ${size.memorySize} MB: ${text(({ median }) => median, renderMillis)}${change}, billed ${billed}, a million inits ${price}`;
  });
  return [`${PLAIN.name(name)}${where}${when}`, ...lines];
}
