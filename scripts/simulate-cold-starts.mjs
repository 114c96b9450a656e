// How often the cold-start gate is right, by the functions that judge in production: node scripts/simulate-cold-starts.mjs [--trials N] [--seed N] [--looks 20,40,60] [--hosts TEXT] [--changes none,+20] [--design exchanged|anew|kept] [--strict] [--both init|response|neither]
// --design is what is sampled: `exchanged` as coldgate does (two functions that hold base and head in turn, by a coin, made anew at each look);
// `anew`: base and head on functions of their own, made anew at each look; `kept`: on the same two functions all the time.
// --both has a limit of +10 % on the first response besides, of half the time, so that the risk is shared; what it names changes by --changes. It prints how much wider intervals are, too.
// --strict takes the coefficient of variation for that of the body alone, stragglers besides.

import { parseArgs } from 'node:util';
import { COLD_START_ALPHA, COLD_START_LOOKS, riskAt } from '../src/core/compare/looks.ts';
import { holdBounds } from '../src/core/judge/cold-start.ts';
import { decided, decisionOn, evidenceOf } from '../src/core/judge/stopping.ts';
import { median, pairedChange, quantile } from '../src/core/statistics.ts';
import { drawInit, PUBLISHED, seeded, TAIL_SHARE } from '../test/core/cold-start-draws.ts';
import { HOSTS } from '../test/core/cold-start-hosts.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '6' },
    looks: { type: 'string', default: COLD_START_LOOKS.join(',') },
    hosts: { type: 'string', default: '' },
    changes: { type: 'string', default: 'none,+8 %,+20 %,+30 %' },
    design: { type: 'string', default: 'exchanged' },
    strict: { type: 'boolean', default: false },
    both: { type: 'string', default: '' },
  },
});
const trials = Number(values.trials);
const LOOKS = values.looks.split(',').map(Number);
const LIMIT = { bounds: [{ kind: 'growth-percent', percent: 10 }], gate: 'fail' };
const CHANGES = { none: 1, '+8 %': 1.08, '+20 %': 1.2, '+30 %': 1.3 };
const STRICT = { 'CV 9 % (arm64)': 0.09, 'CV 14 % (x86_64)': 0.14 };

const started = performance.now();
const distributions = Object.entries(PUBLISHED).map(([name, distribution]) => [
  name,
  values.strict ? { ...distribution, sigma: Math.sqrt(Math.log(1 + STRICT[name] ** 2)) } : distribution,
]);

console.log(
  `Seed ${values.seed}, ${trials} trials each; lognormal body, ${TAIL_SHARE * 100} % stragglers, looks at ${LOOKS.join(', ')} pairs, α = ${COLD_START_ALPHA}, limit +10 %, design ${values.design}; in brackets 95 % of the binomial distribution (Clopper and Pearson).\n`,
);
row(['model', 'body σ', 'p90 / median', 'p99 / median', 'CV of 10 (median day)', '10 against 10, p95']);
row(Array(6).fill('---'));
for (const [name, distribution] of distributions) row([name, distribution.sigma.toFixed(3), ...shapeOf(distribution)]);
console.log();
row([
  'true change',
  'hosts',
  'distribution',
  'breach',
  'seen',
  'called faster',
  'mean pairs',
  ...(values.both === '' ? [] : ['breach of both']),
]);
row(Array(values.both === '' ? 7 : 8).fill('---'));
const wanted = values.changes.split(',').map((change) => [change, CHANGES[change]]);
for (const [change, factor] of wanted) {
  for (const [kind, hosts] of Object.entries(HOSTS).filter(([name]) => name.includes(values.hosts))) {
    for (const [place, [name, distribution]] of distributions.entries()) {
      const random = seeded(Number(values.seed) * 1_000 + Math.round(factor * 100) * 10 + place);
      const ends = Array.from({ length: trials }, () =>
        (values.both === '' ? runOnce : runBoth)(distribution, factor, hosts(random), random),
      );
      const share = (which) => shareOf(ends.filter(which).length);
      const pairs = ends.reduce((sum, end) => sum + end.pairs, 0) / trials;
      const both = values.both === '' ? [] : [share((end) => end.bothBreached)];
      row([
        change,
        kind,
        name,
        share((end) => end.breached),
        share((end) => end.seen),
        share((end) => end.faster),
        pairs.toFixed(1),
        ...both,
      ]);
    }
  }
}
if (values.both !== '') widths();
console.error(`${((performance.now() - started) / 1_000).toFixed(0)} s`);

/** One session: looks until decided, then the verdict of the last look. */
function runOnce(distribution, factor, make, random) {
  const [base, head, places] = [[], [], []];
  let slots = [];
  for (const [deployment, pairs] of LOOKS.entries()) {
    if (deployment === 0 || values.design !== 'kept') slots = [make(() => base.length), make(() => base.length)];
    for (const exchanged of coinsFor(pairs - base.length, random)) {
      if (values.design === 'exchanged') for (const slot of slots) slot.uploaded();
      const [before, after] = exchanged ? slots.toReversed() : slots;
      const [slow, slower] = [before.start(), after.start()];
      base.push(drawInit(distribution, random, slow));
      head.push(drawInit(distribution, random, factor * slower));
      places.push({ deployment, exchanged });
    }
    const look = { taken: deployment + 1, planned: LOOKS.length, alpha: COLD_START_ALPHA, comparisons: 1 };
    const evidence = judged(base, head, places, look);
    if (decisionOn(evidence, [LIMIT]) === null && deployment < LOOKS.length - 1) continue;
    const breached = holdBounds(LIMIT.bounds, evidence).state === 'breached';
    const { interval } = evidence.change;
    return { breached, seen: breached || interval.lower > 1, faster: interval.upper < 1, pairs };
  }
}

/** The same with a limit on the first response, too: both are settled before a look ends it, each at half the risk. */
function runBoth(distribution, factor, make, random) {
  const [base, head, places, responses] = [[], [], [], { base: [], head: [] }];
  const [ofInit, ofResponse] = ['init', 'response'].map((what) => (values.both === what ? factor : 1));
  const response = { ...distribution, median: distribution.median / 2 };
  for (const [deployment, pairs] of LOOKS.entries()) {
    const slots = [make(() => base.length), make(() => base.length)];
    for (const exchanged of coinsFor(pairs - base.length, random)) {
      for (const slot of slots) slot.uploaded();
      const [before, after] = exchanged ? slots.toReversed() : slots;
      const [slow, slower] = [before.start(), after.start()];
      base.push(drawInit(distribution, random, slow));
      head.push(drawInit(distribution, random, ofInit * slower));
      responses.base.push(drawInit(response, random, slow));
      responses.head.push(drawInit(response, random, ofResponse * slower));
      places.push({ deployment, exchanged });
    }
    const look = { taken: deployment + 1, planned: LOOKS.length, alpha: COLD_START_ALPHA, comparisons: 2 };
    const first = { events: responses, limits: [LIMIT] };
    if (decided(base, head, places, { ...look, limits: [LIMIT], first }) === null && deployment < LOOKS.length - 1) continue;
    const evidences = [evidenceOf(base, head, places, look), evidenceOf(responses.base, responses.head, places, look)];
    const breaches = evidences.map((evidence) => holdBounds(LIMIT.bounds, evidence).state === 'breached');
    const intervals = evidences.map(({ change }) => change.interval);
    const breached = breaches.includes(true);
    const bothBreached = !breaches.includes(false);
    const faster = intervals.some(({ upper }) => upper < 1);
    return { breached, bothBreached, seen: breached || intervals.some(({ lower }) => lower > 1), faster, pairs };
  }
}

/** How much wider the interval of a change is where the risk is shared by two claims, by look and number of functions: the mean over the trials. */
function widths() {
  console.log();
  row(['distribution', 'functions', ...LOOKS.map((pairs) => `wider at ${pairs} pairs`)]);
  row(Array(2 + LOOKS.length).fill('---'));
  for (const [name, distribution] of distributions) {
    for (const functions of [1, 10]) {
      const random = seeded(Number(values.seed));
      const sums = LOOKS.map(() => ({ one: 0, two: 0 }));
      for (let trial = 0; trial < Math.min(trials, 2_000); trial += 1) {
        const [base, head, places] = [[], [], []];
        for (const [deployment, pairs] of LOOKS.entries()) {
          for (const exchanged of coinsFor(pairs - base.length, random)) {
            base.push(drawInit(distribution, random));
            head.push(drawInit(distribution, random));
            places.push({ deployment, exchanged });
          }
          const width = (comparisons) => {
            const look = { taken: deployment + 1, planned: LOOKS.length, alpha: COLD_START_ALPHA, comparisons };
            const { lower, upper } = evidenceOf(base, head, places, look).change.interval;
            return Math.log(upper / lower);
          };
          sums[deployment].one += width(functions);
          sums[deployment].two += width(functions * 2);
        }
      }
      row([name, functions, ...sums.map(({ one, two }) => `${((two / one - 1) * 100).toFixed(1)} %`)]);
    }
  }
}

/** Half of the pairs exchanged, in random order, as the sampler takes them; none where nothing is exchanged. */
function coinsFor(pairs, random) {
  if (values.design !== 'exchanged') return Array(pairs).fill(false);
  const coins = Array.from({ length: pairs }, (_, place) => place % 2 === 0);
  for (let place = pairs - 1; place > 0; place -= 1) {
    const other = Math.floor(random() * (place + 1));
    [coins[place], coins[other]] = [coins[other], coins[place]];
  }
  return coins;
}

/** As production judges; what was not exchanged by the signed ranks of the pairs, as it was before. */
function judged(base, head, places, look) {
  if (values.design === 'exchanged') return evidenceOf(base, head, places, look);
  const interval = { lower: 0, upper: Number.POSITIVE_INFINITY };
  return { base: median(base), head: { median: median(head), interval }, change: pairedChange(base, head, 2 * riskAt(look)) };
}

function shareOf(count) {
  const percent = (value) => (value * 100).toFixed(2);
  const upper = count === trials ? 1 : bisect((p) => atMost(count, p) > 0.025);
  const lower = count === 0 ? 0 : bisect((p) => 1 - atMost(count - 1, p) < 0.025);
  return `${percent(count / trials)} % (${percent(lower)} to ${percent(upper)})`;
}

/** The largest p for which it holds. */
function bisect(holds) {
  let [low, high] = [0, 1];
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** P(X ≤ count) of a binomial of all trials. */
function atMost(count, p) {
  if (p <= 0) return 1;
  if (p >= 1) return 0;
  let log = trials * Math.log1p(-p);
  let sum = 0;
  for (let k = 0; k <= count; k += 1) {
    sum += Math.exp(log);
    log += Math.log((trials - k) / (k + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return Math.min(1, sum);
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
