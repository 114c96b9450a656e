import { describe, expect, it } from 'vitest';
import { sweepColdStarts } from '../../src/cold-start/run.ts';
import { ToolError } from '../../src/core/failures.ts';
import type { FaultKind } from '../doubles/lambda.ts';
import { TestAccount } from './account.ts';
import { expectTrue, HARMLESS, initDurations, run } from './faulty.ts';

describe('200 runs with random faults', () => {
  const kinds: readonly FaultKind[] = HARMLESS.map(([kind]) => kind).filter((kind) => kind !== 'hang' && kind !== 'slow');
  const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

  it('end in true figures or in an error to act on, and leak nothing past a sweep', async () => {
    const ends = { measured: 0, refused: 0, remained: 0 };
    for (const seed of seeds) {
      await using account = await TestAccount.open({
        initDurations,
        randomFaults: { seed, rate: [0.02, 0.1, 0.3][seed % 3] ?? 0.1, kinds },
      });
      try {
        expectTrue(await run(account));
        ends.measured += 1;
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        expect(error.message.length).toBeGreaterThan(40);
        ends.refused += 1;
      }
      if (account.names.length > 0) ends.remained += 1;
      account.double.faults.clear();
      account.double.clock.advance(3_600_000);
      await sweepColdStarts({ prefix: 'coldgate-', clock: account.clock, aws: account.aws }, account.host);
      expect(account.names).toEqual([]);
    }
    expect(ends.measured).toBeGreaterThan(120);
    expect(ends.remained).toBeLessThan(20);
  });
});
