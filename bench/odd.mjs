import { agree, extremesOf, looked, ROUNDS } from '../src/core/spread.ts';
import { percent, table } from './run.mjs';

const DRAWS = 200_000;
const BASE = 9_417_000;
const TRUE_GROWTH = 4_000_000;
/** The limit that is judged: `+1%`. */
const LIMIT = 0.01;

/**
 * What one odd run does to the verdict, simulated: both sides are counted three, five or nine times as a check does it, and judged by the median and
 * by head at its lowest against base at its highest. Before, all runs of nine were looked at.
 */
export function benchOdd() {
  const rows = [];
  for (const [what, noise] of [
    ['one thread (runs within 0.02 %)', 0.0002],
    ['two workers (runs within 0.8 %)', 0.008],
  ])
    for (const odd of [0, 0.02, 0.05, 0.1]) {
      const draw = (growth, rule) => {
        const [base, head] = [rule(() => run(BASE, noise, odd)), rule(() => run(BASE + growth, noise, odd))];
        return head.median > base.median * (1 + LIMIT) && head.low > base.high * (1 + LIMIT);
      };
      const share = (growth, rule) => Array.from({ length: DRAWS }, () => draw(growth, rule)).filter(Boolean).length / DRAWS;
      rows.push([
        what,
        percent(odd),
        percent(share(0, allOf)),
        percent(share(0, oddLeftOut)),
        percent(share(TRUE_GROWTH, allOf)),
        percent(share(TRUE_GROWTH, oddLeftOut)),
      ]);
    }
  console.log(
    `## One odd run (${DRAWS.toLocaleString('en')} draws a cell; init.instructions of ${BASE.toLocaleString('en')}, limit +1%)\n`,
  );
  table(
    [
      'runs',
      'each is odd with',
      'false breach, all looked at',
      'false breach, odd ones left out',
      'a true +4 M seen, all looked at',
      'seen, odd ones left out',
    ],
    rows,
  );
}

/** An odd run executes up to as much more as the whole, or a half less. */
function run(middle, noise, odd) {
  const value = middle * (1 + noise * (Math.random() - 0.5));
  return Math.round(Math.random() < odd ? value * (0.5 + 1.5 * Math.random()) : value);
}

function counted(next, isEnough) {
  const runs = [];
  for (const count of ROUNDS) {
    if (runs.length > 0 && isEnough(runs)) break;
    for (let more = 0; more < count; more += 1) runs.push(next());
  }
  return runs;
}

const oddLeftOut = (next) => extremesOf(looked(counted(next, agree)));

function allOf(next) {
  const runs = [next(), next(), next()];
  if (!agree(runs)) for (let more = 0; more < 6; more += 1) runs.push(next());
  return extremesOf(runs);
}
