import { describe, expect, it } from 'vitest';
import { eventChanges } from '../../../src/core/compare/declared-events.ts';
import type { DeclaredEvent } from '../../../src/core/snapshot/first-response.ts';
import { renderMarkdown } from '../../../src/report/markdown/markdown.ts';
import { renderTerminal } from '../../../src/report/terminal/terminal.ts';
import { anOutcome } from '../../report/builders.ts';
import { aBaseSnapshot, aSnapshot } from '../builders.ts';

const declared = (text: string, overrides: Partial<DeclaredEvent> = {}): DeclaredEvent => ({
  ...{ package: null, function: null, file: 'Cargo.toml', name: 'own', text },
  ...overrides,
});
const HEALTH = { name: 'health', crate: 'shop', formerly: null };

function changes(base: readonly DeclaredEvent[], head: readonly DeclaredEvent[], event: string | null = 'own') {
  const sides = [
    { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ events: [...base] }) },
    { origin: 'built', snapshot: aSnapshot({ events: [...head] }) },
  ] as const;
  return eventChanges(...sides, [{ ...HEALTH, firstResponse: { event } }]);
}

const SQS = declared('{"Records":[]}', { name: 'sqs' });
const PROBE = declared('{"port":8080,"ready":"/","request":"/orders"}', { name: 'http' });

describe('the event that a change declares anew', () => {
  it.each([
    [
      'another',
      [SQS],
      [declared('{}', { package: 'shop', file: 'shop/Cargo.toml' })],
      'sqs',
      { base: 'sqs', head: 'own', file: 'shop/Cargo.toml' },
    ],
    ['other JSON', [declared('{}')], [declared('[]')], 'own', { base: 'own', head: 'own' }],
    ['none', [SQS], [], 'sqs', { base: 'sqs', head: null, file: 'Cargo.toml' }],
    ['another path', [PROBE], [declared('{}', { name: 'http' })], 'http://127.0.0.1:8080/orders', { base: 'http', head: 'http' }],
    ['its own before that for all', [SQS], [declared('{}', { function: 'health' }), SQS], 'sqs', { base: 'sqs', head: 'own' }],
  ])('is told: %s', (_, base, head, event, change) => {
    expect(changes(base, head, event)).toMatchObject([{ function: 'health', ...change }]);
  });

  it.each([
    ['the same', [SQS], [SQS], 'sqs'],
    ['the same from another manifest', [SQS], [{ ...SQS, package: 'shop' }], 'sqs'],
    ['where base declares none, head’s counts', [], [SQS], 'sqs'],
    ['where an option gives another', [SQS], [declared('{}')], 'alb'],
    ['where nothing was asked', [SQS], [declared('{}')], null],
    ['that of another function', [SQS], [declared('{}', { function: 'orders' }), SQS], 'sqs'],
  ])('is none: %s', (_, base, head, event) => {
    expect(changes(base, head, event)).toEqual([]);
  });

  it('is shown as changed limits are', () => {
    const eventChange = { function: 'health', base: 'sqs', head: 'own', file: 'Cargo.toml' };
    const outcome = anOutcome([], { comparison: { eventChanges: [eventChange] } });
    const heading = "This change alters events of init-event; both sides are handed the base's";
    expect(renderMarkdown(outcome)).toContain(`**⚠️ ${heading}**\n\n- \`health\`: \`sqs\` at base, its own JSON in \`Cargo.toml\` now\n`);
    expect(renderTerminal(outcome, { columns: 80, colour: false })).toContain(
      `${heading}\n  health: sqs at base, its own JSON in Cargo.toml now\n`,
    );
  });
});
