import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nearestManifest } from '../../src/cargo/manifest.ts';
import { checkFolder, checkReportFiles } from '../../src/commands/report-files.ts';
import { flagName } from '../../src/options/values.ts';
import { Project } from '../e2e/project.ts';
import { refusal } from '../refusal.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-files-'));
  await mkdir(join(folder, 'there'));
  await writeFile(join(folder, 'file'), 'x');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const place = () => ({ cwd: folder, env: { PATH: process.env.PATH ?? '' }, nameOf: flagName });
const files = (json: string | null, markdown: string | null = null) => checkReportFiles({ json, markdown, html: null }, place());

describe('a report file, before anything is built', () => {
  it.each(['new.json', 'there/new.json', 'file', '-', '/dev/null'])('may be %s, and nothing is left of the look', async (path) => {
    const before = await readdir(folder, { recursive: true });
    await files(path);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it.each([
    ['nowhere/new.json', '--json nowhere/new.json: there is no folder '],
    ['there', '--json there: it is a folder; name a file'],
    ['new/', '--json new/: it is a folder; name a file'],
    ['.git/config', "--json .git/config: it lies in git's own folder; name another"],
    ['.git', "--json .git: it lies in git's own folder; name another"],
    ['file/new.json', '--json file/new.json: '],
    // Permissions do not bind root: what cannot be written by anybody.
    ['/proc/new.json', '--json /proc/new.json: it cannot be written (/proc takes no files)'],
  ])('%s is refused: %s', async (path, message) => {
    expect(await refusal(files(path))).toContain(message);
  });

  it('is no source that git keeps, by whatever name, unless coldgate wrote it or nothing is in it', async () => {
    await using project = await Project.create({
      ...{ 'Cargo.toml': '[workspace]\n', 'page.html': '<p>mine</p>', 'empty.json': '', 'src/main.rs': 'fn main() {}\n' },
      'report.json': '{\n  "schema": "coldgate/check@7"\n}\n',
      'size.txt': '{\n  "schema": "coldgate/check@7"\n}\n',
      '[a]': 'mine',
    });
    await project.write({ 'free.html': 'not of git' });
    await symlink('Cargo.toml', join(project.path, 'link.json'));
    await symlink('nowhere.json', join(project.path, 'made-there.json'));
    await symlink('nowhere/new.json', join(project.path, 'dangling.json'));
    const at = (json: string) => checkReportFiles({ json, markdown: null, html: null }, { ...place(), cwd: project.path });
    for (const path of ['Cargo.toml', 'page.html', 'src/main.rs', 'link.json', '[a]'])
      expect(await refusal(at(path))).toBe(`--json ${path}: git keeps this file, and coldgate did not write it; name another`);
    expect(await refusal(at('dangling.json'))).toMatch(/^--json dangling\.json: there is no folder .*nowhere; create it first$/);
    for (const path of ['report.json', 'size.txt', 'empty.json', 'free.html', 'new.json', 'made-there.json']) await at(path);
    expect(await project.git('status', '--porcelain')).toContain('?? free.html');
  });

  it('is not the other one too', async () => {
    expect(await refusal(files('a', './a'))).toBe('--markdown ./a: --json writes the same file');
    await files('-', 'a');
  });
});

describe('a folder that will be made', () => {
  it.each(['new', 'there', 'there/new/newer', '.'])('may be %s', async (path) => {
    await checkFolder('flame-graphs', path, place());
    expect(await readdir(join(folder, 'there'))).toEqual([]);
  });

  it.each([
    ['file', '--flame-graphs file: '],
    ['file/new', '--flame-graphs file/new: '],
    ['/proc/new/newer', '--flame-graphs /proc/new/newer: it cannot be written (/proc takes no files)'],
  ])('%s is refused', async (path, message) => {
    expect(await refusal(checkFolder('flame-graphs', path, place()))).toContain(message);
  });
});

it('the nearest manifest is looked for as cargo does, up to the top of the repository', async () => {
  const top = join(folder, 'team', 'project');
  await mkdir(join(top, 'api', 'src'), { recursive: true });
  await mkdir(join(top, 'docs', 'deep'), { recursive: true });
  await writeFile(join(folder, 'team', 'Cargo.toml'), '');
  await writeFile(join(top, '.git'), 'gitdir: elsewhere\n');
  expect(await nearestManifest(join(top, 'docs', 'deep'))).toBeNull();
  await writeFile(join(top, 'Cargo.toml'), '');
  await writeFile(join(top, 'api', 'Cargo.toml'), '');
  expect(await nearestManifest(join(top, 'docs', 'deep'))).toBe(top);
  expect(await nearestManifest(join(top, 'api', 'src'))).toBe(join(top, 'api'));
});
