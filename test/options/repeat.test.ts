import { expect, test } from 'vitest';
import { parseCommand } from '../../src/options/command.ts';
import { FLAGS } from '../../src/options/flags.ts';
import { type RepeatedFlag, renderCompare, renderRepeat } from '../../src/options/repeat.ts';

const BASE = 'b'.repeat(40);
const API: RepeatedFlag = { flag: 'bin', value: 'api' };
const ORIGIN = { token: 'secret', server: 'https://github.com', address: 'https://github.com/octo/shop' };

function repeated(...args: readonly string[]): string {
  const command = parseCommand(['check', ...args]);
  return renderRepeat(command.verb === 'check' ? command.repeat : [], null, null);
}

test('the command that repeats a check has its flags and the base by its full SHA', () => {
  expect(repeated('--limit', 'zip: 5 MB', '--bin=api')).toBe(`coldgate check --limit='zip: 5 MB' --bin=api`);
  expect(renderRepeat([API], BASE, null)).toBe(`coldgate check --base ${BASE} --bin=api`);
  expect(renderRepeat([], BASE, ORIGIN)).toBe(`git fetch ${ORIGIN.address} ${BASE}\ncoldgate check --base ${BASE}`);
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
  expect(renderCompare(command.base, command.head, command.repeat)).toBe(
    `coldgate compare 'b'\\''s' head --limit='zip: 1 kB & +5%' --gate=warn`,
  );
});

test('never with the value of a variable', () => {
  expect(repeated('--init-env', 'KEY=se=cret', '--init-env=OTHER=hidden', '--init-pairs=30')).toBe(
    "coldgate check --init-env='KEY=…' --init-env='OTHER=…' --init-pairs=30",
  );
});

test('an event by its name or its file, not the JSON of one', () => {
  const shown = ['sqs', 'orders=sns', 'shop/orders=events/a.json', 'web=http 8080 /ready'];
  expect(repeated(...shown.map((event) => `--init-event=${event}`))).toBe(
    "coldgate check --init-event=sqs --init-event=orders=sns --init-event=shop/orders=events/a.json --init-event='web=http 8080 /ready'",
  );
  expect(repeated('--init-event={"token":"secret"}')).toBe('coldgate check\n# and --init-event: see the workflow');
});

test('a command of a shell, arguments of cargo, and what does not fit are named and not shown', () => {
  expect(repeated('--prepare', 'curl x | sh', '--build-arg=--compiler=cargo', '--bin', "o'clock", '--bin', 'api')).toBe(
    'coldgate check --bin=api\n# and --bin, --build-arg, --prepare: see the workflow',
  );
});

test('what comes out of an artifact is held to the same grammar', () => {
  const hostile: readonly RepeatedFlag[] = [
    { flag: 'bin', value: '$(id)' },
    { flag: 'bin', value: '--config=x' },
    { flag: 'limit', value: 'zip: 5 MB\ncurl x | sh' },
    { flag: 'limit', value: 'zip; id' },
    { flag: 'manifest-path', value: '-rf' },
    { flag: 'init-env', value: 'A=secret' },
    { flag: 'prepare', value: 'id' },
    { flag: 'build-arg', value: '--config=x' },
    { flag: 'workspace', value: 'x' },
    { flag: 'base', value: 'x' },
    { flag: 'x`id`', value: null },
  ];
  expect(renderRepeat([...hostile, API], BASE, null)).toBe(
    `coldgate check --base ${BASE} --bin=api\n# and --bin, --limit, --manifest-path, --init-env, --prepare, --build-arg, --workspace: see the workflow`,
  );
});

test('each flag of the command shows a value that fits, but for those two', () => {
  const words = ['zip: 5 MB', 'warn', 'a/Cargo.toml', 'api', 'x86_64', 'local', 'A=…', '10 s', '20'];
  const shown = (flag: string): boolean => words.some((value) => !renderRepeat([{ flag, value }], null, null).includes('see the workflow'));
  const never = FLAGS.filter(({ name, value, repeat }) => value !== null && repeat !== 'drop' && !shown(name)).map(({ name }) => name);
  // `output` is of `measure` alone.
  expect(never).toEqual(['output', 'build-arg', 'prepare']);
});
