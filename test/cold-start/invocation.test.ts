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
      coldStart: { initDuration: 170.13, firstResponse: 8.4, billedDuration: 179, maxMemoryUsed: 66 },
      hasFunctionError: false,
    });
  });

  it('counts although the function failed after it', () => {
    const payload = '{"errorType":"Runtime.ExitError","errorMessage":"exit status 1"}';
    expect(judgeAnswer(answer(INIT, 'Unhandled', payload), 128)).toMatchObject({
      kind: 'cold-start',
      hasFunctionError: true,
      // An error is no response.
      coldStart: { initDuration: 170.13, firstResponse: null },
    });
    expect(judgeAnswer(answer(`${INIT}Status: timeout`), 128)).toMatchObject({ kind: 'cold-start', coldStart: { firstResponse: null } });
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

  it('without an Init Duration whose REPORT is no success is an init that failed: the start before it was forced', () => {
    const crashed = `${REPORT}Status: error\tError Type: Runtime.ExitError`;
    expect(judgeAnswer(answer(`it said no\n${crashed}`, 'Unhandled'), 128)).toEqual({
      kind: 'failed-init',
      billed: 179,
      failure: { status: 'error', errorType: 'Runtime.ExitError', lastLines: ['it said no'] },
    });
    const payload = '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 15.00 seconds"}';
    expect(judgeAnswer(answer(`${REPORT}Status: timeout`, 'Unhandled', payload), 128)).toMatchObject({
      failure: { status: 'timeout', errorType: 'Sandbox.Timedout' },
    });
  });

  it('whose log came back empty blames nobody, whatever its error', () => {
    const payload = '{"errorType":"Runtime.ExitError","errorMessage":"exit status 1"}';
    for (const tail of ['', '\n', 'x'.repeat(4_096)]) {
      const result = judgeAnswer(answer(tail, 'Unhandled', payload), 128);
      expect(result).toMatchObject({ kind: 'discarded', billed: 0 });
      expect(result.kind === 'discarded' && result.reason).toMatch(tail.trim() === '' ? /came back empty/ : /let it log less/);
    }
  });

  it('is told by what Lambda logs, not by what an extension prints of it', () => {
    const printed =
      '{"time":"2026-01-01T00:00:00.000Z","type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","status":"error","errorType":"Extension.Crash","metrics":{"durationMs":3.1}}}';
    const report =
      '{"type":"platform.report","record":{"requestId":"1","status":"error","metrics":{"durationMs":1,"billedDurationMs":1,"memorySizeMB":128,"maxMemoryUsedMB":1}}}';
    expect(judgeAnswer(answer(`${printed}\n${INIT}\n${report}`), 128)).toMatchObject({
      kind: 'cold-start',
      coldStart: { initDuration: 170.13 },
      hasFunctionError: false,
    });
  });
});
