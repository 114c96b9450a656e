import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { describe, expect, test } from 'vitest';
import { parseSnapshot, type Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { jsonOf, QUICK_PROFILE } from './checks.ts';
import { Home } from './coldgate.ts';
import { plainBuild, unpack } from './plain-build.ts';
import { Project, shell, TINY_MAIN } from './project.ts';

// What decides which functions there are and what is packed for them, each held against the plain command.

/** A workspace of std-only packages; the Lambda crates are empty ones of its own. */
const workspace = (members: readonly string[], more = '') => ({
  'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["lambda_runtime", "lambda-extension", ${members.map((name) => `"${name}"`).join(', ')}]\n${more}${QUICK_PROFILE}`,
  ...crate('lambda_runtime', '', 'lib.rs', ''),
  ...crate('lambda-extension', '', 'lib.rs', ''),
  '.gitignore': 'target/\nCargo.lock\n',
});

const crate = (name: string, more = '', file = 'main.rs', text = TINY_MAIN): Record<string, string> => ({
  [`${name}/Cargo.toml`]: `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${more}`,
  [`${name}/src/${file}`]: text,
});

const RUNTIME = '[dependencies]\nlambda_runtime = { path = "../lambda_runtime" }\n';
const EXTENSION = '[dependencies]\nlambda-extension = { path = "../lambda-extension" }\n';
/** Another program of the same kind. */
const saying = (word: string): string => TINY_MAIN.replace('fn main() {', `fn main() {\n    println!("${word}");`);

interface Packed {
  readonly sha256: string;
  readonly files: readonly string[];
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function packedBy(zip: string, entry = 'bootstrap'): Promise<Packed> {
  const file = await readFile(zip);
  const files = new AdmZip(file).getEntries().map(({ entryName, header }) => `${entryName} ${header.size}`);
  return { sha256: sha256(unpack(file, entry)), files: files.toSorted() };
}

const measured = (snapshot: Snapshot): Readonly<Record<string, Packed & { readonly kind: string }>> =>
  Object.fromEntries(
    snapshot.functions.map(({ name, kind, binary, package: { entries } }) => {
      const files = entries.map((entry) => `${entry.name} ${entry.uncompressed}`);
      return [name, { kind, sha256: binary.sha256, files: files.toSorted() }];
    }),
  );

async function measure(home: Home, project: Pick<Project, 'path'>, args: readonly string[] = [], env = {}): Promise<Snapshot> {
  const to = join(home.path, 'out');
  const ended = await home.run(project.path, ['measure', '-o', to, ...args], env);
  expect(ended.stderr).not.toMatch(/warning: unused/);
  expect([ended.code, ended.code === 0 ? '' : ended.stderr]).toEqual([0, '']);
  return parseSnapshot(await readFile(join(to, 'snapshot.json'), 'utf8'), 'snapshot.json');
}

const noted = ({ notes }: Snapshot, code: string): string => notes.find((note) => note.code === code)?.text ?? '';

describe('two packages with a binary of one name', () => {
  const bootstrap = `${RUNTIME}[[bin]]\nname = "bootstrap"\npath = "src/main.rs"\n`;
  const a = crate('a', bootstrap, 'main.rs', saying('a'));
  const included = '[package.metadata.lambda.build]\ninclude = ["b/Cargo.toml"]\n';
  const b = crate('b', `${bootstrap}${included}`, 'main.rs', saying('b, longer than a'.repeat(400)));

  test('are two functions, each built by its package; a twin that head adds leaves the other as it was', async () => {
    await using home = await Home.create();
    await using project = await Project.create({ ...workspace(['a', 'c']), ...a, ...crate('c', RUNTIME) });
    await project.commit({ ...workspace(['a', 'b', 'c']), ...b }, 'a second bootstrap');
    const ended = await home.run(project.path, [
      'check',
      '--json',
      '-',
      '--limit',
      'a/bootstrap/zip: +0 B',
      '--limit',
      'bootstrap/zip: 5 MB',
    ]);
    expect([ended.code, ended.code === 0 ? '' : ended.stderr]).toEqual([0, '']);
    const { functions, verdict } = jsonOf(ended);
    expect(functions.map(({ name, status }) => `${name} ${status}`).toSorted()).toEqual([
      'a/bootstrap unchanged',
      'b/bootstrap added',
      'c unchanged',
    ]);
    expect(verdict.breaches).toEqual([]);

    const snapshot = await measure(home, project);
    expect(snapshot.functions.map(({ package: { file }, twin }) => [file, twin])).toEqual([
      ['packages/a+bootstrap.zip', 'twins/a+bootstrap'],
      ['packages/b+bootstrap.zip', 'twins/b+bootstrap'],
      ['packages/c.zip', 'twins/c'],
    ]);
    // Measured by its own twin: the other's would have other code.
    expect(snapshot.functions.map(({ attribution }) => attribution.kind === 'attributed' && attribution.of)).toEqual([
      'twin',
      'twin',
      'twin',
    ]);
    const plain = await plainBuild(home, '');
    for (const name of ['a', 'b']) {
      await plain.build('--package', name);
      const { kind: _, ...packed } = measured(snapshot)[`${name}/bootstrap`] ?? { kind: '' };
      expect(packed).toEqual(await packedBy(join(plain.target, 'lambda/bootstrap/bootstrap.zip')));
    }

    // Alone, it needs no package before its name; and base has it under either.
    const one = await measure(home, project, ['--bin', 'b/bootstrap']);
    expect(one.functions.map(({ name, binary }) => [name, binary.sha256])).toEqual([
      ['bootstrap', snapshot.functions.find(({ name }) => name === 'b/bootstrap')?.binary.sha256],
    ]);
    const wrong = await home.run(project.path, ['measure', '-o', join(home.path, 'out'), '--bin', 'bootstrp']);
    expect(wrong.stderr).toMatch(/no binary named "bootstrp"; there are: a\/bootstrap, b\/bootstrap, c/);
  });
});

describe('a workspace of functions and extensions', () => {
  const files = {
    ...workspace(['app', 'ext', 'both', 'via', 'shared', 'tool'], 'default-members = ["app", "ext", "both", "via", "tool"]\n'),
    ...crate('app', `${RUNTIME}[package.metadata.lambda.build]\ninclude = ["wrap.sh"]\n`, 'main.rs', saying('app')),
    ...crate('ext', EXTENSION, 'main.rs', saying('ext')),
    ...crate('both', `${RUNTIME}lambda-extension = { path = "../lambda-extension" }\n`, 'main.rs', saying('both')),
    ...crate('via', '[dependencies]\nshared = { path = "../shared" }\n', 'main.rs', saying('via')),
    ...crate('shared', RUNTIME, 'lib.rs', ''),
    ...crate('tool', '', 'main.rs', saying('tool')),
    'wrap.sh': '#!/bin/sh\necho wrapped >>"$WRAPPED"\nexec "$@"\n',
  };

  test('is measured as the plain command ships it, with a wrapper by a relative path', async () => {
    await using home = await Home.create();
    await using project = await Project.create(files);
    await project.git('update-index', '--chmod=+x', 'wrap.sh');
    await project.git('commit', '--quiet', '--message', 'executable');
    await shell('chmod +x wrap.sh', project.path);
    const wrapped = join(home.path, 'wrapped');
    const snapshot = await measure(home, project, [], { RUSTC_WRAPPER: './wrap.sh', WRAPPED: wrapped });
    expect((await readFile(wrapped, 'utf8')).split('\n').length).toBeGreaterThan(6);
    expect(Object.entries(measured(snapshot)).map(([name, { kind }]) => `${name} ${kind}`)).toEqual([
      'app function',
      'both function',
      'ext extension',
      'via function',
    ]);
    expect(noted(snapshot, 'bins-left-out')).toBe(
      'binaries left out: tool (its package has no Lambda dependency); to measure one, name all functions with --bin',
    );
    const plain = await plainBuild(home, '');
    await plain.empty();
    await plain.build();
    for (const name of ['app', 'both', 'via']) {
      expect(measured(snapshot)[name]).toEqual({
        kind: 'function',
        ...(await packedBy(join(plain.target, 'lambda', name, 'bootstrap.zip'))),
      });
    }
    await plain.build('--extension');
    expect(measured(snapshot).ext).toEqual({
      kind: 'extension',
      ...(await packedBy(join(plain.target, 'lambda/extensions/ext.zip'), 'extensions/ext')),
    });

    // As a team leaves one out.
    const less = await measure(home, project, [
      '--build-arg=--workspace',
      '--build-arg=--exclude',
      '--build-arg=via',
      '--build-arg=--exclude=ext',
    ]);
    expect(Object.keys(measured(less))).toEqual(['app', 'both']);
    expect(noted(less, 'bins-left-out')).toBe(
      'binaries left out: tool (its package has no Lambda dependency); to measure one, name all functions with --bin',
    );
  });

  test("follows cargo lambda's own configuration for the workspace", async () => {
    await using home = await Home.create();
    const settings = '[workspace.metadata.lambda.build]\npackages = ["via", "tool"]\ninclude = ["wrap.sh"]\n';
    await using project = await Project.create({ ...files, 'Cargo.toml': `${files['Cargo.toml']}${settings}` });
    const snapshot = await measure(home, project);
    const plain = await plainBuild(home, '');
    await plain.empty();
    await plain.build();
    expect(measured(snapshot)).toEqual({
      via: { kind: 'function', ...(await packedBy(join(plain.target, 'lambda/via/bootstrap.zip'))) },
    });
    expect(measured(snapshot).via?.files).toContain(`wrap.sh ${files['wrap.sh'].length}`);
    expect(noted(snapshot, 'bins-left-out')).toMatch(/\bapp \(cargo lambda did not build it\)/);
  });
});

describe('the configuration of one package', () => {
  const heavy = '[features]\nhuge = []\n[[bin]]\nname = "heavy"\npath = "src/heavy.rs"\nrequired-features = ["huge"]\n';
  const manifest = (more: string): string =>
    `[workspace]\n[package]\nname = "one"\nversion = "0.1.0"\nedition = "2021"\n${heavy}${more}${QUICK_PROFILE}`;
  const files = {
    '.gitignore': 'target/\nCargo.lock\n',
    'config/a.json': '{}',
    'one/Cargo.toml': manifest(''),
    'one/src/main.rs': TINY_MAIN,
    'one/src/heavy.rs': saying('heavy'),
  };

  test('switches features on and includes what lies beside the package', async () => {
    await using home = await Home.create();
    await using project = await Project.create(files);
    const at = { path: join(project.path, 'one') };
    const one = async (...args: readonly string[]): Promise<Snapshot> => measure(home, at, args);
    expect(noted(await one(), 'bins-left-out')).toBe('binaries left out: heavy (needs the feature "huge")');
    const plain = await plainBuild(home, 'one');
    const shapes = [
      ['one/Cargo.toml', manifest('[package.metadata.lambda.build]\nfeatures = ["huge"]\ninclude = ["../config"]\n')],
      ['CargoLambda.toml', '[build]\nfeatures = ["huge"]\ninclude = ["data:../config"]\n'],
      ['one/CargoLambda.toml', '[build.compiler]\ntype = "cargo"\nextra_args = ["--features", "huge"]\n'],
    ] as const;
    for (const [file, text] of shapes) {
      await project.commit({ 'CargoLambda.toml': null, 'one/CargoLambda.toml': null, 'one/Cargo.toml': manifest(''), [file]: text }, file);
      const snapshot = await one();
      await plain.build();
      for (const name of ['heavy', 'one']) {
        expect(measured(snapshot)[name]).toEqual({
          kind: 'function',
          ...(await packedBy(join(plain.target, 'lambda', name, 'bootstrap.zip'))),
        });
      }
      expect(noted(snapshot, 'bins-left-out')).toBe('');
    }
    expect(Object.keys(measured(await one('--bin', 'heavy')))).toEqual(['heavy']);
    expect(await project.git('status', '--porcelain')).toBe('');
  });
});
