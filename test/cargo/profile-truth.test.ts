import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'smol-toml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effectiveProfile } from '../../src/cargo/profile.ts';
import { rustflagsFindings } from '../../src/cargo/rustflags.ts';
import { provideTools } from '../../src/tools/toolbox.ts';
import { unseen } from '../doubles/progress.ts';
import { Home } from '../e2e/coldgate.ts';
import { manifest, Project } from '../e2e/project.ts';
import { CARGO } from '../rust.ts';

// What is worked out of files and variables, held against the arguments that rustc is given by a plain `cargo lambda build`.

const execute = promisify(execFile);

let home: Home;
let project: Project;
let env: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  home = await Home.create();
  project = await Project.create({ 'Cargo.toml': manifest('probe'), 'src/main.rs': 'fn main() {}\n' });
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const clean = Object.fromEntries(inherited.filter(([name]) => !/RUSTFLAGS|RUSTC|CARGO_TARGET|CARGO_PROFILE|^GITHUB_/.test(name)));
  const tools = await provideTools({ home: home.path, env: clean, signal: new AbortController().signal, progress: unseen() });
  const wrapper = join(home.path, 'rustc.sh');
  const log = join(home.path, 'arguments');
  await writeFile(wrapper, `#!/bin/sh\ncase " $* " in *" --crate-name probe "*) printf '%s\\n' "$*" >"${log}" ;; esac\nexec "$@"\n`, {
    mode: 0o755,
  });
  env = {
    ...clean,
    ...tools.variables,
    RUSTC_WRAPPER: wrapper,
    CARGO_TARGET_DIR: join(home.path, 'target'),
    PATH: `${tools.binDirectory}:${clean.PATH ?? ''}`,
  };
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

async function argumentsOf(args: readonly string[], more: Readonly<Record<string, string>>): Promise<string> {
  await rm(join(home.path, 'target'), { recursive: true, force: true });
  await execute(CARGO, ['lambda', 'build', ...args], { cwd: project.path, env: { ...env, ...more }, maxBuffer: 1 << 26 });
  return readFile(join(home.path, 'arguments'), 'utf8');
}

/** rustc's own words for a setting; what it takes for granted is not given. */
const GIVEN: Readonly<Record<string, RegExp>> = {
  'opt-level': /-C opt-level=(\S+)/,
  lto: /-C lto(?:=(\S+))?/,
  'codegen-units': /-C codegen-units=(\S+)/,
  panic: /-C panic=(\S+)/,
  strip: /-C strip=(\S+)/,
};
const GRANTED: Readonly<Record<string, string>> = { lto: 'false', 'codegen-units': '16', panic: 'unwind', 'opt-level': '0' };
const ALIKE: Readonly<Record<string, string>> = { true: 'symbols' };

test.each<readonly [string, string, string, readonly string[], Readonly<Record<string, string>>]>([
  ['nothing set', '', '', ['--release'], {}],
  [
    'some of it',
    '[profile.release]\nlto = "fat"\npanic = "unwind"\nstrip = true\n',
    '',
    ['--release'],
    { CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '7' },
  ],
  [
    'variables and a configuration',
    '[profile.release]\ncodegen-units = 4\nopt-level = "s"\n',
    '[profile.release]\nopt-level = 1\nlto = "off"\n[target.\'cfg(unix)\']\nrustflags = ["--cfg=mine"]\n',
    ['--release'],
    { CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '3' },
  ],
  [
    'a profile of its own',
    '[profile.release]\nlto = "thin"\n[profile.small]\ninherits = "release"\nopt-level = "z"\nstrip = "symbols"\n',
    '',
    ['--profile', 'small'],
    {},
  ],
  ['flags for every build', '', '[build]\nrustflags = ["--cfg=mine"]\n', ['--release'], {}],
  ['flags in a variable', '', '', ['--release'], { RUSTFLAGS: '-D warnings' }],
])('%s', async (_, profile, config, args, more) => {
  const text = manifest('probe', `\n${profile}`);
  await project.write({ 'Cargo.toml': text, '.cargo/config.toml': config === '' ? null : config });
  const given = await argumentsOf(args, more);
  const name = args[1] ?? 'release';
  const sources = {
    profile: name,
    manifest: { file: 'Cargo.toml', text, value: parse(text) },
    configs: [{ file: '.cargo/config.toml', text: config, value: parse(config) }],
    ...{ env: more, optimizes: true },
  };
  for (const { setting, value } of effectiveProfile(sources)) {
    const found = GIVEN[setting]?.exec(given);
    const truth = found === null || found === undefined ? GRANTED[setting] : (found[1] ?? 'fat');
    expect([setting, ALIKE[String(value)] ?? String(value)]).toEqual([setting, truth]);
  }
  await mkdir(dirname(join(home.path, 'nobody/x')), { recursive: true });
  const place = { folder: project.path, checkout: project.path, env: { ...more, CARGO_HOME: join(home.path, 'nobody') } };
  const displaced = await rustflagsFindings(place, 'x86_64');
  // Flags are cargo lambda's matter for a release alone.
  if (name === 'release') expect(displaced.length > 0).toBe(!given.includes('target-cpu=haswell'));
});
