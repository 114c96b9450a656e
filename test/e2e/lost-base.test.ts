import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { heavier, jsonOf, QUICK_PROFILE, untouched } from './checks.ts';
import { Home } from './coldgate.ts';
import { manifest, Project, TINY_MAIN, tiny } from './project.ts';

const BROKEN = TINY_MAIN.replace('fn main() {', 'fn main() {\n    let wrong: u32 = "text";\n    drop(wrong);');

const project = (more: Readonly<Record<string, string>> = {}): Promise<Project> =>
  Project.create({ ...tiny('tiny', QUICK_PROFILE), ...more });

describe('a base that could not be measured is not a pass', () => {
  test('git that cannot read one of its files: an error of the run', async () => {
    await using home = await Home.create();
    await using torn = await project({ 'src/main.rs': `${TINY_MAIN}// base alone\n` });
    const blob = await torn.git('rev-parse', 'HEAD:src/main.rs');
    await torn.commit({ 'src/main.rs': TINY_MAIN }, 'head');
    await rm(join(torn.path, '.git', 'objects', blob.slice(0, 2), blob.slice(2)));
    for (const limits of [[], ['--limit', 'zip: +1%']]) {
      const ended = await home.run(torn.path, ['check', ...limits]);
      expect(ended).toMatchObject({ code: 3, stdout: '' });
      expect(ended.stderr).toMatch(/the base [0-9a-f]{7} cannot be measured: git /);
    }
  });

  test('a build script that fails, as one that downloads does: an error of the run, not a base that does not build', async () => {
    await using home = await Home.create();
    await using offline = await project({ 'build.rs': 'fn main() { panic!("the registry does not answer"); }\n' });
    await offline.commit({ 'build.rs': null }, 'without it');
    const ended = await untouched(home, offline.path, ['check']);
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(ended.stderr).toMatch(/the base [0-9a-f]{7} cannot be measured: cargo lambda build failed/);
    expect(ended.stderr).toContain('the registry does not answer');
  });

  test("a manifest that cannot be right is cargo's word about the commit", async () => {
    await using home = await Home.create();
    await using wrong = await project();
    const manifest = await wrong.read('Cargo.toml');
    await wrong.commit({ 'Cargo.toml': `${manifest}\n[package]\n` }, 'twice');
    await wrong.commit({ 'Cargo.toml': manifest }, 'once');
    const ended = await untouched(home, wrong.path, ['check', '--json', '-', '--limit', 'zip: +1%']);
    expect(jsonOf(ended)).toMatchObject({ missingBase: { kind: 'does-not-build' }, verdict: { status: 'unchecked' } });
    expect(ended.code).toBe(3);
  });
});

describe('a base that does not build', () => {
  test('the change that mends it by removing the function that is broken is green, though a limit names that one', async () => {
    await using home = await Home.create();
    await using branch = await project({ 'src/bin/broken.rs': BROKEN });
    await branch.commit({ 'src/bin/broken.rs': null }, 'without it');
    const ended = await untouched(home, branch.path, ['check', '--json', '-', '--limit', 'broken/zip: 5 MB', '--limit', 'zip: 5 MB']);
    expect(ended.stdout, ended.stderr).not.toBe('');
    expect(jsonOf(ended)).toMatchObject({ missingBase: { kind: 'does-not-build' }, verdict: { status: 'pass' } });
    expect(ended.code).toBe(0);
  });

  test('the newest measured commit before it on the branch stands in, by first parents alone', async () => {
    await using home = await Home.create();
    await using branch = await project();
    const good = await branch.commit(heavier(10), 'measured');
    // Measured too, and no first parent of the base.
    await branch.git('checkout', '--quiet', '-b', 'side');
    await branch.commit(heavier(90), 'beside');
    expect((await home.run(branch.path, ['measure', '-o', join(home.path, 'side')])).code).toBe(0);
    await branch.git('checkout', '--quiet', 'main');
    expect((await home.run(branch.path, ['measure', '-o', join(home.path, 'out')])).code).toBe(0);
    await branch.commit({ 'README.md': 'never measured' }, 'between');
    await branch.git('merge', '--quiet', '--no-ff', '--strategy=ours', '--message', 'merge side', 'side');
    const broken = await branch.commit({ 'src/main.rs': BROKEN }, 'broken');
    await branch.commit(heavier(60), 'mended, and heavier');

    const limit = ['--limit', 'zip: +20 kB'];
    const ended = await untouched(home, branch.path, ['check', '--json', '-', ...limit]);
    const report = jsonOf(ended);
    expect(report.base).toMatchObject({ sha: good, source: 'stored' });
    expect(report.missingBase).toMatchObject({ kind: 'does-not-build', sha: broken });
    expect(report.functions).toMatchObject([{ name: 'tiny', status: 'changed' }]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).not.toContain('not built');
    const [first] = (await home.run(branch.path, ['check', ...limit])).stdout.split('\n');
    expect(first).toContain(`base ${broken.slice(0, 7)} does not build`);
    expect(first).toMatch(new RegExp(`: compared with ${good.slice(0, 7)}, the newest commit before it that was measured$`));

    // With `prepare` no key is known before it has run.
    const prepared = ['--prepare', 'true'];
    await branch.git('checkout', '--quiet', '--detach', good);
    expect((await home.run(branch.path, ['measure', '-o', join(home.path, 'out'), ...prepared])).code).toBe(0);
    await branch.git('checkout', '--quiet', 'main');
    expect(jsonOf(await home.run(branch.path, ['check', '--json', '-', ...limit, ...prepared])).base).toMatchObject({ sha: good });
  });
});

describe("a base that does not build has limits all the same: its own, not head's, nor the stand-in's", () => {
  const declaring = (...limits: readonly string[]): Record<string, string> => ({
    'Cargo.toml': manifest('tiny', `${QUICK_PROFILE}\n[package.metadata.coldgate]\nlimits = ${JSON.stringify(limits)}\n`),
  });

  test('absolute ones count, written growth is not checked, whatever head makes of them', async () => {
    await using home = await Home.create();
    await using broken = await project({ ...declaring('zip: 300 kB', 'zip: +1 kB'), 'src/main.rs': BROKEN });
    await broken.commit({ ...declaring('none'), ...heavier(400) }, 'mended, larger, and without limits');
    const ended = await untouched(home, broken.path, ['check', '--json', '-']);
    const report = jsonOf(ended);
    expect(report.verdict).toMatchObject({
      status: 'fail',
      breaches: [{ kind: 'limit', limit: '300 kB', source: 'Cargo.toml:13' }],
      unchecked: [{ code: 'no-base', limit: '+1 kB', source: 'Cargo.toml:13' }],
    });
    expect(report.limitChanges.map(({ kind, text }) => [kind, text])).toEqual([
      ['removed', 'zip: 300 kB'],
      ['removed', 'zip: +1 kB'],
      ['added', 'none'],
    ]);
    expect(ended.code).toBe(1);
  });

  test('also where cargo refuses its manifest', async () => {
    await using home = await Home.create();
    await using wrong = await project(declaring('zip: +1 kB'));
    const right = await wrong.read('Cargo.toml');
    await wrong.commit({ 'Cargo.toml': right.replace('edition = "2021"', 'edition = "1999"') }, 'no such edition');
    await wrong.commit({ 'Cargo.toml': right, ...heavier(100) }, 'mended, and larger');
    const ended = await untouched(home, wrong.path, ['check', '--json', '-']);
    expect(jsonOf(ended).verdict).toMatchObject({ status: 'unchecked', unchecked: [{ limit: '+1 kB', source: 'Cargo.toml:13' }] });
    expect(ended.code).toBe(3);
  });

  test('a commit that stands in lends its figures alone', async () => {
    await using home = await Home.create();
    await using branch = await project(declaring('none'));
    expect((await home.run(branch.path, ['measure', '-o', join(home.path, 'out')])).code).toBe(0);
    await branch.commit({ ...declaring('zip: +1 kB'), 'src/main.rs': BROKEN }, 'limits, and broken');
    await branch.commit(heavier(100), 'mended, and larger');
    const ended = await untouched(home, branch.path, ['check', '--json', '-']);
    expect(jsonOf(ended)).toMatchObject({
      verdict: { status: 'fail', breaches: [{ limit: '+1 kB', source: 'Cargo.toml:13' }] },
      limitChanges: [],
    });
    expect(ended.code).toBe(1);
  });
});

function pair(b: string): Record<string, string> {
  const member = (name: string): Record<string, string> => ({ [`${name}/Cargo.toml`]: manifest(name), [`${name}/src/main.rs`]: TINY_MAIN });
  const lock = ['a', 'b'].map((name) => `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n`).join('');
  return {
    ...{ ...member('a'), ...member('b'), 'b/src/main.rs': b },
    ...{ 'Cargo.toml': `[workspace]\nmembers = ["a", "b"]\nresolver = "2"\n${QUICK_PROFILE}`, 'Cargo.lock': `version = 4\n${lock}` },
    '.gitignore': 'target/\n',
  };
}

test('where a commit stands in, too: what others brought since is no growth of the change that mends base', async () => {
  await using home = await Home.create();
  await using workspace = await Project.create(pair(TINY_MAIN));
  expect((await home.run(workspace.path, ['measure', '--workspace', '-o', 'out'])).code).toBe(0);
  const { 'src/main.rs': main = '', 'src/load.txt': load = '' } = heavier(50);
  await workspace.commit({ 'a/src/main.rs': main, 'a/src/load.txt': load, 'b/src/main.rs': BROKEN }, 'larger, and broken');
  await workspace.commit({ 'b/src/main.rs': TINY_MAIN }, 'mended');
  const ended = await untouched(home, workspace.path, ['check', '--workspace', '--json', '-', '--limit', 'zip: +1 kB']);
  expect(jsonOf(ended)).toMatchObject({ verdict: { status: 'pass' }, notBuilt: [{ name: 'a' }], functions: [{ name: 'b' }] });
  expect(ended.code).toBe(0);
});

test('what the change that mends base does not reach has no growth, and waits for no base', async () => {
  await using home = await Home.create();
  await using workspace = await Project.create(pair(BROKEN));
  await workspace.commit({ 'b/src/main.rs': TINY_MAIN }, 'mended');
  const ended = await untouched(home, workspace.path, ['check', '--workspace', '--json', '-', '--limit', 'a/zip: +1 kB']);
  const report = jsonOf(ended);
  expect(report).toMatchObject({ missingBase: { kind: 'does-not-build' }, notBuilt: [{ name: 'a' }], functions: [{ name: 'b' }] });
  expect(report.verdict).toMatchObject({ status: 'pass', unchecked: [{ function: 'b', code: 'no-base' }] });
  expect(ended.code).toBe(0);
});
