import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSnapshot, type Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { ToolchainWithout } from '../rust.ts';
import { type Ended, Home } from './coldgate.ts';
import { codeOf, plainBuild, unpack } from './plain-build.ts';
import { FAT_PROFILE, manifest, Project, tiny } from './project.ts';

const execute = promisify(execFile);

const LIBRARY = 'pub fn run() -> usize {\n    std::env::args().count()\n}\n';

const main = (crate: string): string => `use std::collections::BTreeMap;

fn count<T: Ord + Default + std::fmt::Debug>(times: usize) -> String {
    let mut seen = BTreeMap::new();
    for number in 0..times {
        seen.insert((number, format!("{:?}", T::default())), T::default());
    }
    format!("{seen:?}")
}

fn main() {
    let times = ${crate}::run();
    println!("{} {}", count::<u32>(times), count::<String>(times));
}
`;

/** A function, an extension (by the name of the crate that it depends on), a plain tool; and the settings of cargo lambda that move packages. */
const FILES: Readonly<Record<string, string>> = {
  'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["*-crate"]
${FAT_PROFILE}
[workspace.metadata.lambda.build]
include = ["tables"]
flatten = "orders"
lambda_dir = "elsewhere"
output_format = "binary"
`,
  '.gitignore': 'target/\n',
  'Cargo.lock': `version = 4
${['lambda-extension', 'lambda_runtime', 'listener', 'orders', 'returns', 'tool']
  .map((name) => {
    const needs = { listener: 'lambda-extension', orders: 'lambda_runtime', returns: 'lambda_runtime' }[name];
    return `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n${needs === undefined ? '' : `dependencies = [\n "${needs}",\n]\n`}`;
  })
  .join('')}`,
  'runtime-crate/Cargo.toml': manifest('lambda_runtime'),
  'runtime-crate/src/lib.rs': LIBRARY,
  'extension-crate/Cargo.toml': manifest('lambda-extension'),
  'extension-crate/src/lib.rs': LIBRARY,
  'orders-crate/Cargo.toml': manifest(
    'orders',
    `
[dependencies]
lambda_runtime = { path = "../runtime-crate" }

[package.metadata.lambda.build]
include = ["tables/prices.txt"]
flatten = "orders"
`,
  ),
  'orders-crate/src/main.rs': main('lambda_runtime'),
  'returns-crate/Cargo.toml': manifest('returns', '\n[dependencies]\nlambda_runtime = { path = "../runtime-crate" }\n'),
  'returns-crate/src/main.rs': main('lambda_runtime'),
  'listener-crate/Cargo.toml': manifest('listener', '\n[dependencies]\nlambda-extension = { path = "../extension-crate" }\n'),
  'listener-crate/src/main.rs': main('lambda_extension'),
  'tool-crate/Cargo.toml': manifest('tool'),
  'tool-crate/src/main.rs': 'fn main() {}\n',
  'tables/prices.txt': '0123456789'.repeat(1_000),
  'tables/more/stock.txt': 'stock\n',
};

let home: Home;
let project: Project;
let scratch = '';
let ended: Ended;
let snapshot: Snapshot;

beforeAll(async () => {
  home = await Home.create();
  project = await Project.create(FILES);
  scratch = await mkdtemp(join(tmpdir(), 'coldgate-attribution-'));
  ended = await home.run(project.path, ['measure', '-o', join(scratch, 'out')]);
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  snapshot = parseSnapshot(await readFile(join(scratch, 'out', 'snapshot.json'), 'utf8'), 'snapshot.json');
});
afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
  await project[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

function measured(name: string): Snapshot['functions'][number] {
  const found = snapshot.functions.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not measured`);
  return found;
}

function entries(name: string): readonly (readonly [string, number])[] {
  return measured(name).package.entries.map((entry) => [entry.name, entry.uncompressed]);
}

const sum = (rows: readonly { readonly size: number }[]): number => rows.reduce((total, { size }) => total + size, 0);

describe('the functions of a workspace', () => {
  it('are its Lambda binaries; extensions are built as such, the rest is named', () => {
    expect(snapshot.functions.map(({ name, kind }) => [name, kind])).toEqual([
      ['listener', 'extension'],
      ['orders', 'function'],
      ['returns', 'function'],
    ]);
    expect(snapshot.notes).toEqual([
      {
        code: 'bins-left-out',
        text: 'binaries left out: tool (its package has no Lambda dependency); to measure one, name all functions with --bin',
      },
    ]);
  });

  it('have their packages wherever the settings of cargo lambda put them', () => {
    expect(measured('listener').binary.entry).toBe('extensions/listener');
    expect(measured('orders').binary.entry).toBe('bootstrap');
    expect(entries('listener')).toContainEqual(['extensions/listener', measured('listener').binary.size]);
    for (const name of ['orders', 'returns']) {
      expect(entries(name)).toContainEqual(['bootstrap', measured(name).binary.size]);
      expect(entries(name)).toContainEqual(['tables/prices.txt', 10_000]);
      expect(entries(name)).toContainEqual(['tables/more/stock.txt', 6]);
    }
  });

  // cargo lambda reads a package's own settings where one --bin or --package is given, and those of the workspace otherwise.
  it('are packed by the settings of the package where one is asked for', async () => {
    const again = await home.run(project.path, ['measure', '--bin', 'orders', '-o', join(scratch, 'one')]);
    expect(again, again.stderr).toMatchObject({ code: 0 });
    const one = parseSnapshot(await readFile(join(scratch, 'one', 'snapshot.json'), 'utf8'), 'snapshot.json');
    expect(one.functions.map(({ binary }) => binary)).toEqual([measured('orders').binary]);
    expect(one.functions[0]?.package.entries.map(({ name }) => name).sort()).toEqual(['bootstrap', 'tables/prices.txt']);
  });
});

describe.each(['listener', 'orders', 'returns'])('the figures of %s', (name) => {
  it('are those of the packaged binary and add up', async () => {
    const one = measured(name);
    const zip = await readFile(join(scratch, 'out', one.package.file));
    const binary = unpack(zip, one.binary.entry);
    const file = join(scratch, `${name}.shipped`);
    await writeFile(file, binary);
    expect(one.binary.text).toBe((await codeOf(file)).length);
    expect(one.binary.size).toBe(binary.length);
    expect(sum(one.binary.sections) + one.binary.headers).toBe(binary.length);
    expect(one.package.entries.reduce((total, { compressed }) => total + compressed, 0) + one.package.overhead).toBe(zip.length);
    if (one.attribution.kind !== 'attributed') throw new Error(one.attribution.reason);
    const { of, text, crates, symbols, unattributed } = one.attribution;
    expect(of).toBe('twin');
    expect(text).toBe(one.binary.text);
    expect(sum(crates) + unattributed).toBe(text);
    expect(sum(symbols) + unattributed).toBe(text);
    expect(Math.abs(unattributed)).toBeLessThan(text / 20);
    expect(symbols).toContainEqual(expect.objectContaining({ crate: name, name: `${name}::main` }));
  });
});

describe('the crates', () => {
  it('have the sums of `cargo bloat --crates` on the twin', async () => {
    const plain = await plainBuild(home, '');
    const { stdout } = await plain.build('--message-format', 'json-render-diagnostics', '--bin', 'returns');
    const messages = stdout.split('\n').filter((line) => line.startsWith('{'));
    const twin = join(scratch, 'out', measured('returns').twin ?? 'no twin');
    // cargo bloat takes the file from the names of the last executable that is a binary.
    const renamed = messages.map((line) => {
      const message = JSON.parse(line);
      return JSON.stringify(message.target?.name === 'returns' ? { ...message, executable: twin, filenames: [twin] } : message);
    });
    expect(renamed).not.toEqual(messages);
    const bin = join(scratch, 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(scratch, 'messages'), renamed.join('\n'));
    const fake = `#!/bin/sh
case "$*" in
build*--message-format=json*) cat '${join(scratch, 'messages')}' ;;
build*) ;;
*) exec '${plain.tools.cargo}' "$@" ;;
esac
`;
    await writeFile(join(bin, 'cargo'), fake, { mode: 0o755 });
    const bloat = await execute(plain.tools.cargoBloat.path, ['bloat', '--release', '--crates', '-n', '0', '--message-format', 'json'], {
      cwd: join(await home.repository(), 'checkout'),
      env: { ...plain.env, PATH: `${bin}:${plain.env.PATH}` },
    });
    const theirs: { crates: { name: string; size: number }[] } = JSON.parse(bloat.stdout);
    const { attribution } = measured('returns');
    if (attribution.kind !== 'attributed') throw new Error(attribution.reason);
    const ours = Object.fromEntries(attribution.crates.map(({ name, size }) => [name, size]));
    expect(ours).toEqual(Object.fromEntries(theirs.crates.map(({ name, size }) => [name, size])));
    expect(Object.keys(ours).length).toBeGreaterThan(1);
  });
});

describe('a target that is not installed', () => {
  it('is exit 3 with the rustup command', async () => {
    await using toolchain = await ToolchainWithout.create('aarch64-unknown-linux-gnu');
    await using own = await Home.create();
    await using lone = await Project.create(tiny());
    const { code, stdout, stderr } = await own.run(lone.path, ['measure', '--arch', 'arm64', '-o', join(scratch, 'arm64')], {
      RUSTUP_TOOLCHAIN: toolchain.path,
    });
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/the Rust target aarch64-unknown-linux-gnu is not installed: rustup target add .*aarch64-unknown-linux-gnu$/m);
  });
});
