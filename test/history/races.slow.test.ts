import { expect, it } from 'vitest';
import { append, lineOf, linesIn, named, Place } from './writers.ts';

const ROUNDS = 100;

it(`two pushes of two legs each at once lose no line, in ${ROUNDS} rounds`, async () => {
  await using place = await Place.make();
  const url = await place.bare();
  const all = [];
  for (let round = 0; round < ROUNDS; round++) {
    const pushes = [2 * round, 2 * round + 1].map((commit) => ['x86', 'arm'].map((leg) => lineOf(leg, commit)));
    const legs = pushes.flat();
    // As jobs write them: one push in one step, the other by two jobs of a run.
    await Promise.all([append(place.store(url), pushes[0] ?? []), ...(pushes[1] ?? []).map((line) => append(place.store(url), [line]))]);
    all.push(...legs);
    expect(named(await linesIn(place.store(url)))).toEqual(named(all));
  }
  expect(Number(await place.git('-C', 'hub.git', 'rev-list', '--count', 'coldgate-history'))).toBe(3 * ROUNDS);
});
