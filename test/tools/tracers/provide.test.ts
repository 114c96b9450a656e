import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { provideTracers } from '../../../src/tools/tracers/provide.ts';
import { tracersPins } from '../../../src/tools/tracers/stored.ts';
import type { Tracers } from '../../../src/tools/tracers/tracer.ts';
import { unseen } from '../../doubles/progress.ts';
import { type Machine, machine, never } from '../machine.ts';

const UBUNTU = { id: 'ubuntu', version: '24.04' };

/** A machine whose apt-get and dpkg-deb are scripts; what they were asked stands in `asked`. */
async function machineWith(apt: string): Promise<Machine> {
  const on = await machine();
  for (const name of ['sh', 'cat', 'mkdir', 'cp', 'chmod']) await on.link(name);
  await on.script('apt-get', `echo "$3" >> ${on.root}/asked\n${apt}`);
  await on.script('dpkg-deb', 'exit 0');
  return on;
}

function provide(on: Machine, steps: string[] = []): Promise<Tracers> {
  return provideTracers({
    ...{ home: on.home, env: on.env, signal: never, progress: unseen((step) => void steps.push(step)) },
    ...{ platform: 'linux-x64', machine: UBUNTU },
  });
}

function reasonsOf(tracers: Tracers): readonly string[] {
  return [tracers.valgrind, tracers.strace].map((tracer) => (tracer.kind === 'missing' ? tracer.reason : `found ${tracer.path}`));
}

describe('valgrind and strace', () => {
  it('are asked for by the machine’s own lists, then by lists of its own; why they cannot be had stands with the way out', async () => {
    await using on = await machineWith(
      'case "$3" in update) echo "W: Failed to fetch http://archive.example/InRelease  Could not resolve host"; exit 0;; esac\necho "E: Unable to locate package valgrind"; exit 100',
    );
    const [valgrind, strace] = reasonsOf(await provide(on));
    expect(valgrind).toMatch(
      /^valgrind is not on PATH, and bringing it failed \(apt-get update: W: Failed to fetch http:\/\/archive\.example\/InRelease {2}Could not resolve host\): .*valgrind/,
    );
    expect(strace).toMatch(/^strace is not on PATH, and bringing it failed \(.*\): .*strace/);
    expect(await readFile(join(on.root, 'asked'), 'utf8')).toBe('download\nupdate\ndownload\n');
    expect(await readdir(join(on.home, 'tracers'))).toEqual([]);
  });

  it('are believed of no archive without a signature', async () => {
    await using on = await machineWith('cp "$2" "$HOME/said.conf"; echo "E: There were unauthenticated packages"; exit 100');
    on.env.HOME = on.root;
    expect(reasonsOf(await provide(on))[0]).toContain('unauthenticated packages');
    const said = await readFile(join(on.root, 'said.conf'), 'utf8');
    expect(said).toContain('APT::Get::AllowUnauthenticated "false";');
    expect(said).toContain('Acquire::AllowInsecureRepositories "false";');
  });

  it('that are there are used as they are, and nothing is asked for', async () => {
    await using on = await machineWith('exit 1');
    await on.script('valgrind', 'exit 0');
    await on.script('strace', 'exit 0');
    expect(reasonsOf(await provide(on))).toEqual(['valgrind', 'strace'].map((name) => `found ${on.env.PATH}/${name}`));
    await expect(readdir(join(on.home, 'tracers'))).rejects.toThrow('ENOENT');
  });

  it('are not brought where there is no apt-get', async () => {
    await using on = await machine();
    expect(reasonsOf(await provide(on))[0]).toMatch(/^valgrind is not on PATH: /);
  });

  it('are of one distribution, version and platform', () => {
    const all = [
      tracersPins('linux-x64', UBUNTU),
      tracersPins('linux-arm64', UBUNTU),
      tracersPins('linux-x64', { ...UBUNTU, version: '22.04' }),
      tracersPins('linux-x64', { ...UBUNTU, id: 'debian' }),
    ];
    expect(new Set(all).size).toBe(4);
  });
});
