import { compareColdStarts, NO_COLD_START } from '../../src/core/compare/cold-start.ts';
import { judge } from '../../src/core/judge/judge.ts';
import { parseLimits } from '../../src/core/judge/limits.ts';
import type { ColdStartComparison } from '../../src/core/model/cold-start.ts';
import type { FunctionComparison } from '../../src/core/model/comparison.ts';
import type { Gate } from '../../src/core/model/limits.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import type { ColdStartMeasurement } from '../../src/core/snapshot/cold-start.ts';
import { aColdStart, aFailedColdStart, aFunction, aSnapshot } from '../core/builders.ts';
import { aCause, anOutcome, aRow, aRowFunction, HEAD_SHA, remeasured } from './builders.ts';

/** Outcomes about cold starts on AWS: compared and judged by the core from what a session would have sampled. */

type Sides = readonly [base: ColdStartMeasurement | null | 'absent', head: ColdStartMeasurement | null];

/** Cold starts as the core compares them; `absent`: a new function. All of a run at once, since they share its risk. */
export function coldStarts(...pairs: readonly Sides[]): readonly ColdStartComparison[] {
  return compareColdStarts(
    pairs.map(([base, head]) => ({
      base: base === 'absent' ? null : { coldStart: base, arch: 'x86_64' },
      head: { coldStart: head, arch: 'x86_64' },
    })),
  );
}

/** A changed function with the place-th of these. */
export function sampledFunction(name: string, all: readonly ColdStartComparison[], place = 0): FunctionComparison {
  return aRowFunction(
    name,
    { zip: [886_812, 888_470], binary: [1_892_672, 1_896_768], text: [1_316_470, 1_318_214] },
    {
      crates: [aRow(name, 80_470, 82_214), aRow('std', 458_000, 458_000)],
      causes: [aCause(name, 80_470, 82_214)],
      coldStart: all[place] ?? NO_COLD_START,
    },
  );
}

/** Judged by the core, by limits that were given as inputs. */
export function judgedBy(functions: readonly FunctionComparison[], limits: readonly string[], gate: Gate = 'fail'): Outcome {
  const names = functions.map(({ name }) => aFunction({ name }));
  const head = aSnapshot({ commit: { sha: HEAD_SHA, source: 'commit', subject: 'After' }, functions: names });
  const outcome = anOutcome(functions, { comparison: { head: { origin: 'built', snapshot: head } } });
  const set = parseLimits(limits, 'input limits');
  return { ...outcome, verdict: judge(outcome.comparison, { kind: 'limits', scopes: [{ package: null, set }] }, gate) };
}

const UNCHANGED: ColdStartMeasurement = { kind: 'none', code: 'skipped', reason: 'its binary is unchanged' };
const SLOWER = aColdStart({ medians: [[128, 24.9]], used: 26 });

/** health's cold start is over its limit; orders is as it was; users is proven slower by less than would breach. */
export function coldStartRegression(): Outcome {
  const all = coldStarts(
    [aColdStart(), SLOWER],
    [aColdStart({ medians: [[128, 21.3]] }), aColdStart({ medians: [[128, 21.4]] })],
    [aColdStart(), aColdStart({ medians: [[128, 20.8]] })],
    [UNCHANGED, UNCHANGED],
  );
  const functions = ['health', 'orders', 'users'].map((name, place) => sampledFunction(name, all, place));
  return judgedBy(
    [...functions, aRowFunction('invoices', {}, { coldStart: all[3] ?? NO_COLD_START })],
    ['zip: +5% & +50 kB', 'cold-start.p50: +10% & +1 ms'],
  );
}

/** Three memory sizes; the limit is proven breached at none, and head is slower. */
export function coldStartDial(): Outcome {
  const base = aColdStart({
    medians: [
      [128, 18.4],
      [512, 17.1],
      [1_769, 15.2],
    ],
    count: 60,
    looksTaken: 3,
  });
  const head = aColdStart({
    medians: [
      [128, 20.4],
      [512, 18.9],
      [1_769, 15.3],
    ],
    count: 60,
    used: 31,
    looksTaken: 3,
  });
  return judgedBy([sampledFunction('health', coldStarts([base, head]))], ['cold-start.p50: +10%']);
}

/** health's init fails on AWS at head alone, orders' at both sides, users' worked again; invoices was not sampled, billing is new. */
export function coldStartBroken(): Outcome {
  const all = coldStarts(
    [aColdStart(), aFailedColdStart()],
    [
      aFailedColdStart(),
      aFailedColdStart({ status: 'timeout', errorType: null, lastLines: ['connecting to redis.internal.example:6379'] }),
    ],
    [aFailedColdStart(), aColdStart()],
    [aColdStart(), { kind: 'none', code: 'skipped', reason: 'its package of 61.2 MB is above the 50 MB that can be uploaded directly' }],
    ['absent', SLOWER],
  );
  const functions = ['health', 'orders', 'users', 'invoices'].map((name, place) => sampledFunction(name, all, place));
  const billing = aRowFunction('billing', { zip: [null, 911_002], binary: [null, 1_902_144], text: [null, 1_303_118] });
  return judgedBy([...functions, remeasured({ ...billing, coldStart: all[4] ?? NO_COLD_START })], ['zip: +5% & +50 kB']);
}

/** Starts at health fail more often than at base, as one of orders may by chance; AWS let nobody sample users and invoices. */
export function coldStartFailing(): Outcome {
  const failing = (attempted: number, failed: number, timedOut = 0): ColdStartMeasurement => {
    const last = aFailedColdStart();
    if (last.kind !== 'failed') throw new Error(last.kind);
    const { status, errorType, lastLines } = last;
    const measured = aColdStart({ count: 60, looksTaken: 3 });
    if (measured.kind !== 'sampled') throw new Error(measured.kind);
    const failure = failed === 0 ? null : { status, errorType, lastLines };
    return { ...measured, sizes: measured.sizes.map((size) => ({ ...size, starts: { attempted, failed, timedOut, failure } })) };
  };
  const reason = 'AWS does not allow lambda:CreateFunction on coldgate-main-1-head-0: allow that action on that resource';
  const denied: ColdStartMeasurement = { kind: 'none', code: 'aws', reason };
  const all = coldStarts([failing(119, 0), failing(119, 59, 3)], [failing(61, 0), failing(61, 1, 1)], [denied, denied], ['absent', denied]);
  const functions = ['health', 'orders', 'users', 'invoices'].map((name, place) => sampledFunction(name, all, place));
  return judgedBy(functions, ['zip: +5% & +50 kB']);
}

/** Everything that a session could bring from outside tries to get out of its place. */
export function hostileColdStart(
  evil = 'x`|a\\|b | c\n\n```\n# <script> <!-- @octocat #1 $x$ [l](https://e.vil) \u202Egnp \u001B[31m</details>',
): Outcome {
  const failed = aFailedColdStart({ errorType: evil, lastLines: [evil, `panicked at ${evil}`, `${evil} @octocat NotPresent`] });
  const size = {
    initDuration: SLOWER.kind === 'sampled' ? (SLOWER.sizes[0]?.initDuration ?? []) : [],
    firstResponse: SLOWER.kind === 'sampled' ? (SLOWER.sizes[0]?.firstResponse ?? []) : [],
    billedDuration: SLOWER.kind === 'sampled' ? (SLOWER.sizes[0]?.billedDuration ?? []) : [],
    maxMemoryUsed: SLOWER.kind === 'sampled' ? (SLOWER.sizes[0]?.maxMemoryUsed ?? []) : [],
    memory: 128,
    looksTaken: 2,
    end: 'looks' as const,
    starts: { attempted: 40, failed: 2, timedOut: 1, failure: { status: 'error' as const, errorType: evil, lastLines: [evil] } },
    places: SLOWER.kind === 'sampled' ? (SLOWER.sizes[0]?.places ?? []) : [],
    discarded: [
      { reason: evil, count: 2 },
      { reason: '@octocat', count: 1 },
    ],
    functionErrors: 3,
    spent: { requests: 43, gbSeconds: 0.2 },
  };
  const odd = aColdStart({}, { region: evil, sizes: [size] });
  const all = coldStarts(
    [aColdStart(), failed],
    [failed, failed],
    [odd, odd],
    [aColdStart(), { kind: 'none', code: 'skipped', reason: evil }],
    [aColdStart({}, { session: 'another' }), odd],
    [aColdStart({}, { sizes: [] }), aColdStart({}, { sizes: [] })],
  );
  return judgedBy(
    all.map((_, place) => sampledFunction(`${place}${evil}`, all, place)),
    ['cold-start.p50: +10%', 'cold-start.memory: +1 MB', 'cold-start.p50: 24 ms'],
  );
}
