import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countInstructions, INSTRUCTIONS_TIMEOUT } from '../../../src/init/instructions.ts';
import { attributeProfile } from '../../../src/init/profile/attribution.ts';
import { callTree } from '../../../src/init/profile/call-tree.ts';
import type { Profile } from '../../../src/init/profile/profile.ts';
import { Functions, wholeOf } from '../functions.ts';

const execute = promisify(execFile);

let functions: Functions;
let root: string;
beforeAll(async () => {
  functions = await Functions.compile();
  root = await functions.root('attributed');
});
afterAll(() => functions[Symbol.asyncDispose]());

async function counted(mode: string, taskRoot = root): Promise<Profile> {
  const options = functions.options(taskRoot, { mode, timeout: INSTRUCTIONS_TIMEOUT });
  const result = await countInstructions({ ...options, valgrind: { path: '/usr/bin/valgrind', env: {} } });
  if (result.kind !== 'reached') throw new Error(JSON.stringify(result));
  return wholeOf(result.value.init);
}

function attributed(profile: Profile, taskRoot = root) {
  return attributeProfile(profile, { of: 'twin', binary: join(taskRoot, 'bootstrap') });
}

describe('what a start executed', () => {
  it('has its work in the handler’s init, and nowhere else', async () => {
    const profiles = { plain: await counted('plain'), work: await counted('work') };
    const [plain, work] = [attributed(profiles.plain).figures, attributed(profiles.work).figures];
    for (const { total, phases, crates, unattributed } of [plain, work]) {
      expect((phases?.loading ?? 0) + (phases?.runtimeStart ?? 0) + (phases?.handlerInit ?? 0)).toBe(total);
      expect(crates.reduce((sum, { instructions }) => sum + instructions, unattributed)).toBe(total);
      expect(unattributed).toBeLessThan(total / 100);
    }
    expect(plain.phases?.handlerInit).toBeLessThan(plain.total / 10);
    expect((work.phases?.handlerInit ?? 0) - (plain.phases?.handlerInit ?? 0)).toBeGreaterThan(1_000_000);
    expect(work.phases?.loading).toBeGreaterThan(50_000);
    expect(Math.abs((work.phases?.loading ?? 0) - (plain.phases?.loading ?? 0))).toBeLessThan(1_000);
    expect(Math.abs((work.phases?.runtimeStart ?? 0) - (plain.phases?.runtimeStart ?? 0))).toBeLessThan(10_000);
    expect(work.crates[0]?.instructions).toBeGreaterThan(1_000_000);
    expect(work.functions.find(({ name }) => name.endsWith('::planted'))?.self).toBeGreaterThan(1_000_000);
    const flat = JSON.stringify(callTree(attributed(profiles.plain).graph, attributed(profiles.work).graph));
    expect(flat).toMatch(/::planted","crate":"[a-z]+","base":0,"head":\d{7}/);
  });

  it('counts its threads as handler init', async () => {
    const [plain, threads] = [attributed(await counted('plain')).figures, attributed(await counted('threads')).figures];
    expect(Math.abs((threads.phases?.runtimeStart ?? 0) - (plain.phases?.runtimeStart ?? 0))).toBeLessThan(10_000);
    expect(threads.phases?.handlerInit).toBeGreaterThan((plain.phases?.handlerInit ?? 0) + 5_000);
  });

  it('has no phases once its names are stripped', async () => {
    const stripped = join(functions.path, 'stripped');
    await copyFile(functions.binary, stripped);
    await execute('strip', [stripped]);
    const other = await functions.root('stripped');
    await copyFile(stripped, join(other, 'bootstrap'));
    const { phases, crates, unattributed } = attributed(await counted('plain', other), other).figures;
    expect(phases).toBeNull();
    expect(unattributed).toBeGreaterThan(1_000);
    expect(crates.map(({ name }) => name)).toContain('libc.so.6');
  });
});
