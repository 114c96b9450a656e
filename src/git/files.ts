import type { Environment } from '../exec.ts';
import type { PrivateCheckout } from './checkout.ts';
import { git } from './repository.ts';

/** A file of a revision: its path from the repository's top, and what names its mode and content. */
export interface TreeFile {
  readonly path: string;
  readonly id: string;
}

/** What revisions hold, read in the private repository: it has both commits, and those of a dirty tree. */
export interface Files {
  /** Every file; of a submodule the commit that it stands at, as a file of its folder. */
  readonly list: (sha: string) => Promise<readonly TreeFile[]>;
  /** Paths that differ, a renamed file under both of its names. */
  readonly changed: (base: string, head: string) => Promise<readonly string[]>;
  /** `null` where there is no such file. */
  readonly text: (sha: string, path: string) => Promise<string | null>;
  /** Rust sources in which a word stands. */
  readonly mentions: (sha: string, word: string) => Promise<readonly string[]>;
}

export function filesOfRevisions(checkout: PrivateCheckout, environment: Environment): Files {
  const at = { top: checkout.path, env: { ...environment, GIT_DIR: checkout.repository } };
  const lines = (text: string): readonly string[] => text.split('\0').filter((line) => line !== '');
  return {
    list: async (sha) => parseFiles((await git(at, ['ls-tree', '-r', '-z', '--full-tree', sha])).stdout),
    changed: async (base, head) => lines((await git(at, ['diff-tree', '-r', '-z', '--name-only', '--no-renames', base, head])).stdout),
    text: async (sha, path) => {
      const { stdout, exitCode } = await git(at, ['show', `${sha}:${path}`], false);
      return exitCode === 0 ? stdout : null;
    },
    mentions: async (sha, word) => {
      const found = await git(at, ['grep', '-l', '-z', '--fixed-strings', '--full-name', '-e', word, sha, '--', ':(top)*.rs'], false);
      return lines(found.stdout).map((line) => line.slice(sha.length + 1));
    },
  };
}

/** `<mode> <type> <object>\t<path>` of ls-tree, `<mode> <object> <stage>\t<path>` of ls-files, each ended by a zero byte. */
export function parseFiles(listed: string): readonly TreeFile[] {
  return listed.split('\0').flatMap((line) => {
    const tab = line.indexOf('\t');
    if (tab < 0) return [];
    const [id, path] = [line.slice(0, tab), line.slice(tab + 1)];
    return [{ path: id.startsWith('160000 ') ? `${path}/.` : path, id: id.replace(/ (blob|commit) | 0$/, ' ').trim() }];
  });
}
