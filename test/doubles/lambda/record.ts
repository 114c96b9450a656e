import type { FaultKind, LambdaAction } from './faults.ts';
import type { LambdaRequest } from './options.ts';
import type { Incoming } from './wire.ts';

interface Seen {
  readonly status: LambdaRequest['status'];
  readonly error: string | null;
}

/** A request for the log: a package of 50 MB is not kept in it. */
export function recordOf(
  incoming: Incoming,
  routed: { readonly action: LambdaAction; readonly functionName: string | null },
  seen: Seen,
  fault: FaultKind | null,
  at: Date,
): LambdaRequest {
  const { method, path, headers } = incoming;
  return { ...routed, method, path, query: Object.fromEntries(incoming.query), headers, body: bodyOf(incoming.bytes), ...seen, fault, at };
}

function bodyOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'), (key, value: unknown) =>
      key === 'ZipFile' && typeof value === 'string' ? `<${value.length} characters>` : value,
    );
  } catch {
    return undefined;
  }
}
