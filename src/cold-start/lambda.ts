import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type LambdaClient,
  ListFunctionsCommand,
  ListTagsCommand,
  UpdateFunctionCodeCommand,
  type UpdateFunctionCodeCommandInput,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { messageOf, ToolError } from '../core/failures.ts';
import { type AwsCall, awsFailure, failureKind } from './aws-failure.ts';
import { LayerCalls } from './layer-calls.ts';
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
/** Reads lag behind writes: so many looks that find nothing are believed. */
const ABSENT = 10;

/** The calls of Lambda that coldgate makes, each paced, retried where that is safe, and bounded in time. Failures are ToolErrors to act on. */
export class Lambda implements Disposable {
  readonly layers: LayerCalls;
  readonly #connection: AwsConnection;
  readonly #shared: SharedClient;

  constructor(connection: AwsConnection, shared = new SharedClient(connection)) {
    this.#connection = connection;
    this.#shared = shared;
    this.layers = new LayerCalls((call, send, how) => this.#ask(call, send, how));
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

  /** Whether AWS takes the credentials at all, asked for with one small request; a right that is missing is another matter. Throws a ToolError. */
  async signIn(): Promise<void> {
    const call: AwsCall = { action: 'lambda:ListFunctions', resource: '*' };
    try {
      await this.#shared.client.config.credentials();
    } catch (error) {
      throw awsFailure(error, call);
    }
    await this.#ask(call, (client, options) => client.send(new ListFunctionsCommand({ MaxItems: 1 }), options), { expected: ['denied'] });
  }

  /** `taken`: a function of that name is there, perhaps because the answer to an earlier attempt was lost. */
  async create(input: CreateFunctionCommandInput & { readonly FunctionName: string }): Promise<'created' | 'taken'> {
    const call: AwsCall = { action: 'lambda:CreateFunction', resource: input.FunctionName };
    const limit = this.uploadLimit(input.Code?.ZipFile);
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

  /** Settings alone, of a function that is deployed: no right to its code is needed. `null` where there is none. */
  async configuration(name: string): Promise<FunctionConfiguration | null> {
    const call: AwsCall = { action: 'lambda:GetFunctionConfiguration', resource: name };
    const command = (): GetFunctionConfigurationCommand => new GetFunctionConfigurationCommand({ FunctionName: name });
    return await this.#ask(call, (client, options) => client.send(command(), options), { expected: ['not-found'] });
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

  /** As `configure`: repeating it changes nothing but the time. */
  async upload(input: UpdateFunctionCodeCommandInput & { readonly FunctionName: string }): Promise<void> {
    const call: AwsCall = { action: 'lambda:UpdateFunctionCode', resource: input.FunctionName };
    const limit = this.uploadLimit(input.ZipFile);
    await this.#ask(call, (client, options) => client.send(new UpdateFunctionCodeCommand(input), options), { limit });
  }

  /** How many invocations may run at once beside what the account's functions have reserved; `null`: this role may not ask. */
  async concurrency(): Promise<number | null> {
    const send = (client: LambdaClient, options: SendOptions) => client.send(new GetAccountSettingsCommand({}), options);
    const found = await this.#ask({ action: 'lambda:GetAccountSettings', resource: '*' }, send, { expected: ['denied'] });
    return found?.AccountLimit?.UnreservedConcurrentExecutions ?? null;
  }

  /** Looks until the function is in that state. The SDK's waiters take "access denied" for "not yet", and know no other clock. */
  async settle(name: string, state: WaitFor): Promise<FunctionConfiguration> {
    const { clock, poll = POLL } = this.#connection;
    const until = clock.now() + WAIT_SECONDS * 1_000;
    let absent = 0;
    for (let wait = poll; ; wait = Math.min(wait * 1.5, poll * 5)) {
      const found = await this.find(name);
      absent = found === null ? absent + 1 : 0;
      const [now, why] = state === 'active' ? [found?.State, found?.StateReason] : [found?.LastUpdateStatus, found?.LastUpdateStatusReason];
      if (found !== null && (now === 'Active' || now === 'Successful')) return found;
      const isLate = clock.now() >= until;
      if (now === 'Failed' || isLate || absent >= ABSENT) {
        const because = why === undefined ? '' : ` (${why})`;
        const words = found === null ? 'it is gone' : `it is ${now ?? 'in an unknown state'}${because}`;
        throw new ToolError(`the scratch function ${name} did not become ${state}${isLate ? ` after ${WAIT_SECONDS} s` : ''}: ${words}`);
      }
      await this.pause(wait);
    }
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

  /** Milliseconds that a request with such a package may take. */
  uploadLimit(zip: Uint8Array | undefined): number {
    return (this.#connection.patience ?? PATIENCE) + Math.ceil((zip?.length ?? 0) / SLOWEST_UPLOAD);
  }

  #ask<T>(call: AwsCall, send: (client: LambdaClient, options: SendOptions) => Promise<T>, how: How = {}): Promise<T | null> {
    return ask(this.#shared, this.#connection, call, send, how);
  }
}
