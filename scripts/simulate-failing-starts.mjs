// How often starts that fail are a breach, by the functions that judge in production: node scripts/simulate-failing-starts.mjs [--trials N] [--seed N]

import { parseArgs } from 'node:util';
import { FAILING_STARTS_ALPHA, startsToProve } from '../src/core/compare/failing-starts.ts';
import { COLD_START_LOOKS } from '../src/core/compare/looks.ts';
import { fisherTail } from '../src/core/fisher.ts';
import { seeded } from '../test/core/cold-start-draws.ts';

const { values } = parseArgs({ options: { trials: { type: 'string', default: '20000' }, seed: { type: 'string', default: '7' } } });
const trials = Number(values.trials);
const random = seeded(Number(values.seed));
const MOST = COLD_START_LOOKS.at(-1) ?? 60;
const NEVER = startsToProve(1);
/** The share of starts that fail at base and at head. */
const SHARES = [
  [0, 0],
  [0.02, 0.02],
  [0.1, 0.1],
  [0.3, 0.3],
  [0.5, 0.5],
  [0.8, 0.8],
  [0, 0.02],
  [0, 0.1],
  [0, 0.2],
  [0, 0.5],
  [0.1, 0.3],
];

console.log(
  `Seed ${values.seed}, ${trials} trials each; one function at one size, up to ${MOST} pairs, α = ${FAILING_STARTS_ALPHA} at the last look and again for a side that never starts (${NEVER} starts).\n`,
);
console.log('| base fails | head fails | breach | mean pairs asked for |\n| ---: | ---: | ---: | ---: |');
for (const [base, head] of SHARES) {
  const ends = Array.from({ length: trials }, () => runOnce(base, head));
  const breaches = ends.filter(({ breached }) => breached).length;
  const pairs = ends.reduce((sum, { asked }) => sum + asked, 0) / trials;
  console.log(`| ${base * 100} % | ${head * 100} % | ${((breaches / trials) * 100).toFixed(2)} % | ${pairs.toFixed(1)} |`);
}

/** One session: a pair is whole where both start; one that is not is asked for again, as often as pairs were planned. */
function runOnce(base, head) {
  let [asked, whole, before, after] = [0, 0, 0, 0];
  while (whole < MOST && asked - whole <= MOST) {
    const [one, other] = [random() < base, random() < head];
    asked += 1;
    before += one;
    after += other;
    if (!one && !other) whole += 1;
    if (asked >= NEVER && after === asked && before === 0) return { asked, breached: true };
    if (asked >= NEVER && before === asked && (after === 0 || after === asked)) return { asked, breached: false };
  }
  return { asked, breached: fisherTail([before, asked], [after, asked]) <= FAILING_STARTS_ALPHA };
}
