import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { findBundle, installBundle, sweepInstalls, type ToolBundle } from '../../src/tools/private-directory.ts';
import { type Machine, machine, never } from './machine.ts';

async function prepared(): Promise<{ readonly on: Machine; pack(text: string, delay?: number): ToolBundle }> {
  const on = await machine({ without: ['git', 'cargo', 'rustc', 'cc'] });
  await mkdir(on.tools, { recursive: true });
  const pack = (text: string, delay = 0): ToolBundle => ({
    title: 'zig',
    pins: 'zig==1 abc\n',
    async install(directory) {
      await on.script(join(directory, 'zig'), `echo ${text}`);
      await sleep(delay);
      return { zig: 'zig' };
    },
  });
  return { on, pack };
}

describe('a private install', () => {
  it('is found by its stamp, at its own place', async () => {
    const { on, pack } = await prepared();
    await using _ = on;
    expect(await findBundle(on.tools, pack('one'))).toBeNull();
    const installed = await installBundle(on.tools, pack('one'), { env: on.env, signal: never });
    expect(await findBundle(on.tools, pack('one'))).toEqual(installed);
    expect(await findBundle(on.tools, { ...pack('one'), pins: 'zig==2 def\n' })).toBeNull();
  });

  it('of two at once is whole, whoever wins', async () => {
    const { on, pack } = await prepared();
    await using _ = on;
    const context = { env: on.env, signal: never };
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((text, index) => installBundle(on.tools, pack(text, index), context)));
    expect(new Set(all.map((programs) => programs.zig)).size).toBe(1);
    expect(await on.left()).toHaveLength(1);
    expect(await readFile(all[0]?.zig ?? '', 'utf8')).toMatch(/echo [abcd]/);
  });

  it.each(['', '{', '{"pins":1,"programs":{}}', '{"pins":"zig==1 abc\\n","programs":{"zig":"gone"}}'])(
    'is made again over one whose stamp is %j',
    async (stamp) => {
      const { on, pack } = await prepared();
      await using _ = on;
      const context = { env: on.env, signal: never };
      await installBundle(on.tools, pack('old'), context);
      const [directory = ''] = await on.left();
      await writeFile(join(on.tools, directory, 'stamp.json'), stamp);
      expect(await findBundle(on.tools, pack('new'))).toBeNull();
      const { zig = '' } = await installBundle(on.tools, pack('new'), context);
      expect(await readFile(zig, 'utf8')).toContain('echo new');
      expect(await on.left()).toEqual([directory]);
    },
  );

  it('that fails leaves nothing', async () => {
    const { on, pack } = await prepared();
    await using _ = on;
    const broken = { ...pack(''), install: () => Promise.reject(new Error('no')) };
    await expect(installBundle(on.tools, broken, { env: on.env, signal: never })).rejects.toThrow('no');
    expect(await on.left()).toEqual([]);
  });
});

describe('the sweep', () => {
  it('spares a young directory of another host and of a living process, and takes the rest', async () => {
    const { on } = await prepared();
    await using _ = on;
    const { hostname } = await import('node:os');
    const names = {
      alive: `.install-${process.pid}-00aa-${hostname()}`,
      dead: `.install-4194305-00bb-${hostname()}`,
      elsewhere: '.install-4194305-00cc-another-host',
      old: '.install-1-00dd-another-host',
      tool: 'e3b0c44298fc1c14',
    };
    for (const name of Object.values(names)) await mkdir(join(on.tools, name));
    const hours = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(on.tools, names.old), hours, hours);
    await sweepInstalls(on.tools);
    expect((await readdir(on.tools)).sort()).toEqual([names.alive, names.elsewhere, names.tool].sort());
  });
});
