import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { heavier, jsonOf, QUICK_PROFILE, untouched } from './checks.ts';
import { CLI, Home } from './coldgate.ts';
import { manifest, Project, shell, TINY_MAIN, tiny } from './project.ts';

/** A function whose code is in `src/data.rs` and `src/extra.txt`, so that each file shows in the binary. */
const reading = (file: string): string =>
  TINY_MAIN.replace('fn main() {', `static LOAD: &[u8] = include_bytes!("${file}");\n\nfn main() {\n    std::hint::black_box(LOAD);`);

const project = (more: Readonly<Record<string, string>> = {}): Promise<Project> =>
  Project.create({ ...tiny('tiny', QUICK_PROFILE), ...more });

describe('a dirty tree', () => {
  test('modified, staged, untracked and deleted files are measured, ignored ones are not; nothing of it is changed', async () => {
    await using home = await Home.create();
    await using dirty = await project({ 'src/unused.rs': '// gone soon\n', '.gitignore': 'target/\nsecret.txt\n' });
    const base = await dirty.git('rev-parse', 'HEAD');
    const heavy = heavier(100);
    await dirty.write({ 'src/main.rs': heavy['src/main.rs'] ?? '', 'src/unused.rs': null, 'secret.txt': 'ignored', 'target/x': 'mine' });
    await dirty.git('add', 'src/main.rs');
    await dirty.write({ 'src/load.txt': heavy['src/load.txt'] ?? '' });
    await dirty.git('stash', 'list');
    const ended = await untouched(home, dirty.path, ['check', '--json', '-']);
    const { base: from, head, functions, notes } = jsonOf(ended);
    expect(from?.sha).toBe(base);
    expect(head.source).toBe('working-tree');
    expect(head.sha).not.toBe(base);
    expect(Number(functions[0]?.metrics.binary.head) - Number(functions[0]?.metrics.binary.base)).toBeGreaterThan(90_000);
    expect(notes.find(({ code }) => code === 'ignored-files')?.text).toContain('secret.txt');
    expect(await shell('ls', join(await home.repository(), 'checkout'))).not.toMatch(/secret/);

    // The same tree is the same commit: nothing is built again.
    const again = await home.run(dirty.path, ['check', '--json', '-']);
    expect(jsonOf(again).head.sha).toBe(head.sha);
    expect(again.stderr).not.toContain('building');

    // Committed, it is the binary that was measured before.
    await dirty.git('add', '--all');
    await dirty.git('commit', '--quiet', '--message', 'all of it');
    const committed = jsonOf(await home.run(dirty.path, ['check', '--json', '-']));
    expect(committed.head).toMatchObject({ source: 'built', sha: await dirty.git('rev-parse', 'HEAD') });
    expect(committed.functions[0]?.sha256).toEqual(functions[0]?.sha256);
  });

  test('one function in a subdirectory, with a file that only --prepare can bring', async () => {
    await using home = await Home.create();
    const files = tiny('tiny', QUICK_PROFILE);
    await using nested = await Project.create({
      'services/api/Cargo.toml': files['Cargo.toml'] ?? '',
      'services/api/Cargo.lock': files['Cargo.lock'] ?? '',
      'services/api/src/main.rs': reading('../model.bin'),
      '.gitignore': 'target/\nmodel.bin\n',
    });
    await nested.commit({ 'services/api/src/unused.rs': '// no module of it\n' }, 'second');
    await nested.write({ 'services/api/model.bin': 'a'.repeat(1_000) });
    const folder = join(nested.path, 'services/api');
    const without = await untouched(home, folder, ['check'], { watched: nested.path });
    expect(without.stderr).toMatch(/couldn't read .*model\.bin/);
    expect(without.code).toBe(3);

    const args = ['check', '--json', '-', '--manifest-path', 'services/api/Cargo.toml', '--prepare'];
    const bring = 'cp "$COLDGATE_SOURCE/services/api/model.bin" .';
    const ended = await untouched(home, nested.path, [...args, bring]);
    const first = jsonOf(ended);
    expect(first.functions).toMatchObject([{ name: 'tiny', status: 'unchanged' }]);
    expect(first.notes.find(({ code }) => code === 'ignored-files')?.text).toContain('model.bin');
    expect(ended.code).toBe(0);

    // The store answers for the same file, not for another one at the same commit.
    const stored = await home.run(nested.path, [...args, bring]);
    expect(stored.stderr).not.toContain('building');
    await nested.write({ 'services/api/model.bin': 'b'.repeat(90_000) });
    const other = jsonOf(await home.run(nested.path, [...args, bring]));
    expect(other.functions[0]?.metrics.binary.head).toBeGreaterThan(Number(first.functions[0]?.metrics.binary.head) + 80_000);

    const failing = await home.run(nested.path, [...args, 'echo no model here >&2; exit 7']);
    expect(failing.stderr).toMatch(/--prepare failed with exit code 7\n.*no model here/);
    expect(failing.code).toBe(3);
  });
});

describe('where the repository is special', () => {
  test('a shallow clone: head alone is measured, a base that is not there says what to do', async () => {
    await using home = await Home.create();
    await using origin = await project();
    const old = await origin.git('rev-parse', 'HEAD');
    await origin.commit({ 'README.md': 'x' }, 'second');
    await using clone = await Project.clone(`file://${origin.path}`, '--depth', '1');
    const alone = await untouched(home, clone.path, ['check']);
    expect(alone.stdout).toMatch(/shallow\s+clone/);
    expect(alone.stdout).toMatch(/fetch/);
    expect(alone.code).toBe(0);
    const missing = await untouched(home, clone.path, ['check', '--base', old]);
    expect(missing.stderr).toMatch(/not in this clone.*shallow.*`git fetch --deepen=100`/);
    expect(missing.code).toBe(2);
    const parent = await untouched(home, clone.path, ['check', '--base', 'HEAD~1']);
    expect(parent.stderr).toMatch(
      /--base "HEAD~1": there is no such commit in .*this clone is shallow; fetch it with `git fetch --deepen=100`/,
    );
    expect(parent.code).toBe(2);
  });

  test('a clone without blobs brings the ones of the base into the private repository', async () => {
    await using home = await Home.create();
    await using origin = await project(heavier(10));
    await origin.git('config', 'uploadpack.allowFilter', 'true');
    await origin.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    await origin.commit(heavier(200), 'heavier');
    await using clone = await Project.clone(`file://${origin.path}`, '--filter=blob:none');
    const ended = await untouched(home, clone.path, ['check', '--base', 'HEAD^1', '--json', '-']);
    expect(jsonOf(ended).functions).toMatchObject([{ status: 'changed' }]);
    expect(ended.code).toBe(1);
  });

  test('submodules: the user’s own copy, and one that is nowhere', async () => {
    await using home = await Home.create();
    await using library = await Project.create({ 'Cargo.toml': manifest('library'), 'src/lib.rs': 'pub static DATA: &[u8] = b"one";\n' });
    const files = tiny('tiny', `\n[dependencies]\nlibrary = { path = "vendor/library" }\n${QUICK_PROFILE}`);
    await using outer = await Project.create({
      ...files,
      'src/main.rs': TINY_MAIN.replace('fn main() {', 'fn main() {\n    std::hint::black_box(library::DATA);'),
      'Cargo.lock':
        'version = 4\n\n[[package]]\nname = "library"\nversion = "0.1.0"\n\n[[package]]\nname = "tiny"\nversion = "0.1.0"\ndependencies = [\n "library",\n]\n',
    });
    await outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.path, 'vendor/library');
    await outer.commit({}, 'with the library');
    await library.commit({ 'src/lib.rs': `pub static DATA: &[u8] = &[b'x'; 70_000];\n` }, 'heavier');
    await outer.git('-C', 'vendor/library', '-c', 'protocol.file.allow=always', 'pull', '--quiet');
    await outer.commit({}, 'the heavier library');
    // The submodule's address is gone: all that is needed is in the user's own clone.
    await library[Symbol.asyncDispose]();
    const ended = await untouched(home, outer.path, ['check', '--base', 'HEAD^1', '--json', '-']);
    const { functions, notes } = jsonOf(ended);
    expect(Number(functions[0]?.metrics.binary.head) - Number(functions[0]?.metrics.binary.base)).toBeGreaterThan(60_000);
    expect(notes.filter(({ code }) => code === 'submodule')).toEqual([]);

    await using bare = await Project.clone(outer.path);
    const empty = await untouched(home, bare.path, ['check', '--base', 'HEAD']);
    expect(empty.stderr).toMatch(/library/);
    expect(empty.stderr).toMatch(/git submodule update --init/);
    expect(empty.code).toBe(3);
  });

  test('a submodule that the build does not need does not stop it', async () => {
    await using home = await Home.create();
    await using library = await Project.create({ 'README.md': 'documents\n' });
    await using outer = await project();
    await outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.path, 'docs');
    await outer.commit({}, 'documents beside it');
    await using clone = await Project.clone(outer.path);
    await library[Symbol.asyncDispose]();
    const ended = await untouched(home, clone.path, ['check', '--base', 'HEAD', '--json', '-']);
    expect(jsonOf(ended).notes.find(({ code }) => code === 'submodule')?.text).toMatch(/docs is empty .*git submodule update/);
    expect(ended.code).toBe(0);
  });

  test('a linked worktree shares the private checkout; a hook’s GIT_DIR and GIT_INDEX_FILE do not mislead', async () => {
    await using home = await Home.create();
    await using main = await project();
    const linked = await mkdtemp(join(tmpdir(), 'coldgate-linked-'));
    await main.git('worktree', 'add', '--quiet', '-b', 'feature', join(linked, 'feature'));
    const before = await home.run(main.path, ['check']);
    expect(before.code).toBe(0);
    await writeFile(join(linked, 'feature', 'src', 'unused.rs'), '// untracked here');
    const there = await untouched(home, join(linked, 'feature'), ['check', '--json', '-'], { watched: main.path });
    expect(jsonOf(there).base).toMatchObject({ source: 'stored' });
    expect(jsonOf(there).head).toMatchObject({ source: 'working-tree' });
    await home.repository();

    await using other = await project();
    const env = {
      GIT_DIR: join(other.path, '.git'),
      GIT_INDEX_FILE: join(other.path, '.git/index'),
      GIT_WORK_TREE: other.path,
      GIT_PREFIX: '',
    };
    const hooked = await untouched(home, main.path, ['check', '--base', 'HEAD', '--json', '-'], { env });
    expect(jsonOf(hooked).head.sha).toBe(await main.git('rev-parse', 'HEAD'));

    // For real: from a pre-commit hook, where git holds the index.
    const hook = join(main.path, '.git/hooks/pre-commit');
    await mkdir(join(main.path, '.git/hooks'), { recursive: true });
    await writeFile(hook, `#!/bin/sh\nexec "${process.execPath}" "${CLI}" check >"${linked}/report" 2>"${linked}/log"\n`);
    await chmod(hook, 0o755);
    await main.write({ 'src/unused.rs': '// committed by a hook' });
    await main.git('add', 'src/unused.rs');
    await shell('git commit --quiet --message hooked', main.path, { COLDGATE_HOME: home.path });
    expect(await shell('cat report', linked)).toMatch(/^no change/);
    await rm(linked, { recursive: true });
  });

  test('spaces, other letters and a colon in the path', async () => {
    await using home = await Home.create();
    const folder = await mkdtemp(join(tmpdir(), 'coldgate projekt äöü 日本: '));
    await using odd = await Project.create(tiny('tiny', QUICK_PROFILE), folder);
    await odd.write({ 'src/main.rs': `${TINY_MAIN}\n// changed\n`, 'ein neuer Käfer.txt': 'x' });
    const ended = await untouched(home, odd.path, ['check', '--json', '-']);
    expect(jsonOf(ended).functions).toMatchObject([{ name: 'tiny', status: 'unchanged' }]);
    expect(ended.code).toBe(0);
  });

  test('a build script that asks git for the commit gets that of the revision', async () => {
    await using home = await Home.create();
    const script = `fn main() {
    let out = std::process::Command::new("git").args(["rev-parse", "HEAD"]).output().unwrap();
    assert!(out.status.success());
    println!("cargo:rustc-env=SHA={}", String::from_utf8(out.stdout).unwrap().trim());
}\n`;
    await using versioned = await project({
      'build.rs': script,
      'src/main.rs': TINY_MAIN.replace('fn main() {', 'fn main() {\n    println!("commit {}", env!("SHA"));'),
    });
    const ended = await untouched(home, versioned.path, ['check']);
    expect(ended.code).toBe(0);
    const sha = await versioned.git('rev-parse', 'HEAD');
    const target = join(await home.repository(), 'target');
    expect(await shell(`grep -rlaF ${sha} --include=tiny .`, target)).toContain('tiny');
  });
});

describe('where a state folder or a lock file is special', () => {
  test('a project without a committed Cargo.lock, ignored or not', async () => {
    await using home = await Home.create();
    const { 'Cargo.lock': lock, ...files } = tiny('tiny', QUICK_PROFILE);
    await using unlocked = await Project.create({ ...files, '.gitignore': 'target/\nCargo.lock\n' });
    await unlocked.write({ 'Cargo.lock': lock ?? '' });
    const ended = await untouched(home, unlocked.path, ['check', '--json', '-']);
    expect(jsonOf(ended).notes.map(({ code }) => code)).toEqual(expect.arrayContaining(['no-lockfile', 'ignored-files']));
    expect(ended.code).toBe(0);
  });

  test('a state folder inside the repository is refused, one with spaces is fine', async () => {
    await using home = await Home.create();
    await using any = await project();
    const inside = await untouched(home, any.path, ['check'], { env: { COLDGATE_HOME: '.coldgate' } });
    expect(inside.stderr).toMatch(/\.coldgate lies inside the repository it measures: name one outside with COLDGATE_HOME/);
    expect(inside.code).toBe(2);
    const spaced = join(home.path, 'my state ä');
    await mkdir(spaced);
    await shell(`ln -s "${await realpath(join(home.path, 'tools'))}" "${spaced}/tools"`, home.path);
    const ended = await untouched(home, any.path, ['check', '--json', '-'], { env: { COLDGATE_HOME: spaced } });
    expect(jsonOf(ended).functions[0]?.metrics.text.head).toBeGreaterThan(0);
    expect(jsonOf(ended).functions[0]?.crates.length).toBeGreaterThan(0);
    expect(ended.code).toBe(0);
  });
});
