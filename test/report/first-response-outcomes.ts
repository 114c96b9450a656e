import { parseLimits } from '../../src/core/judge/limits.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { outcomeOf } from '../../src/core/outcome.ts';
import type { Pair } from '../../src/core/rows.ts';
import type { CountedInstructions } from '../../src/core/snapshot/counted.ts';
import type { FirstResponse } from '../../src/core/snapshot/first-response.ts';
import type { InitMeasurement, MeasuredInit } from '../../src/core/snapshot/init.ts';
import { millis } from '../../src/core/units.ts';
import { aFirstResponse, aFunction, aMeasuredInit, anEntry, aSnapshot, BASE_SHA, HEAD_SHA } from '../core/builders.ts';

/** Outcomes about the first response, made by the core of what a session would have measured. */

type Costs = CountedInstructions['functions'];

const INSERT = 'std::collections::hash::map::HashMap<K,V,S>::insert';
/** A table of twenty thousand rows, filled where it is asked for. */
const TABLE: Costs = [
  { crate: 'health', name: 'health::load_table', self: 301_200, inclusive: 25_200_000 },
  { crate: 'std', name: INSERT, self: 24_898_800, inclusive: 24_898_800 },
];
const START = { loading: 227_000, runtimeStart: 115_414 };

/** Init alone, with the table or without. */
export function startOf(withTable: boolean, response: FirstResponse | null, overrides: Partial<MeasuredInit> = {}): MeasuredInit {
  const main = withTable ? 25_255_188 : 55_188;
  return aMeasuredInit(
    { firstResponse: response, ...overrides },
    {
      phases: { ...START, handlerInit: main },
      crates: { 'ld-linux-x86-64.so.2': 215_000, std: 95_000 + (withTable ? 24_898_800 : 0), health: 9_000 + (withTable ? 301_200 : 0) },
      functions: [{ crate: 'health', name: 'health::main', self: 1_200, inclusive: main }, ...(withTable ? TABLE : [])],
      wall: withTable ? 9.9 : 3.1,
    },
  );
}

/** The same of the response. `grown`: head's, beside a base without the table. */
export function responseOf(withTable: boolean, grown = false, more = 0): FirstResponse {
  const handle = 400_000 + more + (withTable ? 25_200_000 : 0);
  return aFirstResponse(
    {},
    {
      total: handle + 12_300,
      crates: { std: 95_000 + more + (withTable ? 24_898_800 : 0), health: 305_000 + (withTable ? 301_200 : 0) },
      functions: [{ crate: 'health', name: 'health::handle', self: 305_000, inclusive: handle }, ...(withTable ? TABLE : [])],
      growth: grown
        ? {
            functions: [
              { crate: 'std', name: INSERT, grown: 24_898_800 },
              { crate: 'health', name: 'health::load_table', grown: 25_200_000 },
              { crate: 'health', name: 'health::handle', grown: 25_200_000 },
            ],
            starters: [],
          }
        : null,
      wall: withTable ? 8.2 : 0.8,
    },
  );
}

/** One function at both sides, with the limits of an input. */
export function answering(init: Pair<InitMeasurement>, limits: readonly string[] = [], name = 'health'): Outcome {
  const side = (sha: string, measured: InitMeasurement | null, more: number) =>
    aSnapshot({
      commit: { sha, source: 'commit', subject: 'A change' },
      functions: [aFunction({ name, init: measured }, more === 0 ? {} : { entries: [anEntry('more.txt', more)] })],
    });
  return outcomeOf(
    init.base === null
      ? { kind: 'missing', why: { kind: 'first-run', sha: null, reason: 'this is the first commit', limits: [] } }
      : { kind: 'measured', snapshot: side(BASE_SHA, init.base, 0), origin: 'built' },
    { snapshot: side(HEAD_SHA, init.head, 432), origin: 'built' },
    { limits: parseLimits(limits, '--limit'), gate: 'fail', judgedAs: 'change' },
    { timings: { measure: millis(2_400) }, command: `npx coldgate check --base ${BASE_SHA}`, baseReason: null },
  );
}

/** The table is filled by the first request that asks for it, no longer by `main`. */
export function movedLater(limits: readonly string[] = [], more = 0): Outcome {
  return answering({ base: startOf(true, responseOf(false)), head: startOf(false, responseOf(true, true, more)) }, limits);
}

/** The other way round: a breach of the default limit on init. */
export function movedSooner(): Outcome {
  const grown = startOf(true, responseOf(false));
  if (grown.instructions.kind !== 'counted') throw new Error('not counted');
  const growth = {
    functions: [
      { crate: 'std', name: INSERT, grown: 24_898_800 },
      { crate: 'health', name: 'health::load_table', grown: 25_200_000 },
      { crate: 'health', name: 'health::main', grown: 25_200_000 },
    ],
    starters: [],
  };
  return answering({ base: startOf(false, responseOf(true)), head: { ...grown, instructions: { ...grown.instructions, growth } } });
}

/** A table on first use that base had nowhere, over a limit that somebody wrote. */
export function responseBreach(): Outcome {
  const [base, head] = [startOf(false, responseOf(false)), startOf(false, responseOf(true, true))];
  return answering({ base, head }, ['first-response.instructions: +5%', 'zip: 5 MB']);
}

const DYNAMODB = { kind: 'lookup' as const, address: 'dynamodb.us-east-1.amazonaws.com' };

/** The first request newly waits for a database. */
export function responseConnects(): Outcome {
  const waiting = aFirstResponse(
    { connects: { kind: 'traced', runs: [2, 2, 2], connections: [DYNAMODB, { kind: 'connect', address: '192.0.2.7:443' }] } },
    { wall: 0.9 },
  );
  return answering({ base: startOf(false, aFirstResponse()), head: startOf(false, waiting) }, ['first-response.connects: +0', 'zip: 5 MB']);
}

/** An answer that is an error, with what it asked for. */
export const ERRED: FirstResponse = {
  ...aFirstResponse({ connects: { kind: 'traced', runs: [1], connections: [DYNAMODB] } }),
  answer: { kind: 'error', errorType: 'dispatch failure', message: 'the table cannot be reached' },
};

export const CRASHED: FirstResponse = {
  kind: 'failed',
  by: { kind: 'event', name: 'api-gateway-v2' },
  failure: { kind: 'exited', code: 101, signal: null },
  lastLines: ["thread 'main' panicked at src/main.rs:31:9:", 'TABLE_NAME must be set: NotPresent'],
  connects: { kind: 'none', reason: 'strace is not installed' },
};

/** Base answers, head does not. */
export function responseErrs(response: FirstResponse = ERRED): Outcome {
  return answering({ base: startOf(false, aFirstResponse()), head: startOf(false, response) });
}

/** Neither answers here. */
export function responseNotMeasurable(): Outcome {
  return answering({ base: startOf(false, ERRED), head: startOf(false, ERRED) });
}
