import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, test } from 'vitest';
import { adviceJsonSchema } from '../../src/report/json/advice.ts';
import { Home } from './coldgate.ts';
import { fingerprint } from './fingerprint.ts';
import { plainBuild } from './plain-build.ts';
import { FAT_PROFILE, manifest, Project, TINY_MAIN, tiny } from './project.ts';

/** Text that hardly compresses: so many kilobytes of digits of digests. */
function noise(kilobytes: number, seed: string): string {
  let text = '';
  for (let at = 0; text.length < kilobytes * 1_000; at += 1) text += createHash('sha512').update(`${seed}${at}`).digest('base64');
  return text.slice(0, kilobytes * 1_000);
}

/** A library whose one function reads a table. */
function library(name: string, kilobytes: number, more = ''): Record<string, string> {
  return {
    [`${name}/Cargo.toml`]: manifest(name, more),
    [`${name}/src/lib.rs`]: `pub fn touch() { std::hint::black_box("${noise(kilobytes, name)}"); }\n`,
  };
}

/** Two dependencies that both bring a third by their default features, and one with two features that only save alone. */
function planted(): Record<string, string> {
  const asks = (name: string): Record<string, string> => ({
    [`${name}/Cargo.toml`]: manifest(
      name,
      '[features]\ndefault = ["tables"]\ntables = ["dep:heavy"]\n[dependencies]\nheavy = { path = "../heavy", optional = true }\n',
    ),
    [`${name}/src/lib.rs`]: 'pub fn touch() { #[cfg(feature = "tables")] heavy::touch(); }\n',
  });
  const dependencies = '[dependencies]\na = { path = "a" } # a table\nb = { path = "b" }\nc = { path = "c", features = ["x", "y"] }\n';
  return {
    ...tiny(),
    'Cargo.lock': '',
    '.gitignore': 'target/\nCargo.lock\n',
    'Cargo.toml': manifest('tiny', `\n${dependencies}\n[profile.release]\nopt-level = "z"\nlto = "fat"\n`),
    'src/main.rs': TINY_MAIN.replace('fn main() {', 'fn main() {\n    a::touch();\n    b::touch();\n    c::touch();'),
    ...library('heavy', 120),
    ...asks('a'),
    ...asks('b'),
    'c/Cargo.toml': manifest('c', '[features]\nx = []\ny = []\n'),
    'c/src/lib.rs': `pub fn touch() {
    #[cfg(feature = "x")]
    std::hint::black_box("${noise(40, 'x')}");
    #[cfg(feature = "y")]
    std::hint::black_box("${noise(50, 'y')}");
    #[cfg(not(any(feature = "x", feature = "y")))]
    std::hint::black_box("${noise(200, 'neither')}");
}
`,
  };
}

interface Row {
  readonly id: string;
  readonly outcome: {
    readonly kind: string;
    readonly reason?: string;
    readonly figures?: { readonly zip: number; readonly binary: number; readonly instructions: number | null };
    readonly patch?: string;
    readonly verified?: { readonly kind: string };
  };
}
interface AdviceJson {
  readonly base: { readonly zip: number; readonly binary: number; readonly instructions: number | null };
  readonly remedies: readonly Row[];
  readonly together: { readonly remedies: readonly string[]; readonly outcome: Row['outcome'] } | null;
  readonly harms: readonly {
    readonly one: { readonly title: string };
    readonly other: { readonly title: string };
    readonly together: number;
  }[];
}

async function adviceIn(folder: string): Promise<AdviceJson> {
  const advice = JSON.parse(await readFile(join(folder, 'advice.json'), 'utf8'));
  const validate = new Ajv2020({ validateFormats: false }).compile(adviceJsonSchema());
  expect(validate(advice), JSON.stringify(validate.errors)).toBe(true);
  return advice;
}

async function outputFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'coldgate-advice-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

describe('advise', () => {
  it('finds the profile that is not there; its patch applies, and a plain build with it has the figures that were stated', async () => {
    await using home = await Home.create();
    await using project = await Project.create(tiny('tiny', ''));
    await using output = await outputFolder();
    const before = await fingerprint(project.path);
    const ended = await home.run(project.path, ['advise', '-o', output.path]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(await fingerprint(project.path)).toEqual(before);
    const advice = await adviceIn(output.path);
    const lto = advice.remedies.find(({ id }) => id === 'lto=fat');
    expect(lto?.outcome).toMatchObject({ kind: 'measured', verified: { kind: 'none' } });
    expect(ended.stdout).toMatch(/^\d\. lto = "fat" {2,}−/m);
    expect(ended.stdout).toContain('builds and starts; nothing verified what it');

    const names = await readdir(output.path);
    const patch = names.find((name) => name.endsWith('lto=fat.patch')) ?? '';
    await project.git('apply', join(output.path, patch));
    expect(await project.read('Cargo.toml')).toBe(`${tiny('tiny', '')['Cargo.toml']}\n[profile.release]\nlto = "fat"\n`);
    const measured = await home.run(project.path, ['measure', '-o', join(output.path, 'head')]);
    expect(measured.code, measured.stderr).toBe(0);
    const plain = await plainBuild(home, '.');
    await plain.empty();
    await plain.build();
    expect((await readFile(join(plain.target, 'lambda', 'tiny', 'bootstrap.zip'))).length).toBe(lto?.outcome.figures?.zip);
    expect((await plain.binary('tiny', 'bootstrap.zip')).length).toBe(lto?.outcome.figures?.binary);

    // How the same code is linked: fewer instructions, and each says what it changes.
    const fixed = advice.remedies.find(({ id }) => id === 'relocation-model=static');
    expect(fixed?.outcome.figures?.instructions ?? 0).toBeLessThan(advice.base.instructions ?? 0);
    expect(ended.stdout).toContain('no ASLR for its own code');
    expect(advice.remedies.find(({ id }) => id === 'relr')?.outcome).toMatchObject({ kind: 'refused' });
    expect(advice.together?.remedies).toEqual(expect.arrayContaining(['lto=fat', 'relocation-model=static']));
  });

  it('says which remedies only help together, and which harm each other, and keeps comments in a patch', async () => {
    await using home = await Home.create();
    await using project = await Project.create(planted());
    await using output = await outputFolder();
    const ended = await home.run(project.path, ['advise', '-o', output.path, '--init=off', '--verify', 'cargo build --quiet']);
    expect(ended.code, ended.stderr).toBe(0);
    const { base, remedies, harms, together } = await adviceIn(output.path);
    // What was measured stays, what was built for it goes.
    expect(await readdir(join(await home.repository(), 'advise'))).toEqual(['outcomes']);
    const saved = (id: string): number => base.zip - (remedies.find((row) => row.id === id)?.outcome.figures?.zip ?? base.zip);
    const both = 'a:default-features + b:default-features';
    expect(saved(both)).toBeGreaterThan(80_000);
    for (const id of ['a:default-features', 'b:default-features']) expect(saved(id)).toBeLessThan(1_000);
    expect(ended.stdout).toContain('only together: a: default-features = false + b:');
    expect(remedies.find(({ id }) => id === both)?.outcome.patch).toContain('+a = { path = "a", default-features = false } # a table');

    expect(saved('c:x')).toBeGreaterThan(25_000);
    expect(saved('c:y')).toBeGreaterThan(30_000);
    expect(harms).toMatchObject([{ one: { title: 'c: without x' }, other: { title: 'c: without y' } }]);
    expect(ended.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /c: without x and c: without y harm each other: alone −\S+ kB and −\S+ kB, together \+/,
    );
    expect(together?.remedies).toEqual(expect.arrayContaining([both, 'c:y']));
    expect(together?.remedies).not.toContain('c:x');
  });

  it('ended by TERM, then by KILL, leaves the tree as it was, and each run goes on from there', async () => {
    await using home = await Home.create();
    await using project = await Project.create(tiny('tiny', ''));
    await project.write({ 'src/extra.rs': '// not committed\n' });
    await using output = await outputFolder();
    const before = await fingerprint(project.path);
    const args = ['advise', '--init=off', '-o', output.path];
    const builds = (text: string): number => text.match(/^candidate \w+: built/gm)?.length ?? 0;
    const killed: number[] = [];
    for (const [signal, remedy] of [
      ['SIGTERM', 2],
      ['SIGKILL', 4],
    ] as const) {
      const run = home.start(project.path, args);
      await run.says(new RegExp(`remedy ${remedy},[^\\n]*\\n[\\s\\S]*building tiny`));
      process.kill(run.pid, signal);
      const ended = await run.ended;
      expect(signal === 'SIGKILL' ? ended.signal : ended.code).toBe(signal === 'SIGKILL' ? signal : 143);
      killed.push(builds(ended.stderr));
      expect(await fingerprint(project.path)).toEqual(before);
      expect(await readdir(output.path)).toEqual([]);
    }
    const last = await home.run(project.path, args);
    expect(last.code, last.stderr).toBe(0);
    expect(killed.reduce((sum, one) => sum + one, 0)).toBe(3);
    // What was built before is not built again: remedies, and all together.
    const { remedies } = await adviceIn(output.path);
    expect(builds(last.stderr)).toBeLessThanOrEqual(remedies.filter(({ outcome }) => outcome.kind !== 'refused').length + 1 - 3);
    expect(await fingerprint(project.path)).toEqual(before);
  });
});

test('what does not build, or fails the command of the team, is a row that says so', async () => {
  await using home = await Home.create();
  const needs = {
    'c/src/lib.rs': 'pub fn touch() {}\n#[cfg(feature = "x")]\npub fn needed() {}\n#[cfg(feature = "y")]\npub fn tested() {}\n',
  };
  const main = TINY_MAIN.replace('fn main() {', 'fn main() {\n    c::touch();\n    c::needed();');
  await using project = await Project.create({
    ...planted(),
    ...needs,
    'src/main.rs': `${main}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn has_y() { c::tested(); }\n}\n`,
  });
  await using output = await outputFolder();
  const args = ['advise', '-o', output.path, '--init=off', '--budget', '30s', '--verify', 'cargo test --quiet'];
  const ended = await home.run(project.path, args);
  expect(ended.code, ended.stderr).toBe(0);
  const { remedies } = await adviceIn(output.path);
  const x = remedies.find(({ id }) => id === 'c:x')?.outcome;
  if (x !== undefined) expect(x).toMatchObject({ kind: 'not-built', reason: expect.stringContaining('E0425') });
  expect(ended.stdout).not.toContain('Together\n   c:');

  const refused = await home.run(project.path, ['advise', '--init=off', '--verify', 'echo wrong >&2; exit 3']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('--verify fails on the tree as it is (wrong): it could verify nothing');
});

test('a function that is built of what --prepare brings is advised and verified with it, and no patch has it', async () => {
  await using home = await Home.create();
  await using project = await Project.create({
    ...tiny('tiny', ''),
    'Cargo.toml': manifest('tiny', `\n[dependencies]\nbrought = { path = "brought" }\n${FAT_PROFILE}panic = "abort"\n`),
    'src/main.rs': TINY_MAIN.replace('fn main() {', 'fn main() {\n    brought::touch();'),
    'Cargo.lock': '',
    '.gitignore': 'target/\nbrought/\nCargo.lock\n',
  });
  const features =
    '[features]\ndefault = ["more"]\nmore = ["dep:tables"]\n[dependencies]\ntables = { path = "../tables", optional = true }\n';
  await project.write({
    ...{ 'brought/a/Cargo.toml': manifest('brought', features), 'brought/tables/Cargo.toml': manifest('tables') },
    'brought/a/src/lib.rs': 'pub fn touch() {\n    #[cfg(feature = "more")]\n    tables::touch();\n}\n',
    'brought/tables/src/lib.rs': `pub fn touch() { std::hint::black_box("${noise(60, 'tables')}"); }\n`,
  });
  const prepare = 'cp -r "$COLDGATE_SOURCE/brought/a" brought; cp -r "$COLDGATE_SOURCE/brought/tables" tables';
  await using output = await outputFolder();
  const verify = 'test -f brought/Cargo.toml && test -f tables/Cargo.toml';
  const args = ['advise', '--init=off', '--budget', '90s', '-o', output.path, '--prepare', prepare, '--verify', verify];
  const ended = await home.run(project.path, args);
  expect(ended.code, ended.stderr).toBe(0);
  const { remedies } = await adviceIn(output.path);
  const outcome = remedies.find(({ id }) => id === 'brought:default-features')?.outcome;
  expect(outcome).toMatchObject({ kind: 'measured', verified: { kind: 'passed' } });
  // "tables" is there untracked and not ignored.
  expect(outcome?.patch?.match(/^diff .*/gm)).toEqual(['diff --git a/Cargo.toml b/Cargo.toml']);

  // Other files for the same commit: what was measured with the ones before is not held against these.
  await project.write({ 'brought/tables/src/lib.rs': `pub fn touch() { std::hint::black_box("${noise(90, 'others')}"); }\n` });
  const again = await home.run(project.path, args.with(args.indexOf('90s'), '1s'));
  expect(again.code, again.stderr).toBe(0);
  expect((await adviceIn(output.path)).remedies.filter((row) => row.outcome.kind === 'measured')).toEqual([]);
});

test('several functions need a name, and one that is not there gets what is meant', async () => {
  await using home = await Home.create();
  await using project = await Project.create({
    ...tiny(),
    'src/bin/other.rs': TINY_MAIN,
  });
  const nobody = await home.run(project.path, ['advise', '--init=off']);
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('name it with --function; there are "other", "tiny"')]);
  const wrong = await home.run(project.path, ['advise', '--init=off', '--function', 'othr']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean "other"?')]);
});
