import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesOfFunction, seal } from '../../src/cache/digests.ts';
import { settingDigest, storeKey } from '../../src/cache/keys.ts';
import { checkExport, exportSnapshot, findStored, keep, readStored, writeSnapshot } from '../../src/cache/store.ts';
import { UsageError } from '../../src/core/failures.ts';
import { aFunction, aSnapshot } from '../core/builders.ts';

/** What a stored snapshot has beside it. */
const FILES = ['packages', 'snapshot.json', 'twins', ...aSnapshot().functions.flatMap(filesOfFunction)].toSorted();

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function stored(key: string): Promise<string> {
  const made = join(folder, 'made');
  await writeSnapshot(made, aSnapshot());
  await mkdir(join(made, 'packages'));
  await mkdir(join(made, 'twins'));
  for (const file of aSnapshot().functions.flatMap(filesOfFunction)) await writeFile(join(made, file), key);
  await seal(made, aSnapshot());
  return keep(join(folder, 'store'), key, made);
}

test('a key is one of a commit, the way it was built and what was prepared', () => {
  const { commit, invocation } = aSnapshot();
  const keys = [
    storeKey(commit.sha, invocation, null),
    storeKey(commit.sha, { ...invocation, rustc: 'rustc 1.0.0' }, null),
    storeKey(commit.sha, { ...invocation, environment: { RUSTFLAGS: settingDigest('-g') } }, null),
    storeKey(commit.sha, { ...invocation, paths: { ...invocation.paths, checkout: '/elsewhere' } }, null),
    storeKey(commit.sha, invocation, 'a'),
    storeKey(commit.sha, invocation, 'b'),
    storeKey('0'.repeat(40), invocation, null),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(storeKey(commit.sha, { ...invocation }, null)).toBe(keys[0]);
});

test('what is kept is found; what is not, cut short or of another schema is not, and goes', async () => {
  const store = join(folder, 'store');
  expect(await findStored(store, 'one')).toBeNull();
  const place = await stored('one');
  expect(await findStored(store, 'one')).toMatchObject({ folder: place, snapshot: aSnapshot() });
  for (const text of ['{', '{"schema":"coldgate/snapshot@0"}', '']) {
    await stored('two');
    await writeFile(join(store, 'two', 'snapshot.json'), text);
    expect(await findStored(store, 'two')).toBeNull();
    expect(await readdir(store)).toEqual(['one']);
  }
});

test('the ones used longest ago go', async () => {
  const store = join(folder, 'store');
  for (let n = 0; n < 12; n += 1) {
    const second = Date.now() / 1_000 - 1_000 + n;
    await utimes(await stored(`old-${n}`), second, second);
  }
  await findStored(store, 'old-0');
  await stored('new');
  const names = await readdir(store);
  expect(names).toHaveLength(12);
  expect(names).toEqual(expect.arrayContaining(['new', 'old-0', 'old-2']));
  expect(names).not.toContain('old-1');
});

test('an export replaces an earlier one and refuses anything else', async () => {
  const from = await stored('one');
  const to = join(folder, 'deep', 'out');
  await exportSnapshot({ folder: from, snapshot: aSnapshot() }, to);
  await writeFile(join(to, 'packages', 'stale.zip'), 'x');
  const init = { kind: 'none', code: 'off', reason: 'local init is turned off' } as const;
  const now = aSnapshot({ functions: [aFunction({ init })] });
  await exportSnapshot({ folder: from, snapshot: now }, to);
  expect((await readdir(to, { recursive: true })).sort()).toEqual(FILES);
  expect((await readStored(to)).snapshot).toEqual(now);
  expect((await readStored(join(from, 'snapshot.json'))).snapshot).toEqual(aSnapshot());
  await writeFile(join(to, 'mine.txt'), 'x');
  await expect(checkExport(to)).rejects.toThrow(UsageError);
  await expect(checkExport(join(to, 'mine.txt'))).rejects.toThrow(/mine\.txt is no folder/);
  await expect(checkExport(join(folder, 'not-there'))).resolves.toBeUndefined();
});
