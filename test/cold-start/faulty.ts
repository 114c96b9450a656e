import { expect } from 'vitest';
import { type ColdStarts, sampleColdStarts } from '../../src/cold-start/run.ts';
import { coldStartMeasurement } from '../../src/core/snapshot/cold-start.ts';
import type { FaultKind, LambdaAction } from '../doubles/lambda.ts';
import type { TestAccount } from './account.ts';

/** So far apart that a sample taken for the other side's would be seen. */
export const initDurations = (name: string): number => (name.includes('-base-') ? 14 : 21);

export async function run(account: TestAccount): Promise<ColdStarts> {
  return await sampleColdStarts(account.options(), account.host);
}

/** A fault must never show in a figure: it costs samples, time or the run. */
export function expectTrue({ functions }: ColdStarts): void {
  for (const { base, head } of functions) {
    for (const [side, value] of [
      [base, 14],
      [head, 21],
    ] as const) {
      const measured = coldStartMeasurement.parse(side);
      if (measured.kind !== 'sampled') throw new Error(JSON.stringify(measured));
      for (const { initDuration } of measured.sizes) expect(new Set(initDuration)).toEqual(new Set([value]));
      expect(measured.sizes[0]?.initDuration).toHaveLength(8);
    }
  }
}

const CHANGES: readonly LambdaAction[] = ['CreateFunction', 'UpdateFunctionConfiguration', 'DeleteFunction'];
const READS: readonly LambdaAction[] = ['GetFunction', 'ListFunctions'];

/** What a run survives, and where it can meet it. */
export const HARMLESS: readonly (readonly [FaultKind, readonly LambdaAction[]])[] = [
  ['throttled', [...CHANGES, ...READS, 'Invoke']],
  ['service-error', [...CHANGES, ...READS, 'Invoke']],
  ['unavailable', [...CHANGES, ...READS, 'Invoke']],
  ['cut', [...CHANGES, ...READS, 'Invoke']],
  ['lost', [...CHANGES, ...READS, 'Invoke']],
  ['hang', [...CHANGES, ...READS]],
  ['slow', [...CHANGES, ...READS, 'Invoke']],
  ['conflict', ['UpdateFunctionConfiguration', 'DeleteFunction', 'Invoke']],
  ['not-found', ['GetFunction', 'Invoke', 'UpdateFunctionConfiguration']],
  ['role-not-assumable', ['CreateFunction', 'UpdateFunctionConfiguration']],
  ['slow-activation', ['CreateFunction', 'UpdateFunctionConfiguration']],
  ['warm', ['Invoke']],
  ['no-init-duration', ['Invoke']],
  ['no-report', ['Invoke']],
  ['cut-report', ['Invoke']],
  ['lost-delete', ['DeleteFunction']],
];
