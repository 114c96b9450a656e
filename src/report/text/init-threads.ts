import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { OutlivingThreads } from '../../core/model/init.ts';
import { mapPair } from '../../core/pair.ts';
import type { Pair } from '../../core/rows.ts';
import { renderCount } from '../../core/units.ts';
import { codeName } from './code-name.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';

const NAMES = 3;

type Thread = OutlivingThreads['leftOut'][number];

type Outliving = Pair<OutlivingThreads>;

/**
 * What threads do that outlive a function's first request or its first response, in a line each: `health: its instructions are without a thread under
 * health::warm_cache that goes on after the first request`. Of head, or of base where only that has them.
 */
export function threadLines({ name, init, firstResponse }: FunctionComparison, style: TextStyle): readonly string[] {
  const before = new Set([init.threads.base, init.threads.head].flatMap((side) => (side?.leftOut ?? []).map(under)));
  const lines = [
    ...linesOf(init.threads, { counted: 'its instructions are', after: 'the first request' }, style),
    // What went on when init ended goes on here, too, and is told.
    ...linesOf(
      mapPair(firstResponse.threads, ({ leftOut, background }) => ({
        leftOut: leftOut.filter((thread) => !before.has(under(thread))),
        background,
      })),
      { counted: 'the instructions of its first response are', after: 'the response' },
      style,
    ),
  ];
  return lines.map((line) => `${style.name(name)}: ${line}`);
}

function linesOf(
  threads: Outliving,
  { counted, after }: Readonly<Record<'counted' | 'after', string>>,
  style: TextStyle,
): readonly string[] {
  const of = (what: keyof OutlivingThreads): readonly Thread[] =>
    [threads.head, threads.base].find((side) => side !== null && side[what].length > 0)?.[what] ?? [];
  const [leftOut, background] = [of('leftOut'), of('background')];
  const text = ({ under }: Thread): string => (under === null ? 'without a name' : `under ${codeName(under.name, style)}`);
  return [
    ...(leftOut.length === 0
      ? []
      : [
          `${counted} without ${aThread(leftOut)} ${listed([...new Set(leftOut.map(text))], NAMES)} that ${leftOut.length === 1 ? 'goes' : 'go'} on after ${after}`,
        ]),
    ...(background.length === 0
      ? []
      : [
          `${counted} with background work, done after ${after}: ${aThread(background)} ${listed([...new Set(background.map((thread) => `${text(thread)} (${renderCount(thread.instructions)})`))], NAMES)}`,
        ]),
  ];
}

function under({ under }: Thread): string {
  return under?.name ?? '';
}

function aThread({ length }: readonly Thread[]): string {
  return length === 1 ? 'a thread' : `${length} threads`;
}
