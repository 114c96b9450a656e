import { readdirSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, ToolError } from '../core/failures.ts';
import { PROFILE_LIMIT, parseCallgrind } from './profile/callgrind.ts';
import { type Part, parsePartHeader } from './profile/parts.ts';

const NAME = 'profile';
const LOG = 'log';

/** The arguments by which callgrind and vgdb know of the folder. */
export function filesArguments(folder: string): readonly string[] {
  return [
    `--log-file=${join(folder, `${LOG}.%p`)}`,
    `--callgrind-out-file=${join(folder, `${NAME}.%p`)}`,
    `--vgdb-prefix=${vgdbPrefix(folder)}`,
  ];
}

export function vgdbPrefix(folder: string): string {
  return join(folder, 'vgdb');
}

/** The number of the last file that callgrind has written by now; 0 where it has written none since they were taken. */
export function lastPart(folder: string, pid: number): number {
  const number = new RegExp(`^${NAME}\\.${pid}\\.(\\d+)-\\d+$`);
  return Math.max(0, ...readdirSync(folder).map((name) => Number(number.exec(name)?.[1] ?? 0)));
}

/** Reads the files that callgrind has written since the last time, and removes them. Throws a ToolError where there is none that can be read. */
export async function takeParts(folder: string, pid: number): Promise<readonly Part[]> {
  const said = await readLog(join(folder, `${LOG}.${pid}`));
  try {
    const written = (await readdir(folder)).filter((name) => name.startsWith(`${NAME}.${pid}`));
    const sizes = await Promise.all(written.map(async (name) => (await stat(join(folder, name))).size));
    if (sizes.reduce((sum, size) => sum + size, 0) > PROFILE_LIMIT)
      throw new ToolError(`callgrind's profile is larger than ${PROFILE_LIMIT} bytes`);
    const parts: Part[] = [];
    for (const name of written) {
      const path = join(folder, name);
      const text = await readFile(path, 'utf8');
      const header = parsePartHeader(text);
      // Beside those of the threads it makes an empty one.
      if (header === null && text !== '') throw new ToolError(`callgrind's file ${name} does not say of which thread it is`);
      if (header !== null) parts.push({ ...header, profile: parseCallgrind(text) });
      await rm(path);
    }
    if (parts.length === 0) throw new Error('it is empty');
    return parts;
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    const process_ = { command: 'valgrind --tool=callgrind', exitCode: null, lastLines: said };
    throw new ToolError(`callgrind left no profile: ${messageOf(cause)}`, { process: process_, cause });
  }
}

async function readLog(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, 'utf8')).slice(-8_000).trimEnd().split('\n').slice(-20);
  } catch {
    return [];
  }
}
