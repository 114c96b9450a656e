import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderLine } from '../../src/core/history/line.ts';
import { folderStore } from '../../src/history/folder.ts';
import type { HistoryStore } from '../../src/history/store.ts';
import { unseen } from '../doubles/progress.ts';
import { append, lineOf, linesIn, named, Place } from './writers.ts';

const open = (folder: string): HistoryStore => folderStore(folder, { signal: new AbortController().signal, progress: unseen() });

describe('the history in a folder', () => {
  it('is made where it is not there, and holds a file for each month', async () => {
    await using place = await Place.make();
    const folder = join(place.path, 'a', 'history');
    expect(await open(folder).read()).toBeNull();
    expect(await append(open(folder), [lineOf('a', 1)])).toBe(true);
    expect(await append(open(folder), [lineOf('a', 1)])).toBe(false);
    expect(await readFile(join(folder, '2026-11.jsonl'), 'utf8')).toBe(`${renderLine(lineOf('a', 1))}\n`);
  });

  it('of eight writers at once loses no line', async () => {
    await using place = await Place.make();
    const lines = Array.from({ length: 8 }, (_, leg) => lineOf(`leg-${leg}`, leg));
    await Promise.all(lines.map((line) => append(open(place.path), [line])));
    expect(named(await linesIn(open(place.path)))).toEqual(named(lines));
  });

  it('is whole after a writer was killed: its lock is taken over, what it had begun is removed', async () => {
    await using place = await Place.make();
    await append(open(place.path), [lineOf('a', 1)]);
    const dead = spawn('sleep', ['60']);
    const { pid } = dead;
    dead.kill('SIGKILL');
    await once(dead, 'close');
    await mkdir(join(place.path, '.lock'), { recursive: true });
    await symlink(`${pid} 1`, join(place.path, '.lock', 'lock'));
    await writeFile(join(place.path, '.2026-11.jsonl.5f1b6f0e-0000-4000-8000-000000000000'), 'half a li');
    expect(await append(open(place.path), [lineOf('a', 2)])).toBe(true);
    expect(named(await linesIn(open(place.path)))).toEqual(named([lineOf('a', 1), lineOf('a', 2)]));
    expect(await readdir(place.path)).toEqual(['.lock', '2026-11.jsonl']);
  });

  it('that is a file says so', async () => {
    await using place = await Place.make();
    const file = join(place.path, 'file');
    await writeFile(file, '');
    await expect(append(open(file), [lineOf('a', 1)])).rejects.toThrow(`the history ${file} cannot be written`);
    await expect(open(file).read()).rejects.toThrow(`the history ${file} cannot be read`);
  });

  it('does not look at what is not its own: a broken link beside the months', async () => {
    await using place = await Place.make();
    await append(open(place.path), [lineOf('a', 1)]);
    await symlink('/not/there', join(place.path, 'latest'));
    expect(named(await linesIn(open(place.path)))).toEqual(named([lineOf('a', 1)]));
  });

  it('with a month that cannot be read says which, and writes nothing', async () => {
    await using place = await Place.make();
    await mkdir(join(place.path, '2026-10.jsonl'));
    const said = `the history ${place.path} cannot be read (${join(place.path, '2026-10.jsonl')}`;
    await expect(open(place.path).read()).rejects.toThrow(said);
    await expect(append(open(place.path), [lineOf('a', 1)])).rejects.toThrow(said);
    await using other = await Place.make();
    await symlink('/not/there', join(other.path, '2026-10.jsonl'));
    await expect(open(other.path).read()).rejects.toThrow(
      `the history ${other.path} cannot be read (${join(other.path, '2026-10.jsonl')}: it leads to nothing)`,
    );
  });
});
