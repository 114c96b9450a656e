import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CpuClock, parseNanoseconds } from '../../src/init/cpu-clock.ts';
import { findClocks } from '../../src/tools/clocks.ts';

const CLOCKS = findClocks({ PATH: process.env.PATH ?? '' });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-clock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function usedHere(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

describe('the clock of a process', () => {
  it.each(CLOCKS)('is read by $name', async (program) => {
    await using clock = await CpuClock.open([program], folder);
    const before = usedHere();
    const own = await clock?.read(process.pid);
    expect(own).toBeGreaterThanOrEqual(before);
    expect(own).toBeLessThanOrEqual(usedHere());
    // Nobody has this number (pid_max is at most 2^22); the next question is answered all the same.
    expect(await clock?.read(2 ** 22 + 1)).toBeNull();
    expect(await clock?.read(process.pid)).toBeGreaterThan(own ?? 0);
  });

  it('is asked in one go, and each answer is its own', async () => {
    await using clock = await CpuClock.open(CLOCKS, folder);
    const answers = await Promise.all([process.pid, 2 ** 22 + 1, process.pid].map((pid) => clock?.read(pid)));
    expect(answers.map((answer) => answer === null)).toEqual([false, true, false]);
  });

  it('of a program that cannot read it is none, and the next one is asked', async () => {
    const path = join(folder, 'perl');
    for (const script of ['#!/bin/sh\nexit 3\n', '#!/bin/sh\necho perl; while read -r line; do echo 17; done\n', 'no program at all\n']) {
      await writeFile(path, script);
      await chmod(path, 0o755);
      expect(await CpuClock.open([{ name: 'perl', path }], folder)).toBeNull();
    }
    await using clock = await CpuClock.open([{ name: 'perl', path }, ...CLOCKS], folder);
    expect(await clock?.read(process.pid)).toBeGreaterThan(0);
    expect(await CpuClock.open([], folder)).toBeNull();
    expect(await CpuClock.open([{ name: 'perl', path: join(folder, 'nowhere') }], folder)).toBeNull();
  });

  it('answers nothing more once its program is gone', async () => {
    const path = join(folder, 'once');
    const perl = CLOCKS.find(({ name }) => name === 'perl')?.path ?? 'perl';
    // It answers the first question and ends.
    await writeFile(path, `#!/bin/sh\necho ${perl}; read -r line; echo "$line" | ${perl} "$@" | tail -n 1\n`);
    await chmod(path, 0o755);
    await using clock = await CpuClock.open([{ name: 'perl', path }], folder);
    expect(clock).not.toBeNull();
    expect(await clock?.read(process.pid)).toBeNull();
    expect(await clock?.read(process.pid)).toBeNull();
  });
});

it('what is no time is none', () => {
  expect(parseNanoseconds('110182563')).toBeCloseTo(110.182563, 9);
  for (const text of ['none', '', '-1', '1.5', '1e9', '1'.repeat(16)]) expect(parseNanoseconds(text)).toBeNull();
});
