import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRemembered } from '../../src/advise/remembered.ts';
import type { Outcome } from '../../src/core/advise/remedy.ts';
import { anInvocation } from '../core/builders.ts';

const INVOCATION = anInvocation();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-outcomes-'));
});
afterEach(() => rm(folder, { recursive: true }));

const MEASURED: Outcome = {
  ...{ kind: 'measured', figures: { zip: 1, binary: 2, instructions: 3, faults: 4, memory: 5 }, patch: '+x', link: 'static' },
  ...{ unfit: null, verified: { kind: 'passed' }, started: true },
};

it('gives back what was measured, for the same tree and question', async () => {
  await openRemembered(folder, ['cargo test'], 400_000).note(INVOCATION, 'abc', MEASURED);
  expect(await openRemembered(folder, ['cargo test'], 400_400).find(INVOCATION, 'abc')).toEqual(MEASURED);
  expect(await openRemembered(folder, ['cargo test'], 400_000).find(INVOCATION, 'def')).toBeNull();
  expect(await openRemembered(folder, ['make test'], 400_000).find(INVOCATION, 'abc')).toBeNull();
  for (const name of await readdir(folder)) await writeFile(join(folder, name), '{');
  expect(await openRemembered(folder, ['cargo test'], 400_000).find(INVOCATION, 'abc')).toBeNull();
});

it('gives back no figures that were held against others than those of today', async () => {
  await openRemembered(folder, [], 390_000).note(INVOCATION, 'abc', MEASURED);
  for (const today of [364_000, null]) expect(await openRemembered(folder, [], today).find(INVOCATION, 'abc')).toBeNull();
});

it.each([
  ['a command that failed', { ...MEASURED, verified: { kind: 'failed', said: 'connection refused' } }],
  ['a start that failed', { kind: 'not-started', reason: 'it does not start (timeout)' }],
  ['a build that failed', { kind: 'not-built', reason: 'killed' }],
] as const)('keeps not %s: tomorrow it may be otherwise', async (_, outcome) => {
  const remembered = openRemembered(folder, [], null);
  await remembered.note(INVOCATION, 'abc', outcome);
  expect(await remembered.find(INVOCATION, 'abc')).toBeNull();
});
