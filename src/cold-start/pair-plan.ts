import type { Clock } from './clock.ts';
import type { InvokeAnswer } from './lambda.ts';
import type { SamplesSoFar } from './options.ts';
import type { Holding } from './scratch-code.ts';

/** What is sampled: a function that can hold either side's code, be made cold and asked. */
export interface Slot {
  readonly name: string;
  /** Holds that side's code from now on. */
  readonly upload: (side: Holding) => Promise<void>;
  /** Resolves when the next invocation is a cold start; `side` is what it holds. */
  readonly configure: (side: Holding, nonce: string) => Promise<void>;
  readonly invoke: (event: string) => Promise<InvokeAnswer>;
}

/** The functions of one look, made for it: two, which hold base and head in turn, or one of a function that is new. */
export interface Deployed extends AsyncDisposable {
  readonly slots: readonly [Slot, Slot] | readonly [Slot];
}

export interface PairPlan {
  /** In MB. */
  readonly memory: number;
  /** Numbers of pairs, ascending. */
  readonly looks: readonly number[];
  readonly event: string;
  /** Nothing new is begun after this moment. */
  readonly deadline: number;
  /** `false`: the function is new at head. */
  readonly hasBase: boolean;
  /** An extension is sampled: in the first look its host is sampled without it, too. */
  readonly hasHost: boolean;
  /** Makes the functions of a look; `exchanged`: the first holds head's code to begin with. */
  readonly deploy: (deployment: number, exchanged: boolean) => Promise<Deployed>;
  /** Whether what was sampled so far decides, so that no more is needed. Not asked at the last look, nor once a start failed. */
  readonly decide: (look: SamplesSoFar) => boolean;
  /** After how many failed starts, without a good one, a side is one that never starts. */
  readonly startsToProve: number;
  readonly rng: () => number;
  readonly clock: Clock;
  /** Different at every call. */
  readonly nonce: () => string;
  readonly onPair: (pairs: number, looks: number) => void;
}
