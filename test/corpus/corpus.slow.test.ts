import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { selectFunctions } from '../../src/cargo/functions.ts';
import { readMetadata } from '../../src/cargo/metadata.ts';
import { DEFAULT_BUILD } from '../../src/cargo/request.ts';
import { parseSnapshot } from '../../src/core/snapshot/snapshot.ts';
import type { Guard } from '../../src/exec/group.ts';
import type { Environment } from '../../src/exec/run.ts';
import { parseLockfile } from '../../src/inspect/lockfile.ts';
import { Project } from '../e2e/project.ts';
import { packagesOf } from './packages.ts';
import { filesOf, folderOf, SHAPES } from './shapes.ts';

const guard: Guard = { signal: new AbortController().signal, adopt: async () => async () => undefined };
const env: Environment = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('CARGO_TARGET')),
);
const shape = (wanted: string): (typeof SHAPES)[number] => {
  const found = SHAPES.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`no shape ${wanted}`);
  return found;
};

describe('real shapes', () => {
  // What their lock files name is downloaded once: 430 crates, 17 s and 520 MB from an empty CARGO_HOME.
  it.each(SHAPES)('$name: metadata, selection and lock file', async (one) => {
    const folder = folderOf(one);
    const metadata = await readMetadata(folder, { platform: 'x86_64-unknown-linux-gnu', features: ['--locked'], env, guard });
    const options = { lenient: false, configured: false, nameOf: (flag: string) => flag };
    const { targets, leftOut, plain } = selectFunctions(metadata, folder, DEFAULT_BUILD, options);
    const names = (wanted: string): string[] => targets.filter(({ kind }) => kind === wanted).map(({ name }) => name);
    expect(names('function').toSorted()).toEqual(one.functions);
    expect(names('extension')).toEqual(one.extensions ?? []);
    expect([leftOut, plain]).toEqual([[], true]);

    const lock = parseLockfile(await readFile(join(folder, 'Cargo.lock'), 'utf8'), 'Cargo.lock');
    expect(lock.packages.length).toBe(one.packages);
    // Of this platform, so no more than the file has.
    expect(metadata.resolve?.nodes.length).toBeLessThanOrEqual(one.packages);
  });

  it('twelve functions with shared crates are built as by a plain build, once for every suite', async () => {
    const place = await packagesOf(shape('twelve'));
    const snapshot = parseSnapshot(await readFile(join(place, 'snapshot.json'), 'utf8'), place);
    expect(snapshot.functions.map(({ name }) => name)).toEqual(shape('twelve').functions);
    for (const { attribution, shipped, dependencies } of snapshot.functions) {
      expect(attribution).toMatchObject({ kind: 'attributed', of: 'twin' });
      expect(shipped.kind).toBe('known');
      // They share crates of their own: nothing of a registry.
      expect(dependencies).toBe(0);
    }
    const onWindows = snapshot.units.filter((unit) => /^(schannel|windows_sys|winapi)$/.test(unit.crate));
    expect(onWindows).toEqual([]);
    // A second suite finds them there.
    expect(await packagesOf(shape('twelve'))).toBe(place);
  });

  it('a folder of any repository is held as well: edition 2024', async () => {
    await using project = await Project.create(await filesOf(shape('edition-2024')));
    const run = fileURLToPath(new URL('run.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [run, project.path]);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^\| coldgate-project-\w+ \| 1 \| 2 \| [\d,]+ \| [\d.]+ \| \d+ \| \d+ \| [\d,]+ \| every binary as by a plain build \|$/,
    );
  });
});
