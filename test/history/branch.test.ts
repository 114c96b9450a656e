import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Cancelled, ToolError } from '../../src/core/failures.ts';
import { renderLine } from '../../src/core/history/line.ts';
import { branchStore } from '../../src/history/branch.ts';
import { advertised, openPrivateRepository } from '../../src/history/private-repository.ts';
import { fetchCommitted } from '../../src/history/remote-commit.ts';
import { ENV } from '../git/environment.ts';
import { append, lineOf, linesIn, named, Place } from './writers.ts';

const BRANCH = 'coldgate-history';

describe('the history on a branch', () => {
  it('begins with nothing, and is a file of lines that share no commit with what is there', async () => {
    await using place = await Place.make();
    const store = place.store(await place.bare());
    expect(await store.read()).toBeNull();
    expect(await append(store, [lineOf('a', 1)])).toBe(true);
    expect(await append(store, [lineOf('a', 1)])).toBe(false);
    expect(await append(store, [lineOf('a', 2)])).toBe(true);
    expect(await place.git('-C', 'hub.git', 'show', `${BRANCH}:2026-11.jsonl`)).toBe(
      [lineOf('a', 1), lineOf('a', 2)].map(renderLine).join('\n'),
    );
    expect(await place.git('-C', 'hub.git', 'rev-list', '--count', BRANCH)).toBe('2');
    expect(await readdir(place.path)).toEqual(['hub.git']);
  });

  it('keeps what else is on the branch', async () => {
    await using place = await Place.make();
    const store = place.store(await place.bare());
    await append(store, [lineOf('a', 1)]);
    await place.git('clone', '--quiet', '--branch', BRANCH, 'hub.git', 'clone');
    const clone = join(place.path, 'clone');
    await place.git('-C', clone, 'mv', '2026-11.jsonl', 'moved');
    await place.git('-C', clone, 'commit', '--quiet', '--message', 'by hand');
    await place.git('-C', clone, 'push', '--quiet');
    await append(store, [lineOf('a', 2)]);
    expect(await place.git('-C', 'hub.git', 'ls-tree', '--name-only', BRANCH)).toBe('2026-11.jsonl\nmoved');
    expect(named(await linesIn(store))).toEqual(named([lineOf('a', 2)]));
  });

  it('takes no file away to make a folder of its name', async () => {
    await using place = await Place.make();
    const store = place.store(await place.bare());
    await store.update(() => new Map([['badge', 'a person wrote this\n']]), 'by hand');
    const lines = `${renderLine(lineOf('a', 1))}\n`;
    await store.update(
      () =>
        new Map([
          ['2026-11.jsonl', lines],
          ['badge/a.svg', '<svg/>'],
        ]),
      'lines and badges',
    );
    expect(await place.git('-C', 'hub.git', 'show', `${BRANCH}:badge`)).toBe('a person wrote this');
    expect(named(await linesIn(store))).toEqual(named([lineOf('a', 1)]));
    expect((await store.read())?.warnings).toEqual([expect.stringMatching(/:badge is a file, .*: none are, until it is moved$/)]);
  });

  it('of eight writers at once loses no line, the first ones of all too', async () => {
    await using place = await Place.make();
    const url = await place.bare();
    const lines = Array.from({ length: 8 }, (_, leg) => lineOf(`leg-${leg}`, leg));
    await Promise.all(lines.map((line) => append(place.store(url), [line])));
    expect(named(await linesIn(place.store(url)))).toEqual(named(lines));
  });

  it('is refused at once beside a branch that leaves no room for its name', async () => {
    await using place = await Place.make();
    const url = await place.bare();
    await append(place.store(url), [lineOf('a', 1)]);
    await place.git('-C', 'hub.git', 'branch', '--move', BRANCH, `${BRANCH}/old`);
    const started = performance.now();
    await expect(append(place.store(url), [lineOf('a', 2)])).rejects.toThrow(
      /^coldgate-history of .*hub\.git cannot be made: git has no branch of that name beside "coldgate-history\/old": rename or delete the branch "coldgate-history\/old"$/,
    );
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await place.store(url).read()).toBeNull();
  });

  it('keeps a corrupt line where it is, and says where', async () => {
    await using place = await Place.make();
    const store = place.store(await place.bare());
    const torn = renderLine(lineOf('a', 1)).slice(0, 200);
    await store.update(() => new Map([['2026-11.jsonl', `${torn}\n${renderLine(lineOf('a', 2))}\n`]]), 'torn');
    expect((await store.read())?.warnings).toEqual([`${BRANCH}:2026-11.jsonl:1: left out: not JSON, cut short perhaps`]);
    await append(store, [lineOf('a', 3)]);
    expect(named(await linesIn(store))).toEqual(named([lineOf('a', 2), lineOf('a', 3)]));
    expect(await place.git('-C', 'hub.git', 'show', `${BRANCH}:2026-11.jsonl`)).toContain(torn);
  });

  it('that refuses is told with what to do, and a repository that is not there by its name', async () => {
    await using place = await Place.make();
    const url = await place.bare();
    await place.git('-C', url, 'config', 'receive.denyNonFastForwards', 'true');
    await place.git('-C', url, 'config', 'transfer.hideRefs', 'refs/heads/coldgate-history');
    await expect(append(place.store(url), [lineOf('a', 1)])).rejects.toThrow(/^coldgate-history of .*hub\.git cannot be pushed to$/);
    const gone = append(place.store(`${url}.not`), [lineOf('a', 1)]);
    await expect(gone).rejects.toThrow(ToolError);
    await expect(gone).rejects.toThrow(/hub\.git\.not cannot be read/);
  });

  it('is not written by a run that was cancelled', async () => {
    await using place = await Place.make();
    const cancel = AbortSignal.abort();
    const url = await place.bare();
    await expect(append(place.store(url, cancel), [lineOf('a', 1)])).rejects.toThrow(Cancelled);
    expect(await place.store(url).read()).toBeNull();
  });

  it('knows the commits of tags, of annotated ones too', async () => {
    await using place = await Place.make();
    const url = await place.bare();
    await place.git('clone', '--quiet', url, 'clone');
    const clone = join(place.path, 'clone');
    await place.git('-C', clone, 'commit', '--quiet', '--allow-empty', '--message', 'one');
    await place.git('-C', clone, 'tag', 'v1');
    await place.git('-C', clone, 'tag', '-a', '-m', 'two', 'v2');
    await place.git('-C', clone, 'push', '--quiet', '--tags', 'origin', 'HEAD');
    const commit = await place.git('-C', clone, 'rev-parse', 'HEAD');
    const remote = { url, env: ENV };
    await using repository = await openPrivateRepository(remote, {
      scratch: place.path,
      format: 'sha1',
      signal: new AbortController().signal,
    });
    const { tip, releases } = await advertised(repository, remote, BRANCH);
    expect(tip).toBeNull();
    expect(releases).toEqual(['v1', 'v2'].map((tag) => ({ tag, commit })));
  });
});

it('a commit’s subject is what was written, whatever encoding a runner is set to', async () => {
  await using place = await Place.make();
  const url = await place.bare();
  const tree = await place.git('-C', 'hub.git', 'hash-object', '-w', '-t', 'tree', '/dev/null');
  const author = ['-c', 'user.name=x', '-c', 'user.email=x@localhost'];
  const sha = await place.git('-C', 'hub.git', ...author, 'commit-tree', '-m', 'Größe', tree);
  await place.git('-C', 'hub.git', 'update-ref', 'refs/heads/main', sha);
  await place.git('-C', 'hub.git', 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const latin = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'i18n.logOutputEncoding', GIT_CONFIG_VALUE_0: 'ISO-8859-1' };
  const found = await fetchCommitted({ url, env: { ...ENV, ...latin } }, sha, {
    ...{ scratch: place.path, format: 'sha1', signal: new AbortController().signal },
  });
  expect(found.committed.subject).toBe('Größe');
});

it('a run that is cancelled waits for no server', async () => {
  await using place = await Place.make();
  const ssh = join(place.path, 'ssh');
  await writeFile(ssh, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
  const settings = `[core]\n\tsshCommand = ${ssh}\n`;
  const controller = new AbortController();
  const options = { scratch: place.path, signal: controller.signal, format: 'sha1' } as const;
  const started = performance.now();
  const reading = branchStore({ url: 'ssh://nobody@invalid/x', env: ENV, settings }, options).read();
  setTimeout(() => controller.abort(), 500);
  await expect(reading).rejects.toThrow(Cancelled);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(await readdir(place.path)).toEqual(['ssh']);
});
