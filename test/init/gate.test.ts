import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { gateOf, openGate } from '../../src/init/gate.ts';
import { findClocks } from '../../src/tools/clocks.ts';

const LATE_MS = 1_000;

test.each(['perl', 'python3'])('%s says when it became the function, also to a side that hears of it late', async (name) => {
  const program = findClocks({ PATH: process.env.PATH ?? '' }).find((one) => one.name === name);
  if (program === undefined) throw new Error(`${name} is not installed`);
  const { command, args, env } = gateOf(program);
  const child = spawn(command, [...args, '/bin/true'], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  const channel = child.stdio[3];
  if (!(channel instanceof Duplex) || child.pid === undefined) throw new Error('no channel');
  let busy = 0;
  const write = channel.write.bind(channel);
  channel.write = (text: string) => {
    const written = write(text);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LATE_MS);
    busy = performance.now();
    return written;
  };
  const opened = await openGate(channel, child.pid);
  if (opened === null) throw new Error('it was not held');
  expect(opened.launched).toBeGreaterThan(opened.at);
  expect(opened.launched).toBeLessThan(busy);
});
