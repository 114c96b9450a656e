import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PINS, type Pins, platformOf } from '../../src/tools/pins.ts';
import { provideTools, type Toolbox } from '../../src/tools/toolbox.ts';
import { unseen } from '../doubles/progress.ts';
import { type Machine, machine, never } from './machine.ts';

/** Wants the network, python3 and Rust; the registry of the machine's own CARGO_HOME may be warm. */
async function networked(): Promise<Machine> {
  const on = await machine();
  await on.link('python3');
  on.env.PATH = `${on.env.PATH}:/usr/bin:/bin`;
  return on;
}

describe('a real private install', () => {
  let on: Machine;
  let box: Toolbox;
  const steps: string[] = [];

  const provide = (): Promise<Toolbox> =>
    provideTools({
      home: on.home,
      // Flags meant for the project must not reach the tools' own build.
      env: {
        ...on.env,
        RUSTFLAGS: '--no-such-flag',
        RUSTC_WRAPPER: '/nonexistent',
        CARGO_BUILD_TARGET: 'none',
        CARGO_TARGET_DIR: '/proc/none',
      },
      signal: never,
      progress: unseen((step) => void steps.push(step)),
    });

  beforeAll(async () => {
    on = await networked();
    box = await provide();
  });

  afterAll(async () => on?.[Symbol.asyncDispose]());

  it('brings the pinned versions, which run from where they were moved to', () => {
    const said = (tool: string, ...args: string[]): string => execFileSync(join(box.binDirectory, tool), args, { encoding: 'utf8' });
    expect(said('cargo-lambda', 'lambda', '--version')).toContain(PINS['cargo-lambda'].version);
    expect(said('zig', 'version').trim()).toBe(PINS.zig.version);
    expect(said('cargo-bloat', 'bloat', '--version').trim()).toBe(PINS['cargo-bloat'].version);
    expect([box.cargoLambda, box.zig, box.cargoBloat].every(({ path }) => path.startsWith(on.tools))).toBe(true);
  });

  it('leaves the two bundles, nothing temporary; the links to them belong to each build', async () => {
    expect(await on.left()).toHaveLength(2);
    expect((await on.left()).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('is taken by its stamp the second time, without an install', async () => {
    expect(await provide()).toEqual(box);
    expect(steps.filter((step) => step.startsWith('installing'))).toHaveLength(2);
  });

  it('links with the zig found, whatever python3 has', async () => {
    const project = join(on.root, 'tiny');
    const env = { ...on.env, ...box.variables, PATH: `${box.binDirectory}:${on.env.PATH}` };
    // A python3 whose ziglang is broken would be preferred without the variables.
    await on.script(join(on.root, 'other', 'python3'), 'exit 1');
    execFileSync('cargo', ['init', '--quiet', '--vcs', 'none', '--name', 'tiny', project], { env });
    const withBroken = { ...env, PATH: `${join(on.root, 'other')}:${env.PATH}` };
    execFileSync('cargo', ['lambda', 'build', '--release'], { cwd: project, env: withBroken, stdio: 'pipe' });
    expect(execFileSync('ls', [join(project, 'target', 'lambda', 'tiny')], { encoding: 'utf8' })).toBe('bootstrap\n');
  });
});

describe('a private install that must fail', () => {
  const wrong = '0'.repeat(64);

  it('refuses a wheel with another hash than pinned', async () => {
    await using on = await networked();
    await on.script('cargo-bloat', 'echo 0.12.1');
    const zig = { ...PINS.zig, sha256: { ...PINS.zig.sha256, [platformOf()]: wrong } };
    const pins: Pins = { ...PINS, zig };
    const failure = provideTools({ home: on.home, env: on.env, signal: never, progress: unseen(), pins });
    await expect(failure).rejects.toThrow('has another SHA-256 than coldgate pins: nothing was installed');
    expect(await on.left()).toEqual([]);
  });

  it('refuses a crate with another hash than pinned', async () => {
    await using on = await networked();
    await on.script('cargo-lambda', 'echo 1.9.2');
    await on.script('zig', 'echo 0.17.1');
    const pins: Pins = { ...PINS, 'cargo-bloat': { ...PINS['cargo-bloat'], sha256: wrong } };
    const failure = provideTools({ home: on.home, env: on.env, signal: never, progress: unseen(), pins });
    await expect(failure).rejects.toThrow(`has the SHA-256 ${PINS['cargo-bloat'].sha256}, not ${wrong} as pinned`);
    expect(await on.left()).toEqual([]);
  });

  it('says that pip could not reach its index, with its last lines', async () => {
    await using on = await networked();
    await on.script('cargo-bloat', 'echo 0.12.1');
    const { PIP_FIND_LINKS: _, ...env } = on.env;
    const offline = { ...env, PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_RETRIES: '1', PIP_NO_CACHE_DIR: '1', NO_PROXY: '127.0.0.1' };
    const failure = provideTools({ home: on.home, env: offline, signal: never, progress: unseen() });
    await expect(failure).rejects.toMatchObject({
      message: expect.stringContaining('pip could not reach its package index'),
      process: { exitCode: 1, lastLines: expect.arrayContaining([expect.stringContaining('cargo-lambda==1.9.2')]) },
    });
    expect(await on.left()).toEqual([]);
  });
});
