import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { InitComparison } from '../../core/model/init.ts';
import { deltaOf } from '../../core/pair.ts';
import { renderDelta } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';

type MappedRow = InitComparison['mappings'][number];

const PARTS = 3;
/** Of Linux on both of Lambda's architectures. */
const PAGE = 4_096;
/** Copies of a file's pages fault twice, once to be read and once to be written. */
const AGAIN = 3;
/** Fewer are those of pages that were read before they were written. */
const MANY = 200;
/** What grew by less than this share of what grew most is not worth its words. */
const WORTH = 0.1;
/** Where a process lies in memory alone moves it by a few pages. */
const NOTICEABLE = { faults: 16, bytes: 65_536, share: 0.02 };

/** Whose pages an init newly touches: `.bss of the binary +1.64 MB`. Empty where faults and memory did not noticeably grow. */
export function pageLines(fn: FunctionComparison, style: TextStyle): readonly string[] {
  const { 'init.faults': faults, 'init.memory': memory } = fn.metrics;
  if (!isMore(faults, NOTICEABLE.faults) && !isMore(memory, NOTICEABLE.bytes)) return [];
  const grown = grownParts(fn);
  const most = deltaOf(grown[0] ?? { base: 0, head: 0 });
  const told = grown.filter((row) => deltaOf(row) >= most * WORTH);
  const kept = told.filter(({ part }) => part !== 'returned').map((row) => partText(row, style));
  const returned = told.find(({ part }) => part === 'returned');
  const again = againText(
    deltaOf(faults),
    grown.reduce((sum, row) => sum + deltaOf(row), 0),
  );
  if (again !== null) return [[again, ...(kept.length === 0 ? [] : [`${listed(kept, PARTS)} ${KEPT}`])].join('; ')];
  const texts = [
    ...(kept.length === 0 ? [] : [`${listed(kept, PARTS)} ${KEPT}`]),
    ...(returned === undefined ? [] : [`${renderDelta(deltaOf(returned), 'size')} taken and given back before the first request`]),
  ];
  const [first] = told;
  return texts.length === 0 ? [] : [(first?.part === 'returned' ? texts.toReversed() : texts).join('; ')];
}

/** `heap +643 kB`: the part that grew most; `null` where none did. */
export function largestPart(fn: FunctionComparison, style: TextStyle): string | null {
  const [most] = grownParts(fn);
  return most === undefined ? null : partText(most, style);
}

function grownParts({ init }: FunctionComparison): readonly MappedRow[] {
  return init.mappings.filter((row) => row.base !== null && deltaOf(row) > 0).toSorted((a, b) => deltaOf(b) - deltaOf(a));
}

function partText(row: MappedRow, style: TextStyle): string {
  return `${textOf(row.part, style)} ${renderDelta(deltaOf(row), 'size')}`;
}

const KEPT = 'in memory when the first request comes';

/** The same memory faulted in several times: one fault brings a page at least. */
function againText(faults: number, bytes: number): string | null {
  if (faults < MANY || faults * PAGE < bytes * AGAIN) return null;
  return `${renderDelta(faults, 'count')} page faults, more than stays in memory: it is taken and given back again and again`;
}

function isMore(figures: { readonly base: number | null; readonly head: number | null }, least: number): boolean {
  return figures.base !== null && deltaOf(figures) >= Math.max(least, figures.base * NOTICEABLE.share);
}

function textOf(part: MappedRow['part'], style: TextStyle): string {
  switch (part) {
    case 'code':
      return "the binary's code";
    case 'constants':
      return "the binary's constants";
    case 'relocated':
      return `the binary's constants that hold addresses (${style.name('.data.rel.ro')})`;
    case 'data':
      return `the binary's ${style.name('.data')}`;
    case 'bss':
      return `the binary's ${style.name('.bss')} (statics that begin as zero)`;
    case 'heap':
      return 'heap';
    case 'mapped':
      return 'large allocations';
    case 'stacks':
      return 'stacks';
    case 'libraries':
      return 'libraries';
    case 'files':
      return 'mapped files';
    case 'returned':
      return 'memory that is given back';
  }
}
