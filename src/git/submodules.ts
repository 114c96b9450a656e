import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import type { Note } from '../core/snapshot/snapshot.ts';
import type { Environment } from '../exec/run.ts';
import { isThere } from '../folder.ts';
import { git, type UserRepository } from './repository.ts';

/**
 * Fills the submodules of the checked-out revision: from the user's own copies, else from their address. One that neither has is left
 * empty and named: a build that does not need it builds, as it does in the user's tree.
 */
export async function fillSubmodules(
  user: UserRepository,
  checkout: string,
  repository: string,
  inside: (args: readonly string[]) => Promise<void>,
  at: { readonly top: string; readonly env: Environment },
): Promise<readonly Note[]> {
  if (!(await isThere(join(checkout, '.gitmodules')))) return [];
  const pattern = String.raw`^submodule\..*\.path$`;
  const listed = await git(at, ['config', '--file', '.gitmodules', '--null', '--get-regexp', pattern], false);
  const notes: Note[] = [];
  for (const entry of listed.stdout.split('\0').filter((line) => line !== '')) {
    const end = entry.indexOf('\n');
    const name = entry.slice('submodule.'.length, end - '.path'.length);
    const path = entry.slice(end + 1);
    // git refuses such a name too; here it would be part of a path.
    if (name.split(/[/\\]/).includes('..')) continue;
    const copy = await localCopy(user, name);
    // `protocol.file` is off by default since CVE-2022-39253; it is allowed for the user's own copies alone.
    const local = copy === null ? [] : ['-c', 'protocol.file.allow=always', '-c', `submodule.${name}.url=${copy}`];
    const update = async (): Promise<void> => {
      await inside([...local, 'submodule', '--quiet', 'sync', '--', path]);
      await inside([...local, 'submodule', '--quiet', 'update', '--init', '--recursive', '--force', '--', path]);
    };
    try {
      await update().catch(async (error: unknown) => {
        if (!(error instanceof ToolError) || copy === null) throw error;
        // A killed run may have left half a clone.
        await rm(join(repository, 'modules', name), { recursive: true, force: true });
        await update();
      });
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      notes.push({
        code: 'submodule',
        text: `the submodule ${path} is empty in the private checkout (${error.process?.lastLines.at(-1) ?? error.message}): run git submodule update --init --recursive in your clone`,
      });
    }
  }
  return notes;
}

/** Where the user's clone keeps a submodule's repository: with the worktree, or with the repository. */
async function localCopy(user: UserRepository, name: string): Promise<string | null> {
  for (const folder of [user.gitDir, user.commonDir]) {
    const copy = join(folder, 'modules', name);
    if (await isThere(join(copy, 'HEAD'))) return copy;
  }
  return null;
}
