import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkAdviceFolder, writeAdvice } from '../../src/commands/advice-files.ts';
import type { Advice } from '../../src/core/advise/advice.ts';
import { aMeasuredOutcome, anAdvice, aRemedy } from '../core/advise/builders.ts';
import { refusal } from '../refusal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldgate-advice-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const BASE = { zip: 1_000, binary: 2_000, instructions: null, faults: null, memory: null };

function advice(...ids: readonly string[]): Advice {
  const rows = ids.map((id) => ({ remedy: aRemedy(id), outcome: aMeasuredOutcome({ ...BASE, zip: 900 }, { patch: `+${id}\n` }) }));
  return anAdvice(BASE, rows);
}

const written = async (): Promise<string[]> => (await readdir(folder)).toSorted();

describe('the folder of an advice', () => {
  it('is written in place of an earlier one, and no patch of that stays', async () => {
    await writeAdvice(advice('lto=fat', 'tokio:full'), '.', folder);
    expect(await written()).toEqual(['01-lto=fat.patch', '02-tokio-full.patch', 'advice.json']);
    await checkAdviceFolder('.', folder);
    await writeAdvice(advice('tokio:full'), '.', folder);
    expect(await written()).toEqual(['01-tokio-full.patch', 'advice.json']);
  });

  it('is told with a command that takes every file of a patch, from wherever it is run', async () => {
    const top = await realpath(folder);
    await mkdir(join(top, 'fn'));
    const commands = async (output: string, cwd: string): Promise<readonly string[]> => [
      ...(await writeAdvice({ ...advice('lto=fat'), top }, output, cwd)).values(),
    ];
    expect(await commands('out put', top)).toEqual(["git apply 'out put/01-lto=fat.patch'"]);
    expect(await commands('advice', join(top, 'fn'))).toEqual(['git -C .. apply fn/advice/01-lto=fat.patch']);
  });

  it('is none with patches of somebody else, which stay', async () => {
    const theirs = ['01-lto=fat.patch', 'fix.patch'];
    for (const name of theirs) await writeFile(join(folder, name), 'theirs');
    expect(await refusal(checkAdviceFolder('.', folder))).toContain('-o . holds other files (01-lto=fat.patch, fix.patch)');
    await writeFile(join(folder, 'advice.json'), '{ "remedies": [] }');
    expect(await refusal(checkAdviceFolder('.', folder))).toContain('holds other files');
    // Put there while remedies were built.
    await writeAdvice(advice('panic=abort'), '.', folder);
    for (const name of theirs) expect(await readFile(join(folder, name), 'utf8')).toBe('theirs');
  });

  it('knows what a run wrote that was ended on the way', async () => {
    await writeAdvice(advice('lto=fat', 'tokio:full'), '.', folder);
    await rm(join(folder, '02-tokio-full.patch'));
    await checkAdviceFolder('.', folder);
  });
});
