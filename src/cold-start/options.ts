import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import { UsageError } from '../core/failures.ts';
import type { Arch } from '../core/snapshot/snapshot.ts';
import { quoted } from '../core/text.ts';
import type { Clock } from './clock.ts';

export interface ColdStartPackage {
  /** The path of its ZIP. */
  readonly zip: string;
  /** The full SHA of the commit. */
  readonly sha: string;
}

export interface ColdStartFunction {
  readonly name: string;
  readonly crate: string;
  readonly arch: Arch;
  /** `null`: new at head. */
  readonly base: ColdStartPackage | null;
  readonly head: ColdStartPackage;
}

/** How AWS is reached; region, credentials and endpoint come by the SDK's own chain where `config` does not name them. */
export interface AwsOptions {
  readonly config?: LambdaClientConfig;
  /** Lambda's control plane takes 15 a second from a whole account: others want theirs. */
  readonly requestsPerSecond?: number;
  /** Milliseconds between two looks at a function that is being changed. */
  readonly poll?: number;
  /** Milliseconds after which a request without an answer counts as lost; uploads and invocations have their own. */
  readonly patience?: number;
}

/** What a person may set. */
export interface ColdStartOptions {
  /** The ARN of the execution role. */
  readonly role: string;
  /** In MB, ascending; the first is judged. */
  readonly memories: readonly number[];
  /** Numbers of pairs, ascending. */
  readonly looks: readonly number[];
  /** JSON. */
  readonly event: string;
  readonly environment: Readonly<Record<string, string>>;
  /** In whole seconds, as Lambda counts it. */
  readonly timeout: number;
  /** Version ARNs. */
  readonly layers: readonly string[];
  /** One group for all, so that nothing is created per function and nothing is left to delete. */
  readonly logGroup: string;
  /** Through which packages above 50 MB go; `null`: they are refused. */
  readonly bucket: string | null;
  /** What the names of scratch functions begin with. */
  readonly prefix: string;
  /** Milliseconds that sampling may take; what was begun then is finished. */
  readonly cap: number;
}

/** What every scratch function of a run is made with. */
export type ScratchSettings = Pick<ColdStartOptions, 'role' | 'timeout' | 'environment' | 'layers' | 'logGroup' | 'bucket'>;

/** Whose run it is: a name for its functions and a tag. */
export interface ColdStartRun {
  readonly key: string;
  /** Different for every run and attempt. */
  readonly run: string;
}

/** Init Durations in ms, place by place of the same pair. */
export interface SamplesSoFar {
  /** `null`: the function is new. */
  readonly base: readonly number[] | null;
  readonly head: readonly number[];
  /** From 1. */
  readonly taken: number;
  readonly planned: number;
}

export interface ColdStartPlan extends ColdStartOptions, ColdStartRun {
  readonly functions: readonly ColdStartFunction[];
  /** Milliseconds from now after which any run's sweep may delete what this one has left. */
  readonly expiry: number;
  /** Whether what was sampled of one function at one memory size decides, so that no more is needed. Not asked at the last look. */
  readonly decide: (look: SamplesSoFar & { readonly function: string; readonly memory: number }) => boolean;
  readonly rng: () => number;
  readonly clock?: Clock;
  readonly aws?: AwsOptions;
}

/** What AWS would refuse after minutes: a UsageError that names the option, written as `nameOf` says. */
export function checkColdStartOptions(options: ColdStartOptions, nameOf: (flag: string) => string): void {
  const { role, layers, logGroup, bucket, event } = options;
  const forms: readonly (readonly [flag: string, values: readonly string[], form: RegExp, not: string])[] = [
    ['role', [role], /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/, 'the ARN of an execution role (arn:aws:iam::…:role/…)'],
    ['layer', layers, /^arn:\S+:lambda:\S+:layer:\S+:\d+$/, 'the ARN of a layer version (arn:aws:lambda:…:layer:NAME:1)'],
    ['log-group', [logGroup], /^[\w.#/-]{1,512}$/, 'the name of a log group (A-Z, a-z, 0-9 and . # / - _)'],
    ['bucket', bucket === null ? [] : [bucket], /^[\w.-]{3,63}$/, 'the name of a bucket (3 to 63 of A-Z, a-z, 0-9 and . - _)'],
  ];
  for (const [flag, values, form, not] of forms) {
    const wrong = values.find((value) => !form.test(value));
    if (wrong !== undefined) throw new UsageError(`${nameOf(`cold-start-${flag}`)} ${quoted(wrong)}: not ${not}`);
  }
  try {
    JSON.parse(event);
  } catch (cause) {
    throw new UsageError(`${nameOf('cold-start-event')} ${quoted(event)}: not JSON, and Lambda takes no other`, { cause });
  }
}
