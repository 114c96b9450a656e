import { LambdaClient } from '@aws-sdk/client-lambda';
import { Cancelled } from '../core/failures.ts';
import { limited } from '../exec/limited.ts';
import { type AwsCall, type AwsFailureKind, awsFailure, failureKind, isThrottled } from './aws-failure.ts';
import { type Clock, Pace } from './clock.ts';
import type { AwsOptions } from './options.ts';

export interface AwsConnection extends AwsOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** 0 ≤ x < 1: the jitter of retries. */
  readonly rng: () => number;
}

export interface SendOptions {
  readonly abortSignal: AbortSignal;
  readonly requestTimeout: number;
}

export interface How {
  /** Milliseconds for one attempt. */
  readonly limit?: number;
  /** Failures that are an answer: `null`. */
  readonly expected?: readonly AwsFailureKind[];
  /** What may have been carried out is not asked for again. */
  readonly once?: boolean;
}

/**
 * Of 15 changes a second that the control plane takes from an account, and 100 looks by GetFunction. An invocation is bound by concurrency alone.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests
 */
const REQUESTS_PER_SECOND = 10;
const LOOKS_PER_REQUEST = 5;
const BURST = 3;
/** Milliseconds. */
export const PATIENCE = 20_000;
/** With the delays below about 45 s in all: a new role can be assumed after some 10 s. */
const ATTEMPTS = 12;
/** Reads lag behind writes for a moment; a function that is gone stays gone. */
const NOT_FOUND_ATTEMPTS = 4;
const FIRST_DELAY = 250;
const LONGEST_DELAY = 8_000;

/** One client for all requests, made when the first is: its making reads configuration files. */
export class SharedClient implements Disposable {
  readonly #connection: AwsConnection;
  readonly #changes: Pace;
  readonly #looks: Pace;
  #made: LambdaClient | undefined;

  constructor(connection: AwsConnection) {
    this.#connection = connection;
    const perSecond = connection.requestsPerSecond ?? REQUESTS_PER_SECOND;
    this.#changes = new Pace(perSecond, BURST);
    this.#looks = new Pace(perSecond * LOOKS_PER_REQUEST, BURST);
  }

  get client(): LambdaClient {
    this.#made ??= this.#make();
    return this.#made;
  }

  [Symbol.dispose](): void {
    this.#made?.destroy();
  }

  #make(): LambdaClient {
    const { clock, config, patience } = this.#connection;
    // One attempt each: retries are counted in one place, and an invocation must never be repeated in silence.
    const requestHandler = { requestTimeout: patience ?? PATIENCE, throwOnRequestTimeout: true, connectionTimeout: 5_000 };
    const client = new LambdaClient({ requestHandler, ...config, maxAttempts: 1 });
    const forever = new AbortController().signal;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const pace = this.#paceOf(commandName);
          if (pace === null) return await next(args);
          await clock.sleep(pace.take(clock.now()), forever);
          try {
            return await next(args);
          } catch (error) {
            // One limit for the account: whoever else asks waits too.
            if (isThrottled(error)) pace.slow(clock.now());
            throw error;
          }
        },
      { step: 'initialize', name: 'coldgatePace' },
    );
    return client;
  }

  #paceOf(command: string | undefined): Pace | null {
    if (command === 'InvokeCommand') return null;
    return command === 'GetFunctionCommand' ? this.#looks : this.#changes;
  }
}

/**
 * Sends until there is an answer, with jittered delays and a hard cap. `null` for a failure that was expected; a ToolError to act on for
 * one that no retry helps, or that stays; `Cancelled` when the signal aborts.
 */
export async function ask<T>(
  shared: SharedClient,
  connection: AwsConnection,
  call: AwsCall,
  send: (client: LambdaClient, options: SendOptions) => Promise<T>,
  how: How = {},
): Promise<T | null> {
  const { signal, clock, rng } = connection;
  const limit = how.limit ?? connection.patience ?? PATIENCE;
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw new Cancelled(`cancelled before ${call.action} on ${call.resource}`);
    // The body of an answer can hang too, which the request's own limit does not see.
    using hung = limited(signal, limit + 5_000);
    try {
      return await send(shared.client, { abortSignal: hung.signal, requestTimeout: limit });
    } catch (error) {
      if (signal.aborted) throw new Cancelled(`cancelled during ${call.action} on ${call.resource}`);
      const kind = failureKind(error);
      if (how.expected?.includes(kind) === true) return null;
      if (attempt >= attemptsFor(kind, how.once === true)) throw awsFailure(error, call);
      await clock.sleep(Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempt - 1)) * (0.5 + rng() / 2), signal);
    }
  }
}

function attemptsFor(kind: AwsFailureKind, once: boolean): number {
  switch (kind) {
    case 'again':
    case 'conflict':
      return ATTEMPTS;
    case 'lost':
      return once ? 1 : ATTEMPTS;
    case 'not-found':
      return NOT_FOUND_ATTEMPTS;
    case 'denied':
    case 'credentials':
    case 'region':
    case 'unknown-host':
    case 'refused':
      return 1;
  }
}
