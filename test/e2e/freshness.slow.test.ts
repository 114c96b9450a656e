import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSnapshot, type Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { QUICK_PROFILE } from './checks.ts';
import { Home } from './coldgate.ts';
import { plainBuild, unpack } from './plain-build.ts';
import { manifest, Project, TINY_MAIN } from './project.ts';

/** What the functions below bring along without telling cargo of it; the marks stand in `text.txt`, `x.c`, `1.sql` … as they are. */
const DECLARES_ONLY_ITSELF = 'println!("cargo:rerun-if-changed=build.rs");';

const main = (loads: string): string => TINY_MAIN.replace('fn main() {', `${loads}\n\nfn main() {\n    std::hint::black_box(LOAD);`);
const INCLUDES = main('static LOAD: &str = include_str!(concat!(env!("OUT_DIR"), "/load.txt"));');

/** A build script that copies what it finds to where the function includes it, and tells cargo of itself alone. */
const copies = (expression: string): string => `use std::{env, fs, path::Path, process::Command};

fn main() {
    ${DECLARES_ONLY_ITSELF}
    let out = env::var("OUT_DIR").unwrap();
    let out = Path::new(&out);
    let load: String = ${expression};
    fs::write(out.join("load.txt"), load).unwrap();
    let _ = Command::new("true");
}
`;

const member = (name: string, files: Readonly<Record<string, string>>, more = ''): Record<string, string> => ({
  [`functions/${name}/Cargo.toml`]: manifest(name, more),
  ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`functions/${name}/${path}`, text])),
});
const MACRO = '\n[dependencies]\nmacros = { path = "../../macros" }\n';

const FILES: Readonly<Record<string, string>> = {
  'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["functions/*", "macros"]\nexclude = ["vendored"]\n${QUICK_PROFILE}`,
  '.gitignore': 'target/\n',
  'README.md': '# functions\n',
  ...member('text', { 'src/main.rs': INCLUDES, 'build.rs': copies('fs::read_to_string("text.txt").unwrap()'), 'text.txt': 'mark-text-0' }),
  ...member('native', {
    'src/main.rs': main(
      'extern "C" { static load: [u8; 16]; }\nstruct Load;\nstatic LOAD: Load = Load;\nimpl std::fmt::Display for Load {\n    fn fmt(&self, f: &mut std::fmt::Formatter<\'_>) -> std::fmt::Result {\n        write!(f, "{:?}", unsafe { load })\n    }\n}',
    ).replace('black_box(LOAD)', 'black_box(LOAD.to_string())'),
    'build.rs': `use std::{env, process::Command};

fn main() {
    ${DECLARES_ONLY_ITSELF}
    let out = env::var("OUT_DIR").unwrap();
    let run = |program: &str, args: &[&str]| assert!(Command::new(program).args(args).status().unwrap().success());
    run("cc", &["-c", "native/load.c", "-o", &format!("{out}/load.o")]);
    run("ar", &["crs", &format!("{out}/libload.a"), &format!("{out}/load.o")]);
    println!("cargo:rustc-link-search=native={out}");
    println!("cargo:rustc-link-lib=static=load");
}
`,
    'native/load.c': 'const char load[16] = "mark-native-0";\n',
  }),
  ...member(
    'sql',
    { 'src/main.rs': main('static LOAD: &str = macros::migrations!("functions/sql/migrations");'), 'migrations/1.sql': 'mark-sql-0' },
    MACRO,
  ),
  ...member('rooted', { 'src/main.rs': main('static LOAD: &str = macros::migrations!("migrations");') }, MACRO),
  ...member('outside', { 'src/main.rs': INCLUDES, 'build.rs': copies('fs::read_to_string("../../data/table.txt").unwrap()') }),
  ...member('neighbour', { 'src/main.rs': INCLUDES, 'build.rs': copies('fs::read_to_string("../sql/notes.txt").unwrap()') }),
  ...member('leftover', {
    'src/main.rs': INCLUDES,
    'build.rs': copies(
      '{ for one in fs::read_dir("pages").unwrap() { let one = one.unwrap(); fs::copy(one.path(), out.join("page-".to_owned() + &one.file_name().to_string_lossy())).unwrap(); } let mut names: Vec<String> = fs::read_dir(out).unwrap().map(|one| one.unwrap().file_name().to_string_lossy().into_owned()).filter(|name| name.starts_with("page-")).collect(); names.sort(); names.join(",") }',
    ),
    'pages/mark-leftover-0': '',
  }),
  ...member('commit', {
    'src/main.rs': INCLUDES,
    'build.rs': copies('String::from_utf8(Command::new("git").args(["rev-parse", "HEAD"]).output().unwrap().stdout).unwrap()'),
  }),
  ...member('told', { 'src/main.rs': main('static LOAD: &str = macros::variable!();') }, MACRO),
  ...member('described', {
    'src/main.rs': INCLUDES,
    'build.rs': copies('String::from_utf8(Command::new("git").args(["describe", "--tags", "--always"]).output().unwrap().stdout).unwrap()'),
  }),
  ...member('page', { 'src/main.rs': main('static LOAD: &str = macros::migrations!("docs");') }, MACRO),
  ...member('asked', { 'src/main.rs': main('static LOAD: &str = macros::commit!();') }, MACRO),
  'docs/page.md': 'mark-page-0',
  ...member('variable', { 'src/main.rs': INCLUDES, 'build.rs': copies('env::var("MARK_OF_TEST").unwrap_or_default()') }),
  ...member('configured', {
    'src/main.rs': main('static LOAD: &str = match option_env!("MARK_OF_CONFIG") { Some(mark) => mark, None => "" };'),
  }),
  ...member(
    'by-path',
    { 'src/main.rs': main('static LOAD: &str = vendored::LOAD;') },
    '\n[dependencies]\nvendored = { path = "../../vendored" }\n',
  ),
  'functions/sql/notes.txt': 'mark-neighbour-0',
  'migrations/1.sql': 'mark-rooted-0',
  'data/table.txt': 'mark-outside-0',
  '.cargo/config.toml': '[env]\nMARK_OF_CONFIG = "mark-configured-0"\n',
  'vendored/Cargo.toml': manifest('vendored', '\n[workspace]\n'),
  'vendored/src/lib.rs': 'pub static LOAD: &str = include_str!(concat!(env!("OUT_DIR"), "/load.txt"));\n',
  'vendored/build.rs': copies('fs::read_to_string("load.txt").unwrap()'),
  'vendored/load.txt': 'mark-by-path-0',
  'macros/Cargo.toml': manifest('macros', '\n[lib]\nproc-macro = true\n'),
  'macros/src/lib.rs': `use proc_macro::TokenStream;

/// Every file of a folder as one string: cargo is not told which they are.
#[proc_macro]
pub fn migrations(folder: TokenStream) -> TokenStream {
    let folder = folder.to_string();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(folder.trim_matches('"'));
    let mut files: Vec<_> = std::fs::read_dir(root).unwrap().map(|one| one.unwrap().path()).collect();
    files.sort();
    let all: String = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    format!("{all:?}").parse().unwrap()
}

/// The commit that stands here.
#[proc_macro]
pub fn commit(_: TokenStream) -> TokenStream {
    let asked = std::process::Command::new("git").args(["rev-parse", "HEAD"]).output().unwrap();
    format!("{:?}", String::from_utf8(asked.stdout).unwrap().trim()).parse().unwrap()
}

/// A variable that rustc is not told of.
#[proc_macro]
pub fn variable(_: TokenStream) -> TokenStream {
    format!("{:?}", std::env::var("MARK_OF_TEST").unwrap_or_default()).parse().unwrap()
}

// What it takes: "docs" or "migrations".
`,
};

/** One change each, of what one function carries; no other change may be what makes cargo look again. */
const CHANGES: Readonly<Record<string, (mark: string) => Readonly<Record<string, string | null>>>> = {
  text: (mark) => ({ 'functions/text/text.txt': mark }),
  native: (mark) => ({ 'functions/native/native/load.c': `const char load[16] = "${mark}";\n` }),
  sql: (mark) => ({ 'functions/sql/migrations/1.sql': mark }),
  rooted: (mark) => ({ 'migrations/2.sql': mark }),
  outside: (mark) => ({ 'data/table.txt': mark }),
  neighbour: (mark) => ({ 'functions/sql/notes.txt': mark }),
  leftover: (mark) => ({ 'functions/leftover/pages/mark-leftover-0': null, [`functions/leftover/pages/${mark}`]: '' }),
  page: (mark) => ({ 'docs/page.md': mark }),
  configured: (mark) => ({ '.cargo/config.toml': `[env]\nMARK_OF_CONFIG = "${mark}"\n` }),
  'by-path': (mark) => ({ 'vendored/load.txt': mark }),
};

let home: Home;
let project: Project;
let scratch: string;

beforeAll(async () => {
  home = await Home.create();
  project = await Project.create(FILES);
  scratch = await mkdtemp(join(tmpdir(), 'coldgate-fresh-'));
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true, force: true });
});

interface Shipped {
  readonly snapshot: Snapshot;
  readonly stderr: string;
  readonly carries: (name: string, mark: string) => Promise<boolean>;
}

async function measured(env: Readonly<Record<string, string>> = {}, more: readonly string[] = []): Promise<Shipped> {
  const ended = await home.run(project.path, ['measure', '-o', scratch, ...more], env);
  if (ended.code !== 0) throw new Error(ended.stderr);
  const snapshot = parseSnapshot(await readFile(join(scratch, 'snapshot.json'), 'utf8'), 'the test');
  const carries = async (name: string, mark: string): Promise<boolean> => {
    const fn = snapshot.functions.find((one) => one.name === name);
    if (fn === undefined) throw new Error(`no function ${name}`);
    return unpack(await readFile(join(scratch, fn.package.file)), fn.binary.entry).includes(mark);
  };
  return { snapshot, stderr: ended.stderr, carries };
}

/** Every function as a plain build makes it at the same path out of an empty target directory. */
async function asBuiltClean({ snapshot }: Shipped, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const plain = await plainBuild(home, '', env);
  await plain.empty();
  await plain.build();
  for (const { name, binary } of snapshot.functions) {
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256')
      .update(await plain.binary(name, 'bootstrap.zip'))
      .digest('hex');
    expect(`${name} ${binary.sha256}`).toBe(`${name} ${sha256}`);
  }
}

describe('what cargo was not told of', () => {
  it('reaches the first build', async () => {
    const first = await measured({ MARK_OF_TEST: 'mark-variable-0' });
    for (const name of [...Object.keys(CHANGES), 'variable'])
      if (name !== 'native') expect(await first.carries(name, `mark-${name}-0`)).toBe(true);
  });

  it.each(Object.entries(CHANGES))('%s: its change is in what is measured next', async (name, change) => {
    await project.commit(change(`mark-${name}-1`), name);
    const next = await measured({ MARK_OF_TEST: 'mark-variable-0' }, ['--bin', name]);
    expect(await next.carries(name, `mark-${name}-1`)).toBe(true);
  });

  it('a variable that nobody declares, and the commit that git names', async () => {
    const sha = await project.commit({ 'README.md': '# more\n' }, 'docs');
    const next = await measured({ MARK_OF_TEST: 'mark-variable-1' });
    expect(await next.carries('variable', 'mark-variable-1')).toBe(true);
    expect(await next.carries('told', 'mark-variable-1')).toBe(true);
    expect(await next.carries('commit', sha)).toBe(true);
    expect(await next.carries('asked', sha)).toBe(true);
  });

  it('a tag that git describes: neither the target folder nor the store answers for the old one', async () => {
    const env = { MARK_OF_TEST: 'mark-variable-1' };
    await project.git('tag', 'mark-tag-1');
    const tagged = await measured(env);
    expect(tagged.stderr).toMatch(/measured before, but .*packed-refs/);
    expect(await tagged.carries('described', 'mark-tag-1')).toBe(true);
    expect((await measured(env)).stderr).toMatch(/measured before, taken/);
  });

  it('all of it, and back again, as a clean build makes it', async () => {
    const env = { MARK_OF_TEST: 'mark-variable-1' };
    await project.commit(Object.assign({}, ...Object.entries(CHANGES).map(([name, change]) => change(`mark-${name}-2`))), 'all');
    const all = await measured(env);
    const back = await project.git('rev-parse', 'HEAD~1');
    await asBuiltClean(all, env);
    await measured(env);
    await project.git('checkout', '--quiet', back, '--', '.');
    await project.commit({}, 'back');
    await asBuiltClean(await measured(env), env);
  });

  it('a dirty tree too', async () => {
    await project.write({ 'functions/text/text.txt': 'mark-text-3', 'data/table.txt': 'mark-outside-3' });
    const dirty = await measured();
    expect(await dirty.carries('text', 'mark-text-3')).toBe(true);
    expect(await dirty.carries('outside', 'mark-outside-3')).toBe(true);
  });
});
