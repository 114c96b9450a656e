import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jsonOf, QUICK_PROFILE, untouched } from './checks.ts';
import { Home } from './coldgate.ts';
import { manifest, Project, TINY_MAIN, tiny } from './project.ts';

const workspace = {
  'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["api", "worker", "shared"]\n${QUICK_PROFILE}`,
  'api/Cargo.toml': manifest('api'),
  'api/src/main.rs': TINY_MAIN,
  'worker/Cargo.toml': manifest('worker'),
  'worker/src/main.rs': TINY_MAIN,
  'shared/Cargo.toml': manifest('shared'),
  'shared/src/lib.rs': '',
  'docs/deep/a.md': '',
};

const built = (stderr: string): boolean => /building /.test(stderr);

describe('before anything is built', () => {
  test('mistakes in limits, names and output paths are refused; what base alone has is none', async () => {
    await using home = await Home.create();
    await using project = await Project.create({ ...tiny('tiny', QUICK_PROFILE), 'src/bin/old.rs': TINY_MAIN });
    await project.commit({ 'src/bin/old.rs': null }, 'without the old one');
    const mistakes = [
      [['--limit', 'nosuch/zip: 5 MB'], `--limit 'nosuch/zip: 5 MB': there is no function "nosuch" (functions: `],
      [['--limit', 'tny/zip: 5 MB'], 'did you mean "tiny"?'],
      [['--limit', 'old/zip: 5 MB', '--bin', 'tiny'], 'there is no function "old" (functions: tiny)'],
      [['--bin', 'tny'], '--bin: no binary named "tny"; there are: tiny; did you mean "tiny"?'],
      [['--json', 'nowhere/a.json'], '--json nowhere/a.json: there is no folder '],
      [['--markdown', 'src'], '--markdown src: it is a folder'],
      [['--flame-graphs', 'Cargo.toml'], '--flame-graphs Cargo.toml: '],
    ] as const;
    for (const [args, message] of mistakes) {
      const ended = await untouched(home, project.path, ['check', ...args]);
      expect(ended.stderr).toContain(message);
      expect([ended.code, built(ended.stderr)]).toEqual([2, false]);
    }
    const elsewhere = await home.run(project.path, ['measure', '-o', '/proc/new']);
    expect(elsewhere.stderr).toContain('--output /proc/new: it cannot be written (/proc takes no files)');
    expect([elsewhere.code, built(elsewhere.stderr)]).toEqual([2, false]);
    // Every binary is measured where nothing depends on a Lambda crate, and that is said.
    const ofBase = await home.run(project.path, ['check', '--limit', 'old/zip: 5 MB', '--json', '-']);
    expect(ofBase.code).toBe(0);
    const { notes } = jsonOf(ofBase);
    expect(notes.find(({ code }) => code === 'no-lambda-dependency')?.text).toMatch(
      /every binary is measured as a function; name the functions with --bin, and this note ends$/,
    );
    const named = await home.run(project.path, ['check', '--bin', 'tiny', '--json', '-']);
    expect(jsonOf(named).notes.filter(({ code }) => code === 'no-lambda-dependency')).toEqual([]);
  });

  test('from a folder below, the manifest is the nearest above', async () => {
    await using home = await Home.create();
    await using project = await Project.create(workspace);
    const measured = async (folder: string, ...more: readonly string[]) => {
      const ended = await home.run(join(project.path, folder), ['check', '--base', 'HEAD', '--json', '-', ...more]);
      return { ...ended, functions: ended.code === 0 ? jsonOf(ended).functions.map(({ name }) => name) : [] };
    };
    // In a member cargo builds that one alone.
    expect((await measured('api/src')).functions).toEqual(['api']);
    expect((await measured('docs/deep')).functions).toEqual(['api', 'worker']);
    const library = await measured('shared/src');
    expect(library.stderr).toContain('its workspace has some in api, worker: take --workspace, or --package with one of them');
    expect(library.code).toBe(2);
    expect((await measured('shared/src', '--workspace')).functions).toEqual(['api', 'worker']);
    expect(await stat(join(project.path, 'target')).catch(() => null)).toBeNull();
  });
});
