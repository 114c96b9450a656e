import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import { ToolError } from '../core/failures.ts';
import type { Environment } from '../exec/run.ts';
import type { PrivateCheckout } from './checkout.ts';
import { git, type UserRepository } from './repository.ts';

/** A file of a revision: its path from the repository's top, and what names its mode and content. */
export interface TreeFile {
  readonly path: string;
  readonly id: string;
}

/** What revisions hold, read in the private repository: it has both commits, and those of a dirty tree. */
export interface Files {
  /**
   * Every file; of a submodule the commit that it stands at, as the file `.` of its folder; what a link leads to within the repository also
   * by the link's path. Read once for each revision. A ToolError where links lead to more files than a repository has.
   */
  readonly list: (sha: string) => Promise<readonly TreeFile[]>;
  /** The texts of files by path; those that are not there are left out. */
  readonly texts: (sha: string, paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Rust sources that include files (`include_str!`, `#[path = "…"]`, `include_dir!`), with their text. */
  readonly including: (sha: string) => Promise<ReadonlyMap<string, string>>;
}

export function filesOfRevisions(checkout: Pick<PrivateCheckout, 'path' | 'repository'>, environment: Environment): Files {
  const at = { top: checkout.path, env: { ...environment, GIT_DIR: checkout.repository } };
  const lists = new Map<string, Promise<readonly TreeFile[]>>();
  const texts: Files['texts'] = async (sha, paths) => {
    const listed = new Map((await list(sha)).map((file) => [file.path, file]));
    return textsOf(
      at,
      paths.flatMap((path) => listed.get(path) ?? []),
    );
  };
  const list = (sha: string): Promise<readonly TreeFile[]> => {
    const known = lists.get(sha);
    if (known !== undefined) return known;
    const read = readList(at, sha);
    lists.set(sha, read);
    return read;
  };
  return {
    list,
    texts,
    including: async (sha) => {
      const found = await git(at, ['grep', '-l', '-z', '-E', '--full-name', '-e', INCLUDES, sha, '--', ':(top)*.rs'], false);
      return texts(
        sha,
        found.stdout.split('\0').flatMap((line) => (line === '' ? [] : [line.slice(sha.length + 1)])),
      );
    },
  };
}

type Place = Pick<UserRepository, 'top' | 'env'>;

async function readList(at: Place, sha: string): Promise<readonly TreeFile[]> {
  const files = parseFiles((await git(at, ['ls-tree', '-r', '-z', '--full-tree', sha])).stdout);
  const targets = await textsOf(
    at,
    files.filter(({ id }) => id.startsWith(LINK)),
  );
  return [...files, ...throughLinks(files, targets)];
}

/** One git for all of them, whose answers are told apart by a word that no file can know. */
async function textsOf(at: Place, files: readonly TreeFile[]): Promise<ReadonlyMap<string, string>> {
  if (files.length === 0) return new Map();
  const word = randomUUID();
  const input = files.map(({ id }) => `${objectOf(id)}\n`).join('');
  const { stdout } = await git(at, ['cat-file', `--batch=${word}`], true, input);
  const answers = `\n${stdout.replace(/\n$/, '')}`.split(`\n${word}\n`).slice(1);
  if (answers.length !== files.length)
    throw new ToolError(`git has ${answers.length} of ${files.length} files in ${at.top}: fetch what this clone lacks`);
  return new Map(files.map(({ path }, index) => [path, answers[index] ?? '']));
}

function objectOf(id: string): string {
  return id.slice(id.lastIndexOf(' ') + 1);
}

const LINK = '120000 ';
/**
 * POSIX: `include!`, `include_str!` and all whose names begin so, `embed` of derives, the path of a module, also where its line ends before the
 * `=`, a text that leads up (a macro's), and a dot or a slash that is written as a number.
 */
const INCLUDES = [
  ...[
    'include[a-z_]*[[:space:]]*!',
    'path[[:space:]]*=',
    '#[[:space:]]*\\[[^]=]*path[[:space:]]*($|/[*/])',
    '[Ee]mbed',
    'folder[[:space:]]*=',
  ],
  ...['"[^"]*[.][.][/\\\\]', '\\\\x2[eEfF]', '\\\\u[{][0_]*2_*[eEfF]'],
].join('|');
/** More files behind links than files: links to folders that hold each other. */
const MOST_ALIASES = 1_000_000;
/** As the kernel has it: https://man7.org/linux/man-pages/man7/path_resolution.7.html */
const MOST_HOPS = 40;

/** Files behind links, under the path that leads through the link. What a link to a folder above itself leads to is there already. */
function throughLinks(files: readonly TreeFile[], links: ReadonlyMap<string, string>): readonly TreeFile[] {
  const byTarget = new Map<string, string[]>();
  for (const path of links.keys()) {
    const target = resolveLink(path, links);
    if (target !== null && !`${path}/`.startsWith(`${target}/`)) byTarget.set(target, [...(byTarget.get(target) ?? []), path]);
  }
  const found: TreeFile[] = [];
  for (const { path, id } of byTarget.size === 0 ? [] : files) {
    if (id.startsWith(LINK)) continue;
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      for (const link of byTarget.get(path.slice(0, end)) ?? []) found.push({ path: `${link}${path.slice(end)}`, id: `through ${id}` });
    }
    if (found.length > MOST_ALIASES)
      throw new ToolError(`the links of this repository lead to more than ${MOST_ALIASES} files: remove those that hold each other`);
  }
  return found;
}

/** Where a link ends, by way of other links, of itself or of a folder on the way; `null` outside the repository or in a circle. */
function resolveLink(path: string, links: ReadonlyMap<string, string>): string | null {
  let at = path;
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const link = prefixesOf(at).find((prefix) => links.has(prefix));
    if (link === undefined) return at;
    const target = links.get(link) ?? '';
    at = posix.normalize(posix.join(posix.dirname(link), target, at.slice(link.length))).replace(/\/$/, '');
    if (target.startsWith('/') || at === '..' || at.startsWith('../') || at === '.') return null;
  }
  return null;
}

/** `a`, `a/b`, `a/b/c`. */
function prefixesOf(path: string): readonly string[] {
  return path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
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
