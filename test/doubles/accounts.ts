import type { Repository, Role, User } from './records.ts';
import type { GitHubState } from './state.ts';

/** JSON as GitHub writes it. */
export type Json = Readonly<Record<string, unknown>>;

const HTML = 'https://github.com';

const REPOSITORY_ADDRESSES: Readonly<Record<string, string>> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

const COUNTS = [
  'forks',
  'forks_count',
  'network_count',
  'open_issues',
  'open_issues_count',
  'size',
  'stargazers_count',
  'subscribers_count',
  'watchers',
  'watchers_count',
];

export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`;
}

export function userJson(api: string, { login, id, type }: User): Json {
  const url = `${api}/users/${encodeURIComponent(login)}`;
  return {
    ...{ login, id, node_id: nodeId(type === 'Bot' ? 'BOT' : 'U', id), type, site_admin: false, gravatar_id: '' },
    ...{ avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`, html_url: `${HTML}/${login.replace(/\[bot\]$/, '')}` },
    ...{ url, followers_url: `${url}/followers`, following_url: `${url}/following{/other_user}`, gists_url: `${url}/gists{/gist_id}` },
    ...{ starred_url: `${url}/starred{/owner}{/repo}`, subscriptions_url: `${url}/subscriptions`, organizations_url: `${url}/orgs` },
    ...{ repos_url: `${url}/repos`, events_url: `${url}/events{/privacy}`, received_events_url: `${url}/received_events` },
  };
}

/** Serves as a full, a minimal and a webhook's repository. */
export function repositoryJson(api: string, state: GitHubState, repository: Repository): Json {
  const { id, name, fullName, owner, defaultBranch } = repository;
  const url = `${api}/repos/${fullName}`;
  const at = '2026-01-05T08:00:00Z';
  const fork = repository.forkOf === null ? {} : { parent: repositoryJson(api, state, state.known(repository.forkOf)) };
  return {
    ...{
      id,
      node_id: nodeId('R', id),
      name,
      full_name: fullName,
      owner: userJson(api, state.user(owner)),
      private: repository.private,
      fork: repository.forkOf !== null,
    },
    ...{
      url,
      html_url: `${HTML}/${fullName}`,
      description: null,
      homepage: null,
      language: 'Rust',
      license: null,
      mirror_url: null,
      topics: [],
    },
    ...Object.fromEntries(Object.entries(REPOSITORY_ADDRESSES).map(([field, path]) => [field, `${url}${path}`])),
    ...{
      git_url: `git://github.com/${fullName}.git`,
      ssh_url: `git@github.com:${fullName}.git`,
      clone_url: `${HTML}/${fullName}.git`,
      svn_url: `${HTML}/${fullName}`,
    },
    ...Object.fromEntries(COUNTS.map((field) => [field, 0])),
    ...{
      default_branch: defaultBranch,
      visibility: repository.private ? 'private' : 'public',
      archived: false,
      disabled: false,
      is_template: false,
    },
    ...{
      has_issues: true,
      has_projects: true,
      has_wiki: true,
      has_pages: false,
      has_downloads: true,
      has_discussions: false,
      allow_forking: true,
    },
    ...{ web_commit_signoff_required: false, created_at: at, updated_at: at, pushed_at: at },
    ...(fork.parent === undefined ? {} : { parent: fork.parent, source: fork.parent }),
  };
}

const FULL_ONLY =
  /^(clone_url|ssh_url|svn_url|git_url|mirror_url|homepage|language|license|default_branch|visibility|archived|disabled|is_template|topics|parent|source|web_commit_signoff_required|created_at|updated_at|pushed_at|size|allow_forking|watchers|forks|open_issues)$|^has_|_count$/;

/** The short form that runs and statuses carry: no addresses to clone from. */
export function minimalRepositoryJson(api: string, state: GitHubState, repository: Repository): Json {
  return Object.fromEntries(Object.entries(repositoryJson(api, state, repository)).filter(([field]) => !FULL_ONLY.test(field)));
}

/** `permission` knows four words only: GitHub folds `maintain` into `write` and `triage` into `read`. */
export function permissionJson(api: string, user: User, role: Role): Json {
  const permission = role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role;
  const order: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];
  const has = (least: Role): boolean => order.indexOf(role) >= order.indexOf(least);
  const permissions = { pull: has('read'), triage: has('triage'), push: has('write'), maintain: has('maintain'), admin: has('admin') };
  return { permission, role_name: role, user: { ...userJson(api, user), permissions, role_name: role } };
}

/** The app that the workflow's own token acts as. */
export function actionsAppJson(api: string): Json {
  const at = '2018-07-30T09:30:17Z';
  return {
    ...{
      id: 15_368,
      slug: 'github-actions',
      node_id: 'MDM6QXBwMTUzNjg=',
      name: 'GitHub Actions',
      description: 'Automate your workflow from idea to production',
    },
    ...{ owner: userJson(api, { login: 'github', id: 9919, type: 'User' }), external_url: 'https://help.github.com/en/actions' },
    ...{
      html_url: `${HTML}/apps/github-actions`,
      created_at: at,
      updated_at: at,
      permissions: { issues: 'write', metadata: 'read' },
      events: [],
    },
  };
}
