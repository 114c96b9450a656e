import type { FunctionComparison } from '../../src/core/model/comparison.ts';
import type { InitComparison } from '../../src/core/model/init.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import type { InitMeasurement, MeasuredInit } from '../../src/core/snapshot/init.ts';
import { millis } from '../../src/core/units.ts';
import { aFailedInit, aMeasuredInit } from '../core/builders.ts';
import { aCause, anInit, anOutcome, aRow, aRowFunction, aVerdict, DEFAULT_LIMIT, INIT_LIMIT } from './builders.ts';

/** Outcomes about local init: their init is compared by the core from what a session would have measured. */

const LOADER = 'ld-linux-x86-64.so.2';

const BEFORE = aMeasuredInit(
  {},
  {
    functions: [
      { crate: LOADER, name: '_dl_start', self: 3_100, inclusive: 211_158 },
      { crate: 'std', name: 'std::rt::lang_start_internal', self: 900, inclusive: 56_800 },
      { crate: 'health', name: 'health::main', self: 1_200, inclusive: 55_188 },
      { crate: 'tokio', name: 'tokio::runtime::builder::Builder::build', self: 12_000, inclusive: 46_000 },
    ],
  },
);

/** Twenty thousand map insertions and a connection before `run`. */
const AFTER = aMeasuredInit(
  {},
  {
    phases: { loading: 227_010, runtimeStart: 115_414, handlerInit: 25_255_188 },
    crates: { [LOADER]: 215_010, std: 16_895_000, hashbrown: 8_095_000, health: 309_000, tokio: 46_000 },
    functions: [
      { crate: LOADER, name: '_dl_start', self: 3_100, inclusive: 211_168 },
      { crate: 'std', name: 'std::rt::lang_start_internal', self: 900, inclusive: 25_256_800 },
      { crate: 'health', name: 'health::main', self: 1_200, inclusive: 25_255_188 },
      { crate: 'health', name: 'health::warm_up', self: 301_200, inclusive: 25_200_000 },
      { crate: 'std', name: 'std::collections::hash::map::HashMap<K,V,S>::insert', self: 8_800_000, inclusive: 24_900_000 },
      { crate: 'hashbrown', name: 'hashbrown::raw::RawTable<T,A>::reserve_rehash', self: 8_000_000, inclusive: 8_090_000 },
      { crate: 'tokio', name: 'tokio::runtime::builder::Builder::build', self: 12_000, inclusive: 46_000 },
    ],
    growth: {
      functions: [
        { crate: 'std', name: 'std::collections::hash::map::HashMap<K,V,S>::insert', grown: 24_900_000 },
        { crate: 'health', name: 'health::warm_up', grown: 25_200_000 },
        { crate: 'health', name: 'health::main', grown: 25_200_000 },
      ],
      starters: [],
    },
    wall: 9.9,
    connections: [
      { kind: 'lookup', address: 'db.internal.example' },
      { kind: 'connect', address: '192.0.2.7:5432' },
    ],
  },
);

export function initHealth(init: InitComparison, name = 'health'): FunctionComparison {
  return aRowFunction(
    name,
    { zip: [886_812, 888_470], binary: [1_892_672, 1_896_768], text: [1_316_470, 1_318_214] },
    {
      crates: [aRow('health', 80_470, 82_214), aRow('std', 458_000, 458_000)],
      causes: [aCause('health', 80_470, 82_214)],
      init,
    },
  );
}

/** Another function of the same change. */
function initOrders(init: InitComparison): FunctionComparison {
  return aRowFunction(
    'orders',
    { zip: [1_204_551, 1_204_793], text: [1_702_004, 1_702_212] },
    { causes: [aCause('orders', 61_004, 61_212)], init },
  );
}

/** health's instructions grew; orders waits longer with the same instructions. */
export function initRegression(): Outcome {
  const waiting = anInit(aMeasuredInit(), aMeasuredInit({}, { wall: 53.4 }));
  const [time, cpu] = [waiting.time, waiting.cpu];
  const slower = time === null ? waiting : { ...waiting, time: { ...time, verdict: 'slower' as const }, cpu };
  const functions = [initHealth(anInit(BEFORE, AFTER)), initOrders(slower), aRowFunction('users', { zip: [1_018_220, 1_018_220] })];
  return judged(functions);
}

/** health panics at head, with two lines of its own. */
export function initBroken(): Outcome {
  return judged([initHealth(anInit(BEFORE, aFailedInit())), initOrders(anInit(aMeasuredInit(), aMeasuredInit()))]);
}

/** Neither side of health comes to its first request; orders cannot run on this machine. */
export function initNotMeasurable(): Outcome {
  const timedOut = aFailedInit({
    failure: { kind: 'timed-out', after: millis(10_000), waitingFor: ['runtime'], seen: null },
    lastLines: ['connecting to redis.internal.example:6379'],
  });
  const here: InitMeasurement = { kind: 'none', code: 'not-here', reason: 'the function is built for arm64, this machine is x86_64' };
  const functions = [
    initHealth(anInit(timedOut, timedOut)),
    initOrders(anInit(here, here)),
    initHealth(anInit(aFailedInit(), BEFORE), 'users'),
  ];
  const unchecked = [
    {
      limit: INIT_LIMIT,
      function: 'health',
      code: 'unmeasured' as const,
      reason: 'not measurable here: it does not reach its first request',
    },
  ];
  return judged(functions, { unchecked });
}

/** Started, but without valgrind; and one side measured in another session. */
export function initUncounted(): Outcome {
  const uncounted: Partial<MeasuredInit> = {
    instructions: { kind: 'none', reason: 'valgrind is not installed' },
    connects: { kind: 'none', reason: 'strace is not installed' },
  };
  return judged([
    initHealth(anInit(aMeasuredInit(uncounted), aMeasuredInit(uncounted))),
    initOrders(anInit(aMeasuredInit({ session: 'another' }), aMeasuredInit())),
    initHealth(anInit(null, aMeasuredInit()), 'invoices'),
  ]);
}

/** Everything that a start wrote, sent or called tries to get out of its place. */
export function hostileInit(
  evil = 'x`|a\\|b | c\n\n```\n# <script> <!-- @octocat #1 [l](https://e.vil) \u202Egnp \u001B[31m</details>',
): Outcome {
  const failed = aFailedInit({
    failure: { kind: 'init-error', by: evil, errorType: evil, message: `${evil}: NotPresent` },
    lastLines: [evil, `panicked at ${evil}`, `${evil} @octocat NotPresent`],
  });
  const timedOut = aFailedInit({
    failure: { kind: 'timed-out', after: millis(1), waitingFor: [evil, evil], seen: null },
    lastLines: [evil],
  });
  const ended = aFailedInit({ failure: { kind: 'exited', code: null, signal: evil }, lastLines: [] });
  const unstarted = aFailedInit({ failure: { kind: 'cannot-run', problem: evil }, lastLines: [evil, ''] });
  const measured = aMeasuredInit(
    {
      connects: {
        kind: 'traced',
        runs: [2],
        connections: [
          { kind: 'lookup', address: evil },
          { kind: 'connect', address: evil },
        ],
      },
    },
    {
      phases: { loading: 227_010, runtimeStart: 115_414, handlerInit: 25_255_188 },
      crates: { [evil]: 20_000_000, '@org': 5_000_000 },
      functions: [{ crate: evil, name: evil, self: 25_000_000, inclusive: 25_000_000 }],
      growth: {
        functions: [
          { crate: evil, name: evil, grown: 25_000_000 },
          { crate: 'health', name: evil, grown: 25_000_000 },
        ],
        starters: [{ crate: 'health', name: evil }],
      },
    },
  );
  const reasons = aMeasuredInit({ instructions: { kind: 'none', reason: evil } });
  const nowhere: InitMeasurement = { kind: 'none', code: 'not-here', reason: evil };
  const inits = [
    anInit(BEFORE, failed),
    anInit(timedOut, timedOut),
    anInit(ended, ended),
    anInit(BEFORE, unstarted),
    anInit(BEFORE, measured),
    anInit(reasons, reasons),
    anInit(nowhere, nowhere),
  ];
  return judged(inits.map((init, index) => initHealth(init, `${index}${evil}`)));
}

function judged(functions: readonly FunctionComparison[], overrides: Parameters<typeof aVerdict>[2] = {}): Outcome {
  return anOutcome(functions, { verdict: aVerdict(functions, [DEFAULT_LIMIT, INIT_LIMIT], overrides) });
}
