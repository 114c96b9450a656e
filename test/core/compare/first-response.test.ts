import { describe, expect, it } from 'vitest';
import { NO_FIRST_RESPONSE } from '../../../src/core/compare/first-response.ts';
import type { FunctionComparison } from '../../../src/core/model/comparison.ts';
import type { CountedInstructions } from '../../../src/core/snapshot/counted.ts';
import type { FirstResponse } from '../../../src/core/snapshot/first-response.ts';
import type { InitMeasurement } from '../../../src/core/snapshot/init.ts';
import { answering, CRASHED, ERRED, movedLater, movedSooner, responseOf, startOf } from '../../report/first-response-outcomes.ts';
import { aFailedInit, aFirstResponse, aMeasuredInit } from '../builders.ts';

const NOWHERE: FirstResponse = { kind: 'none', reason: 'no port was free' };

function one(base: InitMeasurement | null, head: InitMeasurement | null): FunctionComparison {
  const [fn] = answering({ base, head }).comparison.functions;
  if (fn === undefined) throw new Error('nothing compared');
  return fn;
}

function start(response: FirstResponse | null, session = 'one'): InitMeasurement {
  return aMeasuredInit({ firstResponse: response, session });
}

describe('the state of a first response', () => {
  it.each([
    ['both answer', start(aFirstResponse()), start(aFirstResponse()), { kind: 'measured' }],
    ['a new function that answers', null, start(aFirstResponse()), { kind: 'measured' }],
    [
      'head answers with an error',
      start(aFirstResponse()),
      start(ERRED),
      { kind: 'broken', why: { kind: 'error' }, askedFor: ['dynamodb.us-east-1.amazonaws.com'] },
    ],
    ['head dies', start(aFirstResponse()), start(CRASHED), { kind: 'broken', why: { kind: 'failed', failure: { code: 101 } } }],
    ['neither answers', start(ERRED), start(CRASHED), { kind: 'not-measurable' }],
    ['a new function that does not answer', null, start(ERRED), { kind: 'not-measurable' }],
    ['head answers again', start(ERRED), start(aFirstResponse()), { kind: 'recovered' }],
    ['head answers, and base did not even start', aFailedInit(), start(aFirstResponse()), { kind: 'recovered' }],
    ['no event', start(null), start(null), { kind: 'none', code: 'no-event', reason: expect.stringContaining('init-event') }],
    ['base was given none', start(null), start(aFirstResponse()), { kind: 'none', code: 'apart' }],
    ['not here', start(NOWHERE), start(NOWHERE), { kind: 'none', code: 'not-here', reason: 'no port was free' }],
    ['two sessions', start(aFirstResponse(), 'two'), start(aFirstResponse()), { kind: 'none', code: 'apart' }],
    ['a broken head of another session', start(aFirstResponse(), 'two'), start(ERRED), { kind: 'not-measurable' }],
    ['head does not start', start(aFirstResponse()), aFailedInit(), { kind: 'none', code: 'no-init' }],
  ] as const)('%s', (_, base, head, state) => {
    expect(one(base, head).firstResponse.state).toMatchObject(state);
  });

  it('without a start is that of init', () => {
    const { firstResponse } = one(null, null);
    expect(firstResponse).toEqual({
      ...NO_FIRST_RESPONSE,
      state: { kind: 'none', code: 'no-init', reason: expect.stringContaining('not measured') },
    });
  });
});

describe('its figures', () => {
  it('are read as init’s are, with their spread', () => {
    const { metrics, firstResponse } = one(start(aFirstResponse()), start(responseOf(true)));
    expect(metrics['first-response.instructions']).toMatchObject({
      base: 412_300,
      head: 25_612_300,
      spread: { head: { low: 25_612_299 } },
      reason: null,
    });
    expect(metrics['first-response.connects']).toMatchObject({ base: 0, head: 0 });
    expect(metrics['first-response.memory'].head).toBeGreaterThan(2_900_000);
    expect(firstResponse.crates.reduce((sum, { head }) => sum + (head ?? 0), 0)).toBe(25_612_300);
    expect(firstResponse.time).toMatchObject({ verdict: 'slower', change: { pairs: 20 } });
  });

  it('have no growth where base did not answer', () => {
    const { metrics } = one(start(ERRED), start(aFirstResponse()));
    expect(metrics['first-response.instructions']).toMatchObject({
      base: null,
      head: 412_300,
      reason: expect.stringContaining('base does not answer'),
    });
  });

  it('are none of an error', () => {
    expect(one(start(ERRED), start(ERRED)).metrics['first-response.instructions']).toMatchObject({ base: null, head: null });
  });
});

describe('work that moved', () => {
  it('from init to the first request is told by the function that does it', () => {
    const [fn] = movedLater().comparison.functions;
    expect(fn?.firstResponse.moved).toEqual({
      direction: 'later',
      amount: 25_200_000,
      functions: [{ crate: 'health', name: 'health::load_table', own: true }],
      together: { base: 26_009_902, head: 26_009_902 },
    });
  });

  it('is never told by main, under which everything runs that one thread does', () => {
    // A table of patterns of a crate, made in an async main and then on first use: figures of a real Axum function.
    const under = (work: number, first: Costs) => ({
      'health::main': [2_000, work + 9_000] as const,
      'health::main::{{closure}}': [2_000, work + 7_000] as const,
      ...first,
    });
    const table = { 'regex_automata::build_many': [211_000_000, 211_000_000] as const };
    const lazy = { 'health::BLOCKED::{{closure}}': [30_000, 211_030_000] as const };
    const side = (init: Costs, response: Costs, [inInit, inResponse]: readonly [number, number]): InitMeasurement =>
      aMeasuredInit(
        { firstResponse: aFirstResponse({}, { total: inResponse, crates: {}, functions: costs(response) }) },
        { phases: { loading: 0, runtimeStart: 0, handlerInit: inInit }, crates: {}, functions: costs(init) },
      );
    const { moved } = one(
      side(under(211_000_000, table), under(0, {}), [211_200_000, 120_000]),
      side(under(0, {}), under(211_030_000, { ...table, ...lazy }), [200_000, 211_230_000]),
    ).firstResponse;
    expect(moved?.functions).toEqual([{ crate: 'regex_automata', name: 'regex_automata::build_many', own: false }]);
  });

  it('and the other way', () => {
    expect(movedSooner().comparison.functions[0]?.firstResponse.moved).toMatchObject({ direction: 'sooner', amount: 25_200_000 });
  });

  it('without names is told by its amount', () => {
    const bare = (init: number, response: number): InitMeasurement =>
      aMeasuredInit(
        { firstResponse: aFirstResponse({}, { total: response, crates: {}, functions: [] }) },
        { phases: { loading: 0, runtimeStart: 0, handlerInit: init }, crates: {}, functions: [] },
      );
    expect(one(bare(2_400_000, 400_000), bare(400_000, 2_400_900)).firstResponse.moved).toMatchObject({
      direction: 'later',
      functions: [],
    });
    // An improvement beside another handler is two changes.
    expect(one(bare(20_400_000, 400_000), bare(400_000, 5_400_000)).firstResponse.moved).toBeNull();
    expect(one(bare(400_000, 400_000), bare(400_000, 2_400_000)).firstResponse.moved).toBeNull();
    expect(one(bare(400_000, 400_000), bare(2_400_000, 2_400_000)).firstResponse.moved).toBeNull();
  });

  it('in part is the part, and both together tell the gain', () => {
    const half = responseOf(true);
    const { moved } = one(
      startOf(true, responseOf(false)),
      startOf(false, half.kind === 'measured' ? withTable(half, 10_000_000) : half),
    ).firstResponse;
    expect(moved).toMatchObject({ direction: 'later', together: { base: 26_009_902, head: 10_809_902 } });
    expect(moved?.amount).toBeGreaterThan(9_000_000);
    expect(moved?.amount).toBeLessThanOrEqual(10_000_000);
  });
});

type Costs = Readonly<Record<string, readonly [self: number, inclusive: number]>>;

function costs(functions: Costs): CountedInstructions['functions'] {
  return Object.entries(functions).map(([name, [self, inclusive]]) => ({ crate: name.split('::')[0] ?? '', name, self, inclusive }));
}

/** A response whose table has only so much work in it. */
function withTable(response: Extract<FirstResponse, { readonly kind: 'measured' }>, work: number): FirstResponse {
  return aFirstResponse(
    { timed: response.timed },
    {
      total: 412_300 + work,
      crates: { std: 95_000 + work, health: 305_000 },
      functions: [
        { crate: 'health', name: 'health::handle', self: 305_000, inclusive: 400_000 + work },
        { crate: 'std', name: 'std::collections::hash::map::HashMap<K,V,S>::insert', self: work - 100_000, inclusive: work - 100_000 },
      ],
    },
  );
}
