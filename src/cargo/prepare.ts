import { ToolError } from '../core/failures.ts';
import { type Guard, runGuarded } from '../exec/group.ts';
import type { Environment } from '../exec/run.ts';

export interface Preparation {
  readonly folder: string;
  readonly env: Environment;
  /** The user's own tree: what the private checkout lacks is copied from there. */
  readonly source: string;
  readonly guard: Guard;
  readonly onLine: (line: string) => void;
  /** How the option is written that gave the command. */
  readonly option: string;
}

/**
 * Runs the option `prepare`'s command in the private checkout. Throws a ToolError with its last lines where it fails, and without the command,
 * which is where a workflow hands its secrets over.
 */
export async function runPrepare(command: string, { folder, env, source, guard, onLine, option }: Preparation): Promise<void> {
  const end = await runGuarded('sh', ['-c', command], {
    cwd: folder,
    env: { ...env, COLDGATE_SOURCE: source },
    guard,
    // A database that the build asks lives as long as the build.
    remains: 'stay',
    onLine,
    check: false,
  });
  if (end.exitCode === 0) return;
  throw new ToolError(`${option} failed with exit code ${end.exitCode}`, {
    process: { command: option, exitCode: end.exitCode, lastLines: end.stderr.split('\n'), confidential: true },
  });
}
