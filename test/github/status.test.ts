import { expect, it } from 'vitest';
import { type Api, openApi } from '../../src/github/api.ts';
import { setStatus, statusContext } from '../../src/github/status.ts';
import { sha, startGitHub } from '../doubles/github.ts';

const HEAD = sha('head');

async function started(level: 'read' | 'write' = 'write') {
  const github = await startGitHub();
  github.state.repository('octo/app');
  github.state.commit('octo/app', HEAD);
  const token = github.state.token('octo/app', { permissions: { statuses: level } });
  const api: Api = openApi({ token, baseUrl: github.url, owner: 'octo', repo: 'app', log: () => undefined, patience: { second: 1 } });
  return { github, api, [Symbol.asyncDispose]: () => github[Symbol.asyncDispose]() };
}

const STATUS = {
  sha: HEAD,
  context: 'coldgate',
  state: 'failure',
  description: 'fail: too large',
  url: 'https://github.com/octo/app/actions/runs/1',
} as const;

it('is set on the head', async () => {
  await using test = await started();
  expect(await setStatus(test.api, STATUS)).toEqual({ kind: 'set', context: 'coldgate' });
  expect(await setStatus(test.api, { ...STATUS, context: 'coldgate (arm64)', state: 'success', url: null })).toEqual({
    kind: 'set',
    context: 'coldgate (arm64)',
  });
  expect(test.github.state.statuses('octo/app', HEAD)).toMatchObject([
    { context: 'coldgate (arm64)', state: 'success', targetUrl: null },
    { context: 'coldgate', state: 'failure', description: 'fail: too large', targetUrl: STATUS.url },
  ]);
});

it.each([
  ['', 'main', 'coldgate'],
  ['default', 'main', 'coldgate'],
  ['arm64', 'main', 'coldgate (arm64)'],
  ['default', 'release/1.x', 'coldgate: release/1.x'],
  ['arm64', 'release/1.x', 'coldgate (arm64): release/1.x'],
])('of key %j into %s it is named %s', (key, baseRef, name) => {
  expect(statusContext(key, { baseRef, defaultBranch: 'main' })).toBe(name);
  expect(statusContext(key, null)).toBe(statusContext(key, { baseRef: 'main', defaultBranch: 'main' }));
});

it.each([
  ['default', 'main', 'coldgate (cold-start)'],
  ['arm64', 'main', 'coldgate (arm64, cold-start)'],
  ['default', 'release', 'coldgate (cold-start): release'],
])('of the cold starts of key %j into %s it is named %s', (key, baseRef, name) => {
  expect(statusContext(key, { baseRef, defaultBranch: 'main' }, 'cold-start')).toBe(name);
});

it.each(['x'.repeat(141), '😀'.repeat(80), `${'x'.repeat(138)}😀 and more`])('fits into 140 characters: %s', async (description) => {
  await using test = await started();
  expect(await setStatus(test.api, { ...STATUS, description })).toMatchObject({ kind: 'set' });
  const written = test.github.state.statuses('octo/app', HEAD)[0]?.description ?? '';
  expect(written.length).toBeLessThanOrEqual(140);
  expect(written).toMatch(/^[x😀]+…$/u);
});

it('is left alone at exactly 140', async () => {
  await using test = await started();
  await setStatus(test.api, { ...STATUS, description: 'x'.repeat(140) });
  expect(test.github.state.statuses('octo/app', HEAD)[0]?.description).toBe('x'.repeat(140));
});

it('that cannot be set is a value', async () => {
  await using test = await started('read');
  expect(await setStatus(test.api, STATUS)).toMatchObject({ kind: 'forbidden' });
  await using other = await started();
  expect(await setStatus(other.api, { ...STATUS, sha: sha('unknown') })).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('422'),
  });
  const planned = other.github.fail({ path: /\/statuses\//, status: 502 });
  expect(await setStatus(other.api, STATUS)).toMatchObject({ kind: 'set' });
  expect(planned.hits).toBe(1);
});
