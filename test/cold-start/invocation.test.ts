import { describe, expect, it } from 'vitest';
import { judgeAnswer } from '../../src/cold-start/invocation.ts';
import type { InvokeAnswer } from '../../src/cold-start/lambda.ts';

const REPORT = 'REPORT RequestId: 1\tDuration: 8.40 ms\tBilled Duration: 179 ms\tMemory Size: 128 MB\tMax Memory Used: 66 MB\t';
const INIT = `${REPORT}Init Duration: 170.13 ms\t`;

function answer(tail: string, functionError: string | null = null, payload = '{}'): InvokeAnswer {
  return { kind: 'answer', functionError, payload, tail };
}

describe('an invocation', () => {
  it('counts with its Init Duration', () => {
    expect(judgeAnswer(answer(INIT), 128)).toEqual({
      kind: 'cold-start',
      billed: 179,
      coldStart: { initDuration: 170.13, billedDuration: 179, maxMemoryUsed: 66 },
      hasFunctionError: false,
    });
  });

  it('counts although the function failed after it', () => {
    const payload = '{"errorType":"Runtime.ExitError","errorMessage":"exit status 1"}';
    expect(judgeAnswer(answer(INIT, 'Unhandled', payload), 128)).toMatchObject({ kind: 'cold-start', hasFunctionError: true });
    expect(judgeAnswer(answer(`${INIT}Status: timeout`), 128)).toMatchObject({ kind: 'cold-start', hasFunctionError: true });
  });

  it.each([
    [answer(REPORT), 'warm', 179],
    [answer(`${REPORT}Init Duration: 0.00 ms`), 'warm', 179],
    [answer(INIT.replace('Memory Size: 128', 'Memory Size: 256')), 'it ran with another memory size', 179],
    [{ kind: 'lost', reason: 'socket hang up' } as const, 'its answer was lost', 0],
  ])('does not count: %o', (given, reason, billed) => {
    expect(judgeAnswer(given, 128)).toEqual({ kind: 'discarded', reason, billed });
  });

  it('without a report says what to do', () => {
    expect(judgeAnswer(answer('chatter'), 128)).toMatchObject({
      kind: 'discarded',
      reason: expect.stringMatching(/let it log less/),
      billed: 0,
    });
  });

  it('of an init that failed carries its status and last lines', () => {
    const failed = `thread 'main' panicked\nINIT_REPORT Init Duration: 206.72 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n${REPORT}`;
    expect(judgeAnswer(answer(failed, 'Unhandled'), 128)).toEqual({
      kind: 'failed-init',
      billed: 179,
      failure: { status: 'error', errorType: 'Runtime.ExitError', lastLines: ["thread 'main' panicked"] },
    });
    const slow = `INIT_REPORT Init Duration: 10009.13 ms\tPhase: init\tStatus: timeout\n${REPORT}`;
    expect(judgeAnswer(answer(slow), 128)).toMatchObject({ failure: { status: 'timeout', errorType: null } });
  });

  it('of an init that failed is known by its error where the log was pushed out', () => {
    const payload = '{"errorMessage":"RequestId: 1 Error: Runtime exited","errorType":"Runtime.ExitError"}';
    expect(judgeAnswer(answer(REPORT, 'Unhandled', payload), 128)).toMatchObject({ kind: 'failed-init', failure: { status: 'error' } });
    expect(judgeAnswer(answer(REPORT, 'Unhandled', '{"errorType":"MyError"}'), 128)).toMatchObject({ kind: 'discarded', reason: 'warm' });
  });
});
