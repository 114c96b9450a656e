import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Cancelled, ToolError } from '../../src/core/failures.ts';
import { isWithin } from '../../src/core/versions.ts';
import { wheelsBundle } from '../../src/tools/bundles.ts';
import { FITTING, PINS, platformOf } from '../../src/tools/pins.ts';
import { installBundle } from '../../src/tools/private-directory.ts';
import { remedyFor } from '../../src/tools/programs.ts';
import { provideTools, requireTarget, type Toolbox } from '../../src/tools/toolbox.ts';
import { unseen } from '../doubles/progress.ts';
import { PATIENCE } from '../times.ts';
import { type Machine, machine, never, REAL_ENV } from './machine.ts';

async function provide(
  on: Machine,
  signal: AbortSignal = never,
  platform = platformOf(),
): Promise<{ readonly box: Toolbox; readonly said: readonly string[] }> {
  const said: string[] = [];
  const box = await provideTools({ home: on.home, env: on.env, signal, platform, progress: unseen((line) => void said.push(line)) });
  return { box, said };
}

async function fitting(on: Machine): Promise<void> {
  await on.script('cargo-lambda', 'echo "cargo-lambda 1.9.0 (67129fc 2026-08-21Z)"');
  await on.script('zig', 'echo 0.13.0');
  await on.script('cargo-bloat', 'echo 0.12.1');
}

/** A private cargo-lambda and zig without the download: scripts under the real pins. */
async function plantWheels(on: Machine): Promise<void> {
  await mkdir(on.tools, { recursive: true });
  const pack = wheelsBundle(PINS, platformOf());
  const programs = { 'cargo-lambda': 'venv/bin/cargo-lambda', zig: 'venv/zig' };
  const install = async (directory: string): Promise<typeof programs> => {
    for (const path of Object.values(programs)) await on.script(join(directory, path), 'exit 0');
    return programs;
  };
  await installBundle(on.tools, { ...pack, install }, { env: on.env, signal: never });
}

describe('tools on PATH', () => {
  it('are used as they are in a fitting version, and nothing is installed', async () => {
    await using on = await machine();
    await fitting(on);
    const { box, said } = await provide(on);
    expect(
      [box.cargoLambda, box.zig, box.cargoBloat].map(({ version, path }) => `${version} ${path.startsWith(on.tools) ? 'private' : 'path'}`),
    ).toEqual(['1.9.0 path', '0.13.0 path', '0.12.1 path']);
    expect(said).toEqual([]);
    expect(await on.left()).toEqual([]);
  });

  it('are reached through a directory that holds their three links and nothing else', async () => {
    await using on = await machine();
    await fitting(on);
    const { box } = await provide(on);
    expect((await readdir(box.binDirectory)).sort()).toEqual(['cargo-bloat', 'cargo-lambda', 'zig']);
    expect(await readlink(join(box.binDirectory, 'zig'))).toBe(box.zig.path);
    expect((await provide(on)).box).toEqual(box);
  });

  it('are linked anew: a cargo that a build has put beside them is not in the next one', async () => {
    await using on = await machine();
    await fitting(on);
    const { box } = await provide(on);
    await on.script(join(box.binDirectory, 'cargo'), 'echo planted');
    await rm(join(box.binDirectory, 'zig'));
    await on.script(join(box.binDirectory, 'zig'), 'echo planted');
    const { binDirectory } = (await provide(on)).box;
    expect((await readdir(binDirectory)).sort()).toEqual(['cargo-bloat', 'cargo-lambda', 'zig']);
    expect(await readlink(join(binDirectory, 'zig'))).toBe(box.zig.path);
  });

  it('are passed over in an unfitting version, with a line that says so', async () => {
    await using on = await machine();
    await fitting(on);
    const old = await on.script('cargo-lambda', 'echo "cargo-lambda 1.8.6"');
    await plantWheels(on);
    const { box, said } = await provide(on);
    expect([box.cargoLambda.version, box.cargoLambda.path.startsWith(on.tools)]).toEqual(['1.9.2', true]);
    expect([box.zig.version, box.zig.path.startsWith(on.tools)]).toEqual(['0.13.0', false]);
    expect(said).toEqual([`cargo-lambda at ${old} is 1.8.6, needed is >= 1.9, < 2: 1.9.2 is used in its place`]);
  });

  it('are passed over when they do not run', async () => {
    await using on = await machine();
    await fitting(on);
    await on.script('zig', 'exit 1');
    await plantWheels(on);
    expect((await provide(on)).box.zig.path.startsWith(on.tools)).toBe(true);
  });

  it('are found where cargo looks first: in $CARGO_HOME/bin when that is not on PATH', async () => {
    await using on = await machine();
    await fitting(on);
    const nearer = await on.script(join(on.root, 'cargo', 'bin', 'cargo-bloat'), 'echo 0.12.0');
    expect((await provide(on)).box.cargoBloat.path).toBe(nearer);
  });

  it('take the zig of python3 before the zig on PATH, as cargo-zigbuild does', async () => {
    await using on = await machine();
    await fitting(on);
    const site = join(on.root, 'site');
    const zig = await on.script(join(site, 'ziglang', 'zig'), 'exit 0');
    await mkdir(join(site, 'ziglang-0.15.1.dist-info'));
    await on.script('python3', `echo ${join(site, 'ziglang', '__init__.py')}`);
    const { box } = await provide(on);
    expect(box.zig).toEqual({ name: 'zig', path: zig, version: '0.15.1' });
    expect(box.variables.CARGO_ZIGBUILD_ZIG_PATH).toBe(zig);
  });
});

describe('what is missing', () => {
  it('is listed whole, each with the command that brings it', async () => {
    await using on = await machine({ without: ['git', 'cargo', 'rustc', 'cc'] });
    const failure = provideTools({ home: on.home, env: on.env, signal: never, progress: unseen(), platform: 'linux-x64' });
    await expect(failure).rejects.toThrow(
      new ToolError(
        [
          `git is not on PATH: ${remedyFor('git', 'linux-x64')}`,
          'cargo is not on PATH: install Rust with rustup (https://rustup.rs)',
          'rustc is not on PATH: install Rust with rustup (https://rustup.rs)',
          `cc is not on PATH: ${remedyFor('cc', 'linux-x64')}`,
        ].join('\n'),
      ),
    );
  });

  it('names python3 when tools have to be installed with it', async () => {
    await using on = await machine();
    await on.script('cargo-bloat', 'echo 0.12.1');
    await expect(provide(on, never, 'linux-x64')).rejects.toThrow(`python3 is not on PATH: ${remedyFor('python3', 'linux-x64')}`);
  });

  it('names the package of a python3 without venv', async () => {
    await using on = await machine();
    await on.script('cargo-bloat', 'echo 0.12.1');
    const said = 'The virtual environment was not created successfully because ensurepip is not available.';
    const python = await on.script('python3', `[ "$1" = -m ] && echo "${said}" && exit 1; echo`);
    await expect(provide(on, never, 'linux-x64')).rejects.toMatchObject({
      message: `${python} cannot make a virtual environment: ${remedyFor('venv', 'linux-x64')}`,
      process: { exitCode: 1, lastLines: [said] },
    });
    expect(await on.left()).toEqual([]);
  });

  it('says that Windows is not supported', () => {
    expect(() => platformOf('win32', 'x64')).toThrow('not on Windows');
    expect(() => platformOf('linux', 'riscv64')).toThrow('this machine is linux-riscv64');
  });

  it('refuses a crate whose hash cannot be read', async () => {
    await using on = await machine({ without: ['cargo'] });
    await fitting(on);
    await on.script('cargo-bloat', 'echo 0.11.0');
    await on.script('cargo', 'exit 0');
    await expect(provide(on)).rejects.toThrow('so its SHA-256 cannot be checked: nothing was installed');
    expect(await on.left()).toEqual([]);
  });
});

describe('an install that is stopped', () => {
  const SLOW_PYTHON = '[ "$1" = -m ] && exec /bin/sleep 60; echo';
  const installing = (on: Machine): Promise<void> =>
    vi.waitFor(async () => expect(await on.left()).toContainEqual(expect.stringMatching(/^\.install-/)), PATIENCE);

  it('leaves nothing when it is cancelled', async () => {
    await using on = await machine();
    await on.script('cargo-bloat', 'echo 0.12.1');
    await on.script('python3', SLOW_PYTHON);
    const stop = new AbortController();
    void installing(on).then(() => stop.abort());
    await expect(provide(on, stop.signal)).rejects.toThrow(Cancelled);
    expect(await on.left()).toEqual([]);
  });

  it('leaves a directory when it is killed, which the next run removes', async () => {
    await using on = await machine();
    await fitting(on);
    await on.script('zig', 'echo 0.9.0');
    await on.script('python3', SLOW_PYTHON);
    const entry = join(on.root, 'entry.mts');
    const tools = pathToFileURL(join(import.meta.dirname, '../../src/tools/toolbox.ts')).href;
    const options = `{ home: ${JSON.stringify(on.home)}, env: ${JSON.stringify(on.env)}, signal: new AbortController().signal, progress: unseen() }`;
    const unseenFile = pathToFileURL(join(import.meta.dirname, '../doubles/progress.ts')).href;
    await writeFile(
      entry,
      `import { unseen } from '${unseenFile}';\nimport { provideTools } from '${tools}';\nawait provideTools(${options});\n`,
    );
    const child = spawn(process.execPath, [entry], { env: REAL_ENV, stdio: 'inherit' });
    await installing(on);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await on.left()).toEqual([expect.stringMatching(/^\.install-/)]);

    await on.script('zig', 'echo 0.14.0');
    await provide(on);
    expect(await on.left()).toEqual([]);
  });

  it('does not leave the other one running when one fails', async () => {
    await using on = await machine({ without: ['cargo'] });
    const running = join(on.root, 'running');
    await on.script('cargo', `echo $$ >"${running}" && exec /bin/sleep 600`);
    await on.script('python3', `[ "$1" = -m ] && { while [ ! -s "${running}" ]; do /bin/sleep 0.05; done; exit 1; }; echo`);
    await expect(provide(on)).rejects.toThrow('could not make a virtual environment');
    const pid = Number(await readFile(running, 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await on.left()).toEqual([]);
  });
});

describe('requireTarget', () => {
  it('accepts the target of this machine', async () => {
    await using on = await machine();
    const host = { 'linux-x64': 'x86_64-unknown-linux-gnu', 'linux-arm64': 'aarch64-unknown-linux-gnu' } as const;
    const platform = platformOf();
    const triple =
      platform === 'linux-x64' || platform === 'linux-arm64'
        ? host[platform]
        : `${platform.endsWith('x64') ? 'x86_64' : 'aarch64'}-apple-darwin`;
    await expect(requireTarget(triple, { cwd: '/', env: on.env })).resolves.toBeUndefined();
  });

  it('names the rustup command with the toolchain', async () => {
    await using on = await machine();
    const sysroot = join(on.root, 'toolchains', '1.90.0-x86_64-unknown-linux-gnu');
    await using fake = await machine({ without: ['rustc'] });
    await fake.script('rustc', `echo ${sysroot}`);
    await expect(requireTarget('aarch64-unknown-linux-gnu', { cwd: '/', env: fake.env })).rejects.toThrow(
      'rustup target add --toolchain 1.90.0-x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu',
    );
  });

  it('says so when the Rust is not from rustup', async () => {
    await using on = await machine({ without: ['rustc'] });
    await on.script('rustc', 'echo /usr');
    await expect(requireTarget('s390x-unknown-linux-gnu', { cwd: '/', env: on.env })).rejects.toThrow('does not come from rustup');
  });
});

describe('a fitting version', () => {
  it('goes by the first two numbers', () => {
    const parts = fc.tuple(fc.nat(3), fc.nat(20), fc.nat(20));
    fc.assert(
      fc.property(parts, ([major, minor, patch]) => {
        const version = `${major}.${minor}.${patch}`;
        expect(isWithin(version, FITTING['cargo-lambda'])).toBe(major === 1 && minor >= 9);
        expect(isWithin(version, FITTING.zig)).toBe(major > 0 || minor >= 13);
        expect(isWithin(version, FITTING['cargo-bloat'])).toBe(major === 0 && minor === 12);
      }),
    );
  });

  it('refuses what is no version', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z.]*$/), (text) => !isWithin(text, FITTING.zig) && !isWithin(text, FITTING['cargo-lambda'])),
    );
  });
});
