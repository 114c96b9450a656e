import { Blobs } from './blobs.ts';
import { type CacheEntry, Caches } from './caches.ts';
import { Clock } from './clock.ts';
import type { Artifact } from './records.ts';
import { parseClaims } from './runtime-token.ts';
import { type Answer, type Fault, Listening, type Planned, type Received, type Recorded } from './server.ts';
import { TwirpError, TwirpRequest } from './twirp.ts';
import { Uploads } from './uploads.ts';

export { cacheScopes, runtimeToken } from './runtime-token.ts';

const METHOD = /^\/twirp\/github\.actions\.results\.api\.v1\.(\w+)\/(\w+)$/;
const BLOB = /^\/blobs\/([\w-]+)$/;

/** The Actions results service on a port of its own: artifacts, caches, and the blobs behind both. */
export class ResultsDouble implements AsyncDisposable {
  readonly clock: Clock;
  readonly #listening: Listening;
  readonly #uploads: Uploads;
  readonly #caches: Caches;

  constructor(clock: Clock, listening: Listening, uploads: Uploads, caches: Caches) {
    this.clock = clock;
    this.#listening = listening;
    this.#uploads = uploads;
    this.#caches = caches;
  }

  /** ACTIONS_RESULTS_URL. */
  get url(): string {
    return this.#listening.url;
  }

  get requests(): readonly Recorded[] {
    return this.#listening.requests;
  }

  artifacts(runId: number): readonly Artifact[] {
    return this.#uploads.of(runId);
  }

  caches(): readonly CacheEntry[] {
    return this.#caches.entries();
  }

  copyCachesTo(scope: string): void {
    this.#caches.copyTo(scope);
  }

  evict(key: string): void {
    this.#caches.evict(key);
  }

  fail(fault: Fault): Planned {
    return this.#listening.fail(fault);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#listening[Symbol.asyncDispose]();
  }
}

export async function startResults(options: { now?: Date } = {}): Promise<ResultsDouble> {
  const clock = new Clock(options.now);
  const blobs = new Blobs();
  const address = (blob: string): string => `${listening.url}/blobs/${blob}?sig=${blob.replaceAll('-', '')}`;
  const uploads = new Uploads(blobs, clock, address);
  const caches = new Caches(blobs, address);
  const services: Readonly<Record<string, typeof uploads.methods>> = { ArtifactService: uploads.methods, CacheService: caches.methods };
  const listening = await Listening.start((request) => {
    const blob = BLOB.exec(request.path)?.[1];
    return blob === undefined ? twirp(services, request) : blobs.answer(blob, request);
  }, failureBody);
  return new ResultsDouble(clock, listening, uploads, caches);
}

function twirp(services: Readonly<Record<string, Uploads['methods']>>, { path, headers, body }: Received): Answer {
  try {
    const [, service = '', name = ''] = METHOD.exec(path) ?? [];
    const method = services[service]?.[name];
    if (method === undefined) throw new TwirpError('bad_route', path);
    const claims = parseClaims(headers.authorization);
    if (claims === undefined) throw new TwirpError('unauthenticated', 'no token');
    return { status: 200, body: method(claims, new TwirpRequest(body)) };
  } catch (error) {
    if (error instanceof TwirpError) return error.answer;
    throw error;
  }
}

function failureBody(status: number): object {
  return { code: status === 429 ? 'resource_exhausted' : 'internal', msg: `failed with ${status}, as the test asked` };
}
