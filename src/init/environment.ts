import { UsageError } from '../core/failures.ts';
import type { Environment } from '../exec/run.ts';

/** What coldgate sets for each start: overriding one would measure another start, or none. */
const OWN: ReadonlySet<string> = new Set(['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'TMPDIR']);

interface EnvironmentOptions {
  /** `host:port` of this start's Runtime API. */
  readonly address: string;
  readonly taskRoot: string;
  readonly temporary: string;
  /** From `parseInitEnv`. */
  readonly more: Environment;
}

/**
 * Everything a bootstrap is started with: what Lambda sets (OS-only runtime, 128 MB, on demand) with fixed values, two Tokio workers, the
 * person's `init-env`, and nothing of the caller's: twenty more variables cost 3.4 % more instructions. The order is fixed too.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime.
 */
export function lambdaEnvironment(options: EnvironmentOptions): Environment {
  return {
    _HANDLER: 'bootstrap',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    // An SDK that finds no credentials would ask the metadata service and wait. These name themselves, and open nothing.
    AWS_ACCESS_KEY_ID: 'coldgate-local-init',
    AWS_SECRET_ACCESS_KEY: 'coldgate-local-init',
    AWS_SESSION_TOKEN: 'coldgate-local-init',
    AWS_LAMBDA_FUNCTION_NAME: 'function',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/function',
    AWS_LAMBDA_LOG_STREAM_NAME: '2024/01/01/[$LATEST]00000000000000000000000000000000',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
    // Lambda's own list is longer; a package's libraries are what can be found here. Each directory costs instructions, the same on both sides.
    LD_LIBRARY_PATH: `${options.taskRoot}:${options.taskRoot}/lib`,
    TOKIO_WORKER_THREADS: '2',
    ...options.more,
    AWS_LAMBDA_RUNTIME_API: options.address,
    LAMBDA_TASK_ROOT: options.taskRoot,
    TMPDIR: options.temporary,
  };
}

/**
 * Reads `init-env` lines, `NAME=value` each; the value is taken as it stands after the first `=`. Empty lines are passed over, a repeated
 * name keeps its last value. A UsageError names the line for what is no assignment and for the three variables that each start sets itself.
 */
export function parseInitEnv(lines: readonly string[], where: string): Environment {
  const found = new Map<string, string>();
  for (const line of lines) {
    if (line.trim() === '') continue;
    const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)=([^\0]*)$/.exec(line);
    if (match === null) throw new UsageError(`${where}: "${line.trim()}" is not NAME=value`);
    const [, name = '', value = ''] = match;
    if (OWN.has(name)) throw new UsageError(`${where}: ${name} is set by coldgate for each start; leave it out`);
    found.set(name, value);
  }
  return Object.fromEntries(found);
}
