import type { WorkflowEvent } from './event.ts';
import {
  BY_ANYBODY,
  type Credentials,
  FOREIGN,
  type Holding,
  MODES,
  type Mode,
  PAIR,
  type Permission,
  RULES,
  refused,
  TRIGGERS,
  type Trigger,
} from './trust-rules.ts';

export type { Credentials, Mode, Permission, Trigger } from './trust-rules.ts';

/** What the design's table says to this event, mode and credentials: go on (and whether to comment), or a sentence that names the safe way. */
export function permitted(event: WorkflowEvent, mode: Mode, credentials: Credentials): Permission {
  return decide(triggerOf(event), mode, credentials);
}

/** `permitted`, of a trigger. A `may` needs a token that can write. */
export function decide(trigger: Trigger, mode: Mode, credentials: Credentials): Permission {
  const rule = RULES.find(
    ({ triggers, modes, holding }) => triggers.includes(trigger) && modes.includes(mode) && holds(credentials, holding),
  );
  if (rule === undefined) return refused(`mode ${mode} is not known under ${trigger}: use ${PAIR}`);
  const { answer } = rule;
  return answer.kind === 'allowed' && credentials.token !== 'write' ? { ...answer, comment: 'summary-only' } : answer;
}

/** What the job's token may do, as far as the event tells; less shows as a 403 later and costs the comment alone. */
export function tokenRights(event: WorkflowEvent, given: boolean): Credentials['token'] {
  if (!given) return 'none';
  return FOREIGN.includes(triggerOf(event)) ? 'read' : 'write';
}

export function triggerOf(event: WorkflowEvent): Trigger {
  switch (event.kind) {
    case 'pull-request':
      if (event.name === 'pull_request_target') return event.name;
      if (event.fork) return 'pull_request from a fork';
      return event.fromDependabot ? 'pull_request by Dependabot' : 'pull_request';
    case 'push':
      return 'push';
    case 'merge-group':
      return 'merge_group';
    case 'workflow-run':
      return 'workflow_run';
    case 'other':
      return BY_ANYBODY.includes(event.name) ? 'started by anybody' : 'other';
  }
}

/** The table for the documentation, as Markdown. Ends in a newline. */
export function renderTrustTable(): string {
  const rows = RULES.map(({ triggers, modes, holding, answer }) => {
    const who = triggers === TRIGGERS ? 'any event' : triggers.map(renderTrigger).join(', ');
    const what = modes === MODES ? 'any mode' : modes.map((mode) => `\`${mode}\``).join(', ');
    return `| ${who} | ${what} | ${holding} | ${renderPermission(answer)} |`;
  });
  return [
    'The first row that fits decides.',
    '',
    '| event | mode | the job holds | answer |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `Started by anybody: ${BY_ANYBODY.map((name) => `\`${name}\``).join(', ')}. A comment also needs a token that may write.`,
    '',
  ].join('\n');
}

function renderTrigger(trigger: Trigger): string {
  return trigger.replace(/^\w+_\w+|^push$/, '`$&`');
}

function renderPermission(answer: Permission): string {
  if (answer.kind === 'refused') return `**refused**: ${answer.sentence}`;
  const how = answer.comment === 'may' ? 'allowed, may comment' : 'allowed, job summary only';
  return answer.note === null ? how : `${how}; ${answer.note}`;
}

function holds(credentials: Credentials, holding: Holding): boolean {
  switch (holding) {
    case 'anything':
      return true;
    case 'a write token':
      return credentials.token === 'write';
    case 'AWS credentials':
      return credentials.cloud;
    case 'no AWS credentials':
      return !credentials.cloud;
  }
}
