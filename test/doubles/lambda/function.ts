import { randomUUID } from 'node:crypto';
import type { Code } from './code.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

export type Architecture = 'x86_64' | 'arm64';

export interface Logging {
  readonly LogFormat: 'Text' | 'JSON';
  readonly LogGroup: string;
  readonly ApplicationLogLevel?: string;
  readonly SystemLogLevel?: string;
}

/** What makes the next start another one, as CreateFunction and the two updates set it. */
export interface Settings {
  readonly architecture: Architecture;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly handler: string;
  readonly layers: readonly string[];
  readonly logging: Logging;
  readonly memorySize: number;
  readonly role: string;
  readonly runtime: string;
  readonly storage: number;
  readonly timeout: number;
  /** Empty: in no VPC. */
  readonly subnets: readonly string[];
}

/** Code and settings that invocations meet; `generation` grows with each change, and with it the next start is cold. */
export interface Version {
  readonly generation: number;
  readonly settings: Settings;
  readonly code: Code;
  /** What its layers hold: a copy stays as long as a function has it. */
  readonly layers: readonly Code[];
}

interface Transition {
  /** When it ends, on the double's own time. */
  readonly until: number;
  readonly fails: boolean;
}

/** A function as the account keeps it. */
export class LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly tags = new Map<string, string>();
  coldStarts = 0;
  coldStartsSinceUpload = 0;
  invocations = 0;
  deleted = false;
  lastModified: Date;
  revision: string = randomUUID();
  #version: Version;
  #previous: Version | null = null;
  readonly #creation: Transition;
  #update: Transition | null = null;

  constructor(name: string, version: Version, creation: Transition, now: Date) {
    this.name = name;
    this.arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
    this.#version = version;
    this.#creation = creation;
    this.lastModified = now;
  }

  get version(): Version {
    return this.#version;
  }

  state(now: number): 'Pending' | 'Active' | 'Failed' {
    if (now < this.#creation.until) return 'Pending';
    return this.#creation.fails ? 'Failed' : 'Active';
  }

  /** Null until the function was created: AWS leaves the field out. */
  lastUpdate(now: number): 'InProgress' | 'Successful' | 'Failed' | null {
    if (this.#update === null) return this.state(now) === 'Pending' ? null : 'Successful';
    if (now < this.#update.until) return 'InProgress';
    return this.#update.fails ? 'Failed' : 'Successful';
  }

  /** What an invocation meets: while an update is under way, and after one that failed, the version before it. */
  served(now: number): Version {
    const previous = this.lastUpdate(now) === 'Successful' ? null : this.#previous;
    return previous ?? this.#version;
  }

  update(
    change: Partial<Pick<Version, 'settings' | 'code' | 'layers'>>,
    transition: Transition,
    now: { readonly elapsed: number; readonly date: Date },
  ): void {
    const next = { ...this.#version, ...change };
    const same = next.code.sha256 === this.#version.code.sha256 && JSON.stringify(next.settings) === JSON.stringify(this.#version.settings);
    this.#previous = this.served(now.elapsed);
    this.#version = same ? this.#version : { ...next, generation: this.#version.generation + 1 };
    this.#update = transition;
    this.lastModified = now.date;
    this.revision = randomUUID();
    if (change.code !== undefined) this.coldStartsSinceUpload = 0;
  }
}

/** FunctionConfiguration. `listed`: without the fields that ListFunctions leaves out. */
export function renderConfiguration(fn: LambdaFunction, now: number, listed = false): Readonly<Record<string, unknown>> {
  const { settings, code } = fn.version;
  const { environment, layers } = settings;
  return {
    FunctionName: fn.name,
    FunctionArn: fn.arn,
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: code.size,
    Description: settings.description,
    Timeout: settings.timeout,
    MemorySize: settings.memorySize,
    LastModified: fn.lastModified.toISOString().replace('Z', '+0000'),
    CodeSha256: code.sha256,
    Version: '$LATEST',
    ...(Object.keys(environment).length === 0 ? {} : { Environment: { Variables: environment } }),
    ...(settings.subnets.length === 0 ? {} : { VpcConfig: { VpcId: 'vpc-1', SubnetIds: settings.subnets, SecurityGroupIds: ['sg-1'] } }),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: fn.revision,
    ...(layers.length === 0 ? {} : { Layers: layers.map((arn) => ({ Arn: arn, CodeSize: 1024 })) }),
    ...(listed ? {} : renderState(fn, now)),
    PackageType: 'Zip',
    Architectures: [settings.architecture],
    EphemeralStorage: { Size: settings.storage },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: settings.logging,
  };
}

const CREATING = { reason: 'The function is being created.', code: 'Creating' };
const FAILED = { reason: 'An internal error occurred.', code: 'InternalError' };

function renderState(fn: LambdaFunction, now: number): Readonly<Record<string, unknown>> {
  const state = fn.state(now);
  const why = state === 'Active' ? null : state === 'Pending' ? CREATING : FAILED;
  const update = fn.lastUpdate(now);
  const updateWhy = update === 'InProgress' ? CREATING : update === 'Failed' ? FAILED : null;
  return {
    State: state,
    ...(why === null ? {} : { StateReason: why.reason, StateReasonCode: why.code }),
    ...(update === null ? {} : { LastUpdateStatus: update }),
    ...(updateWhy === null ? {} : { LastUpdateStatusReason: updateWhy.reason, LastUpdateStatusReasonCode: updateWhy.code }),
  };
}
