import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VENDORED, vendored } from '../cargo/vendored.ts';
import { jsonOf, QUICK_PROFILE } from './checks.ts';
import { type Ended, Home } from './coldgate.ts';
import { manifest, Project, shell, TINY_MAIN } from './project.ts';

/** A library whose table of so many bytes does not compress. */
function table(name: string, version: string, size: number, more = ''): Record<string, string> {
  return {
    ...vendored(
      name,
      version,
      more,
      'static LOAD: &[u8] = include_bytes!("load.txt");\npub fn one(at: usize) -> u8 { LOAD[at % LOAD.len()] }\n',
    ),
    [`vendor/${name}-${version}/src/load.txt`]: randomBytes(size).toString('latin1'),
  };
}

const SMALL = Array.from({ length: 6 }, (_, at) => `extra${at}`);
const needs = (...names: readonly string[]): string => names.map((name) => `${name} = "1"\n`).join('');
const cargo = (generator: string, more = ''): string =>
  manifest('services', `\n[dependencies]\njson = "1"\n${more}\n[build-dependencies]\ngenerator = "=${generator}"\n${QUICK_PROFILE}`);
const main = (line: string): string => TINY_MAIN.replace('fn main() {', `fn main() {\n    std::hint::black_box(${line});`);

const FILES: Readonly<Record<string, string>> = {
  ...VENDORED,
  '.gitignore': 'target/\n',
  'Cargo.toml': cargo('1.0.0'),
  'build.rs': 'fn main() { generator::one(); }\n',
  'src/bin/orders.rs': main('json::one()'),
  'src/bin/users.rs': main('json::one()'),
  ...vendored('generator', '1.0.0', `[dependencies]\n${needs('both')}`),
  ...vendored('generator', '1.1.0', `[dependencies]\n${needs('both')}`),
  ...vendored('json', '1.0.0', '[features]\nstd = ["dep:memchr"]\n[dependencies]\nmemchr = { version = "1", optional = true }\n'),
  ...vendored('memchr', '1.0.0'),
  ...table('both', '1.0.0', 60_000),
  ...table('regex', '1.0.0', 3_000, `[dependencies]\njson = { version = "1", features = ["std"] }\n${needs('both', ...SMALL)}`),
  ...Object.assign({}, ...SMALL.map((name) => vendored(name, '1.0.0'))),
};

let home: Home;
let project: Project;

beforeAll(async () => {
  home = await Home.create();
  project = await Project.create(FILES);
  await lock();
  await project.commit({}, 'base');
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

const lock = (): Promise<string> => shell('cargo generate-lockfile --offline --quiet', project.path);

async function checked(files: Readonly<Record<string, string>>): Promise<{ readonly ended: Ended; readonly report: string }> {
  await project.write(files);
  await lock();
  await project.commit({}, 'head');
  const markdown = join(home.path, 'report.md');
  const ended = await home.run(project.path, ['check', '--base', 'HEAD^1', '--json', '-', '--markdown', markdown]);
  return { ended, report: await readFile(markdown, 'utf8') };
}

describe('what a person did, of real builds', () => {
  test('own code is theirs where a package has several binaries; a build dependency that moved with it explains nothing', async () => {
    const grown = randomBytes(40_000).toString('hex');
    const { ended, report } = await checked({
      'Cargo.toml': cargo('1.1.0'),
      'src/bin/orders.rs': main('(json::one(), include_bytes!("load.txt"))'),
      'src/bin/load.txt': grown,
    });
    const { functions, dependencies } = jsonOf(ended);
    const orders = functions.find(({ name }) => name === 'orders');
    expect(orders?.roots).toMatchObject([{ did: { kind: 'own', of: 'function' }, crates: ['orders'] }]);
    expect(orders?.metrics.dependencies).toMatchObject({ base: 1, head: 1, reason: null });
    expect(dependencies).toMatchObject({ added: [], changed: [], count: { base: 1, head: 1 } });
    expect(report).toContain("**Because** the function's own code and data: +");
    expect(report).not.toContain('generator');
  });

  test('a line of the manifest has what it brings: what was locked for the build alone, and a feature of what was there', async () => {
    const { ended, report } = await checked({
      'Cargo.toml': cargo('1.1.0', 'regex = "1"\n'),
      'src/bin/users.rs': main('(json::one(), regex::one(7), 0)'),
    });
    const { functions, dependencies } = jsonOf(ended);
    const users = functions.find(({ name }) => name === 'users');
    const [regex] = users?.roots ?? [];
    expect(regex).toMatchObject({
      did: { kind: 'added', name: 'regex', version: '1.0.0', place: { file: 'Cargo.toml', line: 8 } },
      packages: 9,
    });
    expect(regex?.moves.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual(
      ['added both', ...SMALL.map((name) => `added ${name}`), 'added memchr', 'added regex', 'features json'].toSorted(),
    );
    expect(dependencies.count).toEqual({ base: 1, head: 10 });
    expect(report).toMatch(
      /\*\*Because\*\* `regex 1\.0\.0` was added \(`Cargo\.toml`, line 8\) and brings [^:]*: \+[\d.]+\skB of the package/,
    );
  });
});
