import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AdviceFigures, MeasuredOutcome, Outcome, Remedy } from '../../../src/core/advise/remedy.ts';
import { combine, type Tried } from '../../../src/core/advise/together.ts';
import { aMeasuredOutcome, aRemedy } from './builders.ts';

const BASE: AdviceFigures = { zip: 1_000, binary: 2_000, instructions: 500, faults: 10, memory: 100 };

const remedy = (id: string, more: Partial<Remedy> = {}): Remedy => aRemedy(id, { sort: 'profile', ...more });

function measured(zip: number, more: Partial<MeasuredOutcome> = {}): Outcome {
  return aMeasuredOutcome({ ...BASE, zip }, more);
}

/** A world in which sets of remedies have a size; asked for what was built. */
function world(sizeOf: (ids: readonly string[]) => number): { built: string[]; attempt: (set: readonly Remedy[]) => Promise<Outcome> } {
  const built: string[] = [];
  return {
    built,
    attempt: async (set) => {
      const ids = set.map(({ id }) => id);
      built.push(ids.join('+'));
      return measured(sizeOf(ids));
    },
  };
}

describe('remedies taken together', () => {
  it('are all that help, and one build says what they save', async () => {
    const { attempt, built } = world((ids) => 1_000 - 100 * ids.length);
    const tried: Tried[] = ['a', 'b', 'c'].map((id) => ({ remedy: remedy(id), outcome: measured(900) }));
    const { best, harms } = await combine(tried, BASE, 'zip', attempt);
    expect(best?.remedies.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(best?.outcome).toMatchObject({ figures: { zip: 700 } });
    expect([built, harms]).toEqual([['a+b+c'], []]);
  });

  it('take of one slot what saves most', async () => {
    const { attempt } = world(() => 500);
    const tried: Tried[] = [
      { remedy: remedy('s', { slots: ['opt-level'] }), outcome: measured(850) },
      { remedy: remedy('z', { slots: ['opt-level'] }), outcome: measured(800) },
      { remedy: remedy('lto'), outcome: measured(900) },
    ];
    const { best, leftOut } = await combine(tried, BASE, 'zip', attempt);
    expect(best?.remedies.map(({ id }) => id)).toEqual(['z', 'lto']);
    expect(leftOut.get('s')).toBe('z takes its place');
  });

  it('are none that nobody verified where a feature could be lost, that Lambda does not take, or that cost init', async () => {
    const { attempt } = world(() => 700);
    const slower = measured(800, { figures: { ...BASE, zip: 800, instructions: 600 } });
    const tried: Tried[] = [
      { remedy: remedy('feature', { sort: 'features' }), outcome: measured(100) },
      { remedy: remedy('verified', { sort: 'features' }), outcome: measured(850, { verified: { kind: 'passed' } }) },
      { remedy: remedy('broken'), outcome: measured(100, { verified: { kind: 'failed', said: 'assertion' } }) },
      { remedy: remedy('too new'), outcome: measured(100, { unfit: 'it needs glibc 2.36' }) },
      { remedy: remedy('slower'), outcome: slower },
      { remedy: remedy('lto'), outcome: measured(900) },
    ];
    const { best, leftOut } = await combine(tried, BASE, 'zip', attempt);
    expect(best?.remedies.map(({ id }) => id)).toEqual(['verified', 'lto']);
    expect([...leftOut.keys()]).toEqual(['feature', 'broken', 'too new', 'slower']);
    expect(leftOut.get('slower')).toBe('it costs init');
  });

  it('two that harm each other are told so, with the figures, and the worse one is left out', async () => {
    const { attempt } = world((ids) => (ids.includes('a') && ids.includes('b') ? 1_200 : 1_000));
    const tried: Tried[] = [
      { remedy: remedy('a'), outcome: measured(800) },
      { remedy: remedy('b'), outcome: measured(900) },
    ];
    const { best, harms, leftOut } = await combine(tried, BASE, 'zip', attempt);
    expect(harms).toEqual([{ one: { title: 'b', change: -100 }, other: { title: 'a', change: -200 }, together: 200 }]);
    expect(best).toBeNull();
    expect(leftOut.get('b')).toBe('a and it harm each other');
  });

  it('among many the pair is found, and the rest is taken', async () => {
    const { attempt } = world((ids) => 1_000 - 100 * ids.length + (ids.includes('b') && ids.includes('d') ? 350 : 0));
    const tried: Tried[] = ['a', 'b', 'c', 'd'].map((id) => ({ remedy: remedy(id), outcome: measured(900) }));
    const { best, harms } = await combine(tried, BASE, 'zip', attempt);
    expect(best?.outcome).toMatchObject({ figures: { zip: 700 } });
    expect(harms).toMatchObject([{ one: { title: 'd' }, other: { title: 'b' }, together: 150 }]);
  });

  it.each([
    ['your command fails', { verified: { kind: 'failed', said: 'assertion' } }, 'together with the others your command fails'],
    ['Lambda does not take it', { unfit: 'it needs glibc 2.36' }, 'together with the others it needs glibc 2.36'],
  ] as const)('are no set with which %s, although each alone is good: one is left out, and it is said why', async (_, more, why) => {
    const attempt = async (set: readonly Remedy[]): Promise<Outcome> => {
      const ids = set.map(({ id }) => id);
      return measured(1_000 - 100 * ids.length, ids.includes('a') && ids.includes('b') ? more : {});
    };
    const tried = (...ids: readonly string[]): Tried[] => ids.map((id) => ({ remedy: remedy(id), outcome: measured(900) }));
    const three = await combine(tried('a', 'b', 'c'), BASE, 'zip', attempt);
    expect(three.best?.remedies.map(({ id }) => id)).toEqual(['a', 'c']);
    expect([...three.leftOut]).toEqual([['b', why]]);
    const two = await combine(tried('a', 'b'), BASE, 'zip', attempt);
    expect(two.best).toBeNull();
    expect([...two.leftOut]).toEqual([['b', why]]);
  });

  it('are none where no part of the set is any better, and each is told why', async () => {
    const attempt = async (): Promise<Outcome> => ({ kind: 'not-built', reason: 'error[E0425]' });
    const tried: Tried[] = ['a', 'b', 'c'].map((id) => ({ remedy: remedy(id), outcome: measured(900) }));
    const { best, leftOut } = await combine(tried, BASE, 'zip', attempt);
    expect(best).toBeNull();
    expect(leftOut.get('a')).toBe('together with the others it does not build: error[E0425]');
  });

  it('end with the budget, with what was measured until then', async () => {
    const attempt = async (): Promise<Outcome> => ({ kind: 'not-tried', reason: 'the budget was used up' });
    const tried: Tried[] = ['a', 'b'].map((id) => ({ remedy: remedy(id), outcome: measured(900) }));
    const { best } = await combine(tried, BASE, 'zip', attempt);
    expect(best?.outcome.kind).toBe('not-tried');
  });

  it('never build without end, and never answer a set that saves less than a part that was built', async () => {
    const savings = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 8 });
    const penalties = fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.integer({ min: 0, max: 900 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(savings, penalties, async (alone, pairs) => {
        const sizeOf = (ids: readonly string[]): number =>
          ids.reduce((size, id) => size - (alone[Number(id)] ?? 0), 5_000) +
          pairs.reduce((sum, [a, b, cost]) => sum + (a !== b && ids.includes(`${a}`) && ids.includes(`${b}`) ? cost : 0), 0);
        const { attempt, built } = world(sizeOf);
        const base = { ...BASE, zip: 5_000 };
        const tried: Tried[] = alone.map((saving, id) => ({ remedy: remedy(`${id}`), outcome: measured(5_000 - saving) }));
        const { best } = await combine(tried, base, 'zip', attempt);
        expect(built.length).toBeLessThan(40);
        if (best?.outcome.kind !== 'measured') return;
        expect(best.outcome.figures.zip).toBe(sizeOf(best.remedies.map(({ id }) => id)));
        for (const set of built) expect(best.outcome.figures.zip).toBeLessThanOrEqual(sizeOf(set.split('+')));
        expect(best.outcome.figures.zip).toBeLessThanOrEqual(5_000 - Math.max(...alone));
      }),
    );
  });
});
