import { expect, test } from 'vitest';
import { heavier, jsonOf, QUICK_PROFILE, untouched } from './checks.ts';
import { Home } from './coldgate.ts';
import { manifest, Project, TINY_MAIN, tiny } from './project.ts';

const lock = (name: string): string => `version = 4\n\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n`;
const OTHER = '// nothing of it is left\nfn main() {\n    std::process::exit(std::env::args().count() as i32);\n}\n';

/** A project whose one function is `src/bin/old.rs`. */
async function withOld(): Promise<Project> {
  const { 'src/main.rs': _, ...files } = tiny('app', QUICK_PROFILE);
  return Project.create({ ...files, 'src/bin/old.rs': TINY_MAIN });
}

test('a function whose source git calls a rename is compared with the one that is gone', async () => {
  await using home = await Home.create();
  await using project = await withOld();
  const grown = heavier(60);
  await project.commit(
    {
      'src/bin/old.rs': null,
      'src/bin/new.rs': (grown['src/main.rs'] ?? '').replace('load.txt', '../load.txt'),
      'src/load.txt': grown['src/load.txt'] ?? '',
    },
    'another name, and heavier',
  );
  const ended = await untouched(home, project.path, ['check', '--json', '-', '--limit', 'zip: +20 kB']);
  expect(jsonOf(ended).functions).toMatchObject([{ name: 'new', status: 'changed', formerly: { name: 'old', crate: 'app' } }]);
  expect(ended.code).toBe(1);
  // From the store, too: what was renamed is of the two, not of one commit.
  expect((await home.run(project.path, ['check', '--limit', 'zip: +20 kB'])).code).toBe(1);
});

test('a function that an option names is the one that base has under another name', async () => {
  await using home = await Home.create();
  await using project = await withOld();
  const grown = heavier(60);
  const files = {
    'src/bin/new.rs': (grown['src/main.rs'] ?? '').replace('load.txt', '../load.txt'),
    'src/load.txt': grown['src/load.txt'] ?? '',
  };
  await project.commit({ 'src/bin/old.rs': null, ...files }, 'another name, and heavier');
  for (const bin of ['new', 'app/new']) {
    const ended = await home.run(project.path, ['check', '--json', '-', '--init', 'off', '--limit', 'zip: +20 kB', '--bin', bin]);
    const { functions, notes } = jsonOf(ended);
    expect(functions).toMatchObject([{ name: 'new', status: 'changed', formerly: { name: 'old', crate: 'app' } }]);
    expect(notes.filter(({ code }: { readonly code: string }) => code === 'tool')).toEqual([]);
    expect(ended.code).toBe(1);
  }
  await project.commit({ 'Cargo.toml': manifest('shop', QUICK_PROFILE), 'Cargo.lock': lock('shop') }, 'the package');
  const ended = await home.run(project.path, ['check', '--json', '-', '--init', 'off', '--package', 'shop']);
  const { functions, notes } = jsonOf(ended);
  expect(functions).toMatchObject([
    {
      name: 'new',
      crate: 'shop',
      status: 'changed',
      formerly: { name: 'new', crate: 'app' },
      metrics: { zip: { base: expect.any(Number) } },
    },
  ]);
  expect(notes.filter(({ code }: { readonly code: string }) => code === 'tool')).toEqual([]);
});

test('a binary, a package and its folder with other names, each with its sources', async () => {
  await using home = await Home.create();
  await using project = await Project.create({ ...tiny('app', QUICK_PROFILE) });
  const bin = '\n[[bin]]\nname = "other"\npath = "src/main.rs"\n';
  await project.commit({ 'Cargo.toml': manifest('app', `${bin}${QUICK_PROFILE}`) }, 'the binary');
  const check = async () => jsonOf(await home.run(project.path, ['check', '--json', '-'])).functions;
  expect(await check()).toMatchObject([{ name: 'other', formerly: { name: 'app', crate: 'app' } }]);
  await project.commit({ 'Cargo.toml': manifest('shop', QUICK_PROFILE), 'Cargo.lock': lock('shop') }, 'package and binary');
  expect(await check()).toMatchObject([{ name: 'shop', formerly: { name: 'other', crate: 'app' } }]);
});

test('one that git calls no rename is new, and the first line says what nobody judged', async () => {
  await using home = await Home.create();
  await using project = await withOld();
  await project.commit({ 'src/bin/old.rs': null, 'src/bin/new.rs': OTHER }, 'another function');
  const ended = await home.run(project.path, ['check', '--init', 'off']);
  expect(ended.stdout.split('\n')[0]).toContain('; 1 new, 1 removed: no growth judged');
  expect(ended.code).toBe(0);
});
