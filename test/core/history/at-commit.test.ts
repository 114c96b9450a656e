import { expect, test } from 'vitest';
import { buildMark, functionsAtCommit } from '../../../src/core/history/at-commit.ts';
import type { HistoryLine } from '../../../src/core/history/line.ts';
import { anInvocation } from '../builders.ts';
import { aLine } from './lines.ts';

const commit = 'd'.repeat(40);
const invocation = anInvocation({ arch: 'x86_64', profile: 'release' });
const { coldgate, cargoLambda, rustc } = invocation;
const tools = { coldgate, cargoLambda, rustc, cLibrary: null };
const here = (more: Partial<HistoryLine>): HistoryLine => aLine({ commit, tools, build: buildMark(invocation), ...more });

test('the functions of one commit, as one leg built them; of two lines the later', () => {
  const lines = [
    aLine(),
    here({ figures: { zip: 1 } }),
    here({ figures: { zip: 2 }, written: '2026-11-28T00:00:00Z' }),
    here({ function: 'orders', crate: 'orders', figures: { zip: 3 } }),
    here({ arch: 'arm64', figures: { zip: 4 } }),
    here({ leg: 'api/default', figures: { zip: 5 } }),
    here({ profile: 'dev', figures: { zip: 6 } }),
  ];
  expect(functionsAtCommit(lines, commit, { leg: 'default', invocation })).toEqual([
    { name: 'health', crate: 'health', figures: { zip: 2 } },
    { name: 'orders', crate: 'orders', figures: { zip: 3 } },
  ]);
  expect(functionsAtCommit(lines, 'e'.repeat(40), { leg: 'default', invocation })).toEqual([]);
});

test('none that was built otherwise: with other tools, features, flags or variables, or nobody knows how', () => {
  const line = here({});
  const { build: _, ...unknown } = line;
  for (const other of [
    { ...line, tools: { ...tools, rustc: 'rustc 1.90.0 (1159e78c4 2025-09-14)' } },
    { ...line, tools: { ...tools, cargoLambda: '1.8.0' } },
    { ...line, tools: { ...tools, coldgate: '0.0.9' } },
    unknown,
  ])
    expect(functionsAtCommit([other], commit, { leg: 'default', invocation })).toEqual([]);
  for (const other of [
    { arguments: [...invocation.arguments, '--features', 'small'] },
    { environment: { RUSTFLAGS: 'a digest' } },
    { prepare: 'make' },
    { cargoConfig: 'another' },
  ])
    expect(functionsAtCommit([line], commit, { leg: 'default', invocation: { ...invocation, ...other } })).toEqual([]);
});
