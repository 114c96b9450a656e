import { readFile, stat } from 'node:fs/promises';
import { mappedCLibrary } from '../init/c-library.ts';
import type { Tracers } from '../tools/tracers/tracer.ts';

/**
 * What moves a start's instructions and is none of the commit: the program that counts them, and this machine's C library (the one that this
 * process has). Each with size and time, since an update keeps name and version.
 */
export async function startedOn({ valgrind }: Pick<Tracers, 'valgrind'>): Promise<readonly string[]> {
  const library = mappedCLibrary(await readFile('/proc/self/maps', 'utf8').catch(() => ''));
  const files = [valgrind.kind === 'found' ? valgrind.path : null, library];
  return Promise.all(
    files.map(async (file) => {
      const found = file === null ? null : await stat(file).catch(() => null);
      return found === null ? 'none' : `${file} ${found.size} ${found.mtimeMs}`;
    }),
  );
}
