import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogTail, parseLogTail } from '../../src/cold-start/log.ts';

/** Recorded from public logs; only the ids are shortened. */
const COLD =
  'REPORT RequestId: 32f5cbf1-dd22-422a-a566-8965da5a3465\tDuration: 8.40 ms\tBilled Duration: 9 ms\tMemory Size: 128 MB\tMax Memory Used: 66 MB\tInit Duration: 170.13 ms\t';
const TIMEOUT =
  'REPORT RequestId: 459921b5-0000-4000-8000-000000000001\tDuration: 3000.00 ms\tBilled Duration: 3306 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\tInit Duration: 305.50 ms\tStatus: timeout';
const JSON_COLD =
  '{"time":"2022-10-21T14:05:05.766Z","type":"platform.report","record":{"requestId":"459921b5-0000-4000-8000-000000000002","status":"success","metrics":{"durationMs":2599.4,"billedDurationMs":2600,"memorySizeMB":128,"maxMemoryUsedMB":94,"initDurationMs":549.04}}}';

function report(tail: string): Extract<LogTail, { kind: 'report' }> {
  const parsed = parseLogTail(tail);
  if (parsed.kind !== 'report') throw new Error(parsed.text);
  return parsed;
}

describe('recorded lines', () => {
  it('of a cold start', () => {
    expect(report(`START RequestId: x Version: $LATEST\nhello\nEND RequestId: x\n${COLD}\n`)).toEqual({
      kind: 'report',
      initDuration: 170.13,
      duration: 8.4,
      billedDuration: 9,
      memorySize: 128,
      maxMemoryUsed: 66,
      status: 'success',
      errorType: null,
      initReports: [],
      lastLines: ['hello'],
    });
  });

  it('of a warm start', () => {
    expect(report(COLD.replace('\tInit Duration: 170.13 ms', '')).initDuration).toBeNull();
  });

  it('of a function that ran out of time after a good init', () => {
    expect(report(TIMEOUT)).toMatchObject({ initDuration: 305.5, billedDuration: 3306, status: 'timeout' });
  });

  it('of extensions are Lambda’s own, but for one that did not come up', () => {
    const ready =
      'TELEMETRY\tName: probe\tState: Subscribed\tTypes: [Platform]\nEXTENSION\tName: probe\tState: Ready\tEvents: [INVOKE, SHUTDOWN]';
    const failed = 'EXTENSION\tName: probe\tState: LaunchError\tEvents: []\tError Type: PermissionDenied';
    expect(report(`${ready}\nhello\nEXTENSION of the deadline\n${failed}\n${COLD}\n`).lastLines).toEqual([
      'hello',
      'EXTENSION of the deadline',
      failed,
    ]);
  });

  it('in JSON are not of Lambda: scratch functions log text', () => {
    expect(parseLogTail(`${JSON_COLD}\n`)).toMatchObject({ kind: 'no-report', lastLines: [JSON_COLD] });
    expect(report(`${COLD}\n${JSON_COLD}\n`).initDuration).toBe(170.13);
  });

  it('of a run that ended in an error with its type', () => {
    expect(report(`${TIMEOUT.replace('timeout', 'error')}\tError Type: Runtime.ExitError`)).toMatchObject({
      status: 'error',
      errorType: 'Runtime.ExitError',
    });
  });

  it.each([
    ['INIT_REPORT Init Duration: 10009.13 ms\tPhase: init\tStatus: timeout', 10_009.13, 'init', 'timeout', null],
    [
      'INIT_REPORT Init Duration: 206.72 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError',
      206.72,
      'init',
      'error',
      'Runtime.ExitError',
    ],
    [
      'INIT_REPORT Init Duration: 1666.62 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError',
      1666.62,
      'invoke',
      'error',
      'Runtime.ExitError',
    ],
  ])('%s', (line, initDuration, phase, status, errorType) => {
    expect(parseLogTail(`${line}\n${COLD}`).initReports).toEqual([{ initDuration, phase, status, errorType }]);
  });
});

describe('what is no report', () => {
  it.each([
    ['a report whose start is gone', `${COLD.slice(60)}\nmore`],
    ['a report whose end is gone', COLD.slice(0, 90)],
    ['a unit that is none of its own', COLD.replace('128 MB', '128 ms')],
    ['the word in a line of the function', 'a REPORT RequestId: 1\tDuration: 1.00 ms'],
  ])('%s', (_, tail) => {
    const parsed = parseLogTail(tail);
    expect(parsed.kind).toBe('no-report');
    expect(parsed.kind === 'no-report' && parsed.text).toMatch(/REPORT line.*let it log less/);
  });

  it('nothing at all says nothing of the function', () => {
    const parsed = parseLogTail('\n');
    expect(parsed.kind === 'no-report' && parsed.text).toMatch(/^its log came back empty/);
  });

  it('keeps at most twenty lines, each short and without escapes', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `\u001b[31mline ${index}${'x'.repeat(2_000)}`);
    const { lastLines } = parseLogTail(lines.join('\n'));
    expect(lastLines).toHaveLength(20);
    expect(lastLines.every((line) => line.length <= 1_024 && line.startsWith('line '))).toBe(true);
  });
});

const hundredths = fc.integer({ min: 1, max: 100_000_000 }).map((value) => value / 100);
const megabytes = fc.integer({ min: 1, max: 10_240 });
const figures = fc.record({
  initDuration: fc.option(hundredths),
  duration: hundredths,
  billedDuration: fc.integer({ min: 1, max: 1_000_000 }),
  memorySize: megabytes,
  maxMemoryUsed: megabytes,
});
const ownLines = fc.array(fc.string({ maxLength: 80 }).filter((line) => !/^(REPORT|INIT_REPORT|\{)|[\r\n]/.test(line)));

describe('properties', () => {
  it('fields may come in any order, after any lines', () => {
    fc.assert(
      fc.property(figures, ownLines, fc.integer(), (wanted, lines, seed) => {
        const fields = [
          ...(wanted.initDuration === null ? [] : [`Init Duration: ${wanted.initDuration.toFixed(2)} ms`]),
          `Duration: ${wanted.duration.toFixed(2)} ms`,
          `Billed Duration: ${wanted.billedDuration} ms`,
          `Memory Size: ${wanted.memorySize} MB`,
          `Max Memory Used: ${wanted.maxMemoryUsed} MB`,
        ].toSorted((one, other) => ((one.length * 7919 + seed) % 13) - ((other.length * 7919 + seed) % 13));
        const tail = [...lines, `REPORT RequestId: 1\t${fields.join('\t')}\t`].join('\n');
        expect(report(tail)).toMatchObject({ ...wanted, status: 'success' });
      }),
    );
  });

  it('takes whatever it is given', () => {
    fc.assert(fc.property(fc.string(), (text) => parseLogTail(text).kind.length > 0));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: COLD.length }), (at) => {
        const cut = parseLogTail(COLD.slice(at));
        return at === 0 || cut.kind === 'no-report';
      }),
    );
  });
});
