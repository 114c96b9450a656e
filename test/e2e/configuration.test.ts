import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parseSnapshot, type Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { RUSTC } from '../rust.ts';
import { QUICK_PROFILE } from './checks.ts';
import { type Ended, Home } from './coldgate.ts';
import { plainBuild } from './plain-build.ts';
import { manifest, Project, TINY_MAIN } from './project.ts';

const measure = (home: Home, folder: string, ...args: readonly string[]): Promise<Ended> =>
  home.run(folder, ['measure', '-o', join(home.path, 'out'), ...args]);

async function measured(home: Home, folder: string, ...args: readonly string[]): Promise<Snapshot> {
  const ended = await measure(home, folder, ...args);
  expect([ended.code, ended.code === 0 ? '' : ended.stderr]).toEqual([0, '']);
  return parseSnapshot(await readFile(join(home.path, 'out/snapshot.json'), 'utf8'), 'snapshot.json');
}

const isThere = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;

/** A workspace whose lock file does not know of the dependency. */
const lock = (...packages: readonly string[]): string =>
  `version = 4\n${packages.map((text) => `\n[[package]]\nname = ${text.replace(' ', '\nversion = "0.1.0"\n')}`).join('')}\n`;

const FILES = {
  'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["app", "dep"]\n${QUICK_PROFILE}`,
  'app/Cargo.toml': manifest('app', '[dependencies]\ndep = { path = "../dep" }\n'),
  'app/src/main.rs': TINY_MAIN,
  'dep/Cargo.toml': manifest('dep'),
  'dep/src/lib.rs': '',
  '.gitignore': 'target/\n',
};

test('the lock file is left to the build: --locked fails where the plain command fails', async () => {
  await using home = await Home.create();
  const stale = lock('"app" ', '"dep" ');
  await using project = await Project.create({ ...FILES, 'Cargo.lock': stale });
  for (const args of [['--build-arg=--locked'], ['--build-arg=--config=net.offline=true', '--build-arg=--frozen']]) {
    const ended = await measure(home, project.path, ...args);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/lock file .* needs to be updated|cannot update the lock file/);
    expect(ended.stderr).toMatch(/--(locked|frozen)/);
  }
  // cargo lambda's configuration says it as well.
  const locked = '[package.metadata.lambda.build]\nlocked = true\n';
  await project.commit({ 'app/Cargo.toml': `${FILES['app/Cargo.toml']}${locked}` }, 'locked');
  expect((await measure(home, project.path)).stderr).toMatch(/lock file .* needs to be updated|cannot update the lock file/);
  await project.commit({ 'app/Cargo.toml': FILES['app/Cargo.toml'] }, 'not locked');
  const { notes, lockfile } = await measured(home, project.path);
  expect(notes.map(({ code }) => code)).not.toContain('no-lockfile');
  expect(lockfile?.packages.find(({ name }) => name === 'app')?.dependencies).toHaveLength(1);
  await project.commit({ 'Cargo.lock': lock('"app" dependencies = ["dep"]', '"dep" ') }, 'a lock file that holds');
  await measured(home, project.path, '--build-arg=--locked');
  expect(await project.read('Cargo.lock')).toContain('dependencies = ["dep"]');
});

test("a member's lock file is none of the workspace's, and all of a run lies in coldgate's own target directory", async () => {
  await using home = await Home.create();
  const between = join(home.path, 'between');
  await using project = await Project.create({
    ...FILES,
    'app/Cargo.lock': lock('"app" '),
    '.cargo/config.toml': `[build]\nbuild-dir = "${between}"\ntarget-dir = "elsewhere"\n`,
  });
  const snapshot = await measured(home, join(project.path, 'app'));
  expect(snapshot.notes.map(({ code }) => code)).toContain('no-lockfile');
  expect(snapshot.functions[0]).toMatchObject({ attribution: { of: 'twin' }, twin: 'twins/app' });
  expect(await isThere(between)).toBe(false);
  expect(await isThere(join(await home.repository(), 'checkout/elsewhere'))).toBe(false);
});

test('of two toolchain files in one folder the one counts that rustup takes', async () => {
  await using home = await Home.create();
  const sysroot = (await promisify(execFile)(RUSTC, ['--print', 'sysroot'])).stdout.trim();
  await using project = await Project.create({
    ...FILES,
    'rust-toolchain': `[toolchain]\npath = "${sysroot}"\n`,
    'rust-toolchain.toml': '[toolchain]\nchannel = "1.0.0-nowhere"\n',
  });
  expect((await measured(home, project.path)).invocation.rustc).toMatch(/^rustc 1\./);
});

test('with --manifest-path cargo runs in the manifest’s folder, with -C where a team runs it', async () => {
  await using home = await Home.create();
  await using project = await Project.create({
    ...FILES,
    '.gitignore': 'target/\nCargo.lock\nsecret.json\n',
    'app/Cargo.toml': `${FILES['app/Cargo.toml']}[features]\nmore = []\n`,
    'app/src/main.rs': TINY_MAIN.replace('fn main() {', 'fn main() {\n    println!("{}", cfg!(feature = "more"));'),
    // Found from the folder above too; what it includes is not.
    'CargoLambda.toml': '[build]\ninclude = ["CargoLambda.toml", "secret.json"]\n',
    'app/.cargo/config.toml': '[target.\'cfg(target_os = "linux")\']\nrustflags = ["--cfg", "feature=\\"more\\""]\n',
  });
  await project.write({ 'secret.json': '{}' });
  const noted = ({ notes }: Snapshot, code: string): string => notes.find((note) => note.code === code)?.text ?? '';
  const files = ({ functions }: Snapshot): readonly string[] =>
    functions.flatMap(({ package: { entries } }) => entries.map(({ name }) => name));

  const there = await measured(home, project.path, '--manifest-path', 'app/Cargo.toml');
  expect(files(there)).toEqual(['bootstrap']);
  const flags = ({ findings }: Snapshot) => findings.filter(({ kind }) => kind === 'rustflags');
  expect(flags(there)).toMatchObject([{ by: 'app/.cargo/config.toml', place: { file: 'app/.cargo/config.toml', line: 2 } }]);
  expect(noted(there, 'parent-config')).toBe(
    [
      `coldgate runs in ${project.path}/app, cargo lambda build with the same arguments in ${project.path}: `,
      `${project.path}/app/.cargo/config.toml counts here and not there; --working-directory names the folder to run in`,
    ].join(''),
  );
  expect(noted(await measured(home, project.path, '-C', 'app'), 'parent-config')).toBe('');

  const here = await measured(home, project.path, '-C', '.', '--manifest-path', 'app/Cargo.toml');
  expect(files(here)).toEqual(['CargoLambda.toml', 'bootstrap']);
  expect([flags(here), noted(here, 'parent-config')]).toEqual([[], '']);
  expect(noted(here, 'ignored-files')).toBe(
    "ignored files are not in the private checkout: secret.json; a build that needs them takes --prepare 'CMD'",
  );
  expect(here.notes.map(({ text }) => text)).toContain(
    "secret.json of cargo lambda's include is not in the private checkout and so in no package; --prepare can bring it",
  );
  expect(here.functions[0]).toMatchObject({ name: 'app', attribution: { of: 'twin' } });
  const plain = await plainBuild(home, '');
  await plain.empty();
  await plain.build('--manifest-path', 'app/Cargo.toml');
  const sha256 = createHash('sha256')
    .update(await plain.binary('app/bootstrap.zip'))
    .digest('hex');
  expect(here.functions[0]?.binary.sha256).toBe(sha256);
  expect(there.functions[0]?.binary.sha256).not.toBe(sha256);

  const wrong = await measure(home, project.path, '-C', 'app', '--manifest-path', 'app/Cargo.toml');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/no Cargo\.toml in .*\/app\/app or above it/)]);
});
