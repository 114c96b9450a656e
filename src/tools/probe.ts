import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import { isWithin } from '../core/versions.ts';
import { ask, type Environment } from '../exec/run.ts';
import { FITTING, type ToolName } from './pins.ts';
import { cargoSearchPath, findProgram, isExecutable, searchPath } from './programs.ts';

export interface Tool {
  readonly name: ToolName;
  /** Absolute. */
  readonly path: string;
  readonly version: string;
}

/** What the machine itself has of one tool; `version` is `null` where the file does not run or does not say. */
export type Probe =
  | { readonly kind: 'fits'; readonly tool: Tool }
  | { readonly kind: 'unfit'; readonly path: string; readonly version: string | null }
  | { readonly kind: 'absent' };

/** Arguments that make each tool print its version: the cargo subcommands want their own name first, as cargo calls them. */
export const VERSION_ARGUMENTS: Readonly<Record<ToolName, readonly string[]>> = {
  'cargo-lambda': ['lambda', '--version'],
  zig: ['version'],
  'cargo-bloat': ['bloat', '--version'],
};

/** Where python3 keeps `ziglang`, also in the user's site-packages; an empty line where it has none. */
const ZIGLANG = "import importlib.util as u; s = u.find_spec('ziglang'); print(s.origin or '' if s else '')";

/** Looks for the three tools at once: at most one child process each, two for zig where python3 has none. */
export async function probeTools(env: Environment, cwd: string): Promise<Readonly<Record<ToolName, Probe>>> {
  const [lambda, zig, bloat] = await Promise.all([
    probe('cargo-lambda', findProgram('cargo-lambda', cargoSearchPath(env)), env, cwd),
    probeZig(env, cwd),
    probe('cargo-bloat', findProgram('cargo-bloat', cargoSearchPath(env)), env, cwd),
  ]);
  return { 'cargo-lambda': lambda, zig, 'cargo-bloat': bloat };
}

/** The version a program prints (the first dotted number), or `null` where it cannot be run or prints none. */
export async function versionOf(path: string, args: readonly string[], env: Environment, cwd: string): Promise<string | null> {
  try {
    const { exitCode, stdout, stderr } = await ask(path, args, { cwd, env, check: false });
    return exitCode === 0 ? firstVersion(`${stdout}\n${stderr}`) : null;
  } catch (error) {
    // Not a program of this machine (another architecture, a lost interpreter): the same as no answer.
    if (error instanceof ToolError) return null;
    throw error;
  }
}

function firstVersion(text: string): string | null {
  return /\d+\.\d+(?:\.\d+)?(?:-dev\.\d+)?/.exec(text)?.[0] ?? null;
}

async function probe(name: ToolName, path: string | null, env: Environment, cwd: string): Promise<Probe> {
  if (path === null) return { kind: 'absent' };
  return judge(name, path, await versionOf(path, VERSION_ARGUMENTS[name], env, cwd));
}

function judge(name: ToolName, path: string, version: string | null): Probe {
  if (version === null || !isWithin(version, FITTING[name])) return { kind: 'unfit', path, version };
  return { kind: 'fits', tool: { name, path, version } };
}

/** In the order of cargo-zigbuild, which cargo-lambda uses: `python3 -m ziglang` wins over `zig` on PATH. */
async function probeZig(env: Environment, cwd: string): Promise<Probe> {
  const inPython = findIn(env, env.CARGO_ZIGBUILD_PYTHON_PATH ?? 'python3');
  const onPath = findIn(env, env.CARGO_ZIGBUILD_ZIG_PATH ?? 'zig');
  const [fromPython, fromPath] = await Promise.all([
    inPython === null ? null : probeZiglang(inPython, env, cwd),
    probe('zig', onPath, env, cwd),
  ]);
  return fromPython?.kind === 'fits' || (fromPython !== null && fromPath.kind === 'absent') ? fromPython : fromPath;
}

/** The version is read from the metadata beside the package: no second process. */
async function probeZiglang(python: string, env: Environment, cwd: string): Promise<Probe | null> {
  const answer = await ask(python, ['-c', ZIGLANG], { cwd, env, check: false }).catch(() => null);
  const origin = answer?.exitCode === 0 ? answer.stdout.trim() : '';
  if (origin === '') return null;
  const path = join(dirname(origin), 'zig');
  if (!isExecutable(path)) return null;
  const metadata = readdirSync(dirname(dirname(origin))).find((entry) => /^ziglang-.*\.dist-info$/.test(entry));
  return judge('zig', path, firstVersion(basename(metadata ?? '')));
}

function findIn(env: Environment, nameOrPath: string): string | null {
  if (nameOrPath.includes('/')) return isExecutable(nameOrPath) ? nameOrPath : null;
  return findProgram(nameOrPath, searchPath(env));
}
