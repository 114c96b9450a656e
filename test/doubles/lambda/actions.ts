import { Buffer } from 'node:buffer';
import type { Account } from './account.ts';
import { parseCode, parseCreate, parseSettings, parseTags } from './bodies.ts';
import type { LambdaAction, LambdaFault } from './faults.ts';
import { LambdaFunction, renderConfiguration } from './function.ts';
import type { Runner } from './invocation.ts';
import { answerInvoke } from './invoke.ts';
import { LAYER_ANSWERS } from './layer-actions.ts';
import { invalid, roleNotAssumable, stateConflict, updateConflict } from './refusals.ts';
import { changed, initialSettings } from './settings.ts';
import { AwsError, type Incoming, type Reply } from './wire.ts';

/** One call, with its fault where that changes what happens. */
export interface Call {
  readonly account: Account;
  readonly runner: Runner;
  readonly incoming: Incoming;
  /** Or a layer's; empty for CreateFunction and lists of all. */
  readonly functionName: string;
  readonly fault: LambdaFault | null;
}

export type Answer = (call: Call) => Reply | Promise<Reply>;

const PAGE_SIZE = 50;
const DELAYS = { create: 40, update: 25 };
const SLOW = 200;

export const ANSWERS: Readonly<Record<LambdaAction, Answer>> = {
  CreateFunction: (call) => {
    const { account, incoming, fault } = call;
    account.checkLength(incoming.bytes.length, 'CreateFunction');
    const body = parseCreate(incoming.bytes);
    const name = body.FunctionName;
    if (account.functions.has(name)) throw new AwsError('ResourceConflictException', `Function already exist: ${name}`);
    if (body.Runtime === undefined)
      throw invalid('Runtime and Handler are mandatory parameters for functions created with deployment packages.');
    if (body.Handler === undefined)
      throw invalid('Runtime and Handler are mandatory parameters for functions created with deployment packages.');
    checkRole(body.Role, account);
    const settings = changed({ ...initialSettings(name, body.Role), architecture: body.Architectures?.[0] ?? 'x86_64' }, name, body);
    const code = account.code(body.Code);
    const version = { generation: 0, settings, code, layers: account.layers.attached(settings.layers, code) };
    const created = new LambdaFunction(
      name,
      version,
      transition(call, delayOf(account.options.delays?.create ?? DELAYS.create), fault),
      account.clock.now(),
    );
    for (const [key, value] of Object.entries(body.Tags ?? {})) created.tags.set(key, value);
    account.functions.set(name, created);
    const { LastUpdateStatus: _, ...json } = renderConfiguration(created, account.elapsed());
    return { status: 201, json };
  },
  DeleteFunction: async ({ account, runner, functionName, fault }) => {
    const fn = account.find(functionName);
    const pending = fn.state(account.elapsed()) === 'Pending' && account.options.deleteWhilePending !== 'allowed';
    if (pending) throw stateConflict('Pending');
    if (fault?.kind === 'lost-delete') return { status: 204 };
    account.functions.delete(functionName);
    fn.deleted = true;
    await runner.forget(fn);
    return { status: 204 };
  },
  GetAccountSettings: ({ account }) => {
    const limit = { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: account.options.concurrency ?? 1_000 };
    return { status: 200, json: { AccountLimit: limit, AccountUsage: { FunctionCount: account.functions.size } } };
  },
  GetFunction: ({ account, functionName }) => {
    const fn = account.find(functionName);
    const location = `https://awslambda-us-east-1-tasks.s3.us-east-1.amazonaws.com/snapshots/${fn.name}`;
    const tags = fn.tags.size === 0 ? {} : { Tags: Object.fromEntries(fn.tags) };
    const code = { RepositoryType: 'S3', Location: location };
    return { status: 200, json: { Configuration: renderConfiguration(fn, account.elapsed()), Code: code, ...tags } };
  },
  GetFunctionConfiguration: ({ account, functionName }) => {
    return { status: 200, json: renderConfiguration(account.find(functionName), account.elapsed()) };
  },
  Invoke: answerInvoke,
  ListFunctions: ({ account, incoming }) => {
    const limit = Math.min(Number(incoming.query.get('MaxItems') ?? PAGE_SIZE), account.options.pageSize ?? PAGE_SIZE);
    if (!Number.isInteger(limit) || limit < 1) throw new AwsError('ValidationException', 'MaxItems must be 1 to 10000');
    const after = Buffer.from(incoming.query.get('Marker') ?? '', 'base64').toString();
    const names = [...account.functions.keys()].sort().filter((name) => name > after);
    const page = names.slice(0, limit).map((name) => renderConfiguration(account.find(name), account.elapsed(), true));
    const last = names.length > limit ? names[limit - 1] : undefined;
    const marker = last === undefined ? {} : { NextMarker: Buffer.from(last).toString('base64') };
    return { status: 200, json: { Functions: page, ...marker } };
  },
  ListTags: ({ account, functionName }) => ({ status: 200, json: { Tags: Object.fromEntries(account.find(functionName).tags) } }),
  TagResource: ({ account, functionName, incoming }) => {
    const fn = account.find(functionName);
    for (const [key, value] of Object.entries(parseTags(incoming.bytes))) fn.tags.set(key, value);
    return { status: 204 };
  },
  UpdateFunctionCode: (call) => {
    call.account.checkLength(call.incoming.bytes.length, 'UpdateFunctionCode');
    const body = parseCode(call.incoming.bytes);
    const fn = updatable(call);
    const code = call.account.code(body);
    if (body.DryRun === true) return { status: 200, json: renderConfiguration(fn, call.account.elapsed()) };
    const architecture = body.Architectures?.[0] ?? fn.version.settings.architecture;
    return update(call, fn, { code, settings: { ...fn.version.settings, architecture } });
  },
  UpdateFunctionConfiguration: (call) => {
    const body = parseSettings(call.incoming.bytes);
    const fn = updatable(call);
    if (body.Role !== undefined) checkRole(body.Role, call.account);
    const settings = changed(fn.version.settings, fn.name, body);
    // Where the update names none they stay, also those that were deleted.
    const layers = body.Layers === undefined ? fn.version.layers : call.account.layers.attached(body.Layers, fn.version.code);
    return update(call, fn, { settings, layers });
  },
  ...LAYER_ANSWERS,
};

function checkRole(role: string, { options }: Account): void {
  if (options.roles !== undefined && !options.roles.includes(role)) throw roleNotAssumable();
}

function updatable({ account, functionName }: Call): LambdaFunction {
  const fn = account.find(functionName);
  const state = fn.state(account.elapsed());
  if (state === 'Pending') throw stateConflict(state);
  if (fn.lastUpdate(account.elapsed()) === 'InProgress') throw updateConflict(fn.name);
  return fn;
}

function update(call: Call, fn: LambdaFunction, change: Parameters<LambdaFunction['update']>[0]): Reply {
  const { account, fault } = call;
  const delay = delayOf(account.options.delays?.update ?? DELAYS.update);
  fn.update(change, transition(call, delay, fault), { elapsed: account.elapsed(), date: account.clock.now() });
  return { status: 200, json: renderConfiguration(fn, account.elapsed()) };
}

function delayOf(delay: number | (() => number)): number {
  return typeof delay === 'number' ? delay : delay();
}

function transition({ account }: Call, delay: number, fault: LambdaFault | null): { readonly until: number; readonly fails: boolean } {
  const more = fault?.kind === 'slow-activation' ? (fault.delay ?? SLOW) : 0;
  return { until: account.elapsed() + delay + more, fails: fault?.kind === 'failed-activation' };
}
