import { describe, expect, test } from 'vitest';
import { judgingOf } from '../../src/action/judging.ts';
import type { WorkflowRun } from '../../src/action/workflow.ts';
import { parseEvent } from '../../src/github/event.ts';
import { parseInputs } from '../../src/options/inputs.ts';

const [BEFORE, AFTER] = ['b'.repeat(40), 'a'.repeat(40)];
const app = { full_name: 'octo/app', default_branch: 'main' };

/** How a run of that event judges, with no input given. */
function judgingOn(name: string, payload: unknown): string {
  const run: WorkflowRun = {
    ...{ event: parseEvent(name, payload), owner: 'octo', repository: 'app', sha: AFTER, runId: 1, attempt: 1, job: '', runnerName: '' },
    ...{ serverUrl: '', apiUrl: '', temp: '', selfHosted: false, credentials: [] },
  };
  const { gate, judgedAs } = judgingOf({ inputs: parseInputs(() => ''), run });
  return `${gate}, as a ${judgedAs}`;
}

function push(ref: string): unknown {
  return { before: BEFORE, after: AFTER, ref, repository: app };
}

function afterRun(event: string, head_branch: string, from = 'octo/app'): unknown {
  const run = { id: 1, run_attempt: 1, event, head_sha: AFTER, head_branch, head_repository: { full_name: from }, conclusion: 'success' };
  return { workflow_run: { ...run, pull_requests: [] }, repository: app };
}

describe('how an event is judged', () => {
  test.each([
    ["the default branch's push, in full, and only reported", 'push', push('refs/heads/main'), 'warn, as a branch'],
    ["another branch's push", 'push', push('refs/heads/big'), 'warn, as a change'],
    ['the report after such a push', 'workflow_run', afterRun('push', 'main'), 'warn, as a branch'],
    ["the report after another branch's", 'workflow_run', afterRun('push', 'big'), 'warn, as a change'],
    [
      'the report on a pull request from a branch of that name',
      'workflow_run',
      afterRun('pull_request', 'main', 'mallory/app'),
      'fail, as a change',
    ],
    ['a schedule', 'schedule', {}, 'fail, as a change'],
  ])('%s', (_, name, payload, expected) => {
    expect(judgingOn(name, payload)).toBe(expected);
  });
});
