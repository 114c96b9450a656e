import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { FunctionCode, FunctionConfiguration } from '@aws-sdk/client-lambda';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import type { Arch } from '../core/snapshot/snapshot.ts';
import { renderBytes } from '../core/units.ts';
import { isRefusal } from './aws-failure.ts';
import { stagePackage } from './bucket.ts';
import type { InvokeAnswer, Lambda } from './lambda.ts';
import type { ScratchSettings } from './options.ts';
import { type Identity, isOfRun, scratchName, scratchTags } from './tags.ts';

export interface ScratchPlan {
  readonly identity: Identity;
  readonly arch: Arch;
  /** The commit's full SHA. */
  readonly sha: string;
  readonly zip: string;
  /** In MB, to begin with. */
  readonly memory: number;
  readonly expires: Date;
  readonly settings: ScratchSettings;
  readonly signal: AbortSignal;
  /** Told what could not be deleted. */
  readonly onRemains: (name: string, reason: string) => void;
}

/** Of a direct upload; the request around it may have 70,167,211 bytes, and Base64 makes 69,905,068 of these. */
const MOST_PACKAGE_BYTES = 50 * 1_024 * 1_024;
const NONCE = 'COLDGATE_NONCE';
/** Deleting goes on after the run was cancelled: this long, for a job's end is near. */
const DELETE_LIMIT = 60_000;
/** How often a function is deleted, and a name tried that is taken, before that is given up. */
const DELETIONS = 4;
const UPLOADS = 4;
/** How far reads may lag behind writes, in milliseconds. */
const LAG = 1_000;
/** Init may take 10 s, then once more within the function's timeout; the rest is for the way there and back. */
const INVOKE_SLACK = 30_000;

/** A function made for one side of one run, deleted when it is disposed of. */
export class ScratchFunction implements AsyncDisposable {
  readonly name: string;
  readonly #lambda: Lambda;
  readonly #plan: ScratchPlan;
  /** `unknown`: asked for, and not yet answered. Only what is `ours` is deleted without looking at its tags. */
  #state: 'absent' | 'unknown' | 'ours' = 'absent';

  private constructor(lambda: Lambda, plan: ScratchPlan) {
    this.name = scratchName(plan.identity);
    this.#lambda = lambda;
    this.#plan = plan;
  }

  /**
   * Uploads a package and waits until Lambda can run it. Throws a UsageError for a package that is too large, a ToolError for all else;
   * what was created by then is deleted first.
   */
  static async deploy(lambda: Lambda, plan: ScratchPlan): Promise<ScratchFunction> {
    const { bucket } = plan.settings;
    await checkPackage(plan.zip, plan.identity.function, bucket);
    const zip = await readFile(plan.zip);
    const scratch = new ScratchFunction(lambda, plan);
    const { signal, onRemains } = plan;
    await using staged =
      zip.length > MOST_PACKAGE_BYTES && bucket !== null
        ? await stagePackage({ bucket, name: scratch.name, zip, signal, onRemains })
        : null;
    try {
      // Lambda has its own copy once the function is active.
      await scratch.#create(zip, staged?.code ?? { ZipFile: zip });
      return scratch;
    } catch (error) {
      if (scratch.#state === 'unknown' && error instanceof ToolError && isRefusal(error.cause)) {
        // Whoever may not create may not look either.
        scratch.#state = 'absent';
      }
      await scratch[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Any change of the configuration ends the warm instances: after this and `settled`, the next invocation is a cold start. */
  async configure(memory: number, nonce: string): Promise<void> {
    await this.#lambda.configure({ FunctionName: this.name, MemorySize: memory, Environment: this.#environment(nonce) });
    await this.#lambda.settle(this.name, 'updated');
  }

  invoke(event: string): Promise<InvokeAnswer> {
    return this.#lambda.invoke(this.name, event, this.#plan.settings.timeout * 1_000 + INVOKE_SLACK);
  }

  /** Never throws: it runs on the way out of a failure. Deletes nothing that does not carry this run's tags. */
  async [Symbol.asyncDispose](): Promise<void> {
    const signal = AbortSignal.timeout(DELETE_LIMIT);
    try {
      if (!(await this.#delete(this.#lambda.withSignal(signal)))) this.#plan.onRemains(this.name, 'it is still there after it was deleted');
    } catch (error) {
      this.#plan.onRemains(this.name, signal.aborted ? `not within ${DELETE_LIMIT / 1_000} s` : messageOf(error));
    }
  }

  /** Whether it is gone: a deletion may be answered and not carried out, and reads lag behind writes. */
  async #delete(lambda: Lambda): Promise<boolean> {
    if (this.#state === 'absent') return true;
    for (let attempt = 1; attempt <= DELETIONS; attempt += 1) {
      if (this.#state === 'ours') await lambda.delete(this.name);
      const found = await lambda.find(this.name);
      if (found === null && (this.#state === 'ours' || attempt > 1)) return true;
      if (found === null) await lambda.pause(LAG);
      else if (await this.#isOurs(lambda, found)) this.#state = 'ours';
      else return true;
    }
    return false;
  }

  async #create(zip: Uint8Array, code: FunctionCode): Promise<void> {
    const sha256 = createHash('sha256').update(zip).digest('base64');
    await this.#upload(code, sha256);
    // The waiters take "access denied" for "not yet": this asks plainly first.
    await this.#lambda.find(this.name);
    const active = await this.#lambda.settle(this.name, 'active');
    if (active.CodeSha256 !== sha256) {
      throw new ToolError(`the scratch function ${this.name} holds other code than ${this.#plan.zip}: ${active.CodeSha256}, not ${sha256}`);
    }
  }

  /** The name can be taken: by an attempt of ours whose answer was lost, by an earlier attempt of this run, or by somebody else. */
  async #upload(code: FunctionCode, sha256: string): Promise<void> {
    for (let attempt = 1; attempt <= UPLOADS; attempt += 1) {
      this.#state = 'unknown';
      if ((await this.#lambda.create(this.#input(code))) === 'created') {
        this.#state = 'ours';
        return;
      }
      const found = await this.#lambda.find(this.name);
      if (found === null) {
        await this.#lambda.pause(LAG);
        continue;
      }
      if (!(await this.#isOurs(this.#lambda, found))) {
        throw new ToolError(`a function ${this.name} is there and does not carry this run's tags: choose another name prefix or key`);
      }
      this.#state = 'ours';
      if (found.CodeSha256 === sha256) return;
      await this.#lambda.delete(this.name);
    }
    throw new ToolError(`the name ${this.name} stays taken: does another run with the same key and run id go on?`);
  }

  async #isOurs(lambda: Lambda, found: FunctionConfiguration): Promise<boolean> {
    const tags = await lambda.tags(found.FunctionArn ?? '');
    return tags !== null && isOfRun(tags, this.#plan.identity.run);
  }

  #input(code: FunctionCode) {
    const { identity, arch, sha, memory, expires, settings } = this.#plan;
    return {
      FunctionName: this.name,
      Description: 'made by coldgate for one run; it deletes this function itself',
      Runtime: 'provided.al2023' as const,
      Handler: 'bootstrap',
      Role: settings.role,
      Code: code,
      Architectures: [arch],
      MemorySize: memory,
      Timeout: settings.timeout,
      Environment: this.#environment('created'),
      Layers: [...settings.layers],
      LoggingConfig: { LogFormat: 'Text' as const, LogGroup: settings.logGroup },
      Tags: { ...scratchTags(identity, sha, expires) },
    };
  }

  #environment(nonce: string) {
    return { Variables: { ...this.#plan.settings.environment, [NONCE]: nonce } };
  }
}

/** A UsageError for a package that direct upload does not take where there is no bucket, a ToolError for one that cannot be read. */
export async function checkPackage(path: string, name: string, bucket: string | null): Promise<void> {
  let size: number;
  try {
    size = (await stat(path)).size;
  } catch (cause) {
    throw new ToolError(`the package of ${name} cannot be read at ${path}: ${messageOf(cause)}`, { cause });
  }
  if (size <= MOST_PACKAGE_BYTES || bucket !== null) return;
  throw new UsageError(
    `the package of ${name} has ${renderBytes(size)}: Lambda takes at most 50 MB (52,428,800 B) by direct upload; name a bucket that it may go through with --cold-start-bucket (input cold-start-bucket)`,
  );
}
