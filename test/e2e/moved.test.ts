import { describe, expect, test } from 'vitest';
import { heavier, jsonOf, QUICK_PROFILE, untouched } from './checks.ts';
import { type Ended, Home } from './coldgate.ts';
import { manifest, Project, tiny } from './project.ts';

type Files = Readonly<Record<string, string>>;

const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
const removed = (files: Files): Record<string, null> => Object.fromEntries(Object.keys(files).map((path) => [path, null]));
const IGNORED = { '.gitignore': 'target/\n' };

async function check(before: Files, after: Readonly<Record<string, string | null>>, args: readonly string[]): Promise<Ended> {
  await using home = await Home.create();
  await using project = await Project.create({ ...before, ...IGNORED });
  await project.commit({ ...after, ...IGNORED }, 'head');
  return await untouched(home, project.path, ['check', '--json', '-', '--limit', 'zip: +1 kB', ...args]);
}

const OLD = tiny('tiny', QUICK_PROFILE);
const GROWN = { ...OLD, ...heavier(200) };
const IN_BACKEND = ['--manifest-path', 'backend/Cargo.toml'];

describe('a project that moved is no first measurement', () => {
  test.each<readonly [string, Files, Readonly<Record<string, string | null>>, readonly string[]]>([
    ['into a folder', OLD, { ...removed(OLD), ...below('backend', GROWN) }, IN_BACKEND],
    ['to the top', below('backend', OLD), { ...removed(below('backend', OLD)), ...GROWN }, []],
    [
      'into a folder, called from the top',
      OLD,
      { ...removed(OLD), ...below('backend', GROWN) },
      ['--working-directory', '.', ...IN_BACKEND],
    ],
    [
      'with a manifest that was written anew',
      OLD,
      {
        ...removed(OLD),
        ...below('backend', {
          ...GROWN,
          'Cargo.toml': `# A header of some lines,\n# long enough that git\n# does not see the same file\n# in the one before it.\n\n[package]\nedition = "2024"\ndescription = "${'words '.repeat(40)}"\nversion = "2.0.0"\nname = "tiny"\n`,
          'Cargo.lock': OLD['Cargo.lock']?.replace('0.1.0', '2.0.0') ?? '',
        }),
      },
      IN_BACKEND,
    ],
  ])('%s: compared with where it was', async (_, before, after, args) => {
    const ended = await check(before, after, args);
    expect(ended.stdout, ended.stderr).not.toBe('');
    expect(jsonOf(ended)).toMatchObject({
      missingBase: null,
      functions: [{ name: 'tiny', status: 'changed' }],
      verdict: { status: 'fail', breaches: [{ limit: '+1 kB' }] },
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('every function is built: the project was moved\n');
    expect(ended.stderr).not.toContain('could not be started');
    const { notes } = jsonOf(ended);
    expect(notes.map(({ text }) => text).filter((text) => /folder of the project|build arguments/.test(text))).toEqual([
      expect.stringMatching(/^folder of the project (?:the repository's top → backend|backend → the repository's top): it was moved/),
    ]);
  });

  test('where nobody can tell what became of the one that is gone, written growth is not checked', async () => {
    const other = {
      'Cargo.toml': `${manifest('otherwise')}\n[profile.release]\nlto = "off"\nopt-level = 0\n# ${'words '.repeat(60)}\n`,
      'Cargo.lock': 'version = 4\n\n[[package]]\nname = "otherwise"\nversion = "0.1.0"\n',
      'src/main.rs': GROWN['src/main.rs'] ?? '',
      'src/load.txt': GROWN['src/load.txt'] ?? '',
    };
    const ended = await check(OLD, { ...removed(OLD), ...below('backend', other) }, IN_BACKEND);
    expect(jsonOf(ended)).toMatchObject({ missingBase: { kind: 'not-found' }, verdict: { status: 'unchecked' } });
    expect(jsonOf(ended).verdict.sentence).toMatch(
      /the base [0-9a-f]{7} has no backend\/Cargo\.toml, and its Cargo\.toml is gone: whether the project was moved is not known/,
    );
    expect(ended.code).toBe(3);
  });

  test('packages that a new workspace takes up had their growth before, which nobody measures', async () => {
    const workspace = {
      'Cargo.toml': `[workspace]\nmembers = ["a"]\nresolver = "2"\n${QUICK_PROFILE}`,
      'Cargo.lock': OLD['Cargo.lock'] ?? '',
    };
    const ended = await check(
      below('a', OLD),
      { ...below('a', GROWN), 'a/Cargo.toml': manifest('tiny'), 'a/Cargo.lock': null, ...workspace },
      [],
    );
    expect(jsonOf(ended)).toMatchObject({ missingBase: { kind: 'not-found' }, verdict: { status: 'unchecked' } });
    expect(ended.code).toBe(3);
  });
});

describe('a first measurement', () => {
  test("beside other projects stays one, and its base's workspace has its limits", async () => {
    const other = below('tools', { 'Cargo.toml': manifest('tool'), 'src/lib.rs': '' });
    const alone = await check(other, below('backend', GROWN), IN_BACKEND);
    expect(jsonOf(alone)).toMatchObject({ missingBase: { kind: 'first-run' }, verdict: { status: 'pass' } });
    expect(alone.code).toBe(0);

    const fuzz = below('fuzz', {
      'Cargo.toml': `${manifest('fuzz')}[workspace.metadata.coldgate]\nlimits = ["binary: 1 kB"]\n`,
      'src/main.rs': '',
    });
    const beside = await check({ ...other, ...fuzz }, { ...removed(fuzz), ...below('backend', GROWN) }, IN_BACKEND);
    expect(jsonOf(beside)).toMatchObject({ missingBase: { kind: 'first-run' }, verdict: { status: 'pass' } });

    const workspace = `[workspace]\nmembers = ["*"]\nresolver = "2"\n${QUICK_PROFILE}\n[workspace.metadata.coldgate]\nlimits = ["binary: 100 kB"]\n`;
    const before = { ...other, 'Cargo.toml': workspace, 'Cargo.lock': 'version = 4\n\n[[package]]\nname = "tool"\nversion = "0.1.0"\n' };
    const { 'Cargo.lock': lock = '', ...member } = { ...GROWN, 'Cargo.toml': manifest('tiny') };
    const head = { ...below('backend', member), 'Cargo.lock': `${lock}\n[[package]]\nname = "tool"\nversion = "0.1.0"\n` };
    const bound = await check(before, head, IN_BACKEND);
    expect(jsonOf(bound)).toMatchObject({
      missingBase: { kind: 'first-run' },
      verdict: { status: 'fail', breaches: [{ limit: '100 kB' }] },
    });
    expect(bound.code).toBe(1);
  });
});
