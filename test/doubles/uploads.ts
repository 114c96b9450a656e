import { randomUUID } from 'node:crypto';
import type { Blobs } from './blobs.ts';
import type { Clock } from './clock.ts';
import type { Artifact } from './records.ts';
import type { Claims } from './runtime-token.ts';
import { type Twirp, TwirpError, type TwirpRequest } from './twirp.ts';

interface Upload {
  readonly id: number;
  /** The attempt's own id: attempts share nothing. */
  readonly run: string;
  readonly job: string;
  readonly name: string;
  readonly blob: string;
  readonly createdAt: string;
  hash: string | undefined;
  size: number;
  done: boolean;
}

/** Ids of uploads are far from those of the REST double, which lists both; they fall with time, so that none can tell which is newest. */
const FIRST_ID = 90_000_001;

/** The artifact service, version 4: an artifact belongs to one run and never changes; it can be deleted. */
export class Uploads {
  readonly #uploads: Upload[] = [];
  readonly #blobs: Blobs;
  readonly #clock: Clock;
  readonly #address: (blob: string) => string;
  #nextId = FIRST_ID;

  constructor(blobs: Blobs, clock: Clock, address: (blob: string) => string) {
    this.#blobs = blobs;
    this.#clock = clock;
    this.#address = address;
  }

  of(runId: number): readonly Artifact[] {
    const done = this.#uploads.filter((upload) => upload.run.split('.')[0] === String(runId) && upload.done);
    return done.map(({ id, run, name, blob, createdAt }) => ({
      id,
      runId,
      attempt: Number(run.split('.')[1] ?? 1),
      name,
      zip: this.#blobs.read(blob) ?? Buffer.alloc(0),
      createdAt,
      expired: false,
    }));
  }

  readonly methods: Readonly<Record<string, Twirp>> = {
    CreateArtifact: (claims, request) => {
      const name = request.text('name');
      const run = ownRun(claims, request);
      if (this.#uploads.some((upload) => upload.run === run && upload.name === name)) {
        throw new TwirpError('already_exists', 'Conflict: an artifact with this name already exists on the workflow run');
      }
      const [blob, createdAt] = [randomUUID(), this.#clock.stamp()];
      this.#uploads.push({ id: this.#nextId, run, job: claims.jobId, name, blob, createdAt, hash: undefined, size: 0, done: false });
      this.#nextId -= 1;
      return { ok: true, signed_upload_url: this.#address(blob) };
    },
    FinalizeArtifact: (claims, request) => {
      const upload = this.#named(claims, request, false);
      const size = this.#blobs.read(upload.blob)?.length;
      if (String(size) !== request.text('size'))
        throw new TwirpError('invalid_argument', `uploaded ${size} bytes, not ${request.text('size')}`);
      Object.assign(upload, { done: true, size, hash: request.optional('hash') });
      return { ok: true, artifact_id: String(upload.id) };
    },
    ListArtifacts: (claims, request) => {
      const runs = [ownRun(claims, request), ...claims.earlier];
      const [name, id] = [request.optional('name_filter'), request.optional('id_filter')];
      const found = this.#uploads.filter(
        (upload) =>
          runs.includes(upload.run) &&
          upload.done &&
          (name === undefined || name === upload.name) &&
          (id === undefined || id === String(upload.id)),
      );
      return { artifacts: found.map(listed) };
    },
    GetSignedArtifactURL: (claims, request) => {
      const upload = this.#named(claims, request, true);
      return { name: upload.name, signed_url: this.#address(upload.blob) };
    },
    DeleteArtifact: (claims, request) => {
      const upload = this.#named(claims, request, true);
      this.#uploads.splice(this.#uploads.indexOf(upload), 1);
      return { ok: true, artifact_id: String(upload.id) };
    },
  };

  #named(claims: Claims, request: TwirpRequest, done: boolean): Upload {
    // Listed and out of reach: https://github.com/actions/download-artifact/issues/486
    if (claims.earlier.includes(request.text('workflow_run_backend_id'))) throw new TwirpError('not_found', 'workflow run not found');
    const run = ownRun(claims, request);
    const name = request.text('name');
    const upload = this.#uploads.find((candidate) => candidate.run === run && candidate.name === name && candidate.done === done);
    if (upload === undefined) throw new TwirpError('not_found', `no artifact '${name}' in run ${run}`);
    return upload;
  }
}

/** A token reaches its own run alone: across runs the way is the REST API, with `actions: read`. */
function ownRun(claims: Claims, request: TwirpRequest): string {
  const run = request.text('workflow_run_backend_id');
  if (run !== claims.runId) throw new TwirpError('permission_denied', `the token belongs to run ${claims.runId}, not ${run}`);
  return run;
}

function listed({ run, job, id, name, size, createdAt, hash }: Upload): object {
  return {
    workflow_run_backend_id: run,
    workflow_job_run_backend_id: job,
    database_id: String(id),
    name,
    size: String(size),
    created_at: createdAt,
    ...(hash === undefined ? {} : { digest: hash }),
  };
}
