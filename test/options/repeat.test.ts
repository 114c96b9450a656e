import { expect, test } from 'vitest';
import { renderRepeat } from '../../src/options/repeat.ts';

const BASE = { sha: 'b'.repeat(40), source: 'commit', subject: 'base' } as const;
const ORIGIN = { token: 'secret', server: 'https://github.com', address: 'https://github.com/octo/shop' };

test('the command that repeats a check has its flags and the base by its full SHA', () => {
  expect(renderRepeat(['--limit', 'zip: 5 MB', '--bin=api'], BASE, null)).toBe(
    `coldgate check --base ${BASE.sha} --limit 'zip: 5 MB' --bin=api`,
  );
  expect(renderRepeat([], BASE, ORIGIN)).toBe(`git fetch ${ORIGIN.address} ${BASE.sha}\ncoldgate check --base ${BASE.sha}`);
  expect(renderRepeat(['--bin', "o'clock"], null, ORIGIN)).toBe(`coldgate check --bin 'o'\\''clock'`);
});

test('without the files that it wrote, its own base and AWS', () => {
  const written = ['--base', 'v1', '--json=-', '--markdown', 'r.md', '--flame-graphs', 'svg', '--bin', 'api'];
  const aws = [
    '--cold-start',
    '--cold-start-role',
    'arn:aws:iam::123456789012:role/x',
    '--cold-start-env=KEY=secret',
    '--cold-start-memory=128',
  ];
  expect(renderRepeat([...written, ...aws, '--workspace'], null, null)).toBe('coldgate check --bin api --workspace');
});

test('never with the value of a variable', () => {
  const command = renderRepeat(['--init-env', 'KEY=se=cret', '--init-env=OTHER=hidden', '--init-pairs=30'], null, null);
  expect(command).toBe("coldgate check --init-env 'KEY=…' --init-env 'OTHER=…' --init-pairs=30");
});
