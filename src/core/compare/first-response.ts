import type { FirstResponseComparison, FirstResponseState, UnansweredEvent } from '../model/first-response.ts';
import type { InitComparison, InitState } from '../model/init.ts';
import { mapPair } from '../pair.ts';
import type { Pair } from '../rows.ts';
import type { CountedInstructions, TracedConnects } from '../snapshot/counted.ts';
import type { FirstResponse } from '../snapshot/first-response.ts';
import type { MeasuredInit } from '../snapshot/init.ts';
import { logRatios } from '../statistics.ts';
import { type CpuSamples, compareCpus } from './cpu.ts';
import { besideHead, costsOf, countedOf, cratesOf, type InitPair, provenPlaces, TIMING_ALPHA, timesOf, withVerdict } from './init.ts';
import { growthOf } from './init-growth.ts';
import { movedWork } from './moved-work.ts';

/** A response that came, and is none of an error. */
export type AnsweredResponse = Extract<FirstResponse, { readonly kind: 'measured' }>;

/** The option that brings a first response. */
const NO_EVENT = 'no event was given: name one with the input init-event';

/** Where nothing was started. */
export const NO_FIRST_RESPONSE: FirstResponseComparison = {
  state: { kind: 'none', code: 'no-event', reason: NO_EVENT },
  event: null,
  statuses: { base: null, head: null },
  crates: [],
  functions: [],
  growth: { functions: [], starters: [] },
  threads: { base: null, head: null },
  time: null,
  cpu: null,
  connections: { base: null, head: null },
  moved: null,
};

/**
 * Holds each function's first response at head against base's, in the order given: of the starts that their inits were compared by. The timings of a run share
 * one risk (Holm).
 */
export function compareFirstResponses(pairs: readonly InitPair[], inits: readonly InitComparison[]): readonly FirstResponseComparison[] {
  const compared = pairs.map((pair, place) => compareFirstResponse(pair, inits[place]?.state ?? null));
  const proven = provenPlaces(
    compared.map(({ wall }) => (wall.base === null || wall.head === null ? null : logRatios(wall.base, wall.head))),
  );
  const cpus = compareCpus(pairs.map(cpuSamplesOf), TIMING_ALPHA);
  return compared.map(({ comparison: { time, ...rest } }, place) => ({
    ...rest,
    time: time === null ? null : withVerdict(time, proven.has(place)),
    cpu: cpus[place] ?? null,
  }));
}

/** Of responses that came, read by the same clock at both sides. */
function cpuSamplesOf({ base, head }: InitPair): CpuSamples | null {
  const after = head?.init ?? null;
  if (after?.kind !== 'measured') return null;
  const cpu = answered(after)?.timed.cpu ?? null;
  if (cpu === null) return null;
  const beside = besideHead(base?.init ?? null, after);
  const { cpuOf } = after.timed;
  return { base: beside?.timed.cpuOf === cpuOf ? (answered(beside)?.timed.cpu ?? null) : null, head: cpu, of: cpuOf };
}

interface Compared {
  readonly comparison: FirstResponseComparison;
  readonly wall: Pair<readonly number[]>;
}

function compareFirstResponse({ base, head, own }: InitPair, init: InitState | null): Compared {
  const nothing = (state: FirstResponseState, event: string | null = null): Compared => ({
    comparison: { ...NO_FIRST_RESPONSE, state, event },
    wall: { base: null, head: null },
  });
  const after = head?.init ?? null;
  if (after === null || after.kind !== 'measured') return nothing(init === null ? NO_FIRST_RESPONSE.state : notStarted(init));
  const response = after.firstResponse;
  if (response === null) return nothing(NO_FIRST_RESPONSE.state);
  if (response.kind === 'none') return nothing({ kind: 'none', code: 'not-here', reason: response.reason });
  const beside = besideHead(base?.init ?? null, after);
  const sides: Pair<AnsweredResponse> = { base: answered(beside), head: answered(after) };
  const event = eventText(response.by);
  const unanswered = unansweredOf(response);
  if (unanswered !== null) return nothing({ kind: sides.base === null ? 'not-measurable' : 'broken', ...unanswered }, event);
  const counted: Pair<CountedInstructions> = mapPair(sides, countedOf);
  const wall = mapPair(sides, ({ timed }) => timed.wall);
  return {
    wall,
    comparison: {
      state: base === null ? { kind: 'measured' } : stateBeside(beside, init),
      event,
      statuses: mapPair(sides, ({ answer }) => (answer.kind === 'response' ? answer.status : null)),
      crates: cratesOf(counted),
      functions: costsOf(counted),
      growth: growthOf(counted, own),
      threads: mapPair(counted, ({ leftOut, background }) => ({ leftOut, background })),
      time: timesOf(wall),
      cpu: null,
      connections: mapPair(sides, ({ connects }) => (connects.kind === 'traced' ? connects.connections : null)),
      moved: movedWork({ init: mapPair({ base: beside, head: after }, countedOf), response: counted }, own),
    },
  };
}

function stateBeside(beside: MeasuredInit | null, init: InitState | null): FirstResponseState {
  if (beside === null) return init?.kind === 'none' ? { kind: 'none', code: 'apart', reason: init.reason } : { kind: 'recovered' };
  const response = beside.firstResponse;
  if (response === null) return { kind: 'none', code: 'apart', reason: 'base was given no event' };
  if (response.kind === 'none') return { kind: 'none', code: 'apart', reason: `base: ${response.reason}` };
  return answered(beside) === null ? { kind: 'recovered' } : { kind: 'measured' };
}

/** A start that was not made, or did not come so far. */
function notStarted(init: InitState): FirstResponseState {
  const reason =
    init.kind === 'none'
      ? init.reason
      : init.kind === 'broken'
        ? 'head does not reach its first request here'
        : 'it does not reach its first request here';
  return { kind: 'none', code: 'no-init', reason };
}

/** A side's response; `null` where it has none, or one of an error. */
export function answered(side: MeasuredInit | null): AnsweredResponse | null {
  const response = side?.firstResponse ?? null;
  return response?.kind === 'measured' && response.answer.kind === 'response' ? response : null;
}

/** `null`: it answered. */
function unansweredOf(response: Exclude<FirstResponse, { readonly kind: 'none' }>): UnansweredEvent | null {
  const askedFor = namesIn(response.connects);
  if (response.kind === 'failed') return { why: { kind: 'failed', failure: response.failure }, lastLines: response.lastLines, askedFor };
  const { answer } = response;
  return answer.kind === 'response' ? null : { why: answer, lastLines: [], askedFor };
}

/** Names first: an address says less. */
function namesIn(connects: TracedConnects): readonly string[] {
  if (connects.kind === 'none') return [];
  const of = (kind: 'lookup' | 'connect'): readonly string[] =>
    connects.connections.flatMap((one) => (one.kind === kind ? [one.address] : []));
  return [...new Set([...of('lookup'), ...of('connect')])];
}

function eventText(by: AnsweredResponse['by']): string {
  return by.kind === 'event' ? by.name : `http://127.0.0.1:${by.port}${by.path}`;
}
