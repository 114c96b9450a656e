import { copyFile, mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { jsonOf, QUICK_PROFILE, untouched } from './checks.ts';
import { CLI, Home } from './coldgate.ts';
import { Project, shell, tiny } from './project.ts';

let home: Home;
let project: Project;
let snapshot: Snapshot;
let good = '';

beforeAll(async () => {
  home = await Home.create();
  project = await Project.create(tiny('tiny', QUICK_PROFILE));
  const folder = join(home.path, 'good');
  expect((await home.run(project.path, ['measure', '-o', folder])).code).toBe(0);
  good = join(folder, 'snapshot.json');
  snapshot = JSON.parse(await readFile(good, 'utf8'));
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

/** Writes a file and compares the good snapshot with it. */
async function compareWith(text: string, ...flags: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const file = join(home.path, 'hostile.json');
  await writeFile(file, text);
  return home.run(home.path, ['compare', good, file, ...flags]);
}

describe('a snapshot that is not what it should be', () => {
  test('cut at any length', async () => {
    const text = await readFile(good, 'utf8');
    for (const length of [0, 1, 20, 200, Math.floor(text.length / 2), text.length - 3]) {
      const ended = await compareWith(text.slice(0, length));
      expect(ended.stderr).toMatch(/^coldgate: .*hostile\.json: /);
      expect(ended.stderr).not.toMatch(/ {4}at /);
      expect(ended.stdout).toBe('');
      expect(ended.code).toBe(2);
    }
  });

  test.each([
    ['another schema', { schema: 'coldgate/snapshot@1' }, /its schema is "coldgate\/snapshot@1".*measure that commit again/],
    ['no schema', { schema: undefined }, /its schema is none/],
    ['an unknown field', { extra: 1 }, /not a valid snapshot.*extra/],
    ['a negative size', { timings: { build: -1 } }, /timings\.build/],
    ['a commit that is none', { commit: { sha: 'HEAD; rm -rf /', source: 'commit', subject: '' } }, /commit\.sha/],
  ])('%s', async (_, change, message) => {
    const ended = await compareWith(JSON.stringify({ ...snapshot, ...change }));
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(2);
  });

  test.each(['../../x', '/etc/passwd', 'packages/../../x', 'a\u0000b'])('a package at %j', async (file) => {
    const functions = snapshot.functions.map((one) => ({ ...one, package: { ...one.package, file } }));
    const ended = await compareWith(JSON.stringify({ ...snapshot, functions }));
    expect(ended.stderr).toMatch(/functions\.0\.package\.file/);
    expect(ended.code).toBe(2);
  });

  test('a huge file is refused unread; a folder without one and a missing one are named', async () => {
    const huge = join(home.path, 'huge.json');
    await writeFile(huge, '{');
    await truncate(huge, 2 ** 33);
    const ended = await home.run(home.path, ['compare', good, huge]);
    expect(ended.stderr).toMatch(/huge\.json: 8589934592 bytes is too large for a snapshot/);
    expect(ended.code).toBe(2);
    expect((await home.run(home.path, ['compare', good, project.path])).stderr).toMatch(/no snapshot\.json in this folder/);
    expect((await home.run(home.path, ['compare', 'gone', good])).stderr).toMatch(/gone: there is no such file/);
  });

  test('deep nesting and a list of lists do not crash it', async () => {
    const ended = await compareWith(`${'['.repeat(200_000)}`);
    expect(ended.stderr).toMatch(/^coldgate: /);
    expect(ended.code).toBe(2);
  });
});

describe('names that want to be more than names', () => {
  const NAMES = [
    '::error file=x::pwned',
    '##[error]pwned',
    '\u001b[31mred\u001b]0;title\u0007',
    '| a | b |\n| - | - |',
    '<img src=x onerror=alert(1)>',
    '[link](https://evil.example) @everyone #1 fixes #2',
    '`code`',
    'line\r\n::set-output name=x::y',
    '\u202egnp.exe',
  ];

  test.each(NAMES)('%j', async (name) => {
    const functions = snapshot.functions.map((one) => ({
      ...one,
      name,
      crate: name,
      binary: {
        ...one.binary,
        sha256: 'f'.repeat(64),
        sections: one.binary.sections.map((section) => ({ ...section, name, size: section.size + 1 })),
      },
      package: { ...one.package, size: one.package.size + 60_000, entries: [{ name, compressed: 60_000, uncompressed: 60_000 }] },
      attribution:
        one.attribution.kind === 'attributed'
          ? {
              ...one.attribution,
              crates: [{ name, size: 99_000 }],
              symbols: [{ crate: name, name, size: 99_000, count: 1, owned: { by: name, code: 99_000, zip: 50_000 } }],
            }
          : one.attribution,
    }));
    const notes = [{ code: 'tool', text: name }];
    const findings = [{ kind: 'old-image', found: name, file: name, line: 1 }];
    const lockfile = { packages: [{ name, version: name, source: null, dependencies: [] }] };
    const limits = [{ text: 'zip: 1 kB', package: null, file: name, line: 1 }];
    const hostile = JSON.stringify({
      ...snapshot,
      commit: { ...snapshot.commit, subject: name },
      functions,
      notes,
      findings,
      lockfile,
      limits,
    });
    const terminal = await compareWith(hostile);
    expect(terminal.stderr).not.toMatch(/ {4}at /);
    expect([0, 1]).toContain(terminal.code);
    for (const text of [terminal.stdout, terminal.stderr]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      expect(text).not.toMatch(/^\s*::|##\[/m);
    }
    const markdown = await compareWith(hostile, '--markdown', '-');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(markdown.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    const bare = markdown.stdout.replace(/^(`{3,}).*?^\1/gms, '').replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
    expect(bare).not.toMatch(/<img|\]\(https:\/\/evil|@everyone|#1|#2|^\s*::/m);
    const json = await compareWith(hostile, '--json', '-');
    expect(jsonOf({ ...json, signal: null }).functions.map((one) => one.name)).toContain(name);
  });
});

describe('limits with mistakes', () => {
  test.each([
    'zip',
    'zip:',
    'zip: -5 MB',
    'zip: 5 MB &',
    'zip: 5 ms',
    'zip: 5,5 MB',
    'zip: NaN MB',
    'zip: 99999999999999999999 GB',
    'dependencies: 5 kB',
    'cold-start.p50: 5',
    'nobody/zip: 5 MB',
    ': 5 MB',
    'zip: +%',
    'zip: 5 MB\nbinary: five',
    'none\nzip: 5 MB',
    '::error::zip: 5 MB',
    'zip\u001b[31m: 5 MB',
  ])('%j', async (limit) => {
    const ended = await home.run(home.path, ['compare', good, good, '--limit', limit]);
    expect(ended.stderr).toMatch(/^(?:comparing .*\n)?coldgate: /);
    expect(ended.stderr).not.toMatch(/ {4}at /);
    expect(ended.stderr).not.toContain('\u001b');
    expect(ended.stdout).toBe('');
    expect(ended.code).toBe(2);
  });
});

describe('a machine that lacks something', () => {
  test('COLDGATE_HOME that cannot be written', async () => {
    const file = join(home.path, 'a-file');
    await writeFile(file, 'mine');
    for (const place of [file, join(file, 'below'), '/sys/nowhere']) {
      const ended = await untouched(home, project.path, ['check'], { env: { COLDGATE_HOME: place } });
      expect(ended.stderr).toContain(`coldgate's state folder ${place} cannot be written`);
      expect(ended.stderr).not.toMatch(/ {4}at /);
      expect(ended.code).toBe(3);
    }
  });

  test('no cargo, no git', async () => {
    const bin = join(home.path, 'bin');
    await mkdir(bin);
    const programs = ['sh', 'git', 'rustc', 'cc', 'python3', 'uname', 'cat'];
    for (const name of programs)
      await symlink((await shell(`command -v ${name}`, home.path)).trim(), join(bin, name)).catch(() => undefined);
    const cargo = await untouched(home, project.path, ['check'], { env: { PATH: bin } });
    expect(cargo.stderr).toMatch(/^coldgate: .*cargo.*(rustup|install)/ims);
    expect(cargo.stderr).not.toMatch(/ {4}at /);
    expect(cargo.code).toBe(3);
    await shell('rm git && ln -s "$(command -v cargo)" cargo', bin);
    const git = await untouched(home, project.path, ['check'], { env: { PATH: bin } });
    expect(git.stderr).toMatch(/^coldgate: .*git/im);
    expect(git.stderr).not.toMatch(/ {4}at /);
    expect(git.code).toBe(3);
  });

  test('no repository, a bare one, one without commits', async () => {
    const folder = join(home.path, 'plain');
    await mkdir(join(folder, 'src'), { recursive: true });
    await copyFile(join(project.path, 'Cargo.toml'), join(folder, 'Cargo.toml'));
    await copyFile(join(project.path, 'src/main.rs'), join(folder, 'src/main.rs'));
    const none = await untouched(home, folder, ['check']);
    expect(none.stderr).toMatch(/is not inside a git work tree.*run it in a clone/);
    expect(none.code).toBe(2);
    await shell('git init --quiet', folder);
    const empty = await untouched(home, folder, ['check']);
    expect(empty.stderr).toMatch(/HEAD: there is no such commit in .*: it has no commit yet/);
    expect(empty.code).toBe(2);
    const bare = join(home.path, 'bare.git');
    await shell(`git clone --quiet --bare "${project.path}" "${bare}" && cp "${project.path}/Cargo.toml" "${bare}"`, home.path);
    const there = await untouched(home, bare, ['check']);
    expect(there.stderr).toMatch(/is not inside a git work tree/);
    expect(there.code).toBe(2);
  });

  test('a report that cannot be written in the end (a full disk): the verdict is shown, exit 3', async () => {
    for (const flag of ['--json', '--markdown']) {
      const ended = await home.run(project.path, ['check', '--base', 'HEAD', flag, '/dev/full']);
      expect(ended.stdout).toMatch(/^no change/);
      expect(ended.stderr).toMatch(/--(json|markdown) \/dev\/full cannot be written \(ENOSPC/);
      expect(ended.stderr).not.toMatch(/ {4}at /);
      expect(ended.code).toBe(3);
    }
  });

  test('a reader that closes standard output early does not change the exit code', async () => {
    const script = `"${process.execPath}" "${CLI}" compare "${good}" "${good}" --json - | true; printf %s "\${PIPESTATUS[0]}" >code`;
    await writeFile(join(home.path, 'early.sh'), script);
    const said = await shell('bash early.sh 2>&1; cat code', home.path);
    expect(said).toMatch(/^comparing [^\n]*\n0$/);
  });
});
