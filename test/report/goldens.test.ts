import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { renderMarkdown } from '../../src/report/markdown/markdown.ts';
import { renderTerminal } from '../../src/report/terminal/terminal.ts';
import { coldStartRegression } from './cold-start-outcomes.ts';
import { cpuBreach } from './cpu-outcomes.ts';
import {
  movedLater,
  movedSooner,
  responseBreach,
  responseConnects,
  responseErrs,
  responseNotMeasurable,
} from './first-response-outcomes.ts';
import { initRegression } from './init-outcomes.ts';
import {
  accepted,
  breaching,
  crateBudgets,
  fortyFunctions,
  hostile,
  newFunction,
  overLong,
  passing,
  removedFunction,
  severalBreaches,
  unchanged,
  withoutBase,
} from './outcomes.ts';

const OUTCOMES: Readonly<Record<string, () => Outcome>> = {
  pass: passing,
  'crate-budgets': crateBudgets,
  breach: breaching,
  accepted,
  'several-breaches': severalBreaches,
  'new-function': newFunction,
  'removed-function': removedFunction,
  'no-base': withoutBase,
  unchanged,
  'forty-functions': fortyFunctions,
  'over-long': overLong,
  hostile,
};

describe.each(Object.entries(OUTCOMES))('%s', (name, outcome) => {
  test('as Markdown', async () => {
    await expect(renderMarkdown(outcome())).toMatchFileSnapshot(`../golden/report-${name}.md`);
  });

  test('in a terminal of 80 columns', async () => {
    await expect(renderTerminal(outcome(), { columns: 80, colour: false })).toMatchFileSnapshot(`../golden/report-${name}.txt`);
  });
});

test('cold starts in a terminal of 80 columns', async () => {
  await expect(renderTerminal(coldStartRegression(), { columns: 80, colour: false })).toMatchFileSnapshot(
    '../golden/report-cold-start.txt',
  );
});

test.each([
  ['report-init', 80],
  ['report-init-wide', 180],
])('%s: local init in a terminal of %i columns', async (name, columns) => {
  await expect(renderTerminal(initRegression(), { columns, colour: false })).toMatchFileSnapshot(`../golden/${name}.txt`);
});

describe.each([
  ['init-cpu', cpuBreach],
  ['first-response-breach', responseBreach],
  ['first-response-connects', responseConnects],
  ['first-response-errs', () => responseErrs()],
  ['first-response-moved', () => movedLater()],
  ['first-response-sooner', movedSooner],
  ['first-response-nowhere', responseNotMeasurable],
])('%s', (name, outcome) => {
  test('as Markdown', async () => {
    await expect(renderMarkdown(outcome())).toMatchFileSnapshot(`../golden/report-${name}.md`);
  });

  test('in a terminal of 80 columns', async () => {
    await expect(renderTerminal(outcome(), { columns: 80, colour: false })).toMatchFileSnapshot(`../golden/report-${name}.txt`);
  });
});
