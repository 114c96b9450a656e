import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from './clock.ts';
import { Account } from './lambda/account.ts';
import { ANSWERS, type Call } from './lambda/actions.ts';
import { Faults, type LambdaAction, type LambdaFault } from './lambda/faults.ts';
import type { Runner } from './lambda/invocation.ts';
import type { LayerVersion } from './lambda/layers.ts';
import type { FunctionSnapshot, LambdaDoubleOptions, LambdaRequest } from './lambda/options.ts';
import { ProcessRunner } from './lambda/process-runner.ts';
import { recordOf } from './lambda/record.ts';
import { denied, notFound, roleNotAssumable, stateConflict, throttled, updateConflict } from './lambda/refusals.ts';
import { type Routed, routeOf } from './lambda/routes.ts';
import { ScriptedRunner } from './lambda/scripted-runner.ts';
import { Throttle } from './lambda/throttle.ts';
import { AwsError, type Incoming, type Reply, receive, send } from './lambda/wire.ts';

export type { FaultKind, LambdaAction, LambdaFault } from './lambda/faults.ts';
export type { FunctionSnapshot, LambdaDoubleOptions } from './lambda/options.ts';

type Outcome = { readonly reply: Reply; readonly error: string | null } | 'cut' | 'lost' | 'hang';

const SLOW = 200;

/**
 * AWS Lambda for one account and region, on a port of its own: the calls that a cold-start measurement makes, with their states, delays,
 * errors and faults. Disposing it ends every process and folder of its own; a defect of the double met on the way is thrown then.
 */
export class LambdaDouble implements AsyncDisposable {
  /** `http://127.0.0.1:port`: the client's `endpoint`. */
  readonly address: string;
  readonly clock: Clock;
  readonly faults = new Faults();
  readonly log: LambdaRequest[] = [];
  /** Bytes by `bucket/key`, for code that comes through S3. */
  readonly objects: Map<string, Buffer>;
  /** Where packages are unpacked and run; null in `scripted` mode. */
  readonly folder: string | null;
  readonly #account: Account;
  readonly #runner: Runner;
  readonly #server: Server;
  readonly #throttle: Throttle | null;
  readonly #sockets = new Set<Socket>();
  readonly #serving = new Set<Promise<void>>();
  readonly #defects: unknown[] = [];
  /** The most invocations that ran at once. */
  mostAtOnce = 0;
  #running = 0;
  #closing = false;

  private constructor(account: Account, runner: Runner, server: Server) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the Lambda double has no port');
    this.address = `http://127.0.0.1:${address.port}`;
    this.#account = account;
    this.#runner = runner;
    this.#server = server;
    this.clock = account.clock;
    this.objects = account.objects;
    this.folder = runner.folder;
    const { rateLimit, faults = [], randomFaults } = account.options;
    this.#throttle = rateLimit === undefined ? null : new Throttle(rateLimit, () => account.elapsed());
    for (const fault of faults) this.faults.add(fault);
    if (randomFaults !== undefined) this.faults.random(randomFaults);
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (message, response) => {
      const served = this.#serve(message, response);
      this.#serving.add(served);
      void served.finally(() => this.#serving.delete(served));
    });
  }

  static async open(options: LambdaDoubleOptions = {}): Promise<LambdaDouble> {
    const account = new Account(options);
    const runner = options.mode === 'scripted' ? new ScriptedRunner(account) : await ProcessRunner.open(account);
    const server = createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return new LambdaDouble(account, runner, server);
  }

  /** Every function there is, by name. */
  functions(): readonly FunctionSnapshot[] {
    const found = [...this.#account.functions.values()].map((fn) => this.#account.snapshot(fn));
    return found.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Every version of a layer that there is: `name:1`, with its description. */
  layers(): readonly Pick<LayerVersion, 'name' | 'version' | 'description'>[] {
    const { layers } = this.#account;
    return layers.names().flatMap((name) => layers.versions(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await this.#runner.stop();
    await Promise.allSettled(this.#serving);
    await this.#runner[Symbol.asyncDispose]();
    if (this.#defects.length > 0) throw new AggregateError(this.#defects, 'the Lambda double failed');
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client may leave at any moment, also in the middle of its upload.
    const incoming = await receive(message).catch(() => null);
    if (incoming === null) return;
    const routed = routeOf(incoming.method, incoming.path);
    if (routed === null) {
      this.#defects.push(new Error(`there is no ${incoming.method} ${incoming.path}`));
      send(response, { status: 404, json: { message: 'the double has no such call' } }, {});
      return;
    }
    const name = nameFor(routed, incoming);
    const description = this.#account.functions.get(name ?? '')?.version.settings.description;
    const fault = this.faults.next(routed.action, name, description);
    const outcome = await this.#outcome(routed, incoming, fault);
    const seen = typeof outcome === 'string' ? { status: outcome, error: null } : { status: outcome.reply.status, error: outcome.error };
    this.log.push(recordOf(incoming, { ...routed, functionName: nameFor(routed, incoming) }, seen, fault?.kind ?? null, this.clock.now()));
    if (outcome === 'hang') return;
    if (typeof outcome === 'string') message.socket.destroy();
    else send(response, outcome.reply, { 'x-amzn-requestid': randomUUID(), date: this.clock.now().toUTCString() });
  }

  /** An invocation takes a place among those that the account allows at once. */
  #admit(action: LambdaAction): Disposable {
    if (action !== 'Invoke') return { [Symbol.dispose]: () => {} };
    if (this.#running >= (this.#account.options.concurrency ?? Number.POSITIVE_INFINITY))
      throw throttled('ConcurrentInvocationLimitExceeded', 1);
    this.#running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#running);
    return {
      [Symbol.dispose]: () => {
        this.#running -= 1;
      },
    };
  }

  async #outcome(routed: Routed, incoming: Incoming, fault: LambdaFault | null): Promise<Outcome> {
    try {
      this.#throttle?.admit(routed.action);
      if (fault?.kind === 'cut' || fault?.kind === 'hang') return fault.kind;
      if (fault?.kind === 'unavailable') return { reply: { status: 503, headers: HTML, payload: UNAVAILABLE }, error: null };
      const refusal = fault === null ? null : refusalOf(fault, routed);
      if (refusal !== null) throw refusal;
      if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.delay ?? SLOW));
      const call: Call = { account: this.#account, runner: this.#runner, incoming, functionName: routed.functionName, fault };
      using _ = this.#admit(routed.action);
      await this.#account.options.answering?.(routed.action);
      const reply = await ANSWERS[routed.action](call);
      return fault?.kind === 'lost' ? 'lost' : { reply, error: null };
    } catch (error) {
      if (error instanceof AwsError) return fault?.kind === 'lost' ? 'lost' : { reply: error.reply, error: error.errorName };
      // What is cut short by the end of the double is none of its defects.
      if (!this.#closing) this.#defects.push(error);
      const failed = new AwsError('ServiceException', `the double failed: ${String(error)}`);
      return { reply: failed.reply, error: failed.errorName };
    }
  }
}

const HTML = { 'content-type': 'text/html' };
const UNAVAILABLE = '<html><body><b>Http/1.1 Service Unavailable</b></body></html>';

/** CreateFunction names its function in the body. */
function nameFor({ action, functionName }: Routed, incoming: Incoming): string | null {
  if (action !== 'CreateFunction') return functionName === '' ? null : functionName;
  return /"FunctionName":\s*"([^"]*)"/.exec(incoming.bytes.toString('latin1'))?.[1] ?? null;
}

/** IAM's names, where they differ. */
const PERMISSIONS: Partial<Record<LambdaAction, string>> = { Invoke: 'InvokeFunction' };

function resourceOf(action: LambdaAction, name: string): string {
  return `arn:aws:lambda:us-east-1:123456789012:${/Layer/.test(action) ? 'layer' : 'function'}:${name || '*'}`;
}

function refusalOf(fault: LambdaFault, { action, functionName }: Routed): AwsError | null {
  switch (fault.kind) {
    case 'conflict':
      return action === 'Invoke' ? stateConflict('Pending') : updateConflict(functionName);
    case 'throttled':
      return throttled(fault.reason ?? 'CallerRateLimitExceeded', fault.retryAfter ?? 1);
    case 'service-error':
      return new AwsError('ServiceException', 'An error occurred and the request cannot be processed.');
    case 'access-denied':
      return denied(`lambda:${PERMISSIONS[action] ?? action}`, resourceOf(action, functionName));
    case 'pass-role-denied':
      return denied('iam:PassRole', 'arn:aws:iam::123456789012:role/the-role');
    case 'layer-denied':
      return denied('lambda:GetLayerVersion', 'arn:aws:lambda:us-east-1:123456789012:layer:probe:1');
    case 'not-found':
      return notFound(functionName);
    case 'role-not-assumable':
      return roleNotAssumable();
    default:
      return null;
  }
}
