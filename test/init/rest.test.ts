import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { comesToRest } from '../../src/init/rest.ts';

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
});

/** A process that has said that it is where the test wants it. */
async function said(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  await once(child.stdout, 'data');
  if (child.pid === undefined) throw new Error('it has no id');
  return child.pid;
}

const shell = (script: string): Promise<number> => said('sh', ['-c', script]);
const node = (script: string): Promise<number> => said(process.execPath, ['--input-type=commonjs', '-e', script]);

/** How often it was asked, and an answer that is the same for every thread. */
function asked(isApart: boolean): { times: number; readonly tell: () => Promise<() => boolean> } {
  const counter = {
    times: 0,
    tell: async () => {
      counter.times += 1;
      return () => isApart;
    },
  };
  return counter;
}

const WORKER = `new (require('node:worker_threads').Worker)("process.stdout.write('here'); for (;;);", { eval: true }); setInterval(() => {}, 1e8);`;

describe('a process comes to rest', () => {
  it('when it sleeps, and nobody is asked', async () => {
    const apart = asked(true);
    const pid = await shell('echo here; exec sleep 600');
    expect((await comesToRest(pid, apart.tell)).atWork.filter(({ goesOn }) => goesOn)).toEqual([]);
    expect(apart.times).toBe(0);
  });

  it('when it has ended', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    expect(await comesToRest(child.pid ?? 0, asked(true).tell)).toEqual({ atWork: [], brief: 0 });
  });

  it('after work that has an end: who did it is told, and does not go on', async () => {
    const pid = await shell('echo here; i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; exec sleep 600');
    const { atWork: worked } = await comesToRest(pid, asked(true).tell);
    expect(worked.length).toBeLessThanOrEqual(1);
    for (const one of worked) expect(one).toMatchObject({ thread: pid, goesOn: false });
  });
});

describe('a process does not come to rest', () => {
  it('when its first thread goes on, which is never apart', async () => {
    const apart = asked(true);
    const pid = await shell('echo here; while :; do :; done');
    const {
      atWork: [only, ...others],
    } = await comesToRest(pid, apart.tell);
    expect(only).toMatchObject({ thread: pid, goesOn: true });
    expect(only?.share).toBeGreaterThan(0);
    expect(only?.share).toBeLessThanOrEqual(1);
    expect(others).toEqual([]);
    // A single thread did init.
    expect(apart.times).toBe(0);
  });

  it.each([true, false])('when another thread goes on, apart or not (%s), which is asked once', async (isApart) => {
    const apart = asked(isApart);
    const pid = await node(WORKER);
    const goOn = (await comesToRest(pid, apart.tell)).atWork.filter(({ goesOn }) => goesOn);
    expect(goOn).toHaveLength(1);
    expect(goOn[0]?.thread).not.toBe(pid);
    expect(apart.times).toBe(1);
  });

  it('when it works a little, again and again', async () => {
    const pid = await node(
      `process.stdout.write('here'); const work = () => { for (let i = 0; i < 1e5; i += 1); setTimeout(work, 2); }; work();`,
    );
    expect((await comesToRest(pid, asked(false).tell)).atWork).toContainEqual(expect.objectContaining({ thread: pid, goesOn: true }));
  });
});
