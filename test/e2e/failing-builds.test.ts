import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { QUICK_PROFILE } from './checks.ts';
import { Home } from './coldgate.ts';
import { manifest, Project, TINY_MAIN, tiny } from './project.ts';

const wrong = (name: string): string => `fn ${name}() -> u32 {\n    "text"\n}\n`;

/** What the message quotes of the failed process. */
const quotedOf = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('  | '))
    .join('\n');

const measured = (home: Home, cwd: string, ...more: readonly string[]) => home.run(cwd, ['measure', '-o', join(home.path, 'out'), ...more]);

describe('a build that fails says', () => {
  test('the first error, by its path in the repository, and where all of it is', async () => {
    await using home = await Home.create();
    const main = `${TINY_MAIN}${Array.from({ length: 9 }, (_, index) => wrong(`wrong${index}`)).join('')}`;
    const files = Object.entries({ ...tiny('api', QUICK_PROFILE), 'src/main.rs': main });
    await using project = await Project.create(Object.fromEntries(files.map(([name, text]) => [`services/api/${name}`, text])));
    const { stderr, code } = await measured(home, join(project.path, 'services', 'api'));
    expect(code).toBe(3);
    expect(quotedOf(stderr)).toMatch(/^ {2}\| error\[E0308\]: mismatched types\n {2}\| +--> services\/api\/src\/main\.rs:12:5\n/);
    expect(quotedOf(stderr)).toMatch(/\n {2}\| and 8 more errors$/);
    expect(quotedOf(stderr)).not.toContain('main.rs:15:5');
    expect(quotedOf(stderr)).not.toContain(home.path);
    const log = /^the whole log: (.*)$/m.exec(stderr)?.[1] ?? '';
    expect(log).toMatch(/\/logs\/[0-9a-f]{7}\.log$/);
    expect(await readFile(log, 'utf8')).toContain('src/main.rs:36:5');
  });

  test('that the clone has no tags for git describe; those it has are found', async () => {
    await using home = await Home.create();
    const script = `fn main() {
    let out = std::process::Command::new("git").args(["describe", "--tags"]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}
`;
    await using project = await Project.create({ ...tiny('tiny', QUICK_PROFILE), 'build.rs': script });
    const without = await measured(home, project.path);
    expect(without.stderr).toMatch(/\| +fatal: No names found, cannot describe anything/);
    expect(without.stderr).toContain('your clone has no tags for git describe');
    expect(without.code).toBe(3);
    await project.git('tag', 'v1.0.0');
    expect((await measured(home, project.path)).code).toBe(0);
  });

  test('what of yours the private checkout lacks, with a prepare that brings it', async () => {
    await using home = await Home.create();
    const around = await realpath(await mkdtemp(join(tmpdir(), 'coldgate-around-')));
    try {
      const dependencies = '\n[dependencies]\none = { path = "vendor/one" }\ntwo = { path = "../two" }\n';
      await mkdir(join(around, 'project'));
      await using project = await Project.create(
        {
          'Cargo.toml': manifest('tiny', `${dependencies}${QUICK_PROFILE}`),
          'src/main.rs': `${TINY_MAIN}#[allow(dead_code)]\nconst KEY: &str = include_str!("../key.txt");\n`,
          '.gitignore': 'vendor/\nkey.txt\n',
        },
        join(around, 'project'),
      );
      await project.write({
        'vendor/one/Cargo.toml': manifest('one'),
        'vendor/one/src/lib.rs': '',
        '../two/Cargo.toml': manifest('two'),
        '../two/src/lib.rs': '',
        'key.txt': 'key',
      });
      const commands: string[] = [];
      for (const missing of ['vendor is in your tree and not in git', `${around}/two`, 'key.txt is in your tree and not in git']) {
        const { stderr, code } = await measured(home, project.path, '--prepare', ['true', ...commands].join(' && '));
        expect(code).toBe(3);
        expect(stderr).toContain(missing);
        commands.push(/--prepare '(.*)'$/m.exec(stderr)?.[1] ?? 'no command');
      }
      expect(commands[1]).toBe('ln -sfn "$COLDGATE_SOURCE/../two" ../two');
      expect((await measured(home, project.path, '--prepare', commands.join(' && '))).code).toBe(0);
    } finally {
      await rm(around, { recursive: true, force: true });
    }
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s says that the run was cancelled and exits with %i', async (signal, exitCode) => {
  await using home = await Home.create();
  await using project = await Project.create(tiny('tiny', QUICK_PROFILE));
  const started = home.start(project.path, ['measure', '-o', join(home.path, 'out'), '--prepare', 'sleep 60']);
  await started.says(/preparing: sleep 60/);
  process.kill(started.pid, signal);
  const ended = await started.ended;
  expect(ended.stderr).toMatch(/\ncancelled: everything was cleaned\n$/);
  expect(ended.code).toBe(exitCode);
});
