import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { childEnd } from '../action/child.ts';
import { defaultHome } from '../rust.ts';
import { jsonOf, QUICK_PROFILE, untouched } from './checks.ts';
import { CLI, Home } from './coldgate.ts';
import { fingerprint } from './fingerprint.ts';
import { manifest, Project, shell, tiny } from './project.ts';

const project = (): Promise<Project> => Project.create(tiny('tiny', QUICK_PROFILE));

describe('a repository that belongs to another user', () => {
  test('is refused on a laptop, with what to do; as the workspace of a job it is read with its submodules, and that is said', async () => {
    await using home = await Home.create();
    await using library = await Project.create({ 'Cargo.toml': manifest('library'), 'src/lib.rs': 'pub const ONE: u8 = 1;\n' });
    await using foreign = await Project.create({
      ...tiny('tiny', `\n[dependencies]\nlibrary = { path = "vendor/library" }\n${QUICK_PROFILE}`),
      'Cargo.lock':
        'version = 4\n\n[[package]]\nname = "library"\nversion = "0.1.0"\n\n[[package]]\nname = "tiny"\nversion = "0.1.0"\ndependencies = [\n "library",\n]\n',
    });
    await foreign.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.path, 'vendor/library');
    await foreign.commit({}, 'with the library');
    await library[Symbol.asyncDispose]();
    await shell(`chown -R 12345 "${foreign.path}"`, tmpdir());
    const laptop = await home.run(foreign.path, ['check', '--base', 'HEAD']);
    expect(laptop.stderr).toMatch(
      /^coldgate: \S+ belongs to another user, so git does not read it: .* run `git config --global --add safe\.directory \S+`$/m,
    );
    expect(laptop.code).toBe(2);
    const elsewhere = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: home.path };
    expect((await home.run(foreign.path, ['check', '--base', 'HEAD'], elsewhere)).stderr).toContain('safe.directory');

    // The job's own settings still hold.
    const settings = join(home.path, 'settings');
    await writeFile(settings, '[alias]\n\tmine = rev-parse HEAD\n');
    const job = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: foreign.path, GIT_CONFIG_GLOBAL: settings };
    const prepare = ['--prepare', 'git mine >&2 && git -C "$COLDGATE_SOURCE" rev-parse --verify HEAD'];
    const before = await fingerprint(foreign.path);
    const ended = await home.run(foreign.path, ['check', '--base', 'HEAD', '--json', '-', ...prepare], job);
    expect(await fingerprint(foreign.path)).toEqual(before);
    expect(ended.stderr).toMatch(/belongs to another user: as the workspace of this job it is read all the same/);
    expect(jsonOf(ended).notes.filter(({ code }) => code === 'submodule')).toEqual([]);
    expect(jsonOf(ended).functions).toMatchObject([{ name: 'tiny', status: 'unchanged' }]);
  });
});

test('a git that is too old is refused with the version that is needed', async () => {
  await using home = await Home.create();
  await using any = await project();
  const old = join(home.path, 'old');
  await mkdir(old);
  await writeFile(join(old, 'git'), '#!/bin/sh\necho git version 2.25.1\n', { mode: 0o755 });
  const ended = await untouched(home, any.path, ['check'], { env: { PATH: `${old}:${process.env.PATH}` } });
  expect(ended.stderr).toMatch(/^coldgate: git is 2\.25\.1, needed is >= 2\.30: install a newer one/m);
  expect(ended.code).toBe(3);
});

describe('an odd state folder', () => {
  test('below /proc it is refused, as is the folder of -o and of flame graphs', async () => {
    await using home = await Home.create();
    await using any = await project();
    const state = await untouched(home, any.path, ['check'], { env: { COLDGATE_HOME: '/proc/coldgate' } });
    expect(state.stderr).toContain("coldgate's state folder /proc/coldgate cannot be written (/proc takes no files)");
    expect(state.code).toBe(3);
    const output = await untouched(home, any.path, ['measure', '-o', '/proc/coldgate']);
    expect(output.stderr).toContain('--output /proc/coldgate: it cannot be written (/proc takes no files)');
    const flames = await untouched(home, any.path, ['check', '--flame-graphs', '/proc/coldgate']);
    expect(flames.stderr).toContain('--flame-graphs /proc/coldgate: it cannot be written');
    expect([output.code, flames.code]).toEqual([2, 2]);
    await expect(home.repository()).rejects.toThrow();
  });

  test('a relative one lies in the current folder, an empty one is none at all; a file or a dangling link in it is named', async () => {
    await using home = await Home.create();
    await using any = await project();
    const inside = await untouched(home, any.path, ['check'], { env: { COLDGATE_HOME: 'state' } });
    expect(inside.stderr).toContain('state lies inside the repository');
    const cache = join(home.path, 'cache');
    await mkdir(join(cache, 'coldgate'), { recursive: true });
    await symlink('/nowhere', join(cache, 'coldgate', 'repositories'));
    const env = { COLDGATE_HOME: '', XDG_CACHE_HOME: cache };
    const dangling = await untouched(home, any.path, ['check'], { env });
    expect(dangling.stderr).toContain('repositories is a link to /nowhere, which is not there');
    await rm(join(cache, 'coldgate', 'repositories'));
    await writeFile(join(cache, 'coldgate', 'repositories'), '');
    expect((await untouched(home, any.path, ['check'], { env })).stderr).toContain('repositories is a file');
  });

  /** In a mount namespace of its own, so that nothing is left mounted; without being root in a user namespace too. */
  async function onDisk(
    kilobytes: number,
    cwd: string,
    prepare: string,
  ): Promise<{ readonly code: number | null; readonly stderr: string }> {
    const place = await mkdtemp(join(tmpdir(), 'coldgate-disk-'));
    const tools = await realpath(join(defaultHome(), 'tools'));
    const script = `mount -t tmpfs -o size=${kilobytes}k tmpfs "$1" && ln -s "$2" "$1/tools" && { ${prepare}; } && exec "$3" "$4" check --init off`;
    const privileges = process.getuid?.() === 0 ? [] : ['--map-root-user'];
    const args = ['--mount', ...privileges, 'sh', '-c', script, 'sh', place, tools, process.execPath, CLI];
    const child = spawn('unshare', args, {
      cwd,
      env: { ...process.env, COLDGATE_HOME: place, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      return await childEnd(child);
    } finally {
      expect(await readdir(place)).toEqual([]);
      await rm(place, { recursive: true });
    }
  }

  test('a full disk is named as such: at once, in the middle of a build, and never as a base that does not build', async () => {
    await using any = await project();
    await any.commit({ 'src/unused.rs': '// no module of it\n' }, 'second');
    const full = await onDisk(500, any.path, 'dd if=/dev/zero of="$1/ballast" bs=4k 2>/dev/null; true');
    expect(full.stderr).toMatch(/^coldgate: coldgate's state folder \S+ cannot be written \(no space left on the disk of /m);
    const building = await onDisk(1_000, any.path, 'true');
    expect(building.stderr).toMatch(/^coldgate: no space left on the disk of \S+: free some, or name another folder with COLDGATE_HOME$/m);
    expect(building.stderr).not.toContain('cannot be measured');
    expect([full.code, building.code]).toEqual([3, 3]);
  });

  test('tools that lay in a cache which was wiped are provided anew', async () => {
    await using home = await Home.create();
    await using any = await project();
    await rm(join(home.path, 'tools'));
    await mkdir(join(home.path, 'tools'));
    // As coldgate left it: links of its own to tools that are gone.
    await mkdir(join(home.path, 'tools', 'bin-0123456789abcdef'));
    await symlink('/nowhere/zig', join(home.path, 'tools', 'bin-0123456789abcdef', 'zig'));
    const shared = await realpath(join(defaultHome(), 'tools'));
    for (const name of await readdir(shared))
      if (/^[0-9a-f]{16}$/.test(name)) await symlink(join(shared, name), join(home.path, 'tools', name));
    const ended = await home.run(any.path, ['check', '--base', 'HEAD', '--json', '-']);
    expect(jsonOf(ended).functions).toMatchObject([{ name: 'tiny', status: 'unchanged' }]);
    expect(await readdir(join(home.path, 'tools'))).not.toContain('bin-0123456789abcdef');
  });
});
