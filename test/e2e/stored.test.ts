import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSnapshot } from '../../src/core/snapshot/snapshot.ts';
import { QUICK_PROFILE } from './checks.ts';
import { Home } from './coldgate.ts';
import { unpack } from './plain-build.ts';
import { manifest, Project, TINY_MAIN, tiny } from './project.ts';

const LOADS = ['API_URL', 'declared', 'undeclared', 'file', 'far'];

/** A function that carries a variable of each kind, a file and a package from outside of the repository. */
const files = (outside: string): Record<string, string> => ({
  ...tiny('tiny', `${QUICK_PROFILE}\n[dependencies]\nfar = { path = "${outside}/far" }\n`),
  'Cargo.lock': `version = 4\n\n[[package]]\nname = "far"\nversion = "0.1.0"\n\n[[package]]\nname = "tiny"\nversion = "0.1.0"\ndependencies = [\n "far",\n]\n`,
  'src/main.rs': TINY_MAIN.replace(
    'fn main() {',
    `static LOAD: [&str; ${LOADS.length}] = [
    match option_env!("API_URL") { Some(url) => url, None => "none" },
    env!("MADE_OF_DECLARED"),
    env!("MADE_OF_UNDECLARED"),
    include_str!("${outside}/file.txt"),
    far::LOAD,
];

fn main() {
    std::hint::black_box(LOAD);`,
  ),
  'build.rs': `fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=DECLARED");
    for name in ["DECLARED", "UNDECLARED"] {
        println!("cargo:rustc-env=MADE_OF_{name}={}", std::env::var(name).unwrap_or_default());
    }
}
`,
});

let home: Home;
let project: Project;
let outside: string;

beforeAll(async () => {
  home = await Home.create();
  outside = await mkdtemp(join(tmpdir(), 'coldgate-outside-'));
  await writeFile(join(outside, 'file.txt'), 'mark-file-0');
  await mkdir(join(outside, 'far', 'src'), { recursive: true });
  await writeFile(join(outside, 'far/Cargo.toml'), manifest('far', '\n[workspace]\n'));
  await writeFile(join(outside, 'far/src/lib.rs'), 'pub static LOAD: &str = "mark-far-0";\n');
  project = await Project.create(files(outside));
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
  await rm(outside, { recursive: true, force: true });
});

/** What is measured of the one commit there is, and whether it was measured before. */
async function measured(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly stored: boolean; readonly carries: (mark: string) => boolean; readonly stderr: string }> {
  const folder = join(outside, 'result');
  const { code, stderr } = await home.run(project.path, ['measure', '-o', folder], env);
  if (code !== 0) throw new Error(stderr);
  const [fn] = parseSnapshot(await readFile(join(folder, 'snapshot.json'), 'utf8'), 'the test').functions;
  if (fn === undefined) throw new Error('no function');
  const binary = unpack(await readFile(join(folder, fn.package.file)), fn.binary.entry);
  return { stored: /measured before, taken from/.test(stderr), carries: (mark) => binary.includes(mark), stderr };
}

const RUN = { API_URL: 'https://mark-a', DECLARED: 'mark-declared-a', UNDECLARED: 'mark-undeclared-a' };

describe('a stored snapshot answers only where it would be built again as it is', () => {
  test('in another run of the same workflow it does', async () => {
    const run = (number: string) => ({
      ...RUN,
      GITHUB_RUN_ID: number,
      GITHUB_RUN_NUMBER: number,
      GITHUB_SHA: number,
      RUNNER_TEMP: `/tmp/${number}`,
      TERM: number,
      ImageVersion: number,
    });
    expect(await measured(run('501'))).toMatchObject({ stored: false });
    expect(await measured(run('502'))).toMatchObject({ stored: true });
  });

  test.each([
    ['a variable that rustc read', 'API_URL'],
    ['one that a build script declares', 'DECLARED'],
    ['one that a build script of the workspace reads in silence', 'UNDECLARED'],
  ])('%s', async (_, name) => {
    const other = { ...RUN, [name]: 'https://mark-c' };
    const next = await measured(other);
    expect(next).toMatchObject({ stored: false });
    expect(next.stderr).toMatch(
      name === 'UNDECLARED' ? /measured before, but the environment/ : new RegExp(`measured before, but .*${name}`),
    );
    expect(next.carries('https://mark-c')).toBe(true);
    expect(await measured(other)).toMatchObject({ stored: true });
    await measured(RUN);
  });

  test.each([
    ['a file outside of the repository', 'file.txt', 'mark-file-1'],
    ['a package outside of it', 'far/src/lib.rs', 'pub static LOAD: &str = "mark-far-1";\n'],
  ])('%s', async (_, name, text) => {
    await writeFile(join(outside, name), text);
    const next = await measured(RUN);
    expect(next).toMatchObject({ stored: false });
    expect(next.carries(/mark-[a-z]+-1/.exec(text)?.[0] ?? '')).toBe(true);
    expect(await measured(RUN)).toMatchObject({ stored: true });
  });

  test("cargo's own settings: CARGO_INCREMENTAL, its configuration at home and above the checkout", async () => {
    const cargoHome = join(outside, 'cargo-home');
    await mkdir(cargoHome);
    await writeFile(join(cargoHome, 'config.toml'), '[build]\nincremental = false\n');
    const env = { ...RUN, CARGO_HOME: cargoHome };
    expect(await measured(env)).toMatchObject({ stored: false });
    expect(await measured(env)).toMatchObject({ stored: true });
    expect(await measured({ ...env, CARGO_INCREMENTAL: '1' })).toMatchObject({ stored: false });
    await writeFile(join(cargoHome, 'config.toml'), '[profile.release]\nopt-level = 1\n');
    expect(await measured(env)).toMatchObject({ stored: false });
    await mkdir(join(home.path, 'repositories', '.cargo'));
    await writeFile(join(home.path, 'repositories', '.cargo', 'config.toml'), '[profile.release]\ndebug-assertions = true\n');
    expect(await measured(env)).toMatchObject({ stored: false });
    expect(await measured(env)).toMatchObject({ stored: true });
  });
});
