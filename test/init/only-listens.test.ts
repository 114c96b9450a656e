import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { millis } from '../../src/core/units.ts';
import { parseInitEnv } from '../../src/init/environment.ts';
import { goesOn, parseSockets } from '../../src/init/only-listens.ts';
import { startFunction } from '../../src/init/start.ts';
import { Functions } from './functions.ts';
import { servingRoot } from './serving-functions.ts';

let functions: Functions;
let root: string;
beforeAll(async () => {
  functions = await Functions.compile();
  root = await servingRoot(functions);
});
afterAll(() => functions[Symbol.asyncDispose]());

function start(mode: string, timeout = 60_000) {
  const initEnv = parseInitEnv([`MODE=${mode}`], 'test');
  return startFunction(functions.options(root, { initEnv, timeout: millis(timeout) }), () => null);
}

describe('a function that listens', () => {
  it('and asks for nothing is recognised long before its time is up', async () => {
    expect(await start('serve')).toMatchObject({ kind: 'listens', ports: [expect.any(Number)] });
  });

  it.each(['sleep', 'wait', 'connected'])('and goes on by itself (%s) is waited for', async (mode) => {
    expect(await start(mode)).toMatchObject({ kind: 'reached' });
  });

  it('beside what it asks for is a function like others', async () => {
    expect(await start('beside')).toMatchObject({ kind: 'reached' });
  });

  it('when its time is up is told as one that listens, however it waits', async () => {
    expect(await start('sleep', 1_500)).toMatchObject({ kind: 'listens' });
  });
});

describe('the tables of sockets', () => {
  it('are read as the kernel writes them', () => {
    const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 55103 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:0050 00000000000000000000000001000000:C350 01 00000000:00000000 02:000A 00000000  1000        0 55104 2 0
 nonsense
`;
    expect(parseSockets(text)).toEqual([
      { port: 8080, state: '0A', inode: '55103' },
      { port: 80, state: '01', inode: '55104' },
    ]);
  });
});

describe('a thread goes on by itself', () => {
  it.each([
    ['232 0x3 0x7ffd 0x400 0xffffffff 0x0 0x0 0x7 0x7', 'x64', false],
    ['232 0x3 0x7ffd 0x400 0xffffffffffffffff 0x0 0x0 0x7 0x7', 'x64', false],
    ['232 0x3 0x7ffd 0x400 0x1f4 0x0 0x0 0x7 0x7', 'x64', false],
    ['232 0x3 0x7ffd 0x400 0xfa0 0x0 0x0 0x7 0x7', 'x64', true],
    ['202 0x7ffd 0x189 0x0 0x0 0x0 0xffffffff 0x7 0x7', 'x64', false],
    ['202 0x7ffd 0x189 0x0 0x7ffd 0x0 0xffffffff 0x7 0x7', 'x64', true],
    ['230 0x1 0x1 0x7ffd 0x7ffd 0x0 0x0 0x7 0x7', 'x64', true],
    ['288 0x3 0x7ffd 0x7ffd 0x80000 0x0 0x0 0x7 0x7', 'x64', false],
    ['22 0x3 0xffff 0x400 0xfa0 0x0 0x8 0xf 0xf', 'arm64', true],
    ['98 0xffff 0x189 0x0 0x0 0x0 0xffffffff 0xf 0xf', 'arm64', false],
    ['running', 'x64', true],
    ['', 'x64', true],
  ])('%s of %s: %s', (line, machine, expected) => {
    expect(goesOn(line, machine)).toBe(expected);
  });
});
