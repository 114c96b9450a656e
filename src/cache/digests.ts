import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { ToolError } from '../core/failures.ts';
import { SHA256 } from '../core/sha.ts';
import { readShape } from '../core/shape.ts';
import type { FunctionMeasurement, Snapshot } from '../core/snapshot/snapshot.ts';
import { type Digest, digestOf } from '../folder.ts';

/**
 * Size and SHA-256 of every file beside a snapshot, by its path. A run holds them in memory from before the next build starts, so that no
 * build and no function can put another package in the place of one that was measured.
 */
export type Digests = ReadonlyMap<string, Digest>;

export const SNAPSHOT_FILE = 'snapshot.json';
/** In a stored folder, for the runs after this one. */
export const DIGESTS_FILE = 'digests.json';
const shape = z.record(z.string(), z.strictObject({ size: z.int().min(0), sha256: z.string().regex(SHA256) }));

/** The files of a function: its package, and its twin where there is one. */
export function filesOfFunction({ package: packed, twin }: FunctionMeasurement): readonly string[] {
  return twin === null ? [packed.file] : [packed.file, twin];
}

/** Takes the digests of a folder that was just written, and leaves them in it. */
export async function seal(folder: string, { functions }: Snapshot): Promise<Digests> {
  const digests = new Map<string, Digest>();
  for (const file of new Set([SNAPSHOT_FILE, ...functions.flatMap(filesOfFunction)])) digests.set(file, await digestOf(join(folder, file)));
  await writeFile(join(folder, DIGESTS_FILE), `${JSON.stringify(Object.fromEntries(digests))}\n`);
  return digests;
}

/** The digests that `seal` left; `null` where they are not of every file, or a file is not of its size. */
export async function readSeal(folder: string, { functions }: Snapshot): Promise<Digests | null> {
  const text = await readFile(join(folder, DIGESTS_FILE), 'utf8').catch(() => null);
  const found = text === null ? null : readShape(shape, text);
  if (found === null) return null;
  const digests = new Map(Object.entries(found));
  if (digests.get(SNAPSHOT_FILE)?.sha256 !== (await digestOf(join(folder, SNAPSHOT_FILE))).sha256) return null;
  for (const file of functions.flatMap(filesOfFunction)) {
    const size = (await stat(join(folder, file)).catch(() => null))?.size;
    if (size === undefined || digests.get(file)?.size !== size) return null;
  }
  return digests;
}

/** What was measured, as far as its files go. */
export interface Sealed {
  readonly folder: string;
  readonly snapshot: Snapshot;
  readonly digests: Digests;
}

/** A ToolError where a file is not what was measured any more; the folder is gone then, so that the next run measures again. */
export async function checkFiles({ folder, snapshot, digests }: Sealed, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const [wanted, found] = [digests.get(file), await digestOf(join(folder, file)).catch(() => null)];
    if (wanted !== undefined && found?.sha256 === wanted.sha256) continue;
    await rm(folder, { recursive: true, force: true });
    throw new ToolError(
      `${basename(file)} of ${snapshot.commit.sha.slice(0, 7)} is not what was measured any more: something that ran since (a build script, a function that was started) has changed it in ${folder}; nothing of it is believed: look at what the change runs when it is built, then run again`,
    );
  }
}
