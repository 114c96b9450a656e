import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { readShape } from '../core/shape.ts';
import type { TreeFile } from '../git/files.ts';
import { contentDigests, type Sources } from './contents.ts';
import type { PathPackage } from './path-packages.ts';

/** Beside what cargo keeps, so that it goes wherever the target directory goes (the Actions cache). */
const RECORD = 'coldgate-contents.json';
const record = z.strictObject({ packages: z.record(z.string(), z.string()) });

/**
 * Makes cargo look again at every package whose content is another than what the target directory holds of it. cargo's own freshness trusts
 * what build scripts and macros declare, and a folder that base and head share hands on base's output where they declare too little.
 * What is removed of a package is its fingerprints and its build script's output; every version of it, since another build (features, a
 * binary alone) may have left one of an older commit. `now`: from `readContents`.
 *
 * The record holds for what is left in the directory: it is written before the build, when everything of another content is gone already.
 */
export async function refreshTarget(target: string, now: ReadonlyMap<string, string>): Promise<void> {
  const path = join(target, RECORD);
  const before = readShape(record, await readFile(path, 'utf8').catch(() => ''))?.packages ?? {};
  const changed = [...now.keys()].filter((name) => before[name] !== now.get(name));
  if (changed.length === 0) return;
  await forget(target, changed);
  await mkdir(target, { recursive: true });
  await writeFile(`${path}.part`, JSON.stringify({ packages: { ...before, ...Object.fromEntries(now) } }));
  await rename(`${path}.part`, path);
}

/** The content of every path package as `refreshTarget` takes it, those outside the checkout read from the disk. */
export async function readContents(
  packages: readonly PathPackage[],
  sources: Omit<Sources, 'outside'>,
): Promise<ReadonlyMap<string, string>> {
  const outside = new Map<string, readonly TreeFile[]>();
  for (const { folder } of packages) {
    if (folder !== sources.top && !folder.startsWith(`${sources.top}${sep}`)) outside.set(folder, await filesOf(folder));
  }
  return contentDigests(packages, { ...sources, outside });
}

/** Removes what cargo goes by, for each profile and target triple: https://doc.rust-lang.org/cargo/reference/build-cache.html */
async function forget(target: string, names: readonly string[]): Promise<void> {
  for (const folder of await profileFolders(target)) {
    for (const kind of ['.fingerprint', 'build']) {
      for (const entry of await readdir(join(folder, kind)).catch(() => [])) {
        const name = entry.replace(/-[0-9a-f]{16}$/, '');
        if (names.includes(name)) await rm(join(folder, kind, entry), { recursive: true, force: true });
      }
    }
  }
}

/** `release`, `<triple>/release`: wherever cargo keeps fingerprints. */
async function profileFolders(target: string): Promise<readonly string[]> {
  const found: string[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (entries.some(({ name }) => name === '.fingerprint')) found.push(folder);
    else if (depth > 0) for (const entry of entries) if (entry.isDirectory()) await look(join(folder, entry.name), depth - 1);
  };
  await look(target, 2);
  return found;
}

/** The files of a package that lies outside the checkout, by content; without what cargo and git keep there. */
export async function filesOf(folder: string): Promise<readonly TreeFile[]> {
  const files: TreeFile[] = [];
  const walk = async (at: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== '.git' && !(entry.name === 'target' && at === folder)) await walk(path);
      } else files.push({ path: relative(folder, path), id: await contentOf(path) });
    }
  };
  await walk(folder);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Names a file's content; a link by where it points, anything else that has none by nothing. */
export async function contentOf(path: string): Promise<string> {
  const info = await lstat(path).catch(() => null);
  if (info?.isSymbolicLink() === true) return `link ${await readlink(path).catch(() => '')}`;
  if (info?.isFile() !== true) return '';
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash).catch(() => undefined);
  return hash.digest('hex').slice(0, 32);
}
