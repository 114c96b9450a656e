import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSnapshot } from '../../src/core/snapshot/snapshot.ts';
import { jsonOf, QUICK_PROFILE } from './checks.ts';
import { type Ended, Home } from './coldgate.ts';
import { manifest, Project, TINY_MAIN } from './project.ts';

const NAMES = Array.from({ length: 12 }, (_, index) => `f${String(index + 1).padStart(2, '0')}`);
/** `models` is used by three, `shared` by six; only `f01` asks for its feature, which all get that are built beside it. */
const needs = (name: string): string => {
  const number = Number(name.slice(1));
  const shared = `shared = { path = "../../shared"${number === 1 ? ', features = ["loud"]' : ''} }\n`;
  return `\n[dependencies]\n${number <= 6 ? shared : ''}${number <= 3 ? 'models = { path = "../../models" }\n' : ''}`;
};
const main = (name: string, more = ''): string =>
  TINY_MAIN.replace(
    'fn main() {',
    `fn main() {\n    std::hint::black_box(${Number(name.slice(1)) <= 6 ? 'shared::WORD' : '"quiet"'});${more}`,
  );

const FILES: Readonly<Record<string, string>> = {
  'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["functions/*", "shared", "models"]\n${QUICK_PROFILE}`,
  '.gitignore': 'target/\n',
  'README.md': '# twelve\n',
  'template.yaml': 'Resources: {}\n',
  'Cargo.lock': `version = 4\n${[...NAMES, 'models', 'shared']
    .map((name) => {
      const number = name.startsWith('f') ? Number(name.slice(1)) : 99;
      const list = [...(number <= 3 ? ['models'] : []), ...(number <= 6 || name === 'models' ? ['shared'] : [])];
      return `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n${list.length === 0 ? '' : `dependencies = [\n${list.map((one) => ` "${one}",\n`).join('')}]\n`}`;
    })
    .join('')}`,
  'shared/Cargo.toml': manifest('shared', '\n[features]\nloud = []\n'),
  'shared/src/lib.rs': 'pub const WORD: &str = if cfg!(feature = "loud") { "mark-loud" } else { "mark-quiet" };\n',
  'models/Cargo.toml': manifest('models', '\n[dependencies]\nshared = { path = "../shared" }\n'),
  'models/src/lib.rs': 'pub use shared::WORD;\n',
  ...Object.fromEntries(
    NAMES.flatMap((name) => [
      [`functions/${name}/Cargo.toml`, manifest(name, needs(name))],
      [`functions/${name}/src/main.rs`, main(name)],
    ]),
  ),
};

let home: Home;
let project: Project;
let scratch: string;

beforeAll(async () => {
  home = await Home.create();
  project = await Project.create(FILES);
  scratch = await mkdtemp(join(tmpdir(), 'coldgate-affected-'));
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true, force: true });
});

const check = (...more: readonly string[]): Promise<Ended> => home.run(project.path, ['check', '--base', 'HEAD^1', '--json', '-', ...more]);
const built = ({ stderr }: Ended): string => /building (.*) with cargo lambda/.exec(stderr)?.[1] ?? '';
const numbers = (names: readonly { readonly name: string }[]): string => names.map(({ name }) => name.slice(1)).join(' ');

/** The digest of every function as a whole measurement of this commit has it, in a state folder of its own at the same path's length. */
async function wholeDigests(): Promise<Record<string, string>> {
  const folder = join(scratch, 'whole');
  const { code, stderr } = await home.run(project.path, ['measure', '-o', folder]);
  if (code !== 0) throw new Error(stderr);
  const { functions } = parseSnapshot(await readFile(join(folder, 'snapshot.json'), 'utf8'), 'the test');
  return Object.fromEntries(functions.map(({ name, binary }) => [name, binary.sha256]));
}

describe('only what a change can reach is built', () => {
  test('documentation: nothing is, and the sentence says so', async () => {
    await project.commit({ 'README.md': '# twelve functions\n', 'docs/how.md': 'x', '.github/workflows/ci.yml': 'on: push\n' }, 'docs');
    const ended = await check('--limit', 'f09/zip: 5 MB');
    expect(ended.code).toBe(0);
    expect(ended.stderr).not.toMatch(/building/);
    const shown = await home.run(project.path, ['check', '--base', 'HEAD^1']);
    expect(shown.stdout.replaceAll(/\s+/g, ' ')).toMatch(/base [0-9a-f]{7} \(nothing built\), head [0-9a-f]{7} \(nothing built\)/);
    const { functions, notBuilt, verdict } = jsonOf(ended);
    expect([functions, numbers(notBuilt)]).toEqual([[], '01 02 03 04 05 06 07 08 09 10 11 12']);
    expect(verdict.sentence).toMatch(/^no change: no build reads what changed since [0-9a-f]{7}: 12 functions not built$/);
    expect((await check('--limit', 'f13/zip: 5 MB')).code).toBe(2);
  });

  test('one function, base not stored: that one at both sides, as a whole build makes it', async () => {
    await project.commit({ 'functions/f02/src/main.rs': main('f02', '\n    std::hint::black_box("more");') }, 'f02');
    const ended = await check();
    expect(built(ended)).toBe('f02');
    expect(ended.stderr).toMatch(/f02 is reached by functions\/f02\/src\/main.rs/);
    const { functions, notBuilt } = jsonOf(ended);
    expect(functions.map(({ name, status }) => [name, status])).toEqual([['f02', 'changed']]);
    expect(numbers(notBuilt)).toBe('01 03 04 05 06 07 08 09 10 11 12');
    const whole = await wholeDigests();
    expect(functions[0]?.sha256?.head).toBe(whole.f02);
    expect(notBuilt[0]?.reason).toMatch(/^no change since [0-9a-f]{7} reaches f01$/);
  });

  test('a shared crate, base stored: who uses it is built, the others are taken from base and are all there', async () => {
    await project.commit({ 'models/src/lib.rs': 'pub use shared::WORD as NAME;\n' }, 'models');
    const ended = await check();
    expect(built(ended)).toBe('f01, f02, f03');
    const { functions, notBuilt } = jsonOf(ended);
    expect(numbers(functions)).toBe('01 02 03 04 05 06 07 08 09 10 11 12');
    expect(numbers(notBuilt)).toBe('04 05 06 07 08 09 10 11 12');
    // It is a whole measurement, and the next one's base: its packages are there.
    await project.commit({ 'functions/f12/src/main.rs': main('f12', '\n    std::hint::black_box("more");') }, 'f12');
    const next = await check();
    expect(next.stderr).toMatch(/measured before/);
    expect(built(next)).toBe('f12');
    const heads = Object.fromEntries(jsonOf(next).functions.map(({ name, sha256 }) => [name, sha256?.head]));
    await rm(join(await home.repository(), 'snapshots'), { recursive: true });
    expect(heads).toEqual(await wholeDigests());
  });

  test('what lies in no package, a manifest’s dependencies, a variable of the toolchain: all, with the reason', async () => {
    await project.commit({ 'template.yaml': 'Resources: { A: 1 }\n' }, 'template');
    const ended = await check();
    expect(ended.stderr).toMatch(/every function is built: template.yaml lies in no package and is neither documentation nor CI/);
    expect(numbers(jsonOf(ended).functions)).toBe('01 02 03 04 05 06 07 08 09 10 11 12');
    expect(jsonOf(ended).notBuilt).toEqual([]);
    expect(jsonOf(ended).verdict.sentence).toMatch(/^no change: 12 functions are byte-identical/);
  });

  test('sources that are reached past the package graph: a module by its path, a link, a package that is no member', async () => {
    await using odd = await Project.create({
      'Cargo.toml': `${manifest('root', '\n[dependencies]\n')}\n[workspace]\nmembers = ["a", "b", "c"]\nexclude = ["far"]\n${QUICK_PROFILE}`,
      '.gitignore': 'target/\n',
      'Cargo.lock': `version = 4\n${['a', 'b', 'c', 'far', 'root'].map((name) => `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n${name === 'c' ? 'dependencies = [\n "far",\n]\n' : ''}`).join('')}`,
      'src/main.rs': TINY_MAIN,
      'a/Cargo.toml': manifest('a'),
      'a/src/main.rs': `#[path = "../../b/src/words.rs"]\nmod words;\n${TINY_MAIN.replace('fn main() {', 'fn main() {\n    std::hint::black_box(words::WORDS);')}`,
      'b/Cargo.toml': manifest('b'),
      'b/src/main.rs': TINY_MAIN,
      'b/src/words.rs': 'pub static WORDS: &[u8] = &[1; 10];\n',
      'c/Cargo.toml': manifest('c', '\n[dependencies]\nfar = { path = "../far" }\n'),
      'c/src/main.rs': TINY_MAIN.replace('fn main() {', 'fn main() {\n    std::hint::black_box(far::WORDS);'),
      'far/Cargo.toml': manifest('far', '\n[workspace]\n'),
      'far/src/lib.rs': 'pub static WORDS: &[u8] = &[1; 10];\n',
    });
    const grown = async (name: string): Promise<void> => {
      const { functions } = jsonOf(await home2.run(odd.path, ['check', '--workspace', '--base', 'HEAD^1', '--json', '-']));
      const { binary } = functions.find((fn) => fn.name === name)?.metrics ?? { binary: { base: null, head: null } };
      expect(`${name} ${Number(binary.head) - Number(binary.base) > 50_000}`).toBe(`${name} true`);
    };
    await using home2 = await Home.create();
    await odd.commit({ 'b/src/words.rs': 'pub static WORDS: &[u8] = &[1; 60_000];\n' }, 'by path');
    await grown('a');
    await odd.commit({ 'far/src/lib.rs': 'pub static WORDS: &[u8] = &[1; 60_000];\n' }, 'no member');
    await grown('c');
    await symlink('../../far/src/lib.rs', join(odd.path, 'b/src/linked.rs'));
    await odd.commit(
      { 'b/src/main.rs': `mod linked;\n${TINY_MAIN.replace('fn main() {', 'fn main() {\n    std::hint::black_box(linked::WORDS);')}` },
      'link',
    );
    await odd.commit({ 'far/src/lib.rs': 'pub static WORDS: &[u8] = &[1; 160_000];\n' }, 'through the link');
    await grown('b');
  });

  test('a dirty tree, and Markdown and terminal name what was not built', async () => {
    await project.write({ 'functions/f07/src/main.rs': main('f07', '\n    std::hint::black_box("dirty");') });
    const ended = await home.run(project.path, ['check', '--base', 'HEAD', '--markdown', join(scratch, 'report.md')]);
    expect(built(ended)).toBe('f07');
    const line = /11 not built, no change reaches them: f01, f02, f03, f04, f05, f06, f08, f09, f10, f11 … and 1 more/;
    expect(ended.stdout).toMatch(/11 not built, no change reaches them: f01/);
    expect((await readFile(join(scratch, 'report.md'), 'utf8')).replaceAll('`', '')).toMatch(line);
  });
});
