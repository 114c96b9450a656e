import { performance } from 'node:perf_hooks';
import { Clock } from '../clock.ts';
import { Code } from './code.ts';
import type { LambdaFunction } from './function.ts';
import { Layers } from './layers.ts';
import type { FunctionSnapshot, LambdaDoubleOptions } from './options.ts';
import { invalid, notFound } from './refusals.ts';
import { AwsError } from './wire.ts';

const ZIP_LIMIT = 50 * 1024 * 1024;

/** The functions of one region and account, and what time it is there. */
export class Account implements AsyncDisposable {
  readonly clock: Clock;
  readonly functions = new Map<string, LambdaFunction>();
  readonly layers = new Layers();
  /** Uploads by `bucket/key`, for code that comes through S3. */
  readonly objects = new Map<string, Buffer>();
  readonly options: LambdaDoubleOptions;
  readonly #start: number;
  readonly #codes = new Map<string, Code>();

  constructor(options: LambdaDoubleOptions) {
    this.options = options;
    this.clock = new Clock(options.now ?? new Date());
    this.#start = this.clock.now().getTime();
  }

  /** Ms of real time and of what the clock was advanced by. */
  elapsed(): number {
    return (this.options.time === 'virtual' ? 0 : performance.now()) + this.clock.now().getTime() - this.#start;
  }

  find(name: string): LambdaFunction {
    const found = this.functions.get(name);
    if (found === undefined) throw notFound(name);
    return found;
  }

  /** Bytes that were uploaded before are not unpacked again. */
  code(source: {
    readonly ZipFile?: string | undefined;
    readonly S3Bucket?: string | undefined;
    readonly S3Key?: string | undefined;
  }): Code {
    const code = new Code(this.#bytes(source));
    const known = this.#codes.get(code.sha256);
    if (known !== undefined) return known;
    this.#codes.set(code.sha256, code);
    return code;
  }

  /** Throws as AWS does for a request that is longer than the limit in base64. */
  checkLength(length: number, action: string): void {
    const limit = Math.ceil((this.#zipLimit * 4) / 3);
    if (length <= limit) return;
    throw new AwsError('RequestEntityTooLargeException', `Request must be smaller than ${limit} bytes for the ${action} operation`);
  }

  /** With the settings and code of `version`. */
  snapshot(fn: LambdaFunction, version = fn.version): FunctionSnapshot {
    const now = this.elapsed();
    const { settings, code } = version;
    const { architecture, description, environment, layers, logging, memorySize, role, runtime, storage, timeout } = settings;
    const { name, arn, lastModified, coldStarts, coldStartsSinceUpload, invocations } = fn;
    const state = { state: fn.state(now), lastUpdateStatus: fn.lastUpdate(now) };
    const given = { architecture, description, environment, layers, logging, memorySize, role, runtime, storage, timeout };
    const counts = { coldStarts, coldStartsSinceUpload, invocations };
    return {
      name,
      arn,
      ...state,
      tags: Object.fromEntries(fn.tags),
      ...given,
      codeSha256: code.sha256,
      layerSha256: version.layers.map(({ sha256 }) => sha256),
      codeSize: code.size,
      lastModified,
      ...counts,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const code of this.#codes.values()) await code[Symbol.asyncDispose]();
  }

  get #zipLimit(): number {
    return this.options.zipLimit ?? ZIP_LIMIT;
  }

  #bytes({ ZipFile, S3Bucket, S3Key }: Parameters<Account['code']>[0]): Buffer {
    if (ZipFile !== undefined) return Buffer.from(ZipFile, 'base64');
    if (S3Bucket === undefined || S3Key === undefined) throw invalid('Please provide a source for function code.');
    const object = this.objects.get(`${S3Bucket}/${S3Key}`);
    if (object !== undefined) return object;
    throw invalid('Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.');
  }
}
