import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Guard, runGuarded } from '../exec/group.ts';
import type { Environment } from '../exec/run.ts';

/** The lock file that counts for a manifest: its workspace's. One that lies beside a member is read by nobody. */
export async function lockPathOf(
  folder: string,
  { manifest, env, guard }: { readonly manifest: readonly string[]; readonly env: Environment; readonly guard: Guard },
): Promise<string> {
  const args = ['locate-project', '--workspace', '--message-format', 'plain', ...manifest];
  const { stdout } = await runGuarded('cargo', args, { cwd: folder, env, guard });
  return join(dirname(stdout.trim()), 'Cargo.lock');
}

/**
 * Does something that may write the lock file, and puts it back as it was: only then does the build say of it what a team's own build says
 * (`--locked`, `--frozen`, or `locked = true` in cargo lambda's configuration). Answers too whether there was one.
 */
export async function leavingLock<T>(path: string, work: () => Promise<T>): Promise<{ readonly answer: T; readonly locked: boolean }> {
  const before = await readFile(path).catch(() => null);
  try {
    return { answer: await work(), locked: before !== null };
  } finally {
    const after = await readFile(path).catch(() => null);
    if (before === null) await rm(path, { force: true });
    else if (after === null || !after.equals(before)) await writeFile(path, before);
  }
}
