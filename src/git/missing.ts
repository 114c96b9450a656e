import type { Note } from '../core/snapshot/snapshot.ts';
import { git, type UserRepository } from './repository.ts';

/** Build folders and editor leftovers: nothing that a build needs, so their absence is not worth a line. */
const UNINTERESTING =
  /(^|\/)(target|node_modules|\.idea|\.vscode|\.DS_Store|\.direnv|\.coldgate|dist|coverage|[^/]*\.(log|swp|profraw))\/?$/;

/**
 * What the private checkout lacks beside the user's own: ignored files, LFS objects.
 * Each note names the files and says how the option `prepare`, written as at this door, brings them.
 */
export async function missingFiles(user: UserRepository, prepare: string): Promise<readonly Note[]> {
  const notes: Note[] = [];
  const listed = await git(user, ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'], false);
  const ignored = listed.stdout.split('\0').filter((name) => name !== '' && !UNINTERESTING.test(name));
  if (ignored.length > 0) {
    const more = ignored.length > 5 ? ` and ${ignored.length - 5} more` : '';
    notes.push({
      code: 'ignored-files',
      text: `ignored files are not in the private checkout: ${ignored.slice(0, 5).join(', ')}${more}; a build that needs them takes ${prepare} 'CMD'`,
    });
  }
  if ((await filtersOf(user)).has('lfs')) {
    notes.push({
      code: 'lfs',
      text: `files in Git LFS are pointers in the private checkout; a build that needs them takes ${prepare} 'git lfs pull'`,
    });
  }
  return notes;
}

/** The filters that tracked files pass through, by whatever file of attributes in whatever folder. */
async function filtersOf(user: UserRepository): Promise<ReadonlySet<string>> {
  const { stdout: files } = await git(user, ['ls-files', '-z'], false);
  const { stdout } = await git(user, ['check-attr', '-z', '--stdin', 'filter'], false, files);
  // Path, attribute, value, each ended by a zero byte.
  return new Set(stdout.split('\0').filter((_, index) => index % 3 === 2));
}
