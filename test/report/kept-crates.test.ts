import { describe, expect, test } from 'vitest';
import { judge } from '../../src/core/judge/judge.ts';
import { parseLimits } from '../../src/core/judge/limits.ts';
import type { FunctionComparison } from '../../src/core/model/comparison.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { renderMarkdown } from '../../src/report/markdown/markdown.ts';
import { renderTerminal } from '../../src/report/terminal/terminal.ts';
import { anOutcome, anOwner, aRowFunction } from './builders.ts';
import { answering, responseOf, startOf } from './first-response-outcomes.ts';
import { crateBudgets } from './outcomes.ts';

const OWNED = { notOwned: null, owners: [anOwner('serde', 9_000, 12_000), anOwner('tokio', 90_000, 90_000)] };

function judged(functions: readonly FunctionComparison[], limits: readonly string[]): Outcome {
  const outcome = anOutcome(functions);
  const scopes = [{ package: null, set: parseLimits(limits, '--limit') }];
  return { ...outcome, verdict: judge(outcome.comparison, { kind: 'limits', scopes }, 'fail') };
}

/** The rows of the main table in a wide terminal. */
function rowsOf(outcome: Outcome): readonly string[] {
  const table = renderTerminal(outcome, { columns: 200, colour: false })
    .split('\n\n')
    .find((part) => part.startsWith('function'));
  return (table ?? '').split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | ').trim());
}

describe('budgets of crates that are kept', () => {
  const changed = aRowFunction('health', { zip: [900_000, 910_000] }, OWNED);

  test('have a row with figure, limit and ok, the tightest first', () => {
    expect(
      rowsOf(judged([changed], ['zip: 5 MB', 'crate:serde: 15 kB', 'crate:tokio: 91 kB', 'crate-zip:tokio: +9 kB'])).slice(-3),
    ).toEqual([
      '| crate:tokio | 90.0 kB | 90.0 kB | none | 91 kB | ok',
      '| crate-zip:tokio | 90.0 kB | 90.0 kB | none | +9 kB | ok',
      '| crate:serde | 9.00 kB | 12.0 kB | +3.00 kB (+33 %) | 15 kB | ok',
    ]);
  });

  test('are told of crates that the function has, and of those kept out', () => {
    const rows = rowsOf(judged([changed], ['crate:openssl*: 0 B', 'crate:ring: 900 kB', 'crate:serde: 15 kB']));
    expect(rows.filter((row) => row.includes('crate:'))).toEqual([
      '| crate:openssl* | 0 B | 0 B | none | 0 B | ok',
      '| crate:serde | 9.00 kB | 12.0 kB | +3.00 kB (+33 %) | 15 kB | ok',
    ]);
  });

  test('so have limits on any other figure that is no headline', () => {
    const side = startOf(false, responseOf(false));
    const rows = rowsOf(answering({ base: side, head: side }, ['zip: 5 MB', 'init.faults: +20%', 'first-response.memory: 90 MB']));
    expect(rows.filter((row) => row.endsWith('ok'))).toEqual([
      'health | package | 919 kB | 920 kB | +432 B (+0.05 %) | 5 MB | ok',
      '| page faults | 154 | 154 | none | +20 % | ok',
      '| peak memory to respond | 2.93 MB | 2.93 MB | none | 90 MB | ok',
    ]);
  });

  test('are five of a function at most', () => {
    const limits = ['serde', 's*', 'se*', 'ser*', 'tokio', 't*', 'to*'].map((glob) => `crate:${glob}: 1 MB`);
    expect(rowsOf(judged([changed], limits)).filter((row) => row.includes('crate:'))).toHaveLength(5);
    expect(rowsOf(crateBudgets()).filter((row) => row.includes('crate'))).toHaveLength(5);
  });

  test('take no function its row, and an unchanged one stays a name in a line', () => {
    const functions = Array.from({ length: 18 }, (_, index) => aRowFunction(`f${index}`, { zip: [900_000, 910_000 + index] }, OWNED));
    const outcome = judged([...functions, aRowFunction('calm', {}, OWNED)], ['zip: 5 MB', 'crate:serde: 15 kB', 'crate:tokio: 91 kB']);
    const rows = rowsOf(outcome);
    expect(rows).toHaveLength(21);
    expect(rows.filter((row) => row.includes('crate:'))).toHaveLength(2);
    expect(renderMarkdown(outcome)).toContain('1 unchanged: `calm`');
  });
});
