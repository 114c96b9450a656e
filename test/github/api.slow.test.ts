import { expect, it } from 'vitest';
import { findAcceptance } from '../../src/github/acceptance.ts';
import { openApi } from '../../src/github/api.ts';
import { upsertComment } from '../../src/github/comment.ts';
import { parseEvent } from '../../src/github/event.ts';
import { renderMarker } from '../../src/github/marker.ts';
import { findPullRequest } from '../../src/github/pull-request.ts';
import { setStatus } from '../../src/github/status.ts';
import { workflowRunEvent } from '../doubles/events.ts';
import { sha, startGitHub } from '../doubles/github.ts';
import { startValidated } from '../doubles/openapi.ts';

/** Every call of `Api` once, each request and answer checked against GitHub's own description (leaving the block throws what breaks it). */
it('asks as GitHub describes it: from a fork’s run to comment, status and acceptance', async () => {
  await using github = await startGitHub();
  await using validated = await startValidated(github);
  const { state, clock } = github;
  const author = 'github-actions[bot]';
  state.repository('octo/app', { private: true, roles: { alice: 'maintain' } });
  state.repository('mallory/app', { forkOf: 'octo/app' });
  const head = { ref: 'big', sha: sha('head'), repository: 'mallory/app' };
  const { number } = state.pull('octo/app', { author: 'mallory', base: { ref: 'main', sha: sha('base') }, head });
  const measured = state.run('octo/app', {
    ...{ event: 'pull_request', headBranch: 'big', headSha: head.sha, headRepository: 'mallory/app', conclusion: 'success' },
  });
  for (const id of [1, 2])
    state.comment('octo/app', number, { author, body: renderMarker('default', { id, at: null, attempt: 1, sha: head.sha }) });
  for (let index = 0; index < 120; index += 1) state.comment('octo/app', number, { author: 'mallory', body: 'me too' });
  clock.advance(60_000);
  state.label('octo/app', number, 'coldgate: accepted', 'alice');
  const token = state.token('octo/app', { permissions: { actions: 'read', 'pull-requests': 'write', statuses: 'write' } });
  const api = openApi({ token, baseUrl: validated.url, owner: 'octo', repo: 'app', log: () => undefined });

  const event = workflowRunEvent(state, { repository: 'octo/app', runId: measured.id, action: 'completed' });
  const found = await findPullRequest(api, parseEvent(event.name, event.payload));
  if (found.kind !== 'found') throw new Error(JSON.stringify(found));
  const { pull } = found;
  expect(pull).toMatchObject({ number, headSha: head.sha, headRepository: 'mallory/app' });
  expect(await api.pull(number)).toEqual(pull);
  const report = { pull: number, head: head.sha, of: { run: measured.id, attempt: 1 }, breaches: [] };
  const readReport = async () => ({ kind: 'read', ...report }) as const;
  const asked = { label: 'coldgate: accepted', pull, run: measured.id, readReport, keepsReports: true } as const;
  const accepted = { kind: 'accepted', acceptance: { by: 'alice' } };
  state.rerun(measured);
  expect(await findAcceptance(api, { ...asked, by: { kind: 'job', name: 'build' } })).toMatchObject(accepted);
  const by = { kind: 'status', context: 'coldgate', creator: author } as const;
  expect(await findAcceptance(api, { ...asked, by })).toMatchObject({ kind: 'refused' });

  const request = { number, key: 'default', when: 'always', author, state: { breached: true, changed: true } } as const;
  const run = { id: measured.id, at: measured.createdAt, attempt: 1, sha: pull.headSha };
  expect(await upsertComment(api, { ...request, run, body: 'red' })).toMatchObject({ kind: 'updated' });
  expect(await upsertComment(api, { ...request, run, body: 'red', key: 'arm64' })).toMatchObject({ kind: 'created' });
  expect(state.comments('octo/app', number)).toHaveLength(122);
  const status = {
    sha: pull.headSha,
    context: 'coldgate',
    state: 'failure',
    description: 'fail',
    url: 'https://github.com/octo/app/actions/runs/1',
  } as const;
  expect(await setStatus(api, status)).toEqual({ kind: 'set', context: 'coldgate' });
});
