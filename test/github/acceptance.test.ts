import { describe, expect, it } from 'vitest';
import type { SeenBreach } from '../../src/core/judge/accepted.ts';
import { type AcceptanceRequest, findAcceptance } from '../../src/github/acceptance.ts';
import { openApi } from '../../src/github/api.ts';
import { isAfter } from '../../src/github/instant.ts';
import type { ReadReport, Report } from '../../src/github/seen.ts';
import { sha, startGitHub } from '../doubles/github.ts';
import type { Conclusion, Run } from '../doubles/records.ts';

const REPOSITORY = 'octo/app';
const LABEL = 'coldgate: accepted';
const BOT = 'github-actions[bot]';
const A = sha('a');
const B = sha('b');

/** A breach that only this run told of. */
function told(run: number): SeenBreach {
  return { leg: '', function: `of ${run}`, kind: 'limit', metric: 'zip', base: 1, head: 2 };
}

/** A pull request from mallory's fork, opened with A; time moves a minute with every step. */
async function started() {
  const github = await startGitHub();
  const { state, clock } = github;
  state.repository(REPOSITORY, { roles: { alice: 'write', mia: 'maintain', root: 'admin', tim: 'triage', rita: 'read' } });
  state.repository('mallory/app', { forkOf: REPOSITORY });
  const head = { ref: 'big', sha: A, repository: 'mallory/app' };
  const pull = state.pull(REPOSITORY, { author: 'mallory', base: { ref: 'main', sha: sha('base') }, head });
  const minute = (): void => clock.advance(60_000);
  const token = state.token(REPOSITORY, { permissions: { issues: 'read', actions: 'read', 'pull-requests': 'read' } });
  const api = openApi({ token, baseUrl: github.url, owner: 'octo', repo: 'app', log: () => undefined, patience: { second: 1 } });
  const begin = (options: Partial<Parameters<typeof state.run>[1]> = {}): Run => {
    const of = { event: 'pull_request', headBranch: 'big', headRepository: 'mallory/app', actor: 'mallory' };
    const run = state.run(REPOSITORY, { ...of, headSha: pull.head.sha, jobs: ['build', 'coldgate'], ...options });
    minute();
    return run;
  };
  const reports: { readonly run: number; readonly attempt: number; readonly at: string; readonly report: Report }[] = [];
  /** What a run leaves beside its report: on the only pull request unless told. */
  const report = (run: number, of: Run, on: number | 'expired' = 1): void => {
    const said = { head: of.headSha, of: { run: of.id, attempt: of.attempts.length }, breaches: [told(run)] };
    const left: Report = on === 'expired' ? { kind: 'refused', reason: 'the report has expired' } : { kind: 'read', pull: on, ...said };
    reports.push({ run, attempt: run === of.id ? of.attempts.length : 1, at: clock.stamp(), report: left });
  };
  const readReport: ReadReport = async ({ run, attempt, before }) => {
    const left = reports.filter((one) => one.run === run && (attempt === null || one.attempt === attempt));
    return left.findLast(({ at }) => before === null || isAfter(before, at))?.report ?? { kind: 'absent' };
  };
  const end = (run: Run, conclusion: Conclusion = 'failure', on: Parameters<typeof report>[2] | null = 1): void => {
    if (['success', 'failure'].includes(conclusion) && on !== null) report(run.id, run, on);
    state.end(run, conclusion);
    minute();
  };
  const measured = (options: Partial<Parameters<typeof state.run>[1]> = {}, on: Parameters<typeof report>[2] | null = 1): Run => {
    const run = begin(options);
    end(run, 'failure', on);
    return run;
  };
  const again = (run: Run): void => {
    minute();
    state.rerun(run);
    minute();
    end(run);
  };
  const push = (headSha: string, forced = false): void => {
    state.update(pull, { headSha, ...(forced ? { forcedBy: 'mallory' } : {}) });
    minute();
  };
  const label = (actor = 'alice', name = LABEL): void => {
    state.label(REPOSITORY, 1, name, actor);
    minute();
  };
  const status = (
    context = 'coldgate',
    more: { state?: 'failure' | 'error' | 'pending'; creator?: string; of?: string; run?: number } = {},
  ): void => {
    const { state: value = 'failure', creator = BOT, of = pull.head.sha, run = 777 } = more;
    const targetUrl = `https://github.com/octo/app/actions/runs/${run}`;
    state.status({ repository: REPOSITORY, sha: of, state: value, context, description: null, targetUrl, creator });
    minute();
  };
  const ask = async (run: Run, more: Partial<AcceptanceRequest> = {}) => {
    const now = await api.pull(1);
    const asked = { label: LABEL, pull: now, run: run.id, by: { kind: 'job', name: 'coldgate' }, readReport, keepsReports: true } as const;
    return findAcceptance(api, { ...asked, ...more });
  };
  const answer = async (run: Run, more: Partial<AcceptanceRequest> = {}): Promise<string> => {
    const result = await ask(run, more);
    return result.kind === 'accepted' ? `by ${result.acceptance.by}` : result.reason;
  };
  return {
    ...{ github, state, clock, pull, minute, begin, end, measured, again, report, push, label, status, ask, answer, api },
    [Symbol.asyncDispose]: () => github[Symbol.asyncDispose](),
  };
}

describe('whose label', () => {
  it.each([
    ['alice', true],
    ['mia', true],
    ['root', true],
    ['tim', false],
    ['rita', false],
    ['mallory', false],
    ['nobody', false],
    ['dependabot[bot]', false],
    [BOT, false],
  ])('by %s: %s', async (login, accepted) => {
    await using test = await started();
    const run = test.measured();
    test.label(login);
    expect(await test.answer(run)).toMatch(accepted ? `by ${login}` : /no write access|not by a person/);
  });

  it('needs the label now, of any case and name', async () => {
    await using test = await started();
    const run = test.measured();
    expect(await test.ask(run)).toEqual({ kind: 'none', reason: "the label 'coldgate: accepted' is not set" });
    test.label();
    test.state.unlabel(REPOSITORY, 1, LABEL, 'alice');
    expect(await test.answer(run)).toContain('is not set');
    test.label('alice', 'Size: OK');
    expect(await test.answer(run, { label: 'size: ok' })).toBe('by alice');
  });

  it('the newest giving counts; two people in one second tell nothing', async () => {
    await using test = await started();
    test.label('mia');
    const run = test.measured();
    test.state.unlabel(REPOSITORY, 1, LABEL, 'alice');
    test.label('alice');
    expect(await test.answer(run)).toBe('by alice');
    test.state.unlabel(REPOSITORY, 1, LABEL, 'alice');
    test.state.label(REPOSITORY, 1, LABEL, 'rita');
    test.state.unlabel(REPOSITORY, 1, LABEL, 'alice');
    test.label('mia');
    expect(await test.answer(run)).toContain('nothing tells who set');
  });

  it.each([/\/labels$/, /\/events$/, /\/actions\/runs$/, /\/actions\/runs\/\d+$/, /\/jobs$/, /\/permission$/, /\/comments$/])(
    'does not pass because %s cannot be read',
    async (path) => {
      await using test = await started();
      const run = test.measured();
      test.label();
      test.github.fail({ path, status: 403 });
      expect(await test.answer(run)).toContain('could not be read: GitHub answered 403');
    },
  );

  it('a label that no event tells of', async () => {
    await using test = await started();
    const run = test.measured();
    test.pull.labels.push(LABEL);
    expect(await test.answer(run)).toContain('nothing tells who set');
  });
});

describe('acceptance is of what was seen', () => {
  it('the head whose job had ended: in its next attempt, and in the run that the label set off', async () => {
    await using test = await started();
    const run = test.measured();
    const at = `${test.clock.now().toISOString().slice(0, 19)}Z`;
    test.label();
    const result = await test.ask(run);
    const acceptance = { label: LABEL, by: 'alice', at, reason: null };
    expect(result).toEqual({ kind: 'accepted', acceptance, breaches: [told(run.id)] });
    test.state.rerun(run, { only: 'failed' });
    expect(await test.answer(run)).toBe('by alice');
    expect(await test.answer(test.begin())).toBe('by alice');
  });

  it("a label one second after a head's run began", async () => {
    await using test = await started();
    test.measured();
    test.push(B);
    const run = test.state.run(REPOSITORY, { event: 'pull_request', headBranch: 'big', headSha: B, headRepository: 'mallory/app' });
    test.clock.advance(1_000);
    test.label();
    test.end(run);
    test.state.rerun(run);
    expect(await test.answer(run)).toContain(`run ${run.id} had not finished`);
  });

  it('the job alone has to have ended, not the run; one that was cancelled has said nothing', async () => {
    await using test = await started();
    const run = test.begin();
    test.report(run.id, run);
    test.state.endJob(run, 'coldgate', 'failure');
    test.minute();
    test.label();
    expect(await test.answer(run)).toBe('by alice');
    expect(await test.answer(run, { by: { kind: 'job', name: null } })).toContain('had not finished');
    test.end(run);
    const again = test.begin();
    test.end(again, 'cancelled');
    test.state.unlabel(REPOSITORY, 1, LABEL, 'alice');
    test.label();
    expect(await test.answer(again)).toBe('by alice');
    const other = await started();
    const cancelled = other.begin();
    other.end(cancelled, 'cancelled');
    other.label();
    expect(await other.answer(cancelled)).toContain('no run of it had reported');
    await other[Symbol.asyncDispose]();
  });

  it.each([true, false])('push B, back to A, label, push B again (with force: %s)', async (forced) => {
    await using test = await started();
    test.measured();
    test.push(B);
    test.measured();
    test.push(A, true);
    test.measured();
    test.label();
    test.push(B, forced);
    const run = test.begin();
    expect(await test.answer(run)).toMatch(forced ? /last force-push/ : /the head was another/);
    test.end(run);
    test.state.rerun(run);
    expect(await test.answer(run)).toMatch(/last force-push|the head was another/);
  });

  it('the head has been elsewhere since, though it is back', async () => {
    await using test = await started();
    const first = test.measured();
    test.label();
    test.push(B);
    test.measured();
    test.state.update(test.pull, { headSha: A });
    expect(await test.answer(first)).toContain('the head was another');
  });

  it('a run that no list has yet', async () => {
    await using test = await started();
    test.measured();
    test.push(B);
    const late = test.begin({ listedAt: '2026-03-02T23:00:00Z' });
    test.label();
    test.end(late);
    test.state.rerun(late);
    expect(await test.answer(late)).toContain('had not finished');
  });

  it('another head in the second of the label', async () => {
    await using test = await started();
    const run = test.measured();
    test.state.label(REPOSITORY, 1, LABEL, 'alice');
    test.begin({ headSha: B });
    expect(await test.answer(run)).toContain('the head was another');
  });

  it.each([true, false])('a label from before the base branch was changed (automatically: %s)', async (automatically) => {
    await using test = await started();
    const run = test.measured();
    test.label();
    test.state.retarget(test.pull, { ref: 'next', sha: sha('next') }, 'mallory', automatically);
    test.minute();
    expect(await test.answer(run)).toContain('before the base branch was changed');
    test.state.unlabel(REPOSITORY, 1, LABEL, 'alice');
    test.label();
    expect(await test.answer(run)).toContain('no run of it had reported since its base branch was changed');
    const anew = test.measured();
    test.state.unlabel(REPOSITORY, 1, LABEL, 'alice');
    test.label();
    expect(await test.answer(anew)).toBe('by alice');
  });

  it('runs of the commit elsewhere, and of the branch before the pull request, do not count', async () => {
    const test = await started();
    test.measured({ headBranch: 'decoy' });
    test.measured({ headRepository: REPOSITORY });
    test.measured({ event: 'push' });
    test.measured({ createdAt: '2026-03-02T08:00:00Z' });
    test.label();
    expect(await test.answer(test.begin())).toContain('before this head was first measured');
    await test[Symbol.asyncDispose]();
  });

  it('of a fork that is gone', async () => {
    await using test = await started();
    const run = test.measured();
    test.label();
    test.state.deleteFork('mallory/app');
    expect(await test.answer(run)).toBe('by alice');
  });

  it('in the merge queue it is the head of the pull request', async () => {
    await using test = await started();
    test.measured();
    test.label();
    const queue = test.begin({
      event: 'merge_group',
      headBranch: 'gh-readonly-queue/main/pr-1-x',
      headSha: sha('group'),
      headRepository: REPOSITORY,
    });
    expect(await test.answer(queue)).toBe('by alice');
  });
});

describe('in the pair the status tells', () => {
  const by = { kind: 'status', context: 'coldgate', creator: BOT } as const;

  it('that the report had been made of this head, after its newest run began and before the label', async () => {
    await using test = await started();
    const run = test.measured({}, null);
    test.report(777, run);
    test.status('coldgate', { state: 'pending' });
    test.state.status({ ...(test.state.statuses(REPOSITORY, A)[0] ?? none()), state: 'failure' });
    test.minute();
    test.label();
    expect(await test.ask(run, { by })).toMatchObject({ kind: 'accepted', breaches: [told(777)] });
  });

  it.each([
    ['none', () => undefined, 'no status coldgate was set'],
    ['of another pull request', (test: Test) => test.status('coldgate: release'), 'no status coldgate was set'],
    ['by somebody', (test: Test) => test.status('coldgate', { creator: 'mallory' }), 'no status coldgate was set'],
    ['of another head', (test: Test) => test.status('coldgate', { of: B }), 'no status coldgate was set'],
    ['that says nothing', (test: Test) => test.status('coldgate', { state: 'error' }), 'was error'],
    [
      'from before its newest run',
      (test: Test) => {
        test.status();
        test.measured({}, null);
      },
      'had not been reported on',
    ],
    [
      'from before the newest attempt of its run',
      (test: Test) => {
        test.status();
        const [run] = test.state.runs;
        if (run !== undefined) test.again(run);
      },
      'had not been reported on',
    ],
    ['whose run has left nothing', (test: Test) => test.status('coldgate', { run: 778 }), 'had not been reported on'],
  ] as const)('%s', async (_name, before, reason) => {
    await using test = await started();
    const run = test.measured({}, null);
    test.report(777, run);
    before(test);
    test.label();
    test.status();
    expect(await test.answer(run, { by })).toContain(reason);
  });

  const besides: readonly (readonly [string, (test: Test, measure: () => Run) => Run])[] = [
    [
      'began before',
      (test, measure) => {
        test.measured({ workflow: 'Tests' }, null);
        return measure();
      },
    ],
    [
      'began after, and still runs',
      (test, measure) => {
        const run = measure();
        test.begin({ workflow: 'Tests' });
        return run;
      },
    ],
    [
      'began in one second with it',
      (test) => {
        const tests = test.begin({ workflow: 'Tests' });
        const run = test.begin({ workflow: 'Measure', createdAt: tests.createdAt });
        test.end(run, 'failure', null);
        return run;
      },
    ],
    [
      'was started again',
      (test, measure) => {
        const tests = test.measured({ workflow: 'Tests' }, null);
        const run = measure();
        test.state.rerun(tests);
        return run;
      },
    ],
  ];
  it.each(besides)(
    'another workflow at this head that %s says nothing of what was reported, to mode accept neither',
    async (_name, steps) => {
      await using test = await started();
      const run = steps(test, () => test.measured({ workflow: 'Measure' }, null));
      test.report(777, run);
      test.status();
      test.label();
      expect([await test.answer(run, { by }), await test.answer(run, { by, run: null })]).toEqual(['by alice', 'by alice']);
    },
  );

  it('beside another workflow the newest run of its own counts, not one from before that was reported on', async () => {
    await using test = await started();
    const run = test.measured({ workflow: 'Measure' }, null);
    test.report(777, run);
    test.status();
    test.measured({ workflow: 'Tests' }, null);
    const newer = test.begin({ workflow: 'Measure' });
    test.label();
    expect(await test.answer(run, { by, run: null })).toContain(`run ${newer.id} had not been reported on`);
  });

  it('not of the base branch that it had before', async () => {
    await using test = await started();
    const run = test.measured({}, null);
    test.report(777, run);
    test.status();
    test.state.retarget(test.pull, { ref: 'main', sha: sha('base') }, 'alice');
    test.minute();
    test.label();
    expect(await test.answer(run, { by })).toContain('since its base branch was changed');
  });
});

type Test = Awaited<ReturnType<typeof started>>;

function none(): never {
  throw new Error('no status');
}

describe('what counts is when an attempt began', () => {
  it('an older run of this head that was started again, after another head', async () => {
    await using test = await started();
    const run = test.measured();
    test.push(B);
    test.measured();
    test.push(A, true);
    test.again(run);
    test.label();
    expect(await test.answer(run)).toBe('by alice');
  });

  it("another head's run that was started again since refuses, whenever it was created", async () => {
    await using test = await started();
    test.push(B);
    const other = test.measured();
    test.push(A, true);
    const run = test.measured();
    test.label();
    expect(await test.answer(run)).toBe('by alice');
    test.again(other);
    expect(await test.answer(run)).toContain('the head was another');
  });

  it('another head whose attempt began in the same second', async () => {
    await using test = await started();
    const run = test.begin();
    test.begin({ headSha: B, createdAt: run.createdAt });
    test.end(run);
    test.label();
    expect(await test.answer(run)).toContain('the head was another');
  });

  it('of a partial re-run that left the job alone the attempt counts that it ran in', async () => {
    await using test = await started();
    const run = test.begin();
    test.report(run.id, run);
    test.state.endJob(run, 'coldgate', 'success');
    test.minute();
    test.state.end(run, 'failure');
    test.minute();
    test.state.rerun(run, { only: 'failed' });
    test.minute();
    test.label();
    expect(await test.ask(run)).toMatchObject({ kind: 'accepted', breaches: [told(run.id)] });
  });

  it('two attempts that began in one second, of which a re-run of all jobs left the last', async () => {
    await using test = await started();
    const run = test.begin();
    test.state.end(run, 'failure');
    test.state.rerun(run);
    test.state.end(run, 'failure');
    test.state.rerun(run);
    test.minute();
    test.end(run);
    test.label();
    expect(await test.ask(run)).toMatchObject({ kind: 'accepted', breaches: [told(run.id)] });
  });

  it('another head between the report and a run that said nothing', async () => {
    await using test = await started();
    test.measured();
    test.push(B);
    test.measured();
    test.push(A, true);
    const run = test.begin();
    test.end(run, 'cancelled');
    test.label();
    expect(await test.answer(run)).toContain('the head was another');
  });
});

describe('two pull requests of one branch', () => {
  const by = { kind: 'status', context: 'coldgate', creator: BOT } as const;
  async function both() {
    const test = await started();
    const { state, pull } = test;
    const second = state.pull(REPOSITORY, { author: 'mallory', base: { ref: 'release', sha: sha('release') }, head: { ...pull.head } });
    return { ...test, second };
  }

  it("the other one's runs are passed over, whenever they ended", async () => {
    await using test = await both();
    const run = test.measured();
    test.measured({}, 2);
    const slow = test.begin();
    test.label();
    expect(await test.answer(run)).toContain(`run ${slow.id} had not finished`);
    test.end(slow, 'failure', 2);
    expect(await test.ask(run)).toMatchObject({ kind: 'accepted', breaches: [told(run.id)] });
  });

  it('what only the other one told of was not seen here', async () => {
    await using test = await both();
    const run = test.measured({}, 2);
    test.label();
    expect(await test.answer(run)).toContain('no run of it had reported');
  });

  it('a report that cannot be read may have been on this one', async () => {
    await using test = await both();
    test.measured();
    const run = test.measured({}, 'expired');
    test.label();
    expect(await test.answer(run)).toContain('has expired');
  });

  it('in the pair too', async () => {
    await using test = await both();
    const run = test.measured({}, null);
    test.report(777, run);
    test.status();
    const other = test.measured({}, null);
    test.label();
    expect(await test.answer(run, { by })).toContain(`run ${other.id} had not been reported on`);
    test.report(778, other, 2);
    test.status('coldgate: release', { run: 778 });
    expect(await test.ask(run, { by })).toMatchObject({ kind: 'accepted', breaches: [told(777)] });
  });

  it('where the server keeps no reports only the run that asks is known to be of this one', async () => {
    await using test = await both();
    const run = test.measured({}, null);
    test.label();
    expect(await test.ask(run, { keepsReports: false })).toMatchObject({ kind: 'accepted', breaches: null });
    const other = test.begin();
    expect(await test.answer(other, { keepsReports: false })).toContain('had left no report');
    test.state.update(test.second, { state: 'closed' });
    expect(await test.answer(other, { keepsReports: false })).toBe('by alice');
  });
});

describe('the reason', () => {
  const reasonOf = async (test: Test, run: Run): Promise<string | null> => {
    const result = await test.ask(run);
    return result.kind === 'accepted' ? result.acceptance.reason : `not accepted: ${result.reason}`;
  };
  const say = (test: Test, author: string, body: string): void => {
    test.state.comment(REPOSITORY, 1, { author, body });
    test.minute();
  };

  it('is what the labeller wrote after the report, nearest to the label, and nothing else', async () => {
    await using test = await started();
    say(test, 'alice', 'before the report');
    const run = test.measured();
    say(test, 'mallory', 'please');
    say(test, 'alice', 'looking');
    say(test, 'alice', 'needed for\r\n\r\nTLS');
    test.label();
    say(test, 'mia', 'hm');
    test.minute();
    say(test, 'alice', 'much later');
    expect(await reasonOf(test, run)).toBe('needed for TLS');
  });

  it('is never needed, and has at most 200 characters', async () => {
    await using test = await started();
    const run = test.measured();
    test.label();
    expect(await reasonOf(test, run)).toBeNull();
    say(test, 'alice', '😀'.repeat(300));
    expect(await reasonOf(test, run)).toBe(`${'😀'.repeat(199)}…`);
  });
});
