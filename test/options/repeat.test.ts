import { expect, test } from 'vitest';
import { parseCommand } from '../../src/options/command.ts';
import { renderCommand, renderRepeat } from '../../src/options/repeat.ts';

const BASE = { sha: 'b'.repeat(40), source: 'commit', subject: 'base' } as const;
const ORIGIN = { token: 'secret', server: 'https://github.com', address: 'https://github.com/octo/shop' };

function repeated(...args: readonly string[]): string {
  const command = parseCommand(['check', ...args]);
  return renderRepeat(command.verb === 'check' ? command.repeat : [], null, null);
}

test('the command that repeats a check has its flags and the base by its full SHA', () => {
  expect(repeated('--limit', 'zip: 5 MB', '--bin=api')).toBe(`coldgate check --limit='zip: 5 MB' --bin=api`);
  expect(renderRepeat(['--bin=api'], BASE, null)).toBe(`coldgate check --base ${BASE.sha} --bin=api`);
  expect(renderRepeat([], BASE, ORIGIN)).toBe(`git fetch ${ORIGIN.address} ${BASE.sha}\ncoldgate check --base ${BASE.sha}`);
  expect(repeated('--bin', "o'clock", '--prepare=')).toBe(`coldgate check --bin='o'\\''clock' --prepare=''`);
});

test('without the files that it wrote, its own base and AWS', () => {
  const written = ['--base', 'v1', '--json=-', '--markdown', 'r.md', '--flame-graphs', 'svg', '--bin', 'api'];
  const role = 'arn:aws:iam::123456789012:role/x';
  const aws = ['--cold-start', '--cold-start-role', role, '--cold-start-env=KEY=secret', '--cold-start-memory=128'];
  expect(repeated(...written, ...aws, '--workspace')).toBe('coldgate check --bin=api --workspace');
});

test('comparing two snapshots too, as a shell reads it back', () => {
  const command = parseCommand(['compare', "b's", 'head', '--limit', 'zip: 1 kB & +5%', '--gate=warn', '--markdown', '-']);
  if (command.verb !== 'compare') throw new Error(command.verb);
  expect(renderCommand(['compare', command.base, command.head, ...command.repeat])).toBe(
    `coldgate compare 'b'\\''s' head --limit='zip: 1 kB & +5%' --gate=warn`,
  );
});

test('never with the value of a variable', () => {
  expect(repeated('--init-env', 'KEY=se=cret', '--init-env=OTHER=hidden', '--init-pairs=30')).toBe(
    "coldgate check --init-env='KEY=…' --init-env='OTHER=…' --init-pairs=30",
  );
});
