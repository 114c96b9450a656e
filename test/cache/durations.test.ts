import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { NO_DURATIONS, openDurations } from '../../src/cache/durations.ts';
import { millis } from '../../src/core/units.ts';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-durations-'));
  file = join(folder, 'durations.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what steps took', () => {
  test('is there the next time, each by what decides it', async () => {
    const first = await openDurations(file);
    expect(first.expect(['link', 'release', 'health'])).toBeNull();
    await first.note(['link', 'release', 'health'], millis(70_123.4));
    await first.note(['link', 'dev', 'health'], millis(2_000));
    await first.note(['link', 'dev', 'health'], millis(3_000));
    const next = await openDurations(file);
    expect(next.expect(['link', 'release', 'health'])).toBe(70_123);
    expect(next.expect(['link', 'dev', 'health'])).toBe(3_000);
    expect(next.expect(['link', 'release', 'other'])).toBeNull();
    expect(await readdir(folder)).toEqual(['durations.json']);
  });

  test('noted at once, all are kept', async () => {
    const durations = await openDurations(file);
    const names = Array.from({ length: 50 }, (_, index) => ['link', `function-${index}`]);
    await Promise.all(names.map((name) => durations.note(name, millis(5))));
    const next = await openDurations(file);
    expect(names.map((name) => next.expect(name))).toEqual(names.map(() => 5));
  });

  test('stays bounded: the oldest go, and a name has an end', async () => {
    const durations = await openDurations(file);
    const long = (index: number): readonly string[] => ['link', 'x'.repeat(5_000), String(index)];
    for (let index = 0; index < 300; index += 1) await durations.note(long(index), millis(1e12));
    const next = await openDurations(file);
    expect([99, 100, 299].map((index) => next.expect(long(index)))).toEqual([null, 86_400_000, 86_400_000]);
    expect((await readFile(file)).length).toBeLessThan(64_000);
  });

  it.each([
    ['half a file', '[["link release health",70'],
    ['another shape', '{"link":1}'],
    ['a figure that is none', '[["link release health","70"]]'],
    ['one below zero', '[["link release health",-1]]'],
    ['one beyond a day', '[["link release health",86400001]]'],
    ['too many steps', JSON.stringify(Array.from({ length: 201 }, (_, index) => [`s${index}`, 1]))],
    ['too large a file', `${' '.repeat(64_000)}[]`],
    ['nothing', ''],
  ])('nothing is expected of %s, and it is begun anew', async (_, text) => {
    await writeFile(file, text);
    const durations = await openDurations(file);
    expect(durations.expect(['link', 'release', 'health'])).toBeNull();
    await durations.note(['link', 'release', 'health'], millis(5));
    expect((await openDurations(file)).expect(['link', 'release', 'health'])).toBe(5);
  });

  test('where nothing can be kept, or nothing is, it is no error', async () => {
    const durations = await openDurations('/proc/nowhere/durations.json');
    await durations.note(['link'], millis(5));
    expect(durations.expect(['link'])).toBe(5);
    await NO_DURATIONS.note(['link'], millis(5));
    expect(NO_DURATIONS.expect(['link'])).toBeNull();
  });
});
