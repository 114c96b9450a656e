import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { CostRow } from '../../core/model/init.ts';
import type { Pair } from '../../core/rows.ts';
import type { FunctionMeasurement } from '../../core/snapshot/snapshot.ts';
import { PLAIN } from '../text/escape.ts';
import { askedForText, unansweredText } from '../text/first-response.ts';
import { failureText } from '../text/init-failure.ts';
import { changeInPairs } from '../text/init-times.ts';
import { countsData } from './counts-data.ts';
import type { InitData, SampledData, StartedData } from './data.ts';
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
  return {
    notes: notesOf(comparison),
    phases: rowsData(init.phases, names),
    functions: costsData(init.functions, names),
    times: timesData(
      timedOf(measured, ({ timed }) => timed),
      init,
      ['Time to the first request, on this machine', 'CPU time until then'],
    ),
    counts: countsData(comparison, 'init', names),
    flame: flame === null || flame.head <= 0 ? null : { calls: encodeFlame(flame, names), title: { function: comparison.name, ...shas } },
  };
}

/** The same of what a function does from its first event to the response; its one phase is all of it. */
export function responseData({ comparison, measured }: PageFunction, names: Names): StartedData {
  const { firstResponse, metrics } = comparison;
  const total = metrics['first-response.instructions'];
  return {
    notes: responseNotesOf(comparison),
    phases: total.base === null && total.head === null ? [] : rowsData([{ ...total, name: 'first response' }], names),
    functions: costsData(firstResponse.functions, names),
    times: timesData(
      timedOf(measured, ({ firstResponse: response }) => (response?.kind === 'measured' ? response.timed : null)),
      firstResponse,
      ['Time to the first response, on this machine', 'CPU time of the first response'],
    ),
    counts: countsData(comparison, 'first-response', names),
  };
}

/** Wall and CPU time of each start, with what their pairs say of the change. */
function timesData(
  { base, head }: ReturnType<typeof timedOf>,
  changes: Pick<FunctionComparison['init'], 'time' | 'cpu'>,
  titles: readonly [wall: string, cpu: string],
): readonly SampledData[] {
  return (['wall', 'cpu'] as const).flatMap((clock, at) => {
    const change = clock === 'wall' ? changes.time : changes.cpu;
    const title = titles[at] ?? '';
    return sampled(title, change === null ? '' : changeInPairs(change), samplesOf(base?.[clock] ?? []), samplesOf(head?.[clock] ?? []));
  });
}

interface Timed {
  readonly wall: readonly number[];
  readonly cpu: readonly number[] | null;
}

/** Each side's samples; base's only of starts that were made beside head's, and by the same clock: no picture holds two sessions against each other. */
function timedOf(
  { base, head }: Pair<FunctionMeasurement>,
  samples: (init: Started) => Timed | null,
): { readonly base: Timed | null; readonly head: Timed | null } {
  const [before, after] = [base?.init ?? null, head?.init ?? null];
  const session = after === null || after.kind === 'none' ? null : after.session;
  const [one, other] = [
    before?.kind === 'measured' && before.session === session ? before : null,
    after?.kind === 'measured' ? after : null,
  ];
  const [timed, otherTimed] = [one === null ? null : samples(one), other === null ? null : samples(other)];
  const isSameClock = one === null || other === null || one.timed.cpuOf === other.timed.cpuOf;
  return { base: timed === null || isSameClock ? timed : { wall: timed.wall, cpu: null }, head: otherTimed };
}

type Started = Extract<NonNullable<FunctionMeasurement['init']>, { readonly kind: 'measured' }>;

function costsData(functions: readonly CostRow[], names: Names): StartedData['functions'] {
  return functions.map(({ name, crate, self, inclusive }) => [
    ...([names.placeOf(name), names.placeOf(crate)] as const),
    ...([self.base, self.head, inclusive.base, inclusive.head] as const),
  ]);
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
      return [state.code === 'apart' ? `Not compared: ${PLAIN.prose(state.reason)}` : `It was not started: ${PLAIN.prose(state.reason)}`];
    case 'measured':
      return [];
  }
}

function responseNotesOf({ firstResponse: { state } }: FunctionComparison): readonly string[] {
  switch (state.kind) {
    case 'broken':
    case 'not-measurable': {
      const what = state.kind === 'broken' ? 'It no longer answers its first request' : 'It does not answer its first request here';
      const why = `${unansweredText(state.why, PLAIN)}${askedForText(state, PLAIN)}`;
      return [`${what}: ${why}`, ...state.lastLines.map((line) => PLAIN.prose(line))];
    }
    case 'recovered':
      return ['It answers its first request again; base does not here.'];
    case 'none':
      return state.code === 'apart' ? [`Not compared: ${PLAIN.prose(state.reason)}`] : [];
    case 'measured':
      return [];
  }
}
