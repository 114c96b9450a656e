import { describe, expect, it } from 'vitest';
import { type AcceptanceRequest, findAcceptance, firstRunAt } from '../../src/github/acceptance.ts';
import { type Api, openApi } from '../../src/github/api.ts';
import { sha, startGitHub } from '../doubles/github.ts';

const LABEL = 'coldgate: accepted';
const HEAD = sha('head');
const REQUEST: AcceptanceRequest = { number: 1, label: LABEL, headSha: HEAD, headRef: 'big', headRepository: 'mallory/app' };

/** A pull request from mallory's fork whose head has been run; time moves with every step. */
async function started() {
  const github = await startGitHub();
  const { state, clock } = github;
  state.repository('octo/app', { roles: { alice: 'write', mia: 'maintain', root: 'admin', tim: 'triage', rita: 'read' } });
  state.repository('mallory/app', { forkOf: 'octo/app' });
  const head = { ref: 'big', sha: HEAD, repository: 'mallory/app' };
  const pull = state.pull('octo/app', { author: 'mallory', base: { ref: 'main', sha: sha('base') }, head });
  const run = (headSha = HEAD, headBranch = 'big'): void => {
    state.run('octo/app', { event: 'pull_request', headBranch, headSha, headRepository: 'mallory/app' });
    clock.advance(60_000);
  };
  const label = (actor: string, name = LABEL): void => {
    state.label('octo/app', 1, name, actor);
    clock.advance(60_000);
  };
  const token = state.token('octo/app', { permissions: { issues: 'read', actions: 'read', 'pull-requests': 'read' } });
  const api = openApi({ token, baseUrl: github.url, owner: 'octo', repo: 'app', log: () => undefined, patience: { second: 1 } });
  return { github, state, clock, pull, run, label, api, [Symbol.asyncDispose]: () => github[Symbol.asyncDispose]() };
}

const reasonOf = async (api: Api, request: Partial<AcceptanceRequest> = {}): Promise<string> => {
  const result = await findAcceptance(api, { ...REQUEST, ...request });
  return 'reason' in result ? result.reason : 'accepted';
};

describe('findAcceptance', () => {
  it('is by a person with write access, after the first run', async () => {
    await using test = await started();
    test.run();
    const at = `${test.clock.now().toISOString().slice(0, 19)}Z`;
    test.label('alice');
    test.run();
    expect(await findAcceptance(test.api, REQUEST)).toEqual({ kind: 'accepted', acceptance: { label: LABEL, by: 'alice', at } });
  });

  it.each([
    ['alice', true],
    ['mia', true],
    ['root', true],
    ['tim', false],
    ['rita', false],
    ['mallory', false],
    ['nobody', false],
    ['dependabot[bot]', false],
    ['github-actions[bot]', false],
  ])('by %s: %s', async (login, accepted) => {
    await using test = await started();
    test.run();
    test.label(login);
    const reason = await reasonOf(test.api);
    if (accepted) expect(reason).toBe('accepted');
    else expect(reason).toMatch(/has no write access|not by a person/);
  });

  it('the author counts with write access', async () => {
    await using test = await started();
    const head = { ref: 'own', sha: sha('own'), repository: 'octo/app' };
    test.state.pull('octo/app', { author: 'alice', base: { ref: 'main', sha: sha('base') }, head });
    test.state.run('octo/app', { event: 'pull_request', headBranch: 'own', headSha: head.sha });
    test.clock.advance(1_000);
    test.state.label('octo/app', 2, LABEL, 'alice');
    const request = { number: 2, headSha: head.sha, headRef: 'own', headRepository: 'octo/app' };
    expect(await reasonOf(test.api, request)).toBe('accepted');
  });

  it('needs the label now', async () => {
    await using test = await started();
    test.run();
    expect(await reasonOf(test.api)).toBe("the label 'coldgate: accepted' is not set");
    test.label('alice');
    test.state.unlabel('octo/app', 1, LABEL, 'alice');
    expect(await reasonOf(test.api)).toBe("the label 'coldgate: accepted' is not set");
  });

  it('has a name that can be set, of any case', async () => {
    await using test = await started();
    test.run();
    test.label('alice', 'Size: OK');
    expect(await reasonOf(test.api, { label: 'size: ok' })).toBe('accepted');
    expect(await reasonOf(test.api)).toContain('is not set');
  });

  it('not before the first run of this head, nor in its second', async () => {
    await using test = await started();
    test.run(sha('earlier head'));
    test.label('alice');
    test.run();
    expect(await reasonOf(test.api)).toContain('before this head was first measured');
    test.state.unlabel('octo/app', 1, LABEL, 'alice');
    test.state.run('octo/app', { event: 'pull_request', headBranch: 'big', headSha: sha('now'), headRepository: 'mallory/app' });
    test.state.label('octo/app', 1, LABEL, 'alice');
    expect(await reasonOf(test.api, { headSha: sha('now') })).toContain('before this head was first measured');
  });

  it('given anew counts with the newest giving', async () => {
    await using test = await started();
    test.label('alice');
    test.run();
    expect(await reasonOf(test.api)).toContain('before this head was first measured');
    test.state.unlabel('octo/app', 1, LABEL, 'alice');
    test.label('mia');
    expect(await findAcceptance(test.api, REQUEST)).toMatchObject({ kind: 'accepted', acceptance: { by: 'mia' } });
    test.state.unlabel('octo/app', 1, LABEL, 'alice');
    test.label('rita');
    expect(await reasonOf(test.api)).toContain('rita, who set');
  });

  it('a commit that ran on another branch before is not accepted by the label of what stood here', async () => {
    await using test = await started();
    test.run(HEAD, 'decoy');
    test.run(sha('harmless'));
    test.label('alice');
    expect(await reasonOf(test.api)).toBe('no run of this head is known yet');
    test.run();
    expect(await reasonOf(test.api)).toContain('before this head was first measured');
  });

  it('a force-push back to a head that ran before needs it anew', async () => {
    await using test = await started();
    test.run();
    test.label('alice');
    const at = test.clock.now().toISOString();
    const pushed = { event: 'head_ref_force_pushed', at, actor: { login: 'mallory', bot: false }, label: null };
    const api: Api = { ...test.api, issueEvents: async (number) => [...(await test.api.issueEvents(number)), pushed] };
    expect(await reasonOf(api)).toContain('before the last force-push');
  });

  it('reads labels and events over all pages', async () => {
    await using test = await started();
    test.run();
    for (let index = 0; index < 120; index += 1) test.state.label('octo/app', 1, `label ${index}`, 'alice');
    test.label('mia');
    expect(await findAcceptance(test.api, REQUEST)).toMatchObject({ kind: 'accepted', acceptance: { by: 'mia' } });
  });

  it.each([/\/labels$/, /\/events$/, /\/actions\/runs$/, /\/permission$/])('does not pass because %s cannot be read', async (path) => {
    await using test = await started();
    test.run();
    test.label('alice');
    test.github.fail({ path, status: 403 });
    expect(await reasonOf(test.api)).toContain('could not be read: GitHub answered 403');
  });

  it('a label that no event tells of', async () => {
    await using test = await started();
    test.pull.labels.push(LABEL);
    expect(await reasonOf(test.api)).toContain('nothing tells who set');
  });
});

it('firstRunAt counts runs of the branch in its own repository alone', () => {
  const run = (headRepository: string | null, headBranch: string, createdAt: string) => ({
    id: 1,
    event: 'pull_request',
    headBranch,
    headRepository,
    createdAt,
    attempt: 1,
    startedAt: createdAt,
    conclusion: null,
  });
  const own = run('mallory/app', 'big', '2026-03-02T09:03:00Z');
  // The same commit ran before where its author could label nothing: in another repository, in one that is gone, on another branch.
  const elsewhere = [
    run('octo/app', 'big', '2026-03-02T09:00:00Z'),
    run(null, 'big', '2026-03-02T09:01:00Z'),
    run('mallory/app', 'small', '2026-03-02T09:02:00Z'),
  ];
  expect(firstRunAt([...elsewhere, own], REQUEST)).toBe(own.createdAt);
  expect(firstRunAt(elsewhere, REQUEST)).toBeNull();
});

it('firstRunAt takes the earliest, whatever the order', () => {
  const run = (createdAt: string, headBranch = 'big') => ({
    id: 1,
    event: 'pull_request',
    headBranch,
    headRepository: 'mallory/app',
    createdAt,
    attempt: 1,
    startedAt: createdAt,
    conclusion: null,
  });
  const runs = [run('2026-03-02T09:02:00Z'), run('2026-03-02T09:01:00Z'), run('2026-03-02T09:00:00Z', 'other')];
  expect(firstRunAt(runs, REQUEST)).toBe('2026-03-02T09:01:00Z');
  expect(firstRunAt([], REQUEST)).toBeNull();
});
