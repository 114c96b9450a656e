import { chmod, copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ToolError } from '../../core/failures.ts';
import { ask } from '../../exec/run.ts';
import type { Distribution } from '../distribution.ts';
import type { Platform } from '../pins.ts';
import type { InstallContext, ToolBundle } from '../private-directory.ts';
import { findProgram, searchPath } from '../programs.ts';
import { downloadPackages, unpackPackage } from './apt.ts';
import { LOADERS, recordTracers, STRACE_LIBRARIES, tracersPins, VALGRIND_PARTS } from './stored.ts';

/**
 * valgrind asks for libc6-dbg too, which is left out: callgrind needs it for nothing but the names of the loader's own functions, counts the
 * same without it (docs/local-init.md), and starts in a third of the time.
 */
const PACKAGES = ['valgrind', 'strace'];
/** Of strace, and not on every machine. */
const LIBRARIES = ['libunwind8'];

/** Of valgrind's 80 MB what counts instructions on this machine. */
const PARTS: Readonly<Partial<Record<Platform, RegExp>>> = {
  'linux-x64': /^(?:callgrind-amd64-linux|vgpreload_(?:core|callgrind)-amd64-linux\.so|default\.supp)$/,
  'linux-arm64': /^(?:callgrind-arm64-linux|vgpreload_(?:core|callgrind)-arm64-linux\.so|default\.supp)$/,
};

/** valgrind and strace as this machine's own distribution has them, unpacked into a folder: nothing is installed, and nothing needs root. */
export function tracersBundle(platform: Platform, machine: Distribution): ToolBundle {
  return {
    title: `valgrind and strace of ${machine.id} ${machine.version}`.trim(),
    pins: tracersPins(platform, machine),
    async install(directory, context) {
      const [scratch, loader, parts] = [join(directory, 'tmp'), LOADERS[platform], PARTS[platform]];
      if (loader === undefined || parts === undefined) throw new ToolError('valgrind and strace are brought on Linux alone');
      const files = await downloadPackages(PACKAGES, join(scratch, 'apt'), context);
      const versions = Object.fromEntries(files.map(versionOfFile));
      // On a machine whose strace needs none there may be no such package.
      const libraries = await downloadPackages(LIBRARIES, join(scratch, 'libraries'), context).catch((error: unknown) => {
        if (error instanceof ToolError) return [];
        throw error;
      });
      const unpacked = join(scratch, 'unpacked');
      await mkdir(unpacked);
      for (const file of [...files, ...libraries]) await unpackPackage(file, unpacked, context);
      const taken = await take(unpacked, directory, parts);
      await rm(scratch, { recursive: true, force: true });
      await recordTracers(directory, versions, taken);
      await confirm(join(directory, 'bin', 'valgrind'), countNothing(context), context, { VALGRIND_LIB: join(directory, VALGRIND_PARTS) });
      await confirm(loader, ['--library-path', join(directory, STRACE_LIBRARIES), join(directory, 'bin', 'strace'), '-V'], context, {});
      return { valgrind: 'bin/valgrind', strace: 'bin/strace' };
    },
  };
}

/** Copies what is needed of unpacked packages, wherever the distribution puts it, and answers the paths of the copies. */
async function take(from: string, to: string, parts: RegExp): Promise<readonly string[]> {
  const wanted = (path: string, name: string): string | null => {
    if (/\/usr\/bin\/(?:valgrind|vgdb|strace)$/.test(path)) return join(to, 'bin', name);
    // Debian's `valgrind` is a script round it that sets variables for the C++ library, and breaks where a path has a space.
    if (path.endsWith('/usr/bin/valgrind.bin')) return join(to, 'bin', 'valgrind');
    if (parts.test(name)) return join(to, VALGRIND_PARTS, name);
    return /^libunwind.*\.so\.\d+$/.test(name) ? join(to, STRACE_LIBRARIES, name) : null;
  };
  for (const folder of ['bin', VALGRIND_PARTS, STRACE_LIBRARIES]) await mkdir(join(to, folder), { recursive: true });
  const found = (await readdir(from, { recursive: true, encoding: 'utf8' })).map((name) => join(from, name)).toSorted();
  const taken = new Set<string>();
  // In this order `valgrind.bin` comes after the script, and in its place. Links are followed.
  for (const path of found) {
    const place = wanted(path, basename(path));
    if (place === null) continue;
    await copyFile(path, place);
    if (!place.startsWith(join(to, STRACE_LIBRARIES))) await chmod(place, 0o755);
    taken.add(place);
  }
  return [...taken];
}

/** `valgrind_1%3a3.19.0-1_amd64.deb`: apt writes a version's colon as an address does. */
function versionOfFile(file: string): readonly [string, string] {
  const [name = '', version = ''] = basename(file).split('_');
  return [name, version.replaceAll('%3a', ':')];
}

/** Counts a program that does nothing: shows that every part is there. */
function countNothing({ env }: InstallContext): readonly string[] {
  const program = findProgram('true', [...searchPath(env), '/usr/bin', '/bin']);
  return ['--command-line-only=yes', '--tool=callgrind', '--quiet', '--vgdb=no', '--callgrind-out-file=/dev/null', program ?? '/bin/true'];
}

async function confirm(
  path: string,
  args: readonly string[],
  { env }: InstallContext,
  more: Readonly<Record<string, string>>,
): Promise<void> {
  const { exitCode, stderr } = await ask(path, args, { cwd: '/', env: { ...env, ...more }, check: false });
  if (exitCode !== 0) throw new ToolError(`${[path, ...args].join(' ')} does not run here: ${stderr.trim().split('\n').at(-1) ?? ''}`);
}
