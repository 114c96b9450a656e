import type { Call } from './actions.ts';
import type { FaultKind } from './faults.ts';
import { type LogEntry, TAIL_LIMIT, tailOf } from './log.ts';
import { stateConflict, updateConflict } from './refusals.ts';
import { AwsError, type Reply } from './wire.ts';

/** A synchronous invocation's payload. */
const PAYLOAD_LIMIT = 6 * 1024 * 1024;
const EXTENSION_INIT =
  '{"time":"2026-01-01T00:00:00.000Z","type":"platform.initReport","record":{"initializationType":"on-demand","phase":"init","status":"error","errorType":"Extension.Crash","metrics":{"durationMs":3.1}}}';
const EXTENSION_REPORT =
  '{"time":"2026-01-01T00:00:00.000Z","type":"platform.report","record":{"requestId":"1","status":"success","metrics":{"durationMs":1,"billedDurationMs":2,"memorySizeMB":128,"maxMemoryUsedMB":9,"initDurationMs":999}}}';
/** Half a REPORT in bytes, with its last fields. */
const HALF_REPORT = 60;

/** Answers Invoke: RequestResponse runs the function, DryRun only looks whether it could. */
export async function answerInvoke({ account, runner, incoming, functionName, fault }: Call): Promise<Reply> {
  const fn = account.find(functionName);
  const state = fn.state(account.elapsed());
  if (state !== 'Active') throw stateConflict(state);
  const conflicts = account.options.invokeWhileUpdating === 'conflict';
  if (conflicts && fn.lastUpdate(account.elapsed()) === 'InProgress') throw updateConflict(fn.name);
  const event = eventOf(incoming.bytes);
  const type = incoming.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type === 'DryRun') return { status: 204 };
  if (type !== 'RequestResponse') throw new AwsError('ValidationException', `the double knows no invocation type ${type}`);
  const version = fn.served(account.elapsed());
  fn.invocations += 1;
  const invoked = await runner.invoke(fn, version, event);
  const { LogFormat: format, SystemLogLevel: systemLevel = 'INFO' } = version.settings.logging;
  const log = mangled(invoked.log, fault?.kind ?? null);
  const tail = tailOf(log, { format, systemLevel, functionName }, account.clock.now());
  const crashed = fault?.kind === 'silent-crash';
  const functionError = crashed ? 'Unhandled' : invoked.functionError;
  const tailed = incoming.headers['x-amz-log-type'] === 'Tail';
  return {
    status: 200,
    headers: {
      'x-amzn-requestid': invoked.requestId,
      'x-amz-executed-version': '$LATEST',
      ...(functionError === null ? {} : { 'x-amz-function-error': functionError }),
      ...(tailed ? { 'x-amz-log-result': fault?.kind === 'empty-tail' ? '' : tail.toString('base64') } : {}),
    },
    payload: crashed ? JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage: 'exit status 101' }) : invoked.payload,
  };
}

function eventOf(bytes: Buffer): string {
  if (bytes.length > PAYLOAD_LIMIT) {
    throw new AwsError('RequestTooLargeException', `Request must be smaller than ${PAYLOAD_LIMIT} bytes for the InvokeFunction operation`);
  }
  if (bytes.length === 0) return '{}';
  const event = bytes.toString('utf8');
  try {
    JSON.parse(event);
    return event;
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json: Unexpected character');
  }
}

/** The log that a fault leaves. */
function mangled(log: readonly LogEntry[], kind: FaultKind | null): readonly LogEntry[] {
  const chatter = (length: number): LogEntry => ({ kind: 'output', line: 'x'.repeat(length) });
  const started = log.findIndex((entry) => entry.kind === 'start');
  switch (kind) {
    case 'warm':
      return log
        .slice(started)
        .map((entry) => (entry.kind === 'report' ? { ...entry, init: null, billed: Math.ceil(entry.duration) } : entry));
    case 'no-init-duration':
      return log.map((entry) => (entry.kind === 'report' ? { ...entry, init: null } : entry));
    case 'silent-crash':
      return log.map((entry) =>
        entry.kind === 'report' ? { ...entry, init: null, status: 'error', errorType: 'Runtime.ExitError' } : entry,
      );
    case 'extension-report':
      return [{ kind: 'output', line: EXTENSION_INIT }, ...log, { kind: 'output', line: EXTENSION_REPORT }];
    case 'no-report':
      return [...log, chatter(TAIL_LIMIT)];
    case 'cut-report':
      return [...log, chatter(TAIL_LIMIT - HALF_REPORT)];
    default:
      return log;
  }
}
