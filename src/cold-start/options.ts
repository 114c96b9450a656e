import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { Arch } from '../core/snapshot/snapshot.ts';
import type { Clock } from './clock.ts';
import type { SamplesSoFar } from './pairs.ts';
import type { ScratchSettings } from './scratch-function.ts';

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
  readonly requestsPerSecond?: number;
  /** Milliseconds between two looks at a function that is being changed. */
  readonly poll?: number;
  /** Milliseconds after which a request without an answer counts as lost. */
  readonly patience?: number;
}

export interface ColdStartOptions extends ScratchSettings {
  readonly functions: readonly ColdStartFunction[];
  readonly key: string;
  /** Different for every run and attempt. */
  readonly run: string;
  /** In MB, ascending. */
  readonly memories: readonly number[];
  /** Numbers of pairs, ascending. */
  readonly looks: readonly number[];
  /** JSON. */
  readonly event: string;
  readonly prefix: string;
  /** Milliseconds that sampling may take; what was begun then is finished. */
  readonly cap: number;
  /** Milliseconds from now after which any run's sweep may delete what this one has left. */
  readonly expiry: number;
  /** Whether what was sampled of one function at one memory size decides, so that no more is needed. Not asked at the last look. */
  readonly decide: (look: SamplesSoFar & { readonly function: string; readonly memory: number }) => boolean;
  readonly rng: () => number;
  readonly clock?: Clock;
  readonly aws?: AwsOptions;
}
