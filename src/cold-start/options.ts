import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import { checkLooks } from '../core/compare/looks.ts';
import type { Place } from '../core/exchange.ts';
import { UsageError } from '../core/failures.ts';
import type { Arch } from '../core/snapshot/snapshot.ts';
import { quoted } from '../core/text.ts';
import type { Clock } from './clock.ts';

export interface ColdStartPackage {
  /** The path of its ZIP. */
  readonly zip: string;
  /** The full SHA of the commit. */
  readonly sha: string;
  /** It is sampled on its own: a move to arm64 has one at each side. */
  readonly arch: Arch;
}

/** What one function may have of its own; the others have what the options say. */
export interface FunctionSettings {
  /** In MB, ascending; the first is judged. */
  readonly memories: readonly number[];
  readonly environment: Readonly<Record<string, string>>;
  /** In whole seconds, as Lambda counts it. */
  readonly timeout: number;
  /** Version ARNs. */
  readonly layers: readonly string[];
  /** Of its temporary folder, in MB. */
  readonly storage: number;
}

export interface ColdStartFunction {
  /** An extension is sampled as a layer of a small function that coldgate brings. */
  readonly kind: 'function' | 'extension';
  readonly name: string;
  readonly crate: string;
  /** `null`: new at head. */
  readonly base: ColdStartPackage | null;
  readonly head: ColdStartPackage;
  readonly settings: Partial<FunctionSettings>;
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
export interface ColdStartOptions extends FunctionSettings {
  /** The ARN of the execution role. */
  readonly role: string;
  /** Numbers of pairs, ascending. */
  readonly looks: readonly number[];
  /** JSON. */
  readonly event: string;
  /** One group for all, so that nothing is created per function and nothing is left to delete. */
  readonly logGroup: string;
  /** Through which packages above 50 MB go; `null`: they are refused. */
  readonly bucket: string | null;
  /** What the names of scratch functions begin with. */
  readonly prefix: string;
  /** Tags of the person's, which an account may demand; coldgate's own are not among them. */
  readonly tags: Readonly<Record<string, string>>;
  /** Deployed functions whose settings are copied; `null`: none. */
  readonly like: Like | null;
  /** Settings that somebody gave, and that win over copied ones. */
  readonly explicit: Partial<FunctionSettings>;
  /** Settings of functions of their own, by name: they win over all others. */
  readonly perFunction: ReadonlyMap<string, Partial<FunctionSettings>>;
  /** Milliseconds that sampling may take; what was begun then is finished. */
  readonly cap: number;
}

/** What deployed functions the scratch functions are made like. */
export interface Like {
  /** The deployed function's name or ARN, by the name of the function here; `null`: of all that have none of their own. */
  readonly deployed: ReadonlyMap<string | null, string>;
  /** Names of environment variables of which the values are copied, too. */
  readonly values: readonly string[];
}

/** What a scratch function is made with. */
export type ScratchSettings = FunctionSettings & Pick<ColdStartOptions, 'role' | 'logGroup' | 'bucket' | 'tags'>;

/** The settings of one function: its own, else those of the run. */
export function settingsOf(options: ColdStartOptions, { settings }: Pick<ColdStartFunction, 'settings'>): ScratchSettings {
  return { ...options, ...settings };
}

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
  /** What the first events took, place by place; `null`: one that ended in an error. */
  readonly firstResponse: { readonly base: readonly (number | null)[] | null; readonly head: readonly (number | null)[] };
  readonly places: readonly Place[];
  /** From 1. */
  readonly taken: number;
  readonly planned: number;
}

export interface ColdStartPlan extends ColdStartOptions, ColdStartRun {
  readonly functions: readonly ColdStartFunction[];
  /** Milliseconds from now after which any run's sweep may delete what this one has left. */
  readonly expiry: number;
  /** Functions × sizes of all legs of the run: what α is split over. */
  readonly comparisons: number;
  /** Whether what was sampled of one function at one memory size decides, so that no more is needed. Not asked at the last look. */
  readonly decide: (look: SamplesSoFar & { readonly function: string; readonly memory: number }) => boolean;
  /** After how many failed starts, without a good one, a side is one that never starts. */
  readonly startsToProve: number;
  readonly rng: () => number;
  readonly clock?: Clock;
  readonly aws?: AwsOptions;
}

/** What AWS would refuse after minutes: a UsageError that names the option, written as `nameOf` says. */
export function checkColdStartOptions(options: ColdStartOptions, nameOf: (flag: string) => string): void {
  const { role, logGroup, bucket, event } = options;
  const [layer, not] = [/^arn:\S+:lambda:\S+:layer:\S+:\d+$/, 'the ARN of a layer version (arn:aws:lambda:…:layer:NAME:1)'];
  const ofFunctions = [...options.perFunction.values()].flatMap((own) => own.layers ?? []);
  const forms: readonly (readonly [flag: string, values: readonly string[], form: RegExp, not: string])[] = [
    ['role', [role], /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/, 'the ARN of an execution role (arn:aws:iam::…:role/…)'],
    ['layer', options.layers, layer, not],
    ['settings', ofFunctions, layer, not],
    ['log-group', [logGroup], /^[\w.#/-]{1,512}$/, 'the name of a log group (A-Z, a-z, 0-9 and . # / - _)'],
    ['bucket', bucket === null ? [] : [bucket], /^[\w.-]{3,63}$/, 'the name of a bucket (3 to 63 of A-Z, a-z, 0-9 and . - _)'],
  ];
  for (const [flag, values, form, what] of forms) {
    const wrong = values.find((value) => !form.test(value));
    if (wrong !== undefined) throw new UsageError(`${nameOf(`cold-start-${flag}`)} ${quoted(wrong)}: not ${what}`);
  }
  // More functions need more: how many change is known after the builds.
  checkLooks(options.looks, options.memories.length, nameOf('cold-start-samples'));
  try {
    JSON.parse(event);
  } catch (cause) {
    throw new UsageError(`${nameOf('cold-start-event')} ${quoted(event)}: not JSON, and Lambda takes no other`, { cause });
  }
}
