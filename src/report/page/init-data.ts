import type { FunctionComparison } from '../../core/model/comparison.ts';
import { PLAIN } from '../text/escape.ts';
import { failureText } from '../text/init-failure.ts';
import { changeInPairs } from '../text/init-times.ts';
import type { InitData } from './data.ts';
import { rowsData } from './function-data.ts';
import type { PageFunction } from './input.ts';
import type { Names } from './names.ts';
import { sampled, samplesOf } from './sampled-data.ts';
import { encodeFlame } from './wire-flame.ts';

/** What is known of a function's init, and why something is not. `shas` are the sides as its flame graph calls them. */
export function initData(
  { comparison, measured, flame }: PageFunction,
  shas: { readonly base: string | null; readonly head: string },
  names: Names,
): InitData {
  const { init } = comparison;
  const [base, head] = [measured.base?.init, measured.head?.init];
  const wall = (of: typeof head): readonly number[] => (of?.kind === 'measured' ? of.timed.wall : []);
  const cpu = (of: typeof head): readonly number[] => (of?.kind === 'measured' ? (of.timed.cpu ?? []) : []);
  const time = init.time === null ? '' : changeInPairs(init.time);
  return {
    notes: notesOf(comparison),
    phases: rowsData(init.phases, names),
    functions: init.functions.map(({ name, crate, self, inclusive }) => [
      ...([names.placeOf(name), names.placeOf(crate)] as const),
      ...([self.base, self.head, inclusive.base, inclusive.head] as const),
    ]),
    times: [
      ...sampled('Time to the first request, on this machine', time, samplesOf(wall(base)), samplesOf(wall(head))),
      ...sampled('CPU time until then', init.cpu === null ? '' : changeInPairs(init.cpu), samplesOf(cpu(base)), samplesOf(cpu(head))),
    ],
    flame: flame === null || flame.head <= 0 ? null : { calls: encodeFlame(flame, names), title: { function: comparison.name, ...shas } },
  };
}

function notesOf({ init: { state } }: FunctionComparison): readonly string[] {
  switch (state.kind) {
    case 'broken':
      return [`It no longer starts: ${failureText(state.failure, PLAIN)}`, ...state.lastLines.map((line) => PLAIN.prose(line))];
    case 'not-measurable':
      return [`It does not start here: ${failureText(state.failure, PLAIN)}`, ...state.lastLines.map((line) => PLAIN.prose(line))];
    case 'recovered':
      return ['It starts again; base does not start here.'];
    case 'none':
      return [`It was not started: ${PLAIN.prose(state.reason)}`];
    case 'measured':
      return [];
  }
}
