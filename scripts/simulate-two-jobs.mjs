// How a true +30 % is judged by +10 % where another job samples, by what that job knows: node scripts/simulate-two-jobs.mjs [--trials N] [--seed N]

import { parseArgs } from 'node:util';
import { COLD_START_ALPHA, COLD_START_LOOKS } from '../src/core/compare/looks.ts';
import { holdBounds } from '../src/core/judge/cold-start.ts';
import { decisionOn, evidenceOf } from '../src/core/judge/stopping.ts';
import { drawInit, PUBLISHED, seeded } from '../test/core/cold-start-draws.ts';

const { values } = parseArgs({ options: { trials: { type: 'string', default: '300' }, seed: { type: 'string', default: '11' } } });
const trials = Number(values.trials);
const growth = (percent, gate = 'fail') => ({ bounds: [{ kind: 'growth-percent', percent }], gate });
const TEN = growth(10);
const samplers = [
  ['the same limit', (evidence) => decisionOn(evidence, [TEN]) !== null],
  ['no limit: all looks', () => false],
  ['no limit, ending on "slower", "faster" or ±5 %', (evidence) => decisionOn(evidence, []) !== null],
  ['+50 %', (evidence) => decisionOn(evidence, [growth(50)]) !== null],
  ['a warning at +5 % beside it', (evidence) => decisionOn(evidence, [growth(5, 'warn'), TEN]) !== null],
  ['the same, where a warning ends it, too', (evidence) => decisionOn(evidence, [growth(5), TEN]) !== null],
];

console.log(`Seed ${values.seed}, ${trials} trials each; a true +30 %, CV 14 %, judged by +10 %.\n`);
console.log('| the sampling job knows | breach | unchecked: ended too early | pass |\n| --- | ---: | ---: | ---: |');
for (const [name, ends] of samplers) {
  const random = seeded(Number(values.seed));
  const verdicts = Array.from({ length: trials }, () => runOnce(ends, random));
  const share = (wanted) => `${((verdicts.filter((verdict) => verdict === wanted).length / trials) * 100).toFixed(1)} %`;
  console.log(`| ${name} | ${['breach', 'unchecked', 'pass'].map(share).join(' | ')} |`);
}

function runOnce(ends, random) {
  const [base, head, places] = [[], [], []];
  for (const [place, pairs] of COLD_START_LOOKS.entries()) {
    while (base.length < pairs) {
      base.push(drawInit(PUBLISHED['CV 14 % (x86_64)'], random));
      head.push(drawInit(PUBLISHED['CV 14 % (x86_64)'], random, 1.3));
      places.push({ deployment: place, exchanged: random() < 0.5 });
    }
    const look = { taken: place + 1, planned: COLD_START_LOOKS.length, alpha: COLD_START_ALPHA, comparisons: 1 };
    const evidence = evidenceOf(base, head, places, look);
    const last = place === COLD_START_LOOKS.length - 1;
    if (!last && !ends(evidence)) continue;
    const { state } = holdBounds(TEN.bounds, evidence);
    return state === 'breached' ? 'breach' : state === 'open' && !last ? 'unchecked' : 'pass';
  }
}
