import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jsonOf, QUICK_PROFILE, untouched } from './checks.ts';
import { Home } from './coldgate.ts';
import { Project, shell, TINY_MAIN, tiny } from './project.ts';

const BROKEN = TINY_MAIN.replace('fn main() {', 'fn main() {\n    let wrong: u32 = "text";\n    drop(wrong);');

const project = (more: Readonly<Record<string, string>> = {}): Promise<Project> =>
  Project.create({ ...tiny('tiny', QUICK_PROFILE), ...more });

describe('what does not build', () => {
  test('a base: head is measured alone with the reason; only absolute limits can fail', async () => {
    await using home = await Home.create();
    await using mended = await project({ 'src/main.rs': BROKEN });
    const base = await mended.git('rev-parse', 'HEAD');
    await mended.commit({ 'src/main.rs': TINY_MAIN }, 'mended');
    // Colours are common in workflows and must not hide the compiler's error.
    const ended = await untouched(home, mended.path, ['check', '--json', '-'], { env: { CARGO_TERM_COLOR: 'always' } });
    const report = jsonOf(ended);
    expect(report.base).toBeNull();
    expect(report.missingBase).toMatchObject({
      kind: 'does-not-build',
      reason: expect.stringMatching(/error\[E0308\]: mismatched types$/),
    });
    expect(report.functions).toMatchObject([{ name: 'tiny' }]);
    expect(ended.stderr).toContain(`the base ${base.slice(0, 7)} does not build`);
    expect(ended.code).toBe(0);
    expect(report.verdict).toMatchObject({ status: 'pass', unchecked: [{ code: 'no-base', source: 'default' }] });
    expect((await home.run(mended.path, ['check', '--limit', 'zip: +1%'])).code).toBe(3);
    const limited = await home.run(mended.path, ['check', '--limit', 'zip: 1 kB']);
    expect(limited.stdout).toMatch(/^fail/);
    expect(limited.stdout.replaceAll(/\s+/g, ' ')).toContain('no base (cargo lambda build failed with exit code');
    expect(limited.code).toBe(1);
  });

  test('a head: exit 3 with the compiler’s own lines, and nothing stored of it', async () => {
    await using home = await Home.create();
    await using broken = await project();
    await broken.commit({ 'src/main.rs': BROKEN }, 'broken');
    const ended = await untouched(home, broken.path, ['check']);
    expect(ended.stderr).toMatch(/\| error\[E0308\]: mismatched types/);
    expect(ended.stderr).toMatch(/\| +--> src\/main\.rs:4:22/);
    expect(ended.stdout).toBe('');
    expect(ended.code).toBe(3);
    await broken.commit({ 'src/main.rs': TINY_MAIN }, 'mended');
    expect((await home.run(broken.path, ['check', '--base', 'HEAD~2'])).stdout).toMatch(/^no change/);
  });

  test('a base that has no project in this folder', async () => {
    await using home = await Home.create();
    await using moved = await Project.create({ 'README.md': 'to come' });
    await moved.commit(tiny('tiny', QUICK_PROFILE), 'the function');
    const ended = await untouched(home, moved.path, ['check', '--json', '-']);
    expect(jsonOf(ended).missingBase?.reason).toMatch(/^the base [0-9a-f]{7} has no Cargo\.toml$/);
    expect(ended.code).toBe(0);
  });

  test('a toolchain that is not there is named, at head and at base', async () => {
    await using home = await Home.create();
    await using pinned = await project();
    await pinned.commit({ 'rust-toolchain.toml': '[toolchain]\nchannel = "1.42.0"\n' }, 'pinned');
    const head = await untouched(home, pinned.path, ['check']);
    expect(head.stderr).toMatch(/toolchain '1\.42\.0[^']*' is not installed/);
    expect(head.code).toBe(3);
    await pinned.commit({ 'rust-toolchain.toml': '[toolchain]\nchannel = "stable"\n' }, 'pinned to what is there');
    const base = await untouched(home, pinned.path, ['check', '--json', '-']);
    expect(base.stderr).toMatch(/the base [0-9a-f]{7} cannot be measured: .*|toolchain '1\.42\.0/);
    expect(base).toMatchObject({ code: 3, stdout: '' });
  });

  test('no Cargo.toml, no binary', async () => {
    await using home = await Home.create();
    await using library = await Project.create({ 'Cargo.toml': tiny()['Cargo.toml'] ?? '', 'src/lib.rs': '' });
    const none = await untouched(home, library.path, ['check']);
    expect(none.stderr).toMatch(/has no binary to build/);
    expect(none.code).toBe(2);
    await library.commit({ 'Cargo.toml': null }, 'gone');
    const gone = await untouched(home, library.path, ['check']);
    expect(gone.stderr).toMatch(/no Cargo\.toml in/);
    expect(gone.code).toBe(2);
  });
});

describe('surroundings that make another binary', () => {
  test('RUSTFLAGS and a displaced rustc-wrapper are said, and the store tells them apart', async () => {
    await using home = await Home.create();
    await using plain = await project({ '.cargo/config.toml': '[build]\nrustc-wrapper = "sccache-that-is-not-there"\n' });
    const first = jsonOf(await home.run(plain.path, ['check', '--base', 'HEAD', '--json', '-']));
    expect(first.notes.find(({ code }) => code === 'displaced-wrapper')?.text).toMatch(/\.cargo\/config\.toml is displaced/);
    expect(first.project.findings.filter(({ kind }) => kind === 'rustflags')).toEqual([]);
    const flagged = await untouched(home, plain.path, ['check', '--base', 'HEAD', '--json', '-'], { env: { RUSTFLAGS: '-D warnings' } });
    expect(flagged.stderr).toContain('building tiny');
    expect(jsonOf(flagged).project.findings.find(({ kind }) => kind === 'rustflags')).toMatchObject({ by: 'RUSTFLAGS', cpu: 'haswell' });
    expect(flagged.code).toBe(0);
  });

  test('a wrapper in the environment is chained', async () => {
    await using home = await Home.create();
    await using plain = await project();
    const wrapper = join(home.path, 'wrapper');
    const log = join(home.path, 'wrapped');
    await writeFile(wrapper, `#!/bin/sh\necho "$@" >>"${log}"\nexec "$@"\n`, { mode: 0o755 });
    const ended = await home.run(plain.path, ['check', '--base', 'HEAD', '--json', '-'], { RUSTC_WRAPPER: wrapper });
    expect(jsonOf(ended).functions[0]?.crates.length).toBeGreaterThan(0);
    expect(await shell(`cat "${log}"`, home.path)).toMatch(/rustc .*--crate-name tiny/);
  });

  test('a .cargo/config.toml above the repository is said', async () => {
    await using home = await Home.create();
    const above = join(home.path, 'above');
    await mkdir(join(above, '.cargo'), { recursive: true });
    await mkdir(join(above, 'project'));
    await writeFile(join(above, '.cargo/config.toml'), '[term]\nquiet = false\n');
    await using below = await Project.create(tiny('tiny', QUICK_PROFILE), join(above, 'project'));
    await using elsewhere = await Home.create();
    const ended = await untouched(elsewhere, below.path, ['check', '--json', '-']);
    expect(jsonOf(ended).notes.find(({ code }) => code === 'parent-config')?.text).toContain('above/.cargo/config.toml');
    await rm(above, { recursive: true });
  });
});
