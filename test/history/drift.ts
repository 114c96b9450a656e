import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderSnapshot, type Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { aFunction, aMeasuredInit, aPackage, aSnapshot, aUnit } from '../core/builders.ts';
import type { Project } from '../e2e/project.ts';

/** What each of twelve commits adds to the package: never 5 % and 50 kB together. The seventh brings a newer aws-config. */
const ADDED = [0, 9_000, 7_000, 8_000, 9_500, 6_000, 44_000, 8_000, 9_000, 7_500, 8_500, 9_000];
export const BUMP = 6;
const [BEFORE, AFTER] = ['1.5.18', '1.6.0'];

export interface Drift {
  readonly shas: readonly string[];
  /** The oldest first, as the folders. */
  readonly snapshots: readonly Snapshot[];
  readonly folders: readonly string[];
}

/** Twelve commits of a clone, a day apart, with the snapshot of each as `measure -o` lays it out below `into`. */
export async function twelveCommits(project: Project, into: string): Promise<Drift> {
  const shas: string[] = [];
  const folders: string[] = [];
  const snapshots: Snapshot[] = [];
  let compressed = 800_000;
  for (const [place, added] of ADDED.entries()) {
    compressed += added;
    const subject = place === BUMP ? 'Take the new aws-config' : `Feature ${place + 1}`;
    const sha = await commitAt(project, `2026-11-${String(place + 1).padStart(2, '0')}T12:00:00Z`, subject);
    const snapshot = driftSnapshot(sha, compressed, place >= BUMP ? AFTER : BEFORE);
    const folder = join(into, String(place));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'snapshot.json'), renderSnapshot(snapshot));
    shas.push(sha);
    folders.push(folder);
    snapshots.push(snapshot);
  }
  return { shas, folders, snapshots };
}

/** A commit of a moment that the test chooses, with the files of the last one. */
async function commitAt(project: Project, date: string, subject: string): Promise<string> {
  const [tree, parent] = [await project.git('rev-parse', 'HEAD^{tree}'), await project.git('rev-parse', 'HEAD')];
  const person = `test <test@localhost> ${Date.parse(date) / 1_000} +0000`;
  await project.write({ '.git/commit-text': `tree ${tree}\nparent ${parent}\nauthor ${person}\ncommitter ${person}\n\n${subject}\n` });
  const sha = await project.git('hash-object', '-t', 'commit', '-w', '.git/commit-text');
  await project.git('reset', '--quiet', '--soft', sha);
  return sha;
}

function driftSnapshot(sha: string, compressed: number, config: string): Snapshot {
  const packages = [aPackage('health', '0.1.0', { source: null, dependencies: [1] }), aPackage('aws-config', config)];
  const units = [aUnit(0, { crate: 'health', dependencies: [1] }), aUnit(1, { crate: 'aws_config' })];
  const phases = { loading: 227_000, runtimeStart: 115_000, handlerInit: 55_000 + Math.round(compressed / 200) };
  const init = aMeasuredInit({ session: sha }, { phases });
  const fn = aFunction({ shipped: { kind: 'known', units: [0, 1] }, init }, { compressed });
  return aSnapshot({ commit: { sha, source: 'commit', subject: '' }, lockfile: { packages }, units, functions: [fn] });
}
