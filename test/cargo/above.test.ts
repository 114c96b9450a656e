import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { missingAbove } from '../../src/cargo/above.ts';
import { openUserRepository } from '../../src/git/repository.ts';
import { Project, tiny } from '../e2e/project.ts';
import { ENV } from '../git/environment.ts';
import { CARGO } from '../rust.ts';

let folder = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'coldgate-above-')));
});
afterAll(() => rm(folder, { recursive: true }));

test(`the workspace (as ${CARGO} finds it) and the toolchain file above the repository are named, those within it are not`, async () => {
  const path = join(folder, 'services/api');
  await mkdir(path, { recursive: true });
  await using project = await Project.create(tiny(), path);
  const { RUSTUP_TOOLCHAIN: _, ...env } = ENV;
  const texts = async (more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> =>
    (await missingAbove(await openUserRepository(project.path, ENV), { ...env, ...more }, '--prepare')).map(({ text }) => text);
  expect(await texts()).toEqual([]);
  await writeFile(join(folder, 'Cargo.toml'), '[workspace]\nmembers = ["services/api"]\nresolver = "2"\n');
  await writeFile(join(folder, 'services/rust-toolchain.toml'), '[toolchain]\nchannel = "stable"\n');
  expect(await texts()).toEqual([
    expect.stringContaining(`${folder}/Cargo.toml, the manifest of the project's workspace, lies above the repository`),
    expect.stringContaining(`${folder}/services/rust-toolchain.toml lies above the repository`),
  ]);
  expect(await texts({ RUSTUP_TOOLCHAIN: 'stable' })).toHaveLength(1);
  await project.write({ 'rust-toolchain': 'stable\n', 'Cargo.toml': `${tiny()['Cargo.toml']}\n[workspace]\n` });
  expect(await texts()).toEqual([]);
});
