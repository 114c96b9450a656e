import { describe, expect, test } from 'vitest';
import type { FunctionMeasurement } from '../../../src/core/snapshot/snapshot.ts';
import type { FunctionData } from '../../../src/report/page/data.ts';
import { pageData } from '../../../src/report/page/page-data.ts';
import { pageOf } from '../../../src/report/page/page-of.ts';
import {
  aBaseSnapshot,
  aColdStart,
  aFailedInit,
  aFirstResponse,
  aFunction,
  aMeasuredInit,
  aSnapshot,
  aTimedInit,
} from '../../core/builders.ts';
import { judgedOf } from './judged.ts';

type Started = Pick<FunctionMeasurement, 'init'>;

type Shown = FunctionData & { readonly names: readonly string[] };

/** What the page is given of a function that was started so at base and at head. */
function shownOf(base: Partial<FunctionMeasurement> | null, head: Partial<FunctionMeasurement>): Shown {
  const before = base === null ? null : aBaseSnapshot({ functions: [aFunction(base)] });
  const outcome = judgedOf(before, aSnapshot({ functions: [aFunction(head)] }));
  const { functions, names } = pageData(pageOf(outcome, []), { script: '', style: '', policy: '' });
  const [only] = functions;
  if (only === undefined) throw new Error('no function');
  return { ...only, names };
}

const sidesIn = ({ times }: Pick<FunctionData['init'], 'times'>) => times.map(({ base, head }) => [base !== null, head !== null]);

describe('starts of two sessions', () => {
  const apart: Started = { init: aMeasuredInit({ session: 'another', firstResponse: aFirstResponse() }) };

  test('are not drawn beside each other, nor called not started', () => {
    const { init, firstResponse } = shownOf(apart, { init: aMeasuredInit({ firstResponse: aFirstResponse() }) });
    for (const one of [init, firstResponse]) {
      expect(sidesIn(one)).toEqual([
        [false, true],
        [false, true],
      ]);
      expect(one.notes).toEqual(['Not compared: init of two sessions is not compared: base and head were not started beside each other']);
      expect(one.phases.map(([, base]) => base)).toEqual(one.phases.map(() => null));
    }
  });

  test('of one session are', () => {
    expect(sidesIn(shownOf({ init: aMeasuredInit() }, { init: aMeasuredInit() }).init)).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  test('CPU times of two clocks are not drawn beside each other', () => {
    const other = aMeasuredInit({ timed: aTimedInit(3, { cpuOf: 'threads' }) });
    expect(sidesIn(shownOf({ init: other }, { init: aMeasuredInit() }).init)).toEqual([
      [true, true],
      [false, true],
    ]);
  });

  test('cold starts neither, and of head alone nothing is called paired', () => {
    const alone = shownOf(null, { coldStart: aColdStart() }).coldStarts;
    expect(alone.notes).toEqual(['Samples of head alone in eu-central-1. All intervals of a run together hold with 98 % confidence.']);
    const { notes, times } = shownOf({ coldStart: aColdStart({}, { session: 'another' }) }, { coldStart: aColdStart() }).coldStarts;
    expect(notes[0]).toBe('Not compared: base and head were not sampled beside each other');
    expect(notes[1]).toMatch(/^Samples of head alone in/);
    expect(sidesIn({ times })).toEqual(times.map(() => [false, true]));
    const paired = shownOf({ coldStart: aColdStart() }, { coldStart: aColdStart() }).coldStarts;
    expect(paired.notes[0]).toMatch(/^Sampled in pairs in eu-central-1, base beside head\./);
  });
});

test('what a limit may be on stands where the page opens at its breach, also where no picture has it', () => {
  const response = aFirstResponse({}, { total: 400_000 });
  const head = { init: aMeasuredInit({ firstResponse: response }), coldStart: aColdStart() };
  const { init, firstResponse, coldStarts, names } = shownOf(head, head);
  const counted = ({ counts }: Pick<FunctionData['init'], 'counts'>) => counts.map(([name, ...sides]) => [names[name], ...sides]);
  expect(counted(init)).toEqual([
    ['page faults', expect.any(Number), expect.any(Number)],
    ['connections', expect.any(Number), expect.any(Number)],
    ['peak memory, bytes', expect.any(Number), expect.any(Number)],
  ]);
  expect(counted(firstResponse).map(([name]) => name)).toContain('page faults to respond');
  expect(counted(coldStarts)).toEqual([['memory used, bytes', expect.any(Number), expect.any(Number)]]);
});

describe('the first response', () => {
  const answering = (total: number): Started => ({ init: aMeasuredInit({ firstResponse: aFirstResponse({}, { total }) }) });

  test('has its instructions, times and functions on the page that opens at its breach', () => {
    const { firstResponse } = shownOf(answering(412_300), answering(900_000));
    expect(firstResponse.phases.map(([, base, head]) => [base, head])).toEqual([[412_300, 900_000]]);
    expect(firstResponse.times.map(({ title }) => title)).toEqual([
      'Time to the first response, on this machine',
      'CPU time of the first response',
    ]);
    expect(firstResponse.functions.length).toBeGreaterThan(0);
  });

  test('that does not come any more has its reason there', () => {
    const failing = aFirstResponse({ answer: { kind: 'error', errorType: 'Panic', message: 'no table' } as never });
    const { firstResponse } = shownOf(answering(412_300), { init: aMeasuredInit({ firstResponse: failing }) });
    expect(firstResponse.notes).toEqual(['It no longer answers its first request: it answered with an error (Panic: no table)']);
  });

  test('of nobody is nothing', () => {
    expect(shownOf({ init: aFailedInit() }, { init: aMeasuredInit() }).firstResponse).toEqual({
      ...{ notes: [], phases: [], functions: [], times: [], counts: [] },
    });
  });
});
