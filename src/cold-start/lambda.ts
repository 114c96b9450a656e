import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  InvokeCommand,
  type LambdaClient,
  ListFunctionsCommand,
  ListTagsCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { Cancelled, messageOf, ToolError } from '../core/failures.ts';
import { type AwsCall, awsFailure, failureKind } from './aws-failure.ts';
import { type AwsConnection, ask, type How, PATIENCE, type SendOptions, SharedClient } from './retry.ts';
import type { Tags } from './tags.ts';

/** What one invocation answered; `lost`: it may have run or not, so asking again would find a warm function. */
export type InvokeAnswer =
  | { readonly kind: 'answer'; readonly functionError: string | null; readonly payload: string; readonly tail: string }
  | { readonly kind: 'lost'; readonly reason: string };

export type WaitFor = 'active' | 'updated';

/** Bytes of package a millisecond, of the slowest upload that is waited for: about 2 Mbit/s in Base64, so that 50 MB have 290 s. */
const SLOWEST_UPLOAD = 180;
/** How long a change of a function may take: layers and a cold region take half a minute. */
const WAIT_SECONDS = 180;
const POLL = 400;

/** The calls of Lambda that coldgate makes, each paced, retried where that is safe, and bounded in time. Failures are ToolErrors to act on. */
export class Lambda implements Disposable {
  readonly #connection: AwsConnection;
  readonly #shared: SharedClient;

  constructor(connection: AwsConnection, shared = new SharedClient(connection)) {
    this.#connection = connection;
    this.#shared = shared;
  }

  /** The same connection for what has to go on when the run is cancelled. */
  withSignal(signal: AbortSignal): Lambda {
    return new Lambda({ ...this.#connection, signal }, this.#shared);
  }

  async region(): Promise<string> {
    try {
      return await this.#shared.client.config.region();
    } catch (error) {
      throw awsFailure(error, { action: 'lambda:GetFunction', resource: '*' });
    }
  }

  /** `taken`: a function of that name is there, perhaps because the answer to an earlier attempt was lost. */
  async create(input: CreateFunctionCommandInput & { readonly FunctionName: string }): Promise<'created' | 'taken'> {
    const call: AwsCall = { action: 'lambda:CreateFunction', resource: input.FunctionName };
    const limit = (this.#connection.patience ?? PATIENCE) + Math.ceil((input.Code?.ZipFile?.length ?? 0) / SLOWEST_UPLOAD);
    const send = (client: LambdaClient, options: SendOptions) => client.send(new CreateFunctionCommand(input), options);
    const created = await this.#ask(call, send, { limit, expected: ['conflict'] });
    return created === null ? 'taken' : 'created';
  }

  /** `null` where there is none. */
  async find(name: string): Promise<FunctionConfiguration | null> {
    const call: AwsCall = { action: 'lambda:GetFunction', resource: name };
    const send = (client: LambdaClient, options: SendOptions) => client.send(new GetFunctionCommand({ FunctionName: name }), options);
    const found = await this.#ask(call, send, { expected: ['not-found'] });
    return found?.Configuration ?? null;
  }

  /** Asked for by ListTags, because GetFunction leaves tags out in silence where ListTags is not allowed. `null`: no such function. */
  async tags(arn: string): Promise<Tags | null> {
    const call: AwsCall = { action: 'lambda:ListTags', resource: arn };
    const send = (client: LambdaClient, options: SendOptions) => client.send(new ListTagsCommand({ Resource: arn }), options);
    const found = await this.#ask(call, send, { expected: ['not-found'] });
    return found === null ? null : (found.Tags ?? {});
  }

  /** Every function of the account and region whose name begins so. Lambda cannot filter: all are listed. */
  async list(prefix: string): Promise<readonly { readonly name: string; readonly arn: string }[]> {
    const found: { readonly name: string; readonly arn: string }[] = [];
    let marker: string | undefined;
    do {
      const from = marker;
      const send = (client: LambdaClient, options: SendOptions) =>
        client.send(new ListFunctionsCommand(from === undefined ? {} : { Marker: from }), options);
      const page = await this.#ask({ action: 'lambda:ListFunctions', resource: '*' }, send);
      for (const { FunctionName: name = '', FunctionArn: arn = '' } of page?.Functions ?? []) {
        if (name.startsWith(prefix)) found.push({ name, arn });
      }
      marker = page?.NextMarker === '' ? undefined : page?.NextMarker;
    } while (marker !== undefined);
    return found;
  }

  /** Repeating it changes nothing but the time, so that a lost answer does no harm. */
  async configure(input: UpdateFunctionConfigurationCommandInput & { readonly FunctionName: string }): Promise<void> {
    const call: AwsCall = { action: 'lambda:UpdateFunctionConfiguration', resource: input.FunctionName };
    await this.#ask(call, (client, options) => client.send(new UpdateFunctionConfigurationCommand(input), options));
  }

  /** Waits by the SDK's waiters, which look at every answer but a state as "not yet": the look after them brings a refusal to light. */
  async settle(name: string, state: WaitFor): Promise<FunctionConfiguration> {
    const { signal } = this.#connection;
    const [minDelay, seconds] = [(this.#connection.poll ?? POLL) / 1_000, WAIT_SECONDS];
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
    const params = { client: this.#shared.client, maxWaitTime: seconds, minDelay, maxDelay: minDelay * 5, abortSignal };
    const wait = state === 'active' ? waitUntilFunctionActiveV2 : waitUntilFunctionUpdatedV2;
    let reason = '';
    try {
      const { Configuration: settled } = (await wait(params, { FunctionName: name })).reason;
      if (settled !== undefined) return settled;
    } catch (error) {
      // Its message holds the whole answer, environment included.
      reason = error instanceof Error && /^(AbortError|TimeoutError)$/.test(error.name) ? `not ${state} after ${seconds} s` : 'it failed';
    }
    if (signal.aborted) throw new Cancelled(`cancelled while waiting for ${name}`);
    const found = await this.find(name);
    const [now, why] = state === 'active' ? [found?.State, found?.StateReason] : [found?.LastUpdateStatus, found?.LastUpdateStatusReason];
    const words = found === null ? 'it is gone' : `${reason}: it is ${now ?? 'in an unknown state'}${why === undefined ? '' : ` (${why})`}`;
    throw new ToolError(`the scratch function ${name} did not become ${state}: ${words}`);
  }

  /** Runs a function once, with the tail of its log. Only what certainly did not run is tried again: a second attempt would be warm. */
  async invoke(name: string, event: string, limit: number): Promise<InvokeAnswer> {
    const command = () =>
      new InvokeCommand({ FunctionName: name, InvocationType: 'RequestResponse', LogType: 'Tail', Payload: Buffer.from(event) });
    try {
      const call: AwsCall = { action: 'lambda:InvokeFunction', resource: name };
      const answer = await this.#ask(call, (client, options) => client.send(command(), options), { limit, once: true });
      return {
        kind: 'answer',
        functionError: answer?.FunctionError ?? null,
        payload: Buffer.from(answer?.Payload ?? []).toString('utf8'),
        tail: Buffer.from(answer?.LogResult ?? '', 'base64').toString('utf8'),
      };
    } catch (error) {
      const cause = error instanceof ToolError ? error.cause : undefined;
      if (cause === undefined || failureKind(cause) !== 'lost') throw error;
      return { kind: 'lost', reason: messageOf(cause).split('\n')[0] ?? '' };
    }
  }

  pause(milliseconds: number): Promise<void> {
    return this.#connection.clock.sleep(milliseconds, this.#connection.signal);
  }

  /** `gone`: it was not there, which after a lost answer is the same as deleted. */
  async delete(name: string): Promise<'deleted' | 'gone'> {
    const call: AwsCall = { action: 'lambda:DeleteFunction', resource: name };
    const send = (client: LambdaClient, options: SendOptions) => client.send(new DeleteFunctionCommand({ FunctionName: name }), options);
    return (await this.#ask(call, send, { expected: ['not-found'] })) === null ? 'gone' : 'deleted';
  }

  [Symbol.dispose](): void {
    this.#shared[Symbol.dispose]();
  }

  #ask<T>(call: AwsCall, send: (client: LambdaClient, options: SendOptions) => Promise<T>, how: How = {}): Promise<T | null> {
    return ask(this.#shared, this.#connection, call, send, how);
  }
}
