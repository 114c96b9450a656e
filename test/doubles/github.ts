import { createHash, randomUUID } from 'node:crypto';
import type { Json } from './accounts.ts';
import type { CacheEntry } from './caches.ts';
import { Clock } from './clock.ts';
import type { Artifact, Repository, Token } from './records.ts';
import { failureBody, Refusal } from './refusal.ts';
import { Resources } from './resources.ts';
import { type Call, type Route, text } from './route.ts';
import { ROUTES } from './routes.ts';
import { type Answer, type Fault, Listening, type Planned, type Received, type Recorded } from './server.ts';
import { GitHubState } from './state.ts';

export { sha } from './records.ts';
export { SECONDARY_RATE_LIMIT } from './refusal.ts';
export { GitHubState } from './state.ts';

const REPOSITORY = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/;
const ADDRESS_LIFETIME = 60_000;
const LARGEST_PAGE = 100;

const PATTERNS = ROUTES.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/** GitHub's REST API on a port of its own: one state, real limits, faults on demand. */
export class GitHubDouble implements AsyncDisposable {
  readonly state: GitHubState;
  readonly #listening: Listening;
  /** What Link headers and API addresses carry: a proxy in front puts its own address here. */
  publicUrl: string;

  constructor(state: GitHubState, listening: Listening) {
    this.state = state;
    this.#listening = listening;
    this.publicUrl = listening.url;
  }

  get url(): string {
    return this.#listening.url;
  }

  get clock(): Clock {
    return this.state.clock;
  }

  get requests(): readonly Recorded[] {
    return this.#listening.requests;
  }

  fail(fault: Fault): Planned {
    return this.#listening.fail(fault);
  }

  willFail(method: string, path: string): boolean {
    return this.#listening.willFail(method, path);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#listening[Symbol.asyncDispose]();
  }
}

/** @param options.results a results service beside it, whose uploads of run N are the artifacts of run N */
export async function startGitHub(
  options: { now?: Date; results?: { artifacts: (runId: number) => readonly Artifact[]; caches: () => readonly CacheEntry[] } } = {},
): Promise<GitHubDouble> {
  const { results } = options;
  const state = new GitHubState(
    new Clock(options.now),
    results === undefined ? undefined : (runId) => results.artifacts(runId),
    results === undefined ? undefined : () => results.caches(),
  );
  const blobs = new Map<string, { zip: Buffer; until: number }>();
  const resources = new Resources(state, () => double.publicUrl);
  const artifactAddress = (repository: string, id: number): string => {
    const artifact = state.findArtifact(repository, id);
    if (artifact === undefined) throw Refusal.notFound();
    const key = randomUUID();
    blobs.set(key, { zip: artifact.zip, until: state.clock.now().getTime() + ADDRESS_LIFETIME });
    return `${double.url}/_blobs/${key}?sig=${createHash('sha256').update(key).digest('hex')}`;
  };
  const listening = await Listening.start((request) => {
    const { path, query } = request;
    if (path.startsWith('/_blobs/')) return blobAnswer(state, blobs.get(path.slice('/_blobs/'.length)));
    try {
      if (path === '/graphql') return whoAmI(state, request);
      const { route, repository, parameters, token } = find(state, request);
      const page = pager(query, `${double.publicUrl}${path}`);
      const address = (id: number): string => artifactAddress(repository.fullName, id);
      const call: Call = { state, resources, repository, token, parameters, query, body: request.body, page, artifactAddress: address };
      return route.answer(call);
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      throw error;
    }
  }, failureBody);
  const double = new GitHubDouble(state, listening);
  return double;
}

/** Of GraphQL the one question that REST does not answer to an app. */
function whoAmI(state: GitHubState, { headers, body }: Received): Answer {
  const token = tokenOf(state, headers.authorization);
  if (token === undefined) throw new Refusal(401, 'Bad credentials');
  if (!/^\s*query\s*\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*$/.test(text(body, 'query') ?? ''))
    throw new Error('the double knows no other query');
  return { status: 200, body: { data: { viewer: { login: token.user } } } };
}

function blobAnswer(state: GitHubState, blob: { zip: Buffer; until: number } | undefined): Answer {
  if (blob === undefined) return { status: 404, body: Buffer.from('BlobNotFound') };
  if (state.clock.now().getTime() >= blob.until)
    return { status: 403, body: Buffer.from('AuthenticationFailed: Signature not valid in the specified time frame') };
  return {
    status: 200,
    headers: { 'content-type': 'application/zip', 'content-disposition': 'attachment; filename="artifact.zip"' },
    body: blob.zip,
  };
}

interface Found {
  readonly route: Route;
  readonly repository: Repository;
  readonly parameters: Readonly<Record<string, string>>;
  readonly token: Token | undefined;
}

/** The route of a request that its token may make; otherwise GitHub's answer, in the order in which GitHub looks. */
function find(state: GitHubState, { method, path, headers }: Received): Found {
  const token = tokenOf(state, headers.authorization);
  const [, fullName = '', rest = ''] = REPOSITORY.exec(path) ?? [];
  const repository = state.findRepository(fullName);
  if (repository === undefined) throw Refusal.notFound();
  const own = token?.repository === fullName;
  if (repository.private && !own) throw Refusal.notFound();
  for (const { route, pattern } of PATTERNS) {
    const match = route.method === method ? pattern.exec(rest) : null;
    if (match === null) continue;
    const anybody = route.level === 'read' && !repository.private && route.signedIn === undefined;
    if (!anybody && token === undefined) throw new Refusal(401, 'Requires authentication');
    if (!anybody && token !== undefined && !(own && suffices(token, route))) throw Refusal.beyondScope(token.app);
    const parameters = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)] as const);
    return { route, repository, parameters: Object.fromEntries(parameters), token };
  }
  throw Refusal.notFound();
}

function tokenOf(state: GitHubState, authorization: string | undefined): Token | undefined {
  if (authorization === undefined) return undefined;
  const token = state.findToken(authorization.replace(/^(?:token|bearer)\s+/i, ''));
  if (token === undefined) throw new Refusal(401, 'Bad credentials');
  return token;
}

function suffices({ permissions }: Token, route: Route): boolean {
  if (route.permissions.length === 0) return true;
  return route.permissions.some((name) => permissions[name] === 'write' || permissions[name] === route.level);
}

function pager(query: URLSearchParams, address: string): Call['page'] {
  const size = Math.min(LARGEST_PAGE, Math.max(1, Number(query.get('per_page') ?? 30)));
  const number = Math.max(1, Number(query.get('page') ?? 1));
  return (items, wrap = (page: readonly Json[]): unknown => page) => {
    const last = Math.max(1, Math.ceil(items.length / size));
    const link = (page: number, rel: string): string => {
      const next = new URLSearchParams(query);
      next.set('page', String(page));
      return `<${address}?${next}>; rel="${rel}"`;
    };
    const before = number > 1 ? [link(number - 1, 'prev'), link(1, 'first')] : [];
    const after = number < last ? [link(number + 1, 'next'), link(last, 'last')] : [];
    const links = [...before, ...after];
    const body = wrap(items.slice((number - 1) * size, number * size));
    return { status: 200, headers: links.length === 0 ? {} : { link: links.join(', ') }, body };
  };
}
