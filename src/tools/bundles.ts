import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import { runGroup } from '../exec/group.ts';
import type { Environment } from '../exec/run.ts';
import type { CratePin, Pins, Platform, ToolName } from './pins.ts';
import type { InstallContext, ToolBundle } from './private-directory.ts';
import { VERSION_ARGUMENTS, versionOf } from './probe.ts';
import { cargoHome, remedyFor, requireProgram } from './programs.ts';

const NETWORK =
  /NewConnectionError|ConnectTimeout|Max retries|name resolution|ProxyError|SSLError|Failed to establish|resolve host|Couldn't connect|spurious network|timed? ?out/i;

/**
 * cargo-lambda and zig, as wheels in a virtual environment of their own (about 10 s). Both are plain executables that find what they need
 * beside themselves, so they survive the rename that the environment's scripts would not.
 */
export function wheelsBundle(pins: Pins, platform: Platform): ToolBundle {
  const wheels = [pins['cargo-lambda'], pins.zig];
  const requirements = wheels.map((pin) => `${pin.distribution}==${pin.version} --hash=sha256:${pin.sha256[platform]}\n`).join('');
  return {
    title: `cargo-lambda ${pins['cargo-lambda'].version} and zig ${pins.zig.version}`,
    pins: `${platform}\n${requirements}`,
    async install(directory, context) {
      const python3 = requireProgram('python3', context.env, platform);
      const env = { ...withoutKeys(context.env, PYTHON_OVERRIDES), PIP_USER: '0', TMPDIR: await temporaryIn(directory) };
      const venv = join(directory, 'venv');
      await step(python3, ['-m', 'venv', venv], { cwd: directory, env, signal: context.signal }, (output) =>
        /ensurepip|No module named '?venv/.test(output)
          ? `${python3} cannot make a virtual environment: ${remedyFor('venv', platform)}`
          : `${python3} could not make a virtual environment in ${directory}`,
      );
      const file = join(directory, 'requirements.txt');
      await writeFile(file, requirements);
      const python = join(venv, 'bin', 'python3');
      const install = [
        '-m',
        'pip',
        'install',
        '--require-hashes',
        '--no-deps',
        '--only-binary=:all:',
        '--no-compile',
        '--no-input',
        '-r',
        file,
      ];
      await step(python, install, { cwd: directory, env, signal: context.signal }, pipFailure);
      await rm(env.TMPDIR, { recursive: true, force: true });
      const lib = (await readdir(join(venv, 'lib'))).find((name) => name.startsWith('python')) ?? 'python3';
      const programs = {
        'cargo-lambda': 'venv/bin/cargo-lambda',
        zig: join('venv', 'lib', lib, 'site-packages', 'ziglang', 'zig'),
      } as const;
      await confirm('cargo-lambda', join(directory, programs['cargo-lambda']), pins['cargo-lambda'].version, context);
      await confirm('zig', join(directory, programs.zig), pins.zig.version, context);
      return programs;
    },
  };
}

/** cargo-bloat, compiled with its own lock file (about 20 s on two cores); everything it builds stays in the bundle's directory. */
export function bloatBundle(pins: Pins, platform: Platform): ToolBundle {
  const pin = pins['cargo-bloat'];
  return {
    title: `cargo-bloat ${pin.version}`,
    pins: `${platform}\ncargo-bloat==${pin.version} ${pin.sha256}\n`,
    async install(directory, context) {
      const cargo = requireProgram('cargo', context.env, platform);
      const target = join(directory, 'target');
      const env = { ...withoutKeys(context.env, CARGO_OVERRIDES), TMPDIR: await temporaryIn(directory), CARGO_TARGET_DIR: target };
      const install = ['install', '--locked', `cargo-bloat@${pin.version}`, '--root', directory];
      await step(cargo, install, { cwd: directory, env, signal: context.signal }, (output) =>
        NETWORK.test(output)
          ? 'cargo could not download cargo-bloat: check the network and the proxy (HTTPS_PROXY)'
          : 'cargo-bloat could not be installed',
      );
      await verifyCrate(join(cargoHome(env), 'registry', 'cache'), pin);
      await Promise.all([target, env.TMPDIR].map((path) => rm(path, { recursive: true, force: true })));
      await confirm('cargo-bloat', join(directory, 'bin', 'cargo-bloat'), pin.version, context);
      return { 'cargo-bloat': 'bin/cargo-bloat' };
    },
  };
}

/** Variables that would send an install elsewhere or change what pip takes; indexes, proxies and certificates stay the caller's. */
const PYTHON_OVERRIDES =
  /^(PYTHON(HOME|PATH)|VIRTUAL_ENV|PIP_(USER|TARGET|PREFIX|ROOT|CONSTRAINT|REQUIREMENT|NO_BINARY|PYTHON|PLATFORM|REQUIRE_VIRTUALENV|DRY_RUN))$/;

/** Flags, wrappers, profiles and targets meant for the project would build another cargo-bloat, or none that runs here. */
const CARGO_OVERRIDES =
  /^(RUSTFLAGS|CARGO_ENCODED_RUSTFLAGS|RUSTC|RUSTC_WRAPPER|RUSTC_WORKSPACE_WRAPPER|CARGO_TARGET_DIR|CARGO_BUILD_.*|CARGO_PROFILE_.*|CARGO_TARGET_.*_(RUSTFLAGS|RUNNER)|CARGO_INSTALL_ROOT)$/;

function withoutKeys(env: Environment, names: RegExp): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.test(name)));
}

/** pip and cargo leave their scratch files behind when killed: inside the temporary install the next sweep takes them. */
async function temporaryIn(directory: string): Promise<string> {
  const path = join(directory, 'tmp');
  await mkdir(path, { recursive: true });
  return path;
}

/** One step of an install, killed whole on abort. `explain` turns what it wrote into what was wrong. */
async function step(
  command: string,
  args: readonly string[],
  options: InstallContext & { readonly cwd: string },
  explain: (output: string) => string,
): Promise<void> {
  const lines: string[] = [];
  const end = await runGroup(command, args, { ...options, onLine: (_stream, line) => lines.push(line) });
  if (end.exitCode === 0) return;
  const lastLines = end.lastLines.length > 0 ? end.lastLines : lines.slice(-20);
  throw new ToolError(explain(lines.join('\n')), { process: { command: [command, ...args].join(' '), exitCode: end.exitCode, lastLines } });
}

function pipFailure(output: string): string {
  if (/DO NOT MATCH THE HASHES/.test(output)) {
    return 'a download of cargo-lambda or zig has another SHA-256 than coldgate pins: nothing was installed; check the index or mirror that pip uses';
  }
  if (NETWORK.test(output)) {
    return 'pip could not reach its package index for cargo-lambda and zig: check the network, the proxy (HTTPS_PROXY) or the mirror (PIP_INDEX_URL)';
  }
  return 'cargo-lambda and zig could not be installed with pip';
}

/** cargo checks a crate against its index; this checks it against coldgate's own pin, whatever index that was. */
async function verifyCrate(cache: string, pin: CratePin): Promise<void> {
  const name = `cargo-bloat-${pin.version}.crate`;
  const registries = await readdir(cache).catch(() => []);
  const crates = await Promise.all(registries.map((registry) => readFile(join(cache, registry, name)).catch(() => null)));
  const hashes = crates.filter((crate) => crate !== null).map((crate) => createHash('sha256').update(crate).digest('hex'));
  if (hashes.length === 0) throw new ToolError(`${name} is not in ${cache}, so its SHA-256 cannot be checked: nothing was installed`);
  const other = hashes.find((hash) => hash !== pin.sha256);
  if (other !== undefined) {
    throw new ToolError(
      `${name} in ${cache} has the SHA-256 ${other}, not ${pin.sha256} as pinned: nothing was installed; remove that file and run again`,
    );
  }
}

/** A tool that does not run here (another libc, a directory mounted noexec) must not get a stamp. */
async function confirm(name: ToolName, path: string, version: string, context: InstallContext): Promise<void> {
  const found = await versionOf(path, VERSION_ARGUMENTS[name], context.env, '/');
  if (found !== version)
    throw new ToolError(`${name} ${version} was installed but does not run on this machine (it said ${found ?? 'nothing'})`);
}
