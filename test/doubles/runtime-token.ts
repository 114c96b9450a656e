/** What a run's token may do with one cache scope, as its `ac` claim says: 1 reads, 3 reads and writes. */
export interface CacheScope {
  readonly scope: string;
  readonly permission: 1 | 3;
}

/** The scopes of a token, in the order in which the service looks through them. */
export function cacheScopes(options: { writes?: string; reads?: readonly string[] }): readonly CacheScope[] {
  const writes: readonly CacheScope[] = options.writes === undefined ? [] : [{ scope: options.writes, permission: 3 }];
  const reads = [...new Set(options.reads)].filter((scope) => scope !== options.writes);
  return [...writes, ...reads.map((scope) => ({ scope, permission: 1 as const }))];
}

export interface Claims {
  readonly runId: string;
  readonly jobId: string;
  readonly caches: readonly CacheScope[];
  /** Ids of the attempts whose artifacts this one, a partial re-run, lists beside its own. */
  readonly earlier: readonly string[];
}

/**
 * ACTIONS_RUNTIME_TOKEN: an unsigned token with the claims that the results service reads. Without `caches` it may save for the default branch.
 * Each attempt is a run of its own to the service; one of `failed` jobs alone lists what earlier ones uploaded.
 */
export function runtimeToken(options: {
  runId: number;
  jobId?: number;
  caches?: readonly CacheScope[];
  attempt?: number;
  rerun?: 'all' | 'failed';
}): string {
  const { runId, jobId = runId, caches = cacheScopes({ writes: 'refs/heads/main' }), attempt = 1, rerun = 'all' } = options;
  const backendId = (number: number): string => (number === 1 ? String(runId) : `${runId}.${number}`);
  const earlier = rerun === 'all' ? [] : Array.from({ length: attempt - 1 }, (_, index) => backendId(index + 1));
  const ac = JSON.stringify(caches.map(({ scope, permission }) => ({ Scope: scope, Permission: permission })));
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ scp: `Actions.Results:${backendId(attempt)}:${jobId}`, ac, earlier })}.`;
}

/** The claims of an `Authorization` header; undefined where it carries none. */
export function parseClaims(authorization: string | undefined): Claims | undefined {
  const [, payload] = (authorization ?? '').split('.');
  if (payload === undefined) return undefined;
  const claims: { scp?: unknown; ac?: unknown; earlier?: unknown } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const ids = /(?:^|\s)Actions\.Results:([^:\s]+):([^:\s]+)/.exec(String(claims.scp));
  if (ids?.[1] === undefined || ids[2] === undefined) return undefined;
  const scopes: readonly { Scope: string; Permission: number }[] = typeof claims.ac === 'string' ? JSON.parse(claims.ac) : [];
  const caches = scopes.map(({ Scope, Permission }) => ({
    scope: Scope,
    permission: (Permission & 2) === 0 ? (1 as const) : (3 as const),
  }));
  return { runId: ids[1], jobId: ids[2], caches, earlier: Array.isArray(claims.earlier) ? claims.earlier.map(String) : [] };
}
