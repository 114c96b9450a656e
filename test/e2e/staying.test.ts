import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, QUICK_PROFILE } from './checks.ts';
import { type Ended, Home } from './coldgate.ts';
import { manifest, Project, TINY_MAIN } from './project.ts';

// A binary that was a function at base and that head still has, but not as one by its manifests.

const RUNTIME = '\n[dependencies]\nlambda_runtime = { path = "../lambda_runtime" }\n';
const OTHER = '\n[dependencies]\nslim_runtime = { path = "../slim_runtime" }\n';
const HEAVY = TINY_MAIN.replace('fn main() {', `fn main() {\n    std::hint::black_box(include_bytes!("load.bin"));`);
const LOAD = Array.from({ length: 20_000 }, (_, index) => Math.imul(index, 2_654_435_761).toString(36)).join('');
const FILES: Readonly<Record<string, string>> = {
  'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["*_runtime", "f-*"]\n${QUICK_PROFILE}`,
  '.gitignore': 'target/\nCargo.lock\n',
  'lambda_runtime/Cargo.toml': manifest('lambda_runtime'),
  'lambda_runtime/src/lib.rs': '',
  'slim_runtime/Cargo.toml': manifest('slim_runtime'),
  'slim_runtime/src/lib.rs': '',
  'f-one/Cargo.toml': manifest('f-one', RUNTIME),
  'f-one/src/main.rs': TINY_MAIN,
  'f-two/Cargo.toml': manifest('f-two', RUNTIME),
  'f-two/src/main.rs': TINY_MAIN,
};
/** Another runtime's crate, and 100 kB. */
const SWAPPED = { 'f-one/Cargo.toml': manifest('f-one', OTHER), 'f-one/src/main.rs': HEAVY, 'f-one/src/load.bin': LOAD };

let home: Home;
let project: Project;
let base: string;

beforeAll(async () => {
  home = await Home.create();
  project = await Project.create(FILES);
  base = await project.git('rev-parse', 'HEAD');
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

const check = (): Promise<Ended> => home.run(project.path, ['check', '--base', base, '--limit', 'zip: +1 kB', '--json', '-']);
const changed = (ended: Ended): readonly (readonly [string, string])[] =>
  jsonOf(ended)
    .functions.map(({ name, status }) => [name, status] as const)
    .toSorted();
const commit = async (files: Readonly<Record<string, string | null>>): Promise<void> => {
  await project.git('reset', '--quiet', '--hard', base);
  await project.commit(files, 'head');
};

describe('a function stays one while head has its binary', () => {
  test('with another runtime’s crate, and where head was measured alone before', async () => {
    await commit(SWAPPED);
    await home.run(project.path, ['measure', '-o', `${home.path}/alone`]);
    const ended = await check();
    expect([ended.code, changed(ended)]).toEqual([
      1,
      [
        ['f-one', 'changed'],
        ['f-two', 'unchanged'],
      ],
    ]);
    expect(jsonOf(ended).notes.map(({ text }) => text)).toContainEqual(
      'f-one: no Lambda dependency, and measured as a function since base has it as one: name it with --bin, since the next base may not know it',
    );
    // What was measured so is kept, and is the next change's base.
    const again = await check();
    expect(again.stderr.match(/measured before/g)).toHaveLength(2);
    expect(again.code).toBe(1);
  });

  test('under another name too', async () => {
    await commit({
      ...Object.fromEntries(Object.keys(SWAPPED).map((path) => [path, null])),
      'f-new/Cargo.toml': manifest('f-new', OTHER),
      'f-new/src/main.rs': HEAVY,
      'f-new/src/load.bin': LOAD,
    });
    const ended = await check();
    expect([ended.code, changed(ended)]).toEqual([
      1,
      [
        ['f-new', 'changed'],
        ['f-two', 'unchanged'],
      ],
    ]);
  });

  test('one that its call no longer builds is no removed one: 3, with what keeps it out', async () => {
    await commit({
      'f-one/Cargo.toml': manifest(
        'f-one',
        `${RUNTIME}[features]\nlarge = []\n[[bin]]\nname = "f-one"\npath = "src/main.rs"\nrequired-features = ["large"]\n`,
      ),
    });
    const ended = await check();
    expect(ended.stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /f-one is a function at base [0-9a-f]{7} and still a binary here, but is not built \(needs the feature "large"\): nothing says whether it grew/,
    );
    expect(ended.code).toBe(3);
  });

  test('where base does not build its manifests tell, so that an absolute limit holds', async () => {
    await using elsewhere = await Home.create();
    await commit({ 'f-two/src/main.rs': 'fn main() { 1 }\n' });
    await project.commit({ ...SWAPPED, 'f-two/src/main.rs': TINY_MAIN }, 'head');
    const ended = await elsewhere.run(project.path, ['check', '--base', 'HEAD^1', '--limit', 'f-one/zip: 1 kB', '--json', '-']);
    expect(changed(ended).map(([name]) => name)).toEqual(['f-one', 'f-two']);
    expect(ended.code).toBe(1);
  });

  test('one whose binary is gone is removed', async () => {
    await commit({ 'f-one/src/main.rs': null, 'f-one/src/lib.rs': '' });
    const ended = await check();
    expect([ended.code, changed(ended)]).toEqual([
      0,
      [
        ['f-one', 'removed'],
        ['f-two', 'unchanged'],
      ],
    ]);
  });
});
