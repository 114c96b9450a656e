import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listens } from '../../src/init/listening.ts';

const started: ChildProcess[] = [];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-listening-'));
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A process that has written something once it is as far as the test wants it, and what that was. */
async function running(script: string): Promise<{ readonly pid: number; readonly said: string }> {
  const child = spawn(process.execPath, ['--input-type=commonjs', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const [said] = await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, said: String(said) };
}

const SERVER = (address: string): string =>
  `const server = require('node:net').createServer(); server.listen(${address}, () => process.stdout.write(String(server.address().port)));`;

it.each([
  ['a port of IPv4', () => SERVER("0, '127.0.0.1'")],
  ['a port of IPv6', () => SERVER("0, '::1'")],
  ['a socket in a file', () => SERVER(JSON.stringify(join(folder, 'socket')))],
  ['a socket without one', () => SERVER("'\\0coldgate-listening'")],
])('%s is listened at', async (_, script) => {
  expect(listens((await running(script())).pid)).toBe(true);
});

it('who only connects listens to nothing, though another process does', async () => {
  const { said } = await running(SERVER("0, '127.0.0.1'"));
  const client = await running(`require('node:net').connect(${said}, '127.0.0.1', () => process.stdout.write('connected')).resume();`);
  expect(listens(client.pid)).toBe(false);
});

it('nor does who takes what comes over UDP', async () => {
  const { pid } = await running(`require('node:dgram').createSocket('udp4').bind(0, '127.0.0.1', () => process.stdout.write('bound'));`);
  expect(listens(pid)).toBe(false);
});

it('nor who closed its port', async () => {
  const { pid } = await running(
    `const server = require('node:net').createServer(); server.listen(0, () => server.close(() => { setInterval(() => {}, 1e8); process.stdout.write('closed'); }));`,
  );
  expect(listens(pid)).toBe(false);
});

it('nor who has ended', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  expect(listens(child.pid ?? 0)).toBe(false);
});
