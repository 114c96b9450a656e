// How often the cold-start gate is right, by the functions that judge in production: node scripts/simulate-cold-starts.mjs [--trials N] [--seed N] [--looks 20,40,60] [--strict]
// --strict takes the coefficient of variation for that of the body alone, stragglers besides.

import { parseArgs } from 'node:util';
import { COLD_START_ALPHA, COLD_START_LOOKS } from '../src/core/compare/looks.ts';
import { holdBounds } from '../src/core/judge/cold-start.ts';
import { decisionOn, evidenceOf } from '../src/core/judge/stopping.ts';
import { median, quantile } from '../src/core/statistics.ts';
import { drawInit, PUBLISHED, seeded, TAIL_SHARE } from '../test/core/cold-start-draws.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '6' },
    looks: { type: 'string', default: COLD_START_LOOKS.join(',') },
    strict: { type: 'boolean', default: false },
  },
});
const trials = Number(values.trials);
const LOOKS = values.looks.split(',').map(Number);
const LIMIT = [{ kind: 'growth-percent', percent: 10 }];
const CHANGES = [
  ['none', 1],
  ['+8 %', 1.08],
  ['+20 %', 1.2],
  ['+30 %', 1.3],
];
const STRICT = { 'CV 9 % (arm64)': 0.09, 'CV 14 % (x86_64)': 0.14 };

const started = performance.now();
const distributions = Object.entries(PUBLISHED).map(([name, distribution]) => [
  name,
  values.strict ? { ...distribution, sigma: Math.sqrt(Math.log(1 + STRICT[name] ** 2)) } : distribution,
]);

console.log(
  `Seed ${values.seed}, ${trials} trials each; lognormal body, ${TAIL_SHARE * 100} % stragglers, looks at ${LOOKS.join(', ')} pairs, α = ${COLD_START_ALPHA}, limit +10 %.\n`,
);
row(['model', 'body σ', 'p90 / median', 'p99 / median', 'CV of 10 (median day)', '10 against 10, p95']);
row(Array(6).fill('---'));
for (const [name, distribution] of distributions) row([name, distribution.sigma.toFixed(3), ...shapeOf(distribution)]);
console.log();
row(['true change', 'distribution', 'breach', 'seen', 'called faster', 'mean N']);
row(Array(6).fill('---'));
for (const [change, factor] of CHANGES) {
  for (const [place, [name, distribution]] of distributions.entries()) {
    const random = seeded(Number(values.seed) * 1_000 + Math.round(factor * 100) * 10 + place);
    const ends = Array.from({ length: trials }, () => runOnce(distribution, factor, random));
    const share = (which) => `${((ends.filter(which).length / trials) * 100).toFixed(2)} %`;
    const pairs = ends.reduce((sum, end) => sum + end.pairs, 0) / trials;
    row([change, name, share((end) => end.breached), share((end) => end.seen), share((end) => end.faster), pairs.toFixed(1)]);
  }
}
console.error(`${((performance.now() - started) / 1_000).toFixed(0)} s`);

/** One session: looks until decided, then the verdict of the last look. */
function runOnce(distribution, factor, random) {
  const [base, head] = [[], []];
  for (const [place, pairs] of LOOKS.entries()) {
    while (base.length < pairs) {
      base.push(drawInit(distribution, random));
      head.push(drawInit(distribution, random, factor));
    }
    const look = { taken: place + 1, planned: LOOKS.length, alpha: COLD_START_ALPHA, comparisons: 1 };
    const evidence = evidenceOf(base, head, look);
    if (decisionOn(evidence, [LIMIT]) === null && place < LOOKS.length - 1) continue;
    const breached = holdBounds(LIMIT, evidence).state === 'breached';
    const { interval } = evidence.change;
    return { breached, seen: breached || interval.lower > 1, faster: interval.upper < 1, pairs };
  }
}

/** What the published figures say of the same distribution, in their words. */
function shapeOf(distribution) {
  const random = seeded(Number(values.seed));
  const day = () => Array.from({ length: 10 }, () => drawInit(distribution, random));
  const days = Array.from({ length: 4_000 }, day);
  const all = days.flat();
  const variations = days.map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)) / mean;
  });
  const differences = days.map((values) => Math.abs(median(day()) / median(values) - 1));
  const percent = (value) => `${(value * 100).toFixed(1)} %`;
  return [
    (quantile(all, 0.9) / median(all)).toFixed(3),
    (quantile(all, 0.99) / median(all)).toFixed(2),
    percent(median(variations)),
    percent(quantile(differences, 0.95)),
  ];
}

function row(cells) {
  console.log(`| ${cells.join(' | ')} |`);
}
