import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSnapshot } from '../../src/core/snapshot/snapshot.ts';
import { defaultHome } from '../rust.ts';
import { Home } from './coldgate.ts';
import { manifest, Project, shell, tiny } from './project.ts';

const FEATURES = Array.from({ length: 5_000 }, (_, index) => `feature-${index}-`.padEnd(240, 'x'));
const MANIFEST = manifest(
  'tiny',
  `\n[features]\ndefault = [${FEATURES.map((name) => `"${name}"`).join(',')}]\n${FEATURES.map((name) => `${name} = []`).join('\n')}\n`,
);

/** A folder of `home` whose path has so many characters, with the shared tools. */
async function longFolder(home: Home, length: number): Promise<string> {
  const folder = join(home.path, 'folder/'.repeat(length))
    .slice(0, length - 1)
    .concat('x');
  await mkdir(folder, { recursive: true });
  await symlink(join(defaultHome(), 'tools'), join(folder, 'tools'));
  return folder;
}

describe('what is large', () => {
  // cargo's message of it has 1.2 MB: cut at 1,000,000 characters, there was no package of it.
  it('5,000 features of 240 characters, a manifest 1,500 below the top and a state folder of 2,400 characters', async () => {
    const folder = `${'deep'.repeat(25)}/`.repeat(15);
    const files = Object.entries({ ...tiny(), 'Cargo.toml': MANIFEST }).map(([name, text]) => [`${folder}${name}`, text]);
    await using project = await Project.create(Object.fromEntries(files));
    await using home = await Home.create();
    const output = join(home.path, 'out');
    const place = join(project.path, folder);
    const measure = async (state: string): Promise<{ readonly code: number | null; readonly stderr: string }> =>
      home.run(place, ['measure', '-o', output], { COLDGATE_HOME: state });
    const state = await longFolder(home, 2_400);
    const first = await measure(state);
    expect(first, first.stderr.slice(-3_000)).toMatchObject({ code: 0 });
    const snapshot = parseSnapshot(await readFile(join(output, 'snapshot.json'), 'utf8'), output);
    expect(snapshot.functions.map(({ name, attribution }) => [name, attribution.kind])).toEqual([['tiny', 'attributed']]);
    expect(snapshot.invocation.paths.checkout.startsWith(state)).toBe(true);
    // What was stored can be read: nothing is built again.
    expect((await measure(state)).stderr).not.toMatch(/building/);

    const long = await longFolder(home, 2_700);
    const tooLong = await measure(long);
    // Node's own `rm` takes no longer paths either.
    await shell(`rm -rf '${long}'`, home.path);
    expect(tooLong.code).toBe(2);
    expect(tooLong.stderr).toMatch(
      /^coldgate: the private checkout's path of Cargo\.toml is longer than this system takes: name a shorter folder/m,
    );
  });
});
