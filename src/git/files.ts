import { posix } from 'node:path';
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
  /**
   * Every file; of a submodule the commit that it stands at, as the file `.` of its folder; what a link leads to within the repository also
   * by the link's path.
   */
  readonly list: (sha: string) => Promise<readonly TreeFile[]>;
  /** `null` where there is no such file. */
  readonly text: (sha: string, path: string) => Promise<string | null>;
  /** Rust sources that include files (`include_str!`, `#[path = "…"]`, `include_dir!`), with their text. */
  readonly including: (sha: string) => Promise<readonly { readonly path: string; readonly text: string }[]>;
}

export function filesOfRevisions(checkout: Pick<PrivateCheckout, 'path' | 'repository'>, environment: Environment): Files {
  const at = { top: checkout.path, env: { ...environment, GIT_DIR: checkout.repository } };
  const text = async (sha: string, path: string): Promise<string | null> => {
    const { stdout, exitCode } = await git(at, ['show', `${sha}:${path}`], false);
    return exitCode === 0 ? stdout : null;
  };
  return {
    text,
    list: async (sha) => {
      const files = parseFiles((await git(at, ['ls-tree', '-r', '-z', '--full-tree', sha])).stdout);
      const links = files.filter(({ id }) => id.startsWith(LINK));
      const targets = await Promise.all(links.map(async ({ path }) => ({ path, target: (await text(sha, path)) ?? '' })));
      return [...files, ...throughLinks(files, targets)];
    },
    including: async (sha) => {
      const found = await git(at, ['grep', '-l', '-z', '-E', '--full-name', '-e', INCLUDES, sha, '--', ':(top)*.rs'], false);
      const paths = found.stdout.split('\0').flatMap((line) => (line === '' ? [] : [line.slice(sha.length + 1)]));
      return Promise.all(paths.map(async (path) => ({ path, text: (await text(sha, path)) ?? '' })));
    },
  };
}

const LINK = '120000 ';
/** POSIX: `include!`, `include_str!` and all whose names begin so, `embed` of derives, and the path of a module. */
const INCLUDES = 'include[a-z_]*[[:space:]]*!|path[[:space:]]*=|[Ee]mbed|folder[[:space:]]*=';

/** Files behind links, under the path that leads through the link; a link to a link is followed as often as links nest in practice. */
function throughLinks(
  files: readonly TreeFile[],
  links: readonly { readonly path: string; readonly target: string }[],
): readonly TreeFile[] {
  const found: TreeFile[] = [];
  let known = files;
  for (let depth = 0; depth < 4 && links.length > 0; depth += 1) {
    const reached = links.flatMap(({ path, target }) => {
      const to = posix.join(posix.dirname(path), target).replace(/\/$/, '');
      return known.flatMap((file) => {
        if (file.path === to) return file.id.startsWith(LINK) ? [] : [{ path, id: `through ${file.id}` }];
        return file.path.startsWith(`${to}/`) ? [{ path: `${path}${file.path.slice(to.length)}`, id: `through ${file.id}` }] : [];
      });
    });
    found.push(...reached);
    known = reached;
  }
  return found;
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
