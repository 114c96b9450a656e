import { execFileSync } from 'node:child_process';
import { nodeId } from './accounts.ts';
import { Refusal } from './refusal.ts';
import { type Call, ok, type Route } from './route.ts';
import type { Answer } from './server.ts';

const HTML = 'https://github.com';

/** What git says in the repository that stands behind (`state.git`); 404 where none does, or git knows no such thing. */
function git({ state, repository }: Call, ...words: readonly string[]): string {
  const folder = state.gitFolder(repository.fullName);
  if (folder === undefined) throw Refusal.notFound();
  try {
    return execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 });
  } catch {
    throw Refusal.notFound();
  }
}

function commitJson(call: Call, name: string): Record<string, unknown> {
  const { resources, repository } = call;
  const sha = git(call, 'rev-parse', '--verify', `${name}^{commit}`).trim();
  const [tree = '', parents = '', author = '', email = '', date = '', message = ''] = git(
    call,
    'log',
    '-1',
    '--format=%T%n%P%n%an%n%ae%n%aI%n%s',
    sha,
  ).split('\n');
  const url = resources.url(repository.fullName);
  const person = { name: author, email, date };
  return {
    ...{
      sha,
      node_id: nodeId('C', sha.length),
      url: `${url}/git/commits/${sha}`,
      html_url: `${HTML}/${repository.fullName}/commit/${sha}`,
    },
    ...{ author: person, committer: person, message, tree: { sha: tree, url: `${url}/git/trees/${tree}` } },
    parents: parents
      .split(' ')
      .filter((parent) => parent !== '')
      .map((parent) => ({ sha: parent, url: `${url}/git/commits/${parent}`, html_url: `${HTML}/${repository.fullName}/commit/${parent}` })),
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  };
}

/** A commit as the repository's own routes show it: git's, with whose accounts it is of. */
function repositoryCommit(call: Call, name: string): Record<string, unknown> {
  const { sha, node_id, html_url, parents, ...commit } = commitJson(call, name);
  const url = `${call.resources.url(call.repository.fullName)}/commits/${String(sha)}`;
  return {
    ...{ sha, node_id, html_url, parents, url, comments_url: `${url}/comments` },
    commit: { ...commit, comment_count: 0 },
    ...{ author: null, committer: null },
  };
}

function compare(call: Call): Answer {
  const [base = '', head = ''] = (call.parameters.basehead ?? '').split('...');
  const [from, to] = [repositoryCommit(call, base), repositoryCommit(call, head)];
  const page = `${HTML}/${call.repository.fullName}/compare/${base}...${head}`;
  const merge = git(call, 'merge-base', String(from.sha), String(to.sha)).trim();
  const [behind = 0, ahead = 0] = git(call, 'rev-list', '--left-right', '--count', `${from.sha}...${to.sha}`)
    .trim()
    .split(/\s+/)
    .map(Number);
  const status = ahead === 0 && behind === 0 ? 'identical' : behind === 0 ? 'ahead' : ahead === 0 ? 'behind' : 'diverged';
  return ok({
    ...{
      url: call.resources.url(call.repository.fullName),
      html_url: page,
      permalink_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
    },
    ...{ base_commit: from, merge_base_commit: repositoryCommit(call, merge), status },
    ...{ ahead_by: ahead, behind_by: behind, total_commits: ahead, commits: [], files: [] },
  });
}

function tree(call: Call): Answer {
  const { parameters, query, resources, repository } = call;
  const name = parameters.tree_sha ?? '';
  const url = resources.url(repository.fullName);
  const entries = git(call, 'ls-tree', '-z', ...(query.get('recursive') === null ? [] : ['-r', '-t']), name)
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [, mode = '', type = '', sha = '', path = ''] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return { path, mode, type, sha, url: `${url}/git/${type}s/${sha}` };
    });
  return ok({ sha: git(call, 'rev-parse', `${name}^{tree}`).trim(), url: `${url}/git/trees/${name}`, tree: entries, truncated: false });
}

function blob(call: Call): Answer {
  const sha = call.parameters.file_sha ?? '';
  const content = git(call, 'cat-file', 'blob', sha);
  const url = `${call.resources.url(call.repository.fullName)}/git/blobs/${sha}`;
  // As GitHub does, in lines.
  const lines = Buffer.from(content).toString('base64').replace(/.{60}/g, '$&\n');
  return ok({
    sha,
    node_id: nodeId('B', content.length),
    url,
    size: Buffer.byteLength(content),
    encoding: 'base64',
    content: `${lines}\n`,
  });
}

/** What git knows of a repository: commits, how two of them stand to each other, trees, blobs. */
export const GIT_ROUTES: readonly Route[] = [
  { path: '/git/commits/{commit_sha}', answer: (call: Call) => ok(commitJson(call, call.parameters.commit_sha ?? '')) },
  { path: '/commits/{ref}', answer: (call: Call) => ok(repositoryCommit(call, call.parameters.ref ?? '')) },
  { path: '/compare/{basehead}', answer: compare },
  { path: '/git/trees/{tree_sha}', answer: tree },
  { path: '/git/blobs/{file_sha}', answer: blob },
].map((route) => ({ ...route, method: 'GET' as const, level: 'read' as const, permissions: ['contents'] }));
