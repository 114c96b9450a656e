import type { Outcome } from '../../src/core/model/outcome.ts';
import { bytes } from '../../src/core/units.ts';
import { aMapping, aMeasuredInit, aTimedInit } from '../core/builders.ts';
import { answering } from './first-response-outcomes.ts';

const MEGABYTES = 4 << 20;

/** 4 MB of the random device before the first request, as it was measured: next to no instruction, and 1,027 pages that the answer lies in. */
export function cpuBreach(): Outcome {
  const base = aMeasuredInit({}, { wall: 3.1 });
  const timed = aTimedInit(18.4);
  const head = aMeasuredInit(
    {
      timed: {
        ...timed,
        minorFaults: timed.minorFaults.map((faults) => faults + 1_012),
        peak: timed.peak.map((peak) => bytes(peak + MEGABYTES)),
        mappings: aMapping({ mapped: aMapping().mapped + MEGABYTES }),
      },
    },
    { phases: { loading: 227_000, runtimeStart: 115_414, handlerInit: 55_721 } },
  );
  return answering({ base, head }, ['init.cpu: +10%', 'zip: 5 MB']);
}
