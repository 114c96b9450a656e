import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../exec/run.ts';

/** The two scripts stand beside this file, in `src/` and in `dist/` alike. */
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const SUFFIX = '.unstripped';

const linkersOf = (folder: string): string => join(folder, 'linkers');

/** Where the rustc wrapper writes down which final binaries have begun: a line each, `NAME LTO`. */
export function begunFile(folder: string): string {
  return `${linkersOf(folder)}.begun`;
}

/**
 * The environment that makes one compile give two links: `RUSTC_WRAPPER` (and the wrapper it displaces, chained).
 * Neither reaches cargo's fingerprint, so a plain build of the same target directory finds everything fresh.
 * `project` is where cargo runs, from where it takes a wrapper by a relative path; rustc runs elsewhere.
 */
export async function twinEnvironment(folder: string, env: Environment, project: string): Promise<Record<string, string>> {
  const linkers = linkersOf(folder);
  // Links to an older coldgate's script must not stay.
  await rm(linkers, { recursive: true, force: true });
  await mkdir(linkers, { recursive: true });
  const displaced = env.RUSTC_WRAPPER ?? env.CARGO_BUILD_RUSTC_WRAPPER ?? '';
  return {
    RUSTC_WRAPPER: script('./rustc-wrapper.sh'),
    COLDGATE_LINK_SCRIPT: script('./linker.sh'),
    COLDGATE_LINKERS: linkers,
    // A bare name is looked up on PATH.
    COLDGATE_CHAINED_WRAPPER: displaced.includes('/') ? resolve(project, displaced) : displaced,
  };
}

/** Where the second link keeps its map and what it linked, beside its twin; it need not be there. */
export function linkOf(twin: string): string {
  return `${twin.slice(0, -SUFFIX.length)}.link`;
}

/**
 * The twin of an executable: `deps/<crate>-<hash>.unstripped` beside the file that cargo linked and then linked or copied to `executable`.
 * `null` where the second link failed or was not needed.
 */
export async function findTwin(executable: string): Promise<string | null> {
  const deps = join(dirname(executable), 'deps');
  const shipped = await stat(executable).catch(() => null);
  if (shipped === null) return null;
  const stem = `${basename(executable).replaceAll('-', '_')}-`;
  const twins = (await readdir(deps).catch(() => [])).filter((name) => name.startsWith(stem) && name.endsWith(SUFFIX));
  const siblings: { twin: string; same: boolean; size: number; time: number }[] = [];
  for (const name of twins) {
    const linked = await stat(join(deps, name.slice(0, -SUFFIX.length))).catch(() => null);
    if (linked !== null)
      siblings.push({ twin: join(deps, name), same: linked.ino === shipped.ino, size: linked.size, time: linked.mtimeMs });
  }
  const hardLinked = siblings.find(({ same }) => same);
  if (hardLinked !== undefined) return hardLinked.twin;
  // A file system without hard links: the newest of the same size. That its code is the shipped one's is checked byte by byte before use.
  return siblings.filter(({ size }) => size === shipped.size).sort((a, b) => b.time - a.time)[0]?.twin ?? null;
}
