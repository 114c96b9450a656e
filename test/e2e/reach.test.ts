import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, QUICK_PROFILE } from './checks.ts';
import { type Ended, Home } from './coldgate.ts';
import { manifest, Project, TINY_MAIN } from './project.ts';

/** A function that carries what an expression says. */
const carrying = (items: string, load: string): string =>
  `${items}\n${TINY_MAIN.replace('fn main() {', `fn main() {\n    std::hint::black_box(${load});`)}`;
const bytes = (count: number): string => `pub static LOAD: &[u8] = &[1; ${count}];\n`;
const NAMES = ['by-lib', 'by-module', 'by-script', 'by-target', 'by-text', 'owner', 'plain', 'root'];

/** Each function is compiled from a file whose folder is another package's, or CI's. */
const FILES: Readonly<Record<string, string>> = {
  'Cargo.toml': `${manifest('root')}\n[workspace]\nmembers = ["functions/*"]\n${QUICK_PROFILE}`,
  '.gitignore': 'target/\n',
  'README.md': '# functions\n',
  'Cargo.lock': `version = 4\n${NAMES.map((name) => `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n`).join('')}`,
  'src/main.rs': carrying('#[path = "../.github/gen/mod.rs"]\nmod gen;', 'gen::LOAD'),
  '.github/gen/mod.rs': 'mod table;\npub use table::LOAD;\n',
  '.github/gen/table.rs': bytes(10),
  'src/workers/target.rs': carrying('mod load;', 'load::LOAD'),
  'src/workers/load.rs': bytes(10),
  'src/workers/lib.rs': bytes(10),
  'src/workers/script.rs': 'mod size;\nfn main() {\n    println!("cargo:rustc-env=LOAD={}", "x".repeat(size::SIZE));\n}\n',
  'src/workers/size.rs': 'pub const SIZE: usize = 10;\n',
  'functions/owner/Cargo.toml': manifest('owner'),
  'functions/owner/src/main.rs': TINY_MAIN,
  'functions/owner/src/common/mod.rs': 'mod http;\npub use http::LOAD;\n',
  'functions/owner/src/common/http.rs': bytes(10),
  'functions/owner/src/shared.rs': 'pub static LOAD: &str = include_str!("pages/index.html");\n',
  'functions/owner/src/pages/index.html': 'x',
  'functions/by-module/Cargo.toml': manifest('by-module'),
  'functions/by-module/src/main.rs': carrying('#[path = "../../owner/src/common/mod.rs"]\nmod common;', 'common::LOAD'),
  'functions/by-text/Cargo.toml': manifest('by-text'),
  'functions/by-text/src/main.rs': carrying('#[path = "../../owner/src/shared.rs"]\nmod shared;', 'shared::LOAD'),
  'functions/by-target/Cargo.toml': manifest('by-target', '\n[[bin]]\nname = "by-target"\npath = "../../src/workers/target.rs"\n'),
  'functions/by-lib/Cargo.toml': manifest('by-lib', '\n[lib]\npath = "../../src/workers/lib.rs"\n'),
  'functions/by-lib/src/main.rs': carrying('', 'by_lib::LOAD'),
  'functions/by-script/Cargo.toml': manifest('by-script', 'build = "../../src/workers/script.rs"\n'),
  'functions/by-script/src/main.rs': carrying('', 'env!("LOAD")'),
  'functions/plain/Cargo.toml': manifest('plain'),
  'functions/plain/src/main.rs': TINY_MAIN,
};

let home: Home;
let project: Project;

beforeAll(async () => {
  home = await Home.create();
  project = await Project.create(FILES);
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

const check = (): Promise<Ended> => home.run(project.path, ['check', '--workspace', '--base', 'HEAD^1', '--json', '-']);
const builtBy = ({ stderr }: Ended): readonly string[] => [...stderr.matchAll(/(\S+) is reached by/g)].map((match) => match[1] ?? '');
const grownBy = (ended: Ended): readonly string[] =>
  jsonOf(ended)
    .functions.filter(({ metrics }) => Number(metrics.binary?.head) - Number(metrics.binary?.base) > 40_000)
    .map(({ name }) => name)
    .toSorted();

const size = (count: number): string => `pub const SIZE: usize = ${count};\n`;
const text = (count: number): string => 'x'.repeat(count);

describe.each(['stored', 'not stored'])('what a function is compiled from reaches it wherever it lies; base %s', (base) => {
  test.each<readonly [readonly string[], Readonly<Record<string, (bytes: number) => string>>]>([
    [
      ['by-lib', 'by-module', 'by-script', 'by-target'],
      {
        'src/workers/lib.rs': bytes,
        'functions/owner/src/common/http.rs': bytes,
        'src/workers/size.rs': size,
        'src/workers/load.rs': bytes,
      },
    ],
    [['by-text', 'root'], { 'functions/owner/src/pages/index.html': text, '.github/gen/table.rs': bytes }],
  ])('%j', async (names, files) => {
    const of = (count: number) => Object.fromEntries(Object.entries(files).map(([path, make]) => [path, make(count)]));
    await project.commit(of(10), 'small');
    if (base === 'stored') await home.run(project.path, ['measure', '--workspace', '-o', join(home.path, 'out')]);
    await project.commit(of(60_000), 'large');
    if (base !== 'stored') await rm(join(await home.repository(), 'snapshots'), { recursive: true, force: true });
    const ended = await check();
    expect(/measured before/.test(ended.stderr)).toBe(base === 'stored');
    expect(grownBy(ended)).toEqual(names);
    // The owners of the files too, and a build script may read any text. Where no build has told, whatever takes a module from elsewhere.
    const beside = builtBy(ended).filter((one) => !names.includes(one) && !['owner', 'root', 'by-script'].includes(one));
    expect(base === 'stored' ? beside : beside.filter((one) => !/^by-/.test(one))).toEqual([]);
  });

  test('documents reach nobody all the same', async () => {
    await project.commit({ 'README.md': `# functions, base ${base}\n`, '.github/workflows/ci.yml': `on: push # ${base}\n` }, 'docs');
    const ended = await check();
    expect(ended.stderr).not.toMatch(/building/);
  });
});

test('a stored base that does not know its sources gives nothing away: everything is built', async () => {
  await home.run(project.path, ['measure', '--workspace', '-o', join(home.path, 'out')]);
  const sha = await project.git('rev-parse', 'HEAD');
  const store = join(await home.repository(), 'snapshots');
  const [key = ''] = (await readdir(store)).filter((name) => name.startsWith(sha));
  const file = join(store, key, 'snapshot.json');
  const { inputs, ...rest } = JSON.parse(await readFile(file, 'utf8'));
  const { sources, ...others } = inputs;
  expect(Object.keys(sources).toSorted()).toEqual(NAMES);
  const older = JSON.stringify({ ...rest, inputs: others });
  const seal = join(store, key, 'digests.json');
  const digests = JSON.parse(await readFile(seal, 'utf8'));
  const own = { size: Buffer.byteLength(older), sha256: createHash('sha256').update(older).digest('hex') };
  await writeFile(file, older);
  await writeFile(seal, JSON.stringify({ ...digests, 'snapshot.json': own }));
  await project.commit({ 'README.md': '# older\n' }, 'docs');
  const ended = await check();
  expect(ended.stderr).toContain(`every function is built: what the functions of ${sha.slice(0, 7)} are compiled from is not known`);
  expect([jsonOf(ended).functions.length, jsonOf(ended).notBuilt]).toEqual([NAMES.length, []]);
});
