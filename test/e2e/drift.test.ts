import { expect, test } from 'vitest';
import { jsonOf, untouched } from './checks.ts';
import { Home } from './coldgate.ts';
import { carrying, limited } from './drifting.ts';
import { Project } from './project.ts';

test('a release is built once and stored; its figures, and what this change adds, are told; without such a limit nothing is', async () => {
  await using home = await Home.create();
  await using project = await Project.create(limited('zip: +10% since v*', 'crate:std: +1 kB since 2026-10-01'));
  await project.git('tag', '-a', '-m', 'the first', 'v1.0.0');
  const release = await project.git('rev-parse', 'HEAD');
  await project.commit(carrying(20), 'more');
  await project.commit(carrying(40), 'and more');
  const first = await untouched(home, project.path, ['check', '--base', 'HEAD^', '--json', '-']);
  expect(first.code, first.stderr).toBe(1);
  expect(first.stderr).toContain(`v1.0.0 (${release.slice(0, 7)}): building once for "zip: +10% since v*"`);
  expect(first.stderr).toContain(`v1.0.0 (${release.slice(0, 7)}): checked out`);
  const { verdict } = jsonOf(first);
  const [breach] = verdict.breaches;
  expect(breach).toMatchObject({
    kind: 'limit',
    limit: '+10% since v*',
    source: 'Cargo.toml:13',
    reference: { name: 'v1.0.0', sha: release },
  });
  expect(verdict.sentence).toMatch(
    /^fail: tiny has grown since v1\.0\.0: package \+\d.* kB \(\+\d+\.\d %\) to .* kB, \d.* kB of it by this change; the limit is \+10 % since v\* \(Cargo\.toml:13\)/,
  );
  expect(verdict.unchecked).toMatchObject([
    { metric: 'crate:std', code: 'no-reference', reason: expect.stringContaining('begins after 2026-10-01 did') },
  ]);

  const again = await home.run(project.path, ['check', '--base', 'HEAD^', '--json', '-']);
  expect(again.stderr).toContain(`v1.0.0 (${release.slice(0, 7)}): measured before, taken from the store`);
  expect(jsonOf(again).verdict).toEqual(verdict);

  // The options' own limits win, and ask for nothing of the past.
  const plain = await home.run(project.path, [
    'check',
    '--base',
    'HEAD^',
    '--limit',
    'zip: +50%',
    '--limit',
    'crate:std: +1 kB',
    '--json',
    '-',
  ]);
  expect(plain.stderr).not.toMatch(/v1\.0\.0|2026-10-01/);
  expect(plain.code).toBe(0);
});

test('a release that does not build is no pass, and base goes on', async () => {
  await using home = await Home.create();
  const files = limited('zip: +10% since v*');
  await using project = await Project.create({ ...files, 'src/main.rs': 'fn main() { nothing() }\n' });
  await project.git('tag', 'v1.0.0');
  await project.commit(carrying(1), 'it builds');
  await project.commit(carrying(2), 'more');
  const ended = await home.run(project.path, ['check', '--base', 'HEAD^', '--json', '-']);
  expect(ended.code).toBe(3);
  expect(jsonOf(ended).verdict).toMatchObject({
    status: 'unchecked',
    unchecked: [{ code: 'unmeasured', reason: expect.stringMatching(/^v1\.0\.0 \([0-9a-f]{7}\) could not be measured: /) }],
  });
});

test('a function that no release has, and a project that was not there, have not grown', async () => {
  await using home = await Home.create();
  await using project = await Project.create({ 'README.md': 'nothing yet\n' });
  await project.git('tag', 'v1.0.0');
  await project.commit(limited('zip: +1% since v*'), 'the project');
  await project.commit(carrying(20), 'more');
  const ended = await home.run(project.path, ['check', '--base', 'HEAD^', '--json', '-']);
  expect([ended.code, jsonOf(ended).verdict]).toMatchObject([
    0,
    { status: 'pass', kept: [{ reference: { name: 'v1.0.0', figure: null } }] },
  ]);
});

test('a function that has been renamed since the release counts from what it was under its name', async () => {
  await using home = await Home.create();
  await using project = await Project.create(limited('zip: +10% since v*'));
  await project.git('tag', 'v1.0.0');
  const other = Object.fromEntries(
    ['Cargo.toml', 'Cargo.lock'].map((name) => [name, limited('zip: +10% since v*')[name]?.replace('"tiny"', '"other"') ?? '']),
  );
  await project.commit(other, 'another name');
  await project.commit(carrying(20), 'more');
  await project.commit(carrying(40), 'and more');
  const check = async () => {
    const ended = await home.run(project.path, ['check', '--base', 'HEAD^', '--json', '-']);
    return { code: ended.code, ...jsonOf(ended).verdict };
  };
  const first = await check();
  expect(first).toMatchObject({ code: 1, breaches: [{ function: 'other', reference: { name: 'v1.0.0', figure: expect.any(Number) } }] });
  // From the store, too.
  expect(await check()).toEqual(first);
});

test('a limit under the name that a function’s package had counts from the release', async () => {
  await using home = await Home.create();
  const files = limited();
  const named = { 'Cargo.toml': `${files['Cargo.toml']}\n[[bin]]\nname = "app"\npath = "src/main.rs"\n` };
  await using project = await Project.create({ ...files, ...named });
  await project.git('tag', 'v1.0.0');
  const renamed = ['Cargo.toml', 'Cargo.lock'].map((name) => [name, ({ ...files, ...named }[name] ?? '').replace('"tiny"', '"shop"')]);
  await project.commit({ ...Object.fromEntries(renamed), ...carrying(40) }, 'another package, and heavier');
  const ended = await home.run(project.path, ['check', '--json', '-', '--init', 'off', '--limit', 'tiny/app/zip: +10% since v*']);
  expect({ code: ended.code, ...jsonOf(ended).verdict }).toMatchObject({
    code: 1,
    breaches: [{ function: 'app', reference: { name: 'v1.0.0', figure: expect.any(Number) } }],
  });
});
