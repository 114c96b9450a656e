import { expect } from 'vitest';
import { type ColdStarts, sampleColdStarts } from '../../src/cold-start/run.ts';
import { coldStartMeasurement } from '../../src/core/snapshot/cold-start.ts';
import type { FaultKind, FunctionSnapshot, LambdaAction } from '../doubles/lambda.ts';
import type { TestAccount } from './account.ts';

/** So far apart that a sample taken for the other side's would be seen. */
export const initDurations = (_: string, __: number, { description }: FunctionSnapshot): number =>
  /holds base/.test(description) ? 14 : 21;

export async function run(account: TestAccount): Promise<ColdStarts> {
  return await sampleColdStarts(account.options(), account.host);
}

/** A fault must never show in a figure: it costs samples, time or the run. Answers what AWS ended after the first look, in its words. */
export function expectTrue({ functions }: ColdStarts): readonly string[] {
  return functions.flatMap(({ base, head }) => {
    const cut = head.kind === 'sampled' ? (head.sizes[0]?.cut ?? null) : null;
    for (const [side, value] of [
      [base, 14],
      [head, 21],
    ] as const) {
      const measured = coldStartMeasurement.parse(side);
      if (measured.kind !== 'sampled') throw new Error(JSON.stringify(measured));
      for (const { initDuration } of measured.sizes) expect(new Set(initDuration)).toEqual(new Set([value]));
      const samples = measured.sizes[0]?.initDuration.length ?? 0;
      if (cut === null) expect(samples).toBe(8);
      // What was sampled until then is kept from the first look on.
      else expect([4, 5, 6, 7]).toContain(samples);
    }
    return cut === null ? [] : [cut];
  });
}

const CHANGES: readonly LambdaAction[] = ['CreateFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration', 'DeleteFunction'];
const READS: readonly LambdaAction[] = ['GetFunction', 'ListFunctions', 'GetAccountSettings'];

/** What a run survives, and where it can meet it. */
export const HARMLESS: readonly (readonly [FaultKind, readonly LambdaAction[]])[] = [
  ['throttled', [...CHANGES, ...READS, 'Invoke']],
  ['service-error', [...CHANGES, ...READS, 'Invoke']],
  ['unavailable', [...CHANGES, ...READS, 'Invoke']],
  ['cut', [...CHANGES, ...READS, 'Invoke']],
  ['lost', [...CHANGES, ...READS, 'Invoke']],
  ['hang', [...CHANGES, ...READS]],
  ['slow', [...CHANGES, ...READS, 'Invoke']],
  ['conflict', ['UpdateFunctionCode', 'UpdateFunctionConfiguration', 'DeleteFunction', 'Invoke']],
  ['not-found', ['GetFunction', 'Invoke', 'UpdateFunctionCode', 'UpdateFunctionConfiguration']],
  ['role-not-assumable', ['CreateFunction', 'UpdateFunctionConfiguration']],
  ['slow-activation', ['CreateFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration']],
  ['warm', ['Invoke']],
  ['no-init-duration', ['Invoke']],
  ['no-report', ['Invoke']],
  ['cut-report', ['Invoke']],
  ['empty-tail', ['Invoke']],
  ['extension-report', ['Invoke']],
  ['lost-delete', ['DeleteFunction']],
];
