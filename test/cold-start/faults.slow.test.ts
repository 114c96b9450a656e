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
    const ends = { measured: 0, cut: 0, refused: 0, remained: 0 };
    const one = async (seed: number): Promise<void> => {
      await using account = await TestAccount.open({
        initDurations,
        randomFaults: { seed, rate: [0.02, 0.1, 0.3][seed % 3] ?? 0.1, kinds },
      });
      try {
        const done = await run(account);
        const reasons = done.functions.flatMap(({ base, head }) =>
          [base, head].flatMap((side) => (side?.kind === 'none' && side.code === 'aws' ? [side.reason] : [])),
        );
        // What AWS does not do costs the cold starts alone, and says why.
        for (const reason of reasons) expect(reason.length).toBeGreaterThan(40);
        if (reasons.length > 0) ends.refused += 1;
        else {
          const cuts = expectTrue(done);
          for (const cut of cuts) expect(cut.length).toBeGreaterThan(40);
          ends[cuts.length > 0 ? 'cut' : 'measured'] += 1;
        }
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
    };
    // Each with an account of its own, some beside each other.
    const waiting = [...seeds];
    const lane = async (): Promise<void> => {
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) await one(seed);
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    expect(ends.measured + ends.cut + ends.refused).toBe(200);
    expect(ends.measured).toBeGreaterThan(120);
    expect(ends.remained).toBeLessThan(20);
  });
});
