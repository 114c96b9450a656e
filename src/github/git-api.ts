import * as z from 'zod';
import type { ApiConnection } from './connection.ts';

/** How two commits stand to each other. */
export interface Compared {
  readonly mergeBase: string;
  /** Commits of base that head does not have: none where base is head's ancestor. */
  readonly behindBy: number;
}

export interface Blob {
  /** In the repository. */
  readonly path: string;
  readonly sha: string;
}

/** What git knows of the repository. */
export interface GitApi {
  /** Of a commit, by its full SHA; as this and all that follow of git they need `contents: read`. */
  readonly parentsOf: (sha: string) => Promise<readonly string[]>;
  readonly compare: (base: string, head: string) => Promise<Compared>;
  /** The SHA of a branch, a tag or a commit. */
  readonly commitOf: (name: string) => Promise<string>;
  /** Every `Cargo.toml` of a commit; not `whole`: GitHub left some out. */
  readonly manifestsAt: (sha: string) => Promise<{ readonly manifests: readonly Blob[]; readonly whole: boolean }>;
  readonly blob: (sha: string) => Promise<string>;
}

/** The files at the top of a commit. */
export interface RootApi {
  readonly filesAt: (sha: string) => Promise<readonly Blob[]>;
}

/** What git knows: commits, trees, blobs. */
export function gitApi(at: { readonly owner: string; readonly repo: string }, ask: ApiConnection['ask']): GitApi & RootApi {
  return {
    parentsOf: async (commit_sha) =>
      (await ask('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { ...at, commit_sha }, gitCommit)).parents.map(({ sha }) => sha),
    compare: async (base, head) => {
      const basehead = `${base}...${head}`;
      const answer = await ask('GET /repos/{owner}/{repo}/compare/{basehead}', { ...at, basehead, per_page: 1 }, comparison);
      return { mergeBase: answer.merge_base_commit.sha, behindBy: answer.behind_by };
    },
    commitOf: async (ref) =>
      (await ask('GET /repos/{owner}/{repo}/commits/{ref}', { ...at, ref, per_page: 1 }, z.object({ sha: z.string() }))).sha,
    manifestsAt: async (tree_sha) => {
      const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
      const { tree, truncated } = await ask(route, { ...at, tree_sha, recursive: '1' }, gitTree);
      const manifests = tree.filter(({ path, type }) => type === 'blob' && /(?:^|\/)Cargo\.toml$/.test(path));
      return { manifests: manifests.map(({ path, sha }) => ({ path, sha })), whole: !truncated };
    },
    filesAt: async (tree_sha) => {
      const { tree } = await ask('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', { ...at, tree_sha }, gitTree);
      return tree.filter(({ type }) => type === 'blob').map(({ path, sha }) => ({ path, sha }));
    },
    blob: async (file_sha) => {
      const { content } = await ask('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { ...at, file_sha }, gitBlob);
      return Buffer.from(content, 'base64').toString('utf8');
    },
  };
}

const gitCommit = z.object({ parents: z.array(z.object({ sha: z.string() })) });
const comparison = z.object({ merge_base_commit: z.object({ sha: z.string() }), behind_by: z.int() });
const gitTree = z.object({ tree: z.array(z.object({ path: z.string(), type: z.string(), sha: z.string() })), truncated: z.boolean() });
const gitBlob = z.object({ content: z.string(), encoding: z.literal('base64') });
