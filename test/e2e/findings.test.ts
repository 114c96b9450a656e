import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseSnapshot, type Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { jsonOf } from './checks.ts';
import { Home } from './coldgate.ts';
import { manifest, Project, TINY_MAIN, tiny } from './project.ts';

const LOUD = '\n[profile.release]\nopt-level = 1\nlto = false\ncodegen-units = 2\nstrip = "none"\npanic = "unwind"\n';

const TEMPLATE = `Resources:
  Tiny:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: rust-cargolambda
    Properties:
      Runtime: provided.al2
`;

/** A table and a file in the binary, a file that is read by nobody, and one that a test alone includes. */
const LARGE: Readonly<Record<string, string>> = {
  'src/main.rs': `${TINY_MAIN.replace(
    'fn main() {',
    `static TABLE: [u32; 50_000] = table();

const fn table() -> [u32; 50_000] {
    let mut all = [0; 50_000];
    let mut at = 0;
    while at < all.len() {
        all[at] = (at as u32).wrapping_mul(2_654_435_761);
        at += 1;
    }
    all
}

static LOAD: &[u8] =
    include_bytes!("../assets/load.txt");

fn main() {
    let place = std::hint::black_box(7);
    std::hint::black_box(TABLE[place] + LOAD[place] as u32);`,
  )}\n#[cfg(test)]\nconst _: &[u8] = include_bytes!("../assets/unread.txt");\n`,
  'assets/load.txt': Array.from({ length: 30_000 }, (_, at) => `${at * 7_919}\n`).join(''),
  'assets/unread.txt': 'x'.repeat(200_000),
};

async function measured(home: Home, project: Project, env: Readonly<Record<string, string>> = {}): Promise<Snapshot> {
  const ended = await home.run(project.path, ['measure', '-o', join(home.path, 'out')], env);
  expect([ended.code, ended.code === 0 ? '' : ended.stderr]).toEqual([0, '']);
  return parseSnapshot(await readFile(join(home.path, 'out/snapshot.json'), 'utf8'), 'snapshot.json');
}

describe('findings that need no build of their own', () => {
  let small: Snapshot;
  let loud: Snapshot;
  let told = '';
  beforeAll(async () => {
    await using home = await Home.create();
    await using project = await Project.create({ ...tiny(), 'Cargo.toml': manifest('tiny', '\n[profile.release]\nlto = "fat"\n') });
    small = await measured(home, project);
    await project.commit({ ...LARGE, 'template.yaml': TEMPLATE, 'Cargo.toml': manifest('tiny', LOUD) }, 'all of it');
    loud = await measured(home, project, { RUSTFLAGS: '-D warnings' });
    await project.commit({ 'README.md': 'nothing of the build' }, 'words');
    const checked = await home.run(project.path, ['check', '--base', 'HEAD~1'], { RUSTFLAGS: '-D warnings' });
    expect(checked.code, checked.stderr).toBe(0);
    told = checked.stdout.replace(/\s+/g, ' ');
  });

  test('none where everything is as the article has it', () => {
    expect([small.findings, small.functions.flatMap(({ findings }) => findings)]).toEqual([[], []]);
  });

  test('each of the project at its line', () => {
    const shown = loud.findings.map((one) => {
      const place = one.kind === 'rustflags' ? one.by : `${one.file}:${one.line}`;
      return `${one.kind} ${one.kind === 'profile' ? `${one.setting} = ${one.found} ` : ''}${place}`;
    });
    expect(shown).toEqual([
      'profile opt-level = 1 Cargo.toml:7',
      'profile lto = false Cargo.toml:8',
      'profile codegen-units = 2 Cargo.toml:9',
      'profile panic = "unwind" Cargo.toml:11',
      'profile strip = "none" Cargo.toml:10',
      'rustflags RUSTFLAGS',
      'old-image template.yaml:7',
    ]);
  });

  test('the table, the file that is in the binary, and the symbols, with their bytes', () => {
    const found = loud.functions.flatMap(({ findings }) => findings);
    expect(found.map(({ kind }) => kind)).toEqual(['ships-symbols', 'large-table', 'large-include']);
    const [symbols, table, include] = found;
    expect(table).toMatchObject({ kind: 'large-table', name: 'tiny::TABLE', crate: 'tiny', size: 200_000 });
    const size = LARGE['assets/load.txt']?.length;
    expect(include).toMatchObject({ name: 'assets/load.txt', size, place: { file: 'src/main.rs', line: 16 } });
    const binary = loud.functions[0]?.binary.size ?? 0;
    expect(symbols?.kind === 'ships-symbols' ? symbols.saving : 0).toBeGreaterThan(100_000);
    expect(symbols?.kind === 'ships-symbols' ? symbols.saving : 0).toBeLessThan(binary);
    expect(symbols?.kind === 'ships-symbols' ? symbols.sections.map(({ name }) => name) : []).toContain('.debug_info');
  });

  test('what base has too is told below, and is no warning', () => {
    expect(told).not.toMatch(/warning/);
    expect(told).toMatch(
      /also found, not of this change opt-level = 1 at Cargo\.toml:7\. Write opt-level = 3: the package of an axum function was 7\.5 % smaller with it/,
    );
    expect(told).toMatch(/has the file assets\/load\.txt compiled in \(src\/main\.rs:16\): 286 kB of the binary/);
  });
});

/** A crate of a known name with a little code of its own that depends on nothing. */
const providerOf = (name: string): Readonly<Record<string, string>> => ({
  [`${name}/Cargo.toml`]: manifest(name),
  [`${name}/src/lib.rs`]: `#[inline(never)]
pub fn digest(text: &str) -> String {
    let mut seen = std::collections::BTreeMap::new();
    for (at, letter) in text.chars().enumerate() {
        *seen.entry((letter, at % 7)).or_insert(0usize) += at;
    }
    format!("{seen:?} {:?}", seen.iter().rev().map(|(key, value)| format!("{key:?}{value:>9}")).collect::<Vec<_>>())
}
`,
});

test('two crypto providers in one binary, the second of which a change brings', async () => {
  await using home = await Home.create();
  const main = (...names: readonly string[]): string =>
    TINY_MAIN.replace('fn main() {', `fn main() {\n${names.map((name) => `    println!("{}", ${name}::digest("a"));\n`).join('')}`);
  const project_ = (...names: readonly string[]): Record<string, string> => ({
    'Cargo.toml': `${manifest('tiny', `\n[dependencies]\n${names.map((name) => `${name} = { path = "${name}" }\n`).join('')}`)}\n[profile.release]\nlto = "fat"\n`,
    'src/main.rs': main(...names.map((name) => name.replaceAll('-', '_'))),
  });
  await using project = await Project.create({
    ...tiny(),

    ...providerOf('ring'),
    ...providerOf('aws-lc-rs'),
    ...project_('ring'),
  });
  await project.commit(project_('ring', 'aws-lc-rs'), 'a second one');
  const check = jsonOf(await home.run(project.path, ['check', '--base', 'HEAD^1', '--limit', 'zip: 100 MB', '--json', '-']));
  const [found] = check.functions[0]?.findings ?? [];
  expect(found).toMatchObject({ kind: 'twice', job: 'crypto', of: 'binary' });
  expect(found?.kind === 'twice' ? found.packages.map(({ name }) => name).toSorted() : []).toEqual(['aws-lc-rs', 'ring']);
  expect(check.functions[0]?.standing).toEqual([]);
});

test('what a change brings is a warning', async () => {
  await using home = await Home.create();
  await using project = await Project.create({ ...tiny(), 'Cargo.toml': manifest('tiny', '\n[profile.release]\nlto = "fat"\n') });
  await project.commit({ 'template.yaml': TEMPLATE, ...LARGE }, 'a table and an image');
  const ended = await home.run(project.path, ['check', '--base', 'HEAD^1', '--limit', 'zip: 100 MB', '--json', '-']);
  const check = jsonOf(ended);
  expect(check.project.findings.map(({ kind }) => kind)).toEqual(['old-image']);
  expect([check.project.standing, check.functions[0]?.standing]).toEqual([[], []]);
  const [table, ...others] = check.functions[0]?.findings ?? [];
  expect(table).toMatchObject({ kind: 'large-table', name: 'tiny::TABLE', crate: 'tiny', size: 200_000 });
  expect(others.map(({ kind }) => kind)).toEqual(['large-include']);
  expect(check.verdict.sentence).toMatch(/; 3 warnings/);
});
