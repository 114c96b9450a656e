import { describe, expect, it } from 'vitest';
import { exitCode } from '../../../src/core/judge/judge.ts';
import type { FirstResponse } from '../../../src/core/snapshot/first-response.ts';
import type { InitMeasurement } from '../../../src/core/snapshot/init.ts';
import {
  answering,
  CRASHED,
  ERRED,
  movedSooner,
  responseBreach,
  responseConnects,
  responseOf,
} from '../../report/first-response-outcomes.ts';
import { aFailedInit, aFirstResponse, aMeasuredInit } from '../builders.ts';

function start(response: FirstResponse | null): InitMeasurement {
  return aMeasuredInit({ firstResponse: response });
}

const OF_IT = ['first-response.instructions: +5%'];

describe('a limit on the first response', () => {
  it('is breached as one on init is', () => {
    expect(responseBreach().verdict).toMatchObject({
      status: 'fail',
      breaches: [{ kind: 'limit', limit: { metric: 'first-response.instructions' }, figures: { base: 412_300, head: 25_612_300 } }],
    });
    expect(responseConnects().verdict.breaches).toMatchObject([
      { limit: { metric: 'first-response.connects' }, figures: { base: 0, head: 2 } },
    ]);
  });

  it('of CPU time is decided by its interval', () => {
    const of = (withTable: boolean) =>
      answering({ base: start(responseOf(false)), head: start(responseOf(withTable)) }, ['first-response.cpu: +20%']);
    expect(of(true).verdict).toMatchObject({ status: 'fail', breaches: [{ limit: { metric: 'first-response.cpu' } }] });
    expect(of(false).verdict.status).toBe('pass');
  });

  it('is none by default', () => {
    expect(answering({ base: start(responseOf(false)), head: start(responseOf(true)) }).verdict).toMatchObject({
      status: 'pass',
      unchecked: [],
    });
  });

  it('is not breached where its runs explain the growth', () => {
    const noisy = aFirstResponse();
    if (noisy.instructions.kind !== 'counted') throw new Error('not counted');
    const head = start({ ...noisy, instructions: { ...noisy.instructions, runs: [400_000, 450_000, 500_000] } });
    const { verdict } = answering({ base: start(aFirstResponse()), head }, OF_IT);
    expect(verdict).toMatchObject({ status: 'unchecked', unchecked: [{ reason: expect.stringContaining('not repeatable here') }] });
    expect(exitCode(verdict)).toBe(3);
  });

  it('without an event ends the check with 3 and names the input', () => {
    const { verdict } = answering({ base: start(null), head: start(null) }, OF_IT);
    expect(verdict).toMatchObject({ status: 'unchecked', unchecked: [{ reason: expect.stringContaining('init-event') }] });
    expect(exitCode(verdict)).toBe(3);
    expect(exitCode(answering({ base: start(null), head: start(null) }, ['warn: first-response.faults: 5']).verdict)).toBe(0);
  });

  it('of a new function is its maximum alone', () => {
    const fresh = (limit: string) => answering({ base: null, head: start(aFirstResponse()) }, [limit]).verdict.status;
    expect(fresh('first-response.instructions: +1%')).toBe('pass');
    expect(fresh('first-response.instructions: 400k')).toBe('fail');
    expect(fresh('first-response.memory: 5 MB')).toBe('pass');
  });

  it('is unchecked where nothing answers, or base does not', () => {
    expect(exitCode(answering({ base: start(ERRED), head: start(ERRED) }, OF_IT).verdict)).toBe(3);
    expect(exitCode(answering({ base: start(ERRED), head: start(aFirstResponse()) }, OF_IT).verdict)).toBe(3);
    expect(answering({ base: start(ERRED), head: start(aFirstResponse()) }, ['first-response.instructions: 1M']).verdict.status).toBe(
      'pass',
    );
  });
});

describe('a function that no longer answers', () => {
  it.each([
    ['with an error', ERRED],
    ['at all', CRASHED],
  ])('%s is a breach, whatever the limits', (_, response) => {
    for (const limits of [[], ['zip: 5 MB'], OF_IT]) {
      const { verdict } = answering({ base: start(aFirstResponse()), head: start(response) }, limits);
      expect(verdict).toMatchObject({ status: 'fail', unchecked: [], breaches: [{ kind: 'first-response', function: 'health' }] });
      expect(exitCode(verdict)).toBe(1);
    }
    expect(answering({ base: start(aFirstResponse()), head: start(response) }, ['none']).verdict).toMatchObject({
      status: 'off',
      breaches: [],
    });
  });

  it('is none where base does not either', () => {
    expect(answering({ base: start(ERRED), head: start(ERRED) }).verdict).toMatchObject({ status: 'pass', breaches: [] });
  });

  it('is one breach where it does not even start', () => {
    const { verdict } = answering({ base: start(aFirstResponse()), head: aFailedInit() }, OF_IT);
    expect(verdict).toMatchObject({ unchecked: [], breaches: [{ kind: 'init' }] });
  });
});

it('init that took work from the first request stays a breach', () => {
  expect(movedSooner().verdict).toMatchObject({ status: 'fail', breaches: [{ limit: { metric: 'init.instructions' } }] });
});
