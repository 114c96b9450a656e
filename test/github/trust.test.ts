import { describe, expect, it } from 'vitest';
import { parseEvent, type WorkflowEvent } from '../../src/github/event.ts';
import { type Credentials, decide, permitted, renderTrustTable, tokenRights, triggerOf } from '../../src/github/trust.ts';
import { MODES, RULES, TRIGGERS } from '../../src/github/trust-rules.ts';

const TOKENS: readonly Credentials['token'][] = ['none', 'read', 'write'];

function pullRequest(changes: {
  readonly name?: 'pull_request' | 'pull_request_target';
  readonly fork?: boolean;
  readonly fromDependabot?: boolean;
}): WorkflowEvent {
  const repository = { fullName: 'octo/app', cloneUrl: 'https://github.com/octo/app.git' };
  return {
    ...{
      kind: 'pull-request',
      name: 'pull_request',
      number: 7,
      headSha: 'a'.repeat(40),
      headRef: 'big',
      baseSha: 'b'.repeat(40),
      baseRef: 'main',
      defaultBranch: 'main',
      label: null,
    },
    ...{ headRepository: repository, baseRepository: repository, fork: false, draft: false, author: 'alice', fromDependabot: false },
    ...changes,
  };
}

const other = (name: string): WorkflowEvent => parseEvent(name, {});
const plain: Credentials = { token: 'write', cloud: false };

describe('the table', () => {
  it('decides every combination, as the golden says', async () => {
    const lines = TRIGGERS.flatMap((trigger) =>
      MODES.flatMap((mode) =>
        [false, true].map((cloud) => {
          const answers = TOKENS.map((token) => {
            const answer = decide(trigger, mode, { token, cloud });
            if (answer.kind === 'refused') return 'refused';
            return answer.comment === 'may' ? 'comments' : `summary${answer.note === null ? '' : '*'}`;
          });
          return `| ${[trigger, mode, cloud ? 'AWS' : '–', ...answers].join(' | ')} |`;
        }),
      ),
    );
    const header = '| event | mode | cloud | no token | reads | writes |\n| --- | --- | --- | --- | --- | --- |';
    await expect(`${header}\n${lines.join('\n')}\n\n${renderTrustTable()}`).toMatchFileSnapshot('../golden/trust-table.md');
  });

  it('falls through nowhere, and has no rule that decides nothing', () => {
    const used = new Set<string>();
    for (const trigger of TRIGGERS)
      for (const mode of MODES)
        for (const cloud of [false, true])
          for (const token of TOKENS) {
            const answer = decide(trigger, mode, { token, cloud });
            if (answer.kind === 'refused') expect(answer.sentence).not.toContain('is not known');
            const rule = RULES.find(({ triggers, modes, holding }) => {
              const holds = { anything: true, 'a write token': token === 'write', 'AWS credentials': cloud, 'no AWS credentials': !cloud };
              return triggers.includes(trigger) && modes.includes(mode) && holds[holding];
            });
            used.add(JSON.stringify(rule));
          }
    expect(used.size).toBe(RULES.length);
  });

  it('names the safe way in every refusal', () => {
    for (const { answer } of RULES) if (answer.kind === 'refused') expect(answer.sentence).toMatch(/: (?:use|run|give|remove) /);
  });

  it('never lets code of others run beside a write token or AWS credentials', () => {
    for (const trigger of [
      'pull_request from a fork',
      'pull_request by Dependabot',
      'pull_request_target',
      'workflow_run',
      'started by anybody',
    ] as const)
      for (const mode of ['check', 'measure'] as const) {
        expect(decide(trigger, mode, { token: 'write', cloud: false }).kind).toBe('refused');
        expect(decide(trigger, mode, { token: 'none', cloud: true }).kind).toBe('refused');
      }
  });
});

describe('permitted', () => {
  it.each([
    ['a pull request of the repository', pullRequest({}), 'check', plain, { kind: 'allowed', comment: 'may' }],
    [
      'the same with a token that only reads',
      pullRequest({}),
      'check',
      { token: 'read', cloud: false },
      { kind: 'allowed', comment: 'summary-only' },
    ],
    ['a fork', pullRequest({ fork: true }), 'check', { token: 'read', cloud: false }, { kind: 'allowed', comment: 'summary-only' }],
    ['a fork with AWS keys', pullRequest({ fork: true }), 'measure', { token: 'none', cloud: true }, { kind: 'refused' }],
    ['a pull request with AWS keys', pullRequest({}), 'check', { token: 'write', cloud: true }, { kind: 'allowed', comment: 'may' }],
    ['pull_request_target', pullRequest({ name: 'pull_request_target' }), 'check', plain, { kind: 'refused' }],
    ['issue_comment', other('issue_comment'), 'check', plain, { kind: 'refused' }],
    ['schedule', other('schedule'), 'check', plain, { kind: 'allowed', comment: 'summary-only' }],
  ] as const)('%s', (_name, event, mode, credentials, expected) => {
    expect(permitted(event, mode, credentials)).toMatchObject(expected);
  });

  it('tells what a token may do from the event', () => {
    expect(tokenRights(pullRequest({}), true)).toBe('write');
    expect(tokenRights(pullRequest({}), false)).toBe('none');
    expect(tokenRights(pullRequest({ fork: true }), true)).toBe('read');
    expect(tokenRights(pullRequest({ fromDependabot: true }), true)).toBe('read');
    expect(triggerOf(pullRequest({ name: 'pull_request_target', fork: true }))).toBe('pull_request_target');
  });
});
