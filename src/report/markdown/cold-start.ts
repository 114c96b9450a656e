import { BYTES_PER_MB } from '../../core/compare/cold-start.ts';
import type { ColdStartAtSize, ColdStartComparison, ColdStartFigures } from '../../core/model/cold-start.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { SampledFigures, SampledTime } from '../../core/model/sampled-time.ts';
import { mapPair } from '../../core/pair.ts';
import type { Pair } from '../../core/rows.ts';
import { type Render, renderApart, renderInteger, renderMillis, renderRatio } from '../../core/units.ts';
import { CONFIDENCE, dollarsApart, judgedSize, millisApart, overheadText, pairedText, renderDollars } from '../text/cold-start.ts';
import { awsFailureAdvice, awsFailureText, type FailedOnAws, failedOnAws, failingText } from '../text/cold-start-failure.ts';
import { pricesText, sidesOf, spentText } from '../text/cold-start-prices.ts';
import { codeBlock, MARKDOWN } from '../text/escape.ts';
import { counted, listed } from '../text/figures.ts';
import { rowsOf, toldFunctions } from '../text/functions.ts';
import { asInput, FAILURES, WRITTEN } from '../text/init-failure.ts';
import { collapsed, tableRow } from './details.ts';

const REASONS = 5;

/** How far two figures are apart, without a sign. */
type Apart = (base: number, head: number) => string;

/** What functions wrote whose init works on AWS at base and fails there at head, open: it is the first thing to read. Empty where there are none. */
export function coldStartFailures(outcome: Outcome): string {
  const failed = failedOnAws(rowsOf(outcome).breached, 'broken');
  if (failed.length === 0) return '';
  const shown = failed.slice(0, FAILURES).map(({ fn, failure, counts }) => failureBlock(fn, failure, ` ${failingText(counts)}`));
  const left = failed.length - shown.length;
  return ['**It wrote on AWS**', ...shown, ...(left === 0 ? [] : [`and ${counted(left, 'more function')}`])].join('\n\n');
}

/** The collapsed figures of cold starts on AWS, function by function, and what they cost. Empty where nobody sampled any. */
export function coldStartDetails(outcome: Outcome): string {
  const rows = toldFunctions(outcome);
  const blocks = rows.flatMap((fn) => blockOf(fn));
  if (blocks.length === 0) return '';
  const sampled = rows.some(({ coldStart }) => coldStart.sizes.length > 0);
  const hint = `Samples are taken in pairs, base beside head; the change is estimated over them. All intervals of a run together hold with ${CONFIDENCE} confidence, over its looks, functions and memory sizes.`;
  return collapsed('Cold starts on AWS', [...blocks, ...(sampled ? [hint, pricesText(outcome), spentText(outcome)] : [])].join('\n\n'));
}

function blockOf(fn: FunctionComparison): readonly string[] {
  const { state, sizes } = fn.coldStart;
  switch (state.kind) {
    case 'broken':
      return [];
    case 'not-measurable':
      return [failureBlock(fn, state, ' starts on AWS neither at base nor at head')];
    case 'measured':
    case 'recovered':
      return [figuresBlock(fn, state.kind === 'recovered' ? "; base's init fails on AWS" : '')];
    case 'none':
      if (sizes.length > 0) return [figuresBlock(fn, `; ${MARKDOWN.prose(state.reason)}`)];
      return state.code === 'not-sampled' || state.code === 'aws'
        ? [`${MARKDOWN.name(fn.name)} was not sampled: ${MARKDOWN.prose(state.reason)}`]
        : [];
  }
}

function failureBlock(fn: FunctionComparison, failure: FailedOnAws, what: string): string {
  const written = failure.lastLines.slice(-WRITTEN).join('\n');
  return [
    `${MARKDOWN.name(fn.name)}${what}: ${awsFailureText(failure, MARKDOWN)}. ${awsFailureAdvice(failure, asInput, MARKDOWN)}`,
    ...(written.trim() === '' ? [] : [codeBlock(written, 'text')]),
  ].join('\n\n');
}

function figuresBlock({ name, coldStart }: FunctionComparison, remark: string): string {
  const size = judgedSize(coldStart);
  if (size === null) return `${MARKDOWN.name(name)} has no samples${remark}`;
  const { region, looks, sizes } = coldStart;
  const where = region === null ? '' : ` in ${MARKDOWN.name(region)}`;
  const when = looks === null ? '' : `, after look ${looks.taken} of ${looks.planned}`;
  const heads = ['cold start', 'base', 'head', 'change'];
  const overhead = overheadText(size.extensionOverhead);
  return [
    `${MARKDOWN.name(name)} at ${size.memorySize} MB${where}${when}${remark}`,
    [tableRow(heads), tableRow(['---', '---:', '---:', '---:']), ...figureRows(size)].join('\n'),
    ...(overhead === null ? [] : [`Sampled as a layer of a small function: ${overhead}`]),
    ...discardedTexts(coldStart),
    ...(sizes.length < 2 ? [] : [dialTable(sizes)]),
  ].join('\n\n');
}

function figureRows(size: ColdStartAtSize): readonly string[] {
  const line = (what: string, of: (side: ColdStartFigures) => number, render: Render, change: string | Apart): string => {
    const sides = sidesOf(size, of);
    const text = (value: number | null): string => (value === null ? '–' : render(value));
    return tableRow([what, text(sides.base), text(sides.head), typeof change === 'string' ? change : changeOf(sides, change)]);
  };
  const failed = (size.base?.functionErrors ?? 0) + (size.head?.functionErrors ?? 0) > 0;
  return [
    line('Init Duration, median', ({ median }) => median, renderMillis, changeInPairs(size)),
    line('Init Duration, p90', ({ p90 }) => p90, renderMillis, millisApart),
    ...responseRows(size),
    line('samples', ({ samples }) => samples, renderInteger, ''),
    ...(failed ? [line('of them ended in a function error', (side) => side.functionErrors, renderInteger, '')] : []),
    line('discarded', ({ discarded }) => discarded.reduce((sum, { count }) => sum + count, 0), renderInteger, ''),
    line(
      'Max Memory Used, the largest',
      ({ maxMemoryUsed }) => maxMemoryUsed,
      mebibytes,
      (base, head) => mebibytes(Math.abs(head - base)),
    ),
    line('Billed Duration, median', ({ billed }) => billed, renderMillis, millisApart),
    line('init of a million cold starts', ({ pricePerMillion }) => pricePerMillion, renderDollars, dollarsApart),
  ];
}

/** Of what was answered; of its change more is said where a limit is on it. */
function responseRows({ firstResponse }: ColdStartAtSize): readonly string[] {
  const { base, head } = firstResponse;
  if (base === null && head === null) return [];
  const row = (what: string, of: (side: SampledFigures) => number, change: string | null): string => {
    const sides = mapPair({ base, head }, of);
    const text = (value: number | null): string => (value === null ? '–' : renderMillis(value));
    return tableRow([what, text(sides.base), text(sides.head), change ?? changeOf(sides, millisApart)]);
  };
  const paired = firstResponse.change === null ? null : changeInPairs(firstResponse);
  return [row('first response (Duration), median', ({ median }) => median, paired), row('first response, p90', ({ p90 }) => p90, null)];
}

function mebibytes(value: number): string {
  return `${renderInteger(Math.round(value / BYTES_PER_MB))} MiB`;
}

function changeOf({ base, head }: Pair<number>, apart: Apart): string {
  if (base === null || head === null) return '–';
  if (base === head) return '0';
  return `${head > base ? '+' : '−'}${apart(base, head)}${base === 0 ? '' : `, ${renderRatio(head / base)}`}`;
}

function changeInPairs({ base, head, change, verdict }: SampledTime): string {
  if (base === null || head === null) return '–';
  return `${verdict === 'slower' || verdict === 'faster' ? `${verdict}: ` : ''}${pairedText(change)}`;
}

/** What did not count, and why: `Discarded at head: 1 × the first after an upload`; in one line where it is the same everywhere. */
function discardedTexts({ sizes }: ColdStartComparison): readonly string[] {
  const all = sizes.flatMap((size) =>
    (['base', 'head'] as const).flatMap((side) => {
      const figures = size[side];
      if (figures === null) return [];
      const reasons = figures.discarded.map(({ reason, count }) => `${renderInteger(count)} × ${MARKDOWN.prose(reason)}`);
      const where = sizes.length < 2 ? side : `${side}, ${size.memorySize} MB`;
      return [{ where, text: listed(reasons, REASONS) }];
    }),
  );
  const [first, ...others] = all;
  if (first !== undefined && others.length > 0 && first.text !== '' && others.every(({ text }) => text === first.text))
    return [`Discarded at each side${sizes.length < 2 ? '' : ' and size'}: ${first.text}`];
  return all.filter(({ text }) => text !== '').map(({ where, text }) => `Discarded at ${where}: ${text}`);
}

/** What more memory buys: measure before turning it. */
function dialTable(sizes: readonly ColdStartAtSize[]): string {
  const both = (size: ColdStartAtSize, of: (side: ColdStartFigures) => number, render: Render): string => {
    const { base, head } = sidesOf(size, of);
    const text = (value: number | null): string => (value === null ? '–' : render(value));
    if (base === null || head === null) return base === null ? text(head) : `${text(base)} → ${text(head)}`;
    return renderApart(base, head, render).join(' → ');
  };
  const rows = sizes.map((size, place) =>
    tableRow([
      `${size.memorySize} MB${place === 0 ? ' (judged)' : ''}`,
      both(size, ({ median }) => median, renderMillis),
      changeInPairs(size),
      both(size, ({ billed }) => billed, renderMillis),
      both(size, ({ pricePerMillion }) => pricePerMillion, renderDollars),
      size.head === null ? '–' : String(size.head.samples),
    ]),
  );
  const heads = ['memory', 'Init Duration, median', 'change', 'Billed Duration, median', 'init of a million cold starts', 'samples'];
  return [tableRow(heads), tableRow(['---', ...heads.slice(1).map(() => '---:')]), ...rows].join('\n');
}
