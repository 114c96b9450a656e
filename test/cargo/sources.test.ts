import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Artifact } from '../../src/cargo/artifacts.ts';
import { joinSources, readSources, type Sources } from '../../src/cargo/sources.ts';
import { MOST_SOURCES } from '../../src/core/snapshot/snapshot.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'coldgate-sources-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), '');
  }
}

/** A unit, and what rustc left of it. */
async function unit(
  name: string,
  root: string,
  file: string,
  read: readonly string[] | null,
  hash = '0123456789abcdef',
): Promise<Artifact> {
  const info = join(folder, 'target/release/deps', `${file}-${hash}.d`);
  await mkdir(dirname(info), { recursive: true });
  if (read !== null) await writeFile(info, `/t/x: ${read.map((path) => path.replaceAll(' ', '\\ ')).join(' ')}\n`);
  return {
    ...{ id: '', features: null, package: name, crate: file, kind: ['bin'], executable: null, fresh: true, line: '' },
    source: root.startsWith('/') ? root : join(folder, 'top', root),
    files: [join(folder, 'target/release', file)],
  };
}
const listed = (...paths: readonly string[]) => paths.map((path) => ({ path, id: '100644 1' }));
const read = (artifacts: readonly Artifact[], ...paths: readonly string[]): Promise<Sources | null> =>
  readSources(artifacts, { top: join(folder, 'top'), workspaceRoot: join(folder, 'top'), files: listed(...paths) });

describe('what a package is compiled from', () => {
  test('the commit’s files alone, as rustc names them, by package', async () => {
    const one = await unit('a', 'a/src/main.rs', 'a', ['a/src/main.rs', 'a/src/../../b/my file.rs', '/registry/x.rs', 'a/src/made.rs']);
    const other = await unit('b', 'b/../b/lib.rs', 'b', [join(folder, 'top/b/lib.rs')]);
    const foreign = await unit('serde', '/registry/lib.rs', 'serde', null);
    expect(await read([one, other, foreign], 'a/src/main.rs', 'b/my file.rs', 'b/lib.rs', 'c.rs')).toEqual({
      a: ['a/src/main.rs', 'b/my file.rs'],
      b: ['b/lib.rs'],
    });
  });

  test('binaries of one name are told apart by their root', async () => {
    const first = await unit('a', 'a/main.rs', 'bootstrap', ['a/main.rs', 'a/x.rs'], '1111111111111111');
    const second = await unit('b', 'b/main.rs', 'bootstrap', ['b/main.rs'], '2222222222222222');
    expect(await read([first, second], 'a/main.rs', 'a/x.rs', 'b/main.rs')).toEqual({ a: ['a/main.rs', 'a/x.rs'], b: ['b/main.rs'] });
  });

  test('behind a link a file has two names; a way up from there is not followed', async () => {
    await write('top/a/main.rs', 'top/far/deep/x.rs');
    await symlink('../far/deep', join(folder, 'top/a/link'));
    const paths = ['a/main.rs', 'a/link', 'a/link/x.rs', 'far/deep/x.rs'];
    expect(await read([await unit('a', 'a/main.rs', 'a', ['a/main.rs', 'a/link/x.rs'])], ...paths)).toEqual({
      a: ['a/link/x.rs', 'a/main.rs', 'far/deep/x.rs'],
    });
    await write('top/far/y.rs', 'top/a/y.rs');
    expect(await read([await unit('a', 'a/main.rs', 'a', ['a/main.rs', 'a/link/../y.rs'])], ...paths)).toBeNull();
  });

  test('in the order of names, whichever unit cargo finished first', async () => {
    const units = [await unit('b', 'b/main.rs', 'b', ['b/main.rs']), await unit('a', 'a/main.rs', 'a', ['a/main.rs'])];
    expect(JSON.stringify(await read(units, 'a/main.rs', 'b/main.rs'))).toBe('{"a":["a/main.rs"],"b":["b/main.rs"]}');
  });

  test('not known where a unit left no word, or too much', async () => {
    expect(await read([await unit('a', 'a/main.rs', 'a', null)], 'a/main.rs')).toBeNull();
    expect(await read([await unit('a', 'a/main.rs', 'a', ['a/other.rs'])], 'a/other.rs')).toBeNull();
    const long = `a/${'x'.repeat(1_023)}`;
    expect(await read([await unit('a', 'a/main.rs', 'a', ['a/main.rs', long])], 'a/main.rs', long)).toBeNull();
    const many = Array.from({ length: MOST_SOURCES }, (_, index) => `${index}.rs`);
    expect(await read([await unit('a', 'a/main.rs', 'a', ['a/main.rs', ...many])], 'a/main.rs', ...many)).toBeNull();
  });

  test('of two builds both count, as far as the commit has the files', () => {
    expect(joinSources({ a: ['1', '2'] }, { a: ['2', '3', 'gone'], b: ['4'] }, listed('1', '2', '3', '4'))).toEqual({
      a: ['1', '2', '3'],
      b: ['4'],
    });
    expect(JSON.stringify(joinSources({ b: [], constructor: ['2'] }, { a: ['1'] }, listed('1', '2')))).toBe(
      '{"a":["1"],"b":[],"constructor":["2"]}',
    );
    expect(joinSources({ a: [] }, null, [])).toBeNull();
    expect(joinSources(null, { a: [] }, [])).toBeNull();
  });
});
