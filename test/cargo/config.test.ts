import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildNotes, directoryOverride, missingConfig } from '../../src/cargo/config.ts';
import type { Note } from '../../src/core/snapshot/snapshot.ts';
import type { Environment } from '../../src/exec/run.ts';
import { missingFiles } from '../../src/git/missing.ts';
import { openUserRepository } from '../../src/git/repository.ts';
import { Project } from '../e2e/project.ts';

let folder = '';
let env: Environment = {};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-config-'));
  env = { PATH: process.env.PATH ?? '', HOME: join(folder, 'home') };
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

const codes = async (more: Environment = {}): Promise<readonly string[]> => (await notes(more)).map(({ code }) => code);

const notes = (more: Environment = {}): Promise<readonly Note[]> =>
  buildNotes(join(folder, 'checkout/services/api'), join(folder, 'checkout'), { ...env, ...more }, join(folder, 'user/tree'));

test('nothing special, nothing said; a file that is not TOML is cargo’s to report', async () => {
  expect(await codes()).toEqual([]);
  await write('checkout/.cargo/config.toml', 'not = [toml');
  await write('outside/.cargo/config.toml', '[build]\nrustflags = ["-g"]\n');
  expect(await codes()).toEqual([]);
});

test.each([
  ['checkout/.cargo/config.toml', '[build]\nrustc-wrapper = "sccache"\n', ['displaced-wrapper']],
  ['checkout/.cargo/config.toml', '[target.x86_64-unknown-linux-gnu]\nlinker = "clang"\n', []],
  // A number that JavaScript cannot hold.
  ['checkout/.cargo/config.toml', '[env]\nSEED = { value = 9007199254740993 }\n[build]\nrustc-wrapper = "a"\n', ['displaced-wrapper']],
])('%s', async (path, text, expected) => {
  await write(path, text);
  expect(await codes()).toEqual(expected);
  if (expected.includes('displaced-wrapper')) expect(await codes({ RUSTC_WRAPPER: 'sccache' })).toEqual([]);
});

test('what a configuration includes counts like its own', async () => {
  await write('checkout/.cargo/config.toml', 'include = ["flags.toml", { path = "no.toml", optional = true }]\n');
  await write('checkout/.cargo/flags.toml', 'include = ["more.toml", "config.toml"]\n');
  await write('checkout/.cargo/more.toml', '[build]\nrustc-wrapper = "sccache"\n');
  const said = await notes();
  expect(said.map(({ code }) => code)).toEqual(['displaced-wrapper']);
  expect(said[0]?.text).toMatch(/^build\.rustc-wrapper of .*checkout\/\.cargo\/more\.toml is displaced/);
});

test('what a configuration includes from elsewhere is named where the user has it', async () => {
  await write('checkout/.cargo/config.toml', 'include = ["../../flags.toml", "own.toml"]\n');
  expect(await codes()).toEqual([]);
  await write('user/flags.toml', '');
  const [note] = await notes();
  expect(note).toEqual({
    code: 'parent-config',
    text: `${join(folder, 'checkout/.cargo/config.toml')} includes ${join(folder, 'user/flags.toml')}, which does not reach the private checkout; --prepare can bring it`,
  });
  // What lies at the same place for both is read.
  await write('flags.toml', '[build]\nrustc-wrapper = "a"\n');
  expect(await codes()).toEqual(['displaced-wrapper']);
});

test('what the private checkout lacks is named, build folders are not', async () => {
  await using project = await Project.create({
    '.gitignore': 'target/\n*.env\n*.log\nmodels/\n',
    '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    'model.bin': '',
  });
  await project.write({ 'target/x': '', 'a.env': '', 'b.log': '', 'models/one': '', 'models/two': '' });
  const notes = await missingFiles(await openUserRepository(project.path, env), '--prepare');
  expect(notes.map(({ code }) => code)).toEqual(['ignored-files', 'lfs']);
  expect(notes[0]?.text).toMatch(/: a\.env, models\/; /);
  await project.write(Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`${n}.env`, ''])));
  const many = await missingFiles(await openUserRepository(project.path, env), '--prepare');
  expect(many[0]?.text).toMatch(/0\.env, 1\.env, 2\.env, 3\.env, 4\.env and 6 more/);
});

test('a configuration above the repository is named: it does not reach the private checkout', async () => {
  await using project = await Project.create({ 'api/a': '1' });
  const user = await openUserRepository(project.path, env);
  expect(await missingConfig(user, join(folder, 'checkout'), '--prepare')).toEqual([]);
  const inside = { ...user, top: join(folder, 'team/repository') };
  await write('team/.cargo/config.toml', '[build]\nrustflags = ["-g"]\n');
  expect((await missingConfig(inside, join(folder, 'checkout'), '--prepare')).map(({ code }) => code)).toEqual(['parent-config']);
  // What lies above both reaches the private checkout too.
  expect(await missingConfig(inside, join(folder, 'team/state/checkout'), '--prepare')).toEqual([]);
});

test('the toolchain that rustup override gave the folder, or one above it', async () => {
  await using project = await Project.create({ 'api/a': '1' });
  const user = await openUserRepository(join(project.path, 'api'), env);
  expect(await directoryOverride(user, env)).toBeNull();
  await write('home/.rustup/settings.toml', `version = "12"\n[overrides]\n"${user.top}" = "nightly"\n"/elsewhere" = "beta"\n`);
  expect(await directoryOverride(user, env)).toBe('nightly');
  await write('rustup/settings.toml', `[overrides]\n"${user.top}/api" = "beta"\n"${user.top}" = "nightly"\n`);
  expect(await directoryOverride(user, { ...env, RUSTUP_HOME: join(folder, 'rustup') })).toBe('beta');
});
