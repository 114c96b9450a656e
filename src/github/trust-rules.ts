/** The table of event × mode × credentials, as data. `trust.ts` reads it. */

/** `cold-start` samples an artifact's packages on AWS and runs nothing of them here; `accept` starts a failed job again; `history` writes to a branch. */
export type Mode = 'check' | 'measure' | 'report' | 'cold-start' | 'accept' | 'history';

/** What the job holds, as far as its event and environment tell. */
export interface Credentials {
  readonly token: 'none' | 'read' | 'write';
  /** AWS keys in the environment, or the right to ask for an OIDC token (`id-token: write`). */
  readonly cloud: boolean;
}

export type Permission =
  /** `may`: write the comment and the status. `summary-only`: neither can be, or there is no pull request to write to. */
  | { readonly kind: 'allowed'; readonly comment: 'may' | 'summary-only'; readonly note: string | null }
  | { readonly kind: 'refused'; readonly sentence: string };

/** The events, told apart by whose code they bring and what rights they give. */
export type Trigger =
  | 'pull_request'
  | 'pull_request from a fork'
  | 'pull_request by Dependabot'
  | 'pull_request_target'
  | 'workflow_run'
  | 'merge_group'
  | 'push'
  | 'started by anybody'
  | 'other';

export type Holding = 'anything' | 'a write token' | 'AWS credentials' | 'no AWS credentials';

export interface Rule {
  readonly triggers: readonly Trigger[];
  readonly modes: readonly Mode[];
  readonly holding: Holding;
  readonly answer: Permission;
}

export const MODES: readonly Mode[] = ['check', 'measure', 'report', 'cold-start', 'accept', 'history'];
export const TRIGGERS: readonly Trigger[] = [
  'pull_request',
  'pull_request from a fork',
  'pull_request by Dependabot',
  'pull_request_target',
  'workflow_run',
  'merge_group',
  'push',
  'started by anybody',
  'other',
];

/** Events that anybody with an account can cause, and that run with the default branch's rights. */
export const BY_ANYBODY = ['issue_comment', 'issues', 'discussion', 'discussion_comment', 'fork', 'gollum', 'watch'];

const BUILDS: readonly Mode[] = ['check', 'measure'];
export const FOREIGN: readonly Trigger[] = ['pull_request from a fork', 'pull_request by Dependabot'];
const BY_A_COMMITTER: readonly Trigger[] = ['merge_group', 'push', 'other'];
const WITHOUT_PULL_REQUEST: readonly Trigger[] = ['push', 'other'];

export const PAIR = '`measure` under `pull_request` and `report` under `workflow_run`';

const may: Permission = { kind: 'allowed', comment: 'may', note: null };
const summary: Permission = { kind: 'allowed', comment: 'summary-only', note: null };
const noted = (comment: 'may' | 'summary-only', note: string): Permission => ({ kind: 'allowed', comment, note });
export const refused = (sentence: string): Permission => ({ kind: 'refused', sentence });

/** Event × mode × credentials. The first rule that fits decides; every combination is decided (a test walks them all). */
export const RULES: readonly Rule[] = [
  { triggers: ['pull_request_target'], modes: ['accept'], holding: 'anything', answer: summary },
  {
    triggers: ['pull_request_target'],
    modes: BUILDS,
    holding: 'anything',
    answer: refused(
      `pull_request_target would run the pull request's code in a job with the repository's secrets, caches and write token: use ${PAIR}`,
    ),
  },
  {
    triggers: ['pull_request_target'],
    modes: ['report', 'cold-start'],
    holding: 'anything',
    answer: refused(`pull_request_target has no measuring run to take an artifact from: use ${PAIR}`),
  },
  {
    triggers: ['workflow_run'],
    modes: BUILDS,
    holding: 'anything',
    answer: refused(
      `workflow_run would run code of the run before it in a job with the repository's secrets, caches and write token: use ${PAIR}`,
    ),
  },
  {
    triggers: ['started by anybody'],
    modes: MODES,
    holding: 'anything',
    answer: refused(`anybody can start this event, and it runs with the default branch's rights: use ${PAIR}`),
  },
  {
    triggers: [...FOREIGN, 'pull_request', 'pull_request_target', 'workflow_run', 'merge_group'],
    modes: ['history'],
    holding: 'anything',
    answer: refused(
      'the history is of what the default branch has: run `history` on `push` to it, in a job of its own after those that measure (`needs`)',
    ),
  },
  { triggers: WITHOUT_PULL_REQUEST, modes: ['history'], holding: 'anything', answer: summary },
  {
    triggers: FOREIGN,
    modes: ['accept'],
    holding: 'anything',
    answer: refused('GitHub gives this run a read-only token, which starts nothing again: use `accept` under `pull_request_target`'),
  },
  { triggers: ['pull_request'], modes: ['accept'], holding: 'anything', answer: summary },
  {
    triggers: ['workflow_run', 'merge_group', ...WITHOUT_PULL_REQUEST],
    modes: ['accept'],
    holding: 'anything',
    answer: refused('this event brings no label: use `accept` under `pull_request_target` with `types: [labeled]`'),
  },
  {
    triggers: FOREIGN,
    modes: BUILDS,
    holding: 'AWS credentials',
    answer: refused(
      "code that nobody has reviewed could read this job's AWS credentials: remove them and `id-token: write`, and sample in a `cold-start` job under `workflow_run`",
    ),
  },
  {
    triggers: ['pull_request'],
    modes: ['measure'],
    holding: 'AWS credentials',
    answer: refused(
      "the pull request's code could read this job's AWS credentials, and `measure` needs none: give them to a `cold-start` job that takes the artifact",
    ),
  },
  {
    triggers: FOREIGN,
    modes: BUILDS,
    holding: 'a write token',
    answer: refused(`code that nobody has reviewed would run in a job that holds a write token: use ${PAIR}`),
  },
  {
    triggers: ['pull_request'],
    modes: ['check'],
    holding: 'AWS credentials',
    answer: noted(
      'may',
      "the pull request's code can read this job's AWS credentials; where not every contributor is trusted with them use `measure`, `cold-start` and `report` in jobs of their own",
    ),
  },
  {
    triggers: FOREIGN,
    modes: ['check', 'report'],
    holding: 'anything',
    answer: noted(
      'summary-only',
      `GitHub gives this run a read-only token, so the report is in the job summary; for a comment use ${PAIR}`,
    ),
  },
  {
    triggers: FOREIGN,
    modes: ['cold-start'],
    holding: 'anything',
    answer: refused(
      'GitHub gives this run no AWS credentials, and it should have none: run `cold-start` under `workflow_run` in a protected environment',
    ),
  },
  {
    triggers: TRIGGERS,
    modes: ['cold-start'],
    holding: 'no AWS credentials',
    answer: refused(
      'cold-start has no AWS credentials: give its job `permissions: id-token: write` and a role (aws-actions/configure-aws-credentials)',
    ),
  },
  {
    triggers: ['pull_request', 'workflow_run'],
    modes: ['cold-start'],
    holding: 'AWS credentials',
    answer: noted(
      'summary-only',
      "the pull request's functions will run on AWS: keep the job in a protected environment and its role small",
    ),
  },
  { triggers: BY_A_COMMITTER, modes: ['cold-start'], holding: 'AWS credentials', answer: summary },
  { triggers: TRIGGERS, modes: ['measure'], holding: 'anything', answer: summary },
  { triggers: WITHOUT_PULL_REQUEST, modes: ['check', 'report'], holding: 'anything', answer: summary },
  { triggers: ['pull_request', 'workflow_run', 'merge_group'], modes: ['check', 'report'], holding: 'a write token', answer: may },
  {
    triggers: ['pull_request', 'workflow_run', 'merge_group'],
    modes: ['check', 'report'],
    holding: 'anything',
    answer: noted(
      'summary-only',
      'the token may not write: for a comment and a status give the job `permissions: pull-requests: write` and `statuses: write`',
    ),
  },
];
