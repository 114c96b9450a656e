import { readFile } from 'node:fs/promises';

/** A C library by its file's name: glibc's, before 2.34 with its version, and musl's, which is the loader too. */
const LIBRARY = /\s(\/\S*\/(?:libc\.so\.6|libc-2\.\d+\.so|ld-musl-\w+\.so\.1|libc\.musl-\w+\.so\.1))$/m;

/** The C library that a process maps, of its /proc/PID/maps or smaps; `null` of one that brings its own within. */
export function mappedCLibrary(maps: string): string | null {
  return LIBRARY.exec(maps)?.[1] ?? null;
}

/** `glibc 2.36`, as the library itself says; its file's name where it does not. */
export async function nameCLibrary(path: string): Promise<string> {
  const text = await readFile(path, 'latin1').catch(() => '');
  const version = /GNU C Library [^\n\0]*version (\d+\.\d+)/.exec(text)?.[1];
  if (version !== undefined) return `glibc ${version}`;
  return path.slice(path.lastIndexOf('/') + 1);
}
