import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { readShape } from '../../core/shape.ts';
import { digestOf } from '../../folder.ts';
import type { Distribution } from '../distribution.ts';
import type { Platform } from '../pins.ts';
import { directoryOf, findBundle } from '../private-directory.ts';
import type { TracerName } from '../programs.ts';
import type { FoundTracer } from './tracer.ts';

/** Where the tracers lie, in coldgate's state folder. */
export const TRACERS_FOLDER = 'tracers';

/** The packages' versions, and the SHA-256 of every file that was taken from them. */
const RECORD = 'record.json';
const recordShape = z.strictObject({
  packages: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

/** The folder inside a bundle that `VALGRIND_LIB` names. */
export const VALGRIND_PARTS = 'valgrind';
/** Libraries of strace's own. */
export const STRACE_LIBRARIES = 'lib';

/** Which loader starts a program of this machine. */
export const LOADERS: Readonly<Partial<Record<Platform, string>>> = {
  'linux-x64': '/lib64/ld-linux-x86-64.so.2',
  'linux-arm64': '/lib/ld-linux-aarch64.so.1',
};

/** What was brought. */
export interface StoredTracers {
  /** The programs themselves, whatever starts them. */
  readonly programs: Readonly<Record<TracerName, string>>;
  readonly valgrind: FoundTracer;
  readonly strace: FoundTracer;
  readonly packages: Readonly<Record<string, string>>;
}

/** What a stored bundle is of. */
export function tracersPins(platform: Platform, { id, version }: Distribution): string {
  return `tracers\n${platform}\n${id} ${version}\n`;
}

/** Records what a bundle is made of; the last thing that is written of it but its stamp. */
export async function recordTracers(folder: string, packages: Readonly<Record<string, string>>, files: readonly string[]): Promise<void> {
  const digests = await Promise.all(files.map(async (path) => [relative(folder, path), (await digestOf(path)).sha256] as const));
  await writeFile(join(folder, RECORD), `${JSON.stringify({ packages, files: Object.fromEntries(digests) }, null, 2)}\n`);
}

/**
 * The tracers that were brought for such a machine; `null` where none are, or not as they were recorded: those are removed, so that they are
 * brought anew. No child process.
 */
export async function findStoredTracers(home: string, platform: Platform, machine: Distribution): Promise<StoredTracers | null> {
  const tracers = join(home, TRACERS_FOLDER);
  const pins = tracersPins(platform, machine);
  const programs = await findBundle(tracers, { pins });
  const loader = LOADERS[platform];
  if (programs?.valgrind === undefined || programs.strace === undefined || loader === undefined) return null;
  const folder = directoryOf(tracers, { pins });
  const text = await readFile(join(folder, RECORD), 'utf8').catch(() => null);
  const record = text === null ? null : readShape(recordShape, text);
  const files = new Map(Object.entries(record?.files ?? {}).map(([path, sha256]) => [join(folder, path), sha256]));
  const found = await Promise.all([...files].map(async ([path, sha256]) => (await digestOf(path).catch(() => null))?.sha256 === sha256));
  if (record === null || found.includes(false) || !files.has(programs.valgrind) || !files.has(programs.strace)) {
    await rm(folder, { recursive: true, force: true });
    return null;
  }
  const { valgrind, strace } = programs;
  return {
    programs: { valgrind, strace },
    valgrind: { kind: 'found', path: programs.valgrind, args: [], env: { VALGRIND_LIB: join(folder, VALGRIND_PARTS) }, files },
    // By the loader: a variable that names its libraries would reach the function too.
    strace: {
      kind: 'found',
      path: loader,
      args: ['--library-path', join(folder, STRACE_LIBRARIES), programs.strace],
      env: {},
      files,
    },
    packages: record.packages,
  };
}
