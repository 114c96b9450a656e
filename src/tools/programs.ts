import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import type { Environment } from '../exec.ts';
import type { Platform } from './pins.ts';

/** Programs that coldgate starts and does not install. */
export type Program = 'git' | 'rustc' | 'cargo' | 'cc' | 'python3' | 'venv' | 'valgrind' | 'strace';

type System = 'linux' | 'darwin';

const RUSTUP = 'install Rust with rustup (https://rustup.rs)';

/** What brings a missing program. Debian ships `venv` apart from its python3. */
const REMEDIES: Readonly<Record<Program, Readonly<Record<System, string>>>> = {
  git: { linux: 'apt-get install git', darwin: 'xcode-select --install' },
  rustc: { linux: RUSTUP, darwin: RUSTUP },
  cargo: { linux: RUSTUP, darwin: RUSTUP },
  cc: { linux: 'apt-get install gcc', darwin: 'xcode-select --install' },
  python3: { linux: 'apt-get install python3 python3-venv', darwin: 'brew install python' },
  venv: { linux: 'apt-get install python3-venv', darwin: 'brew install python' },
  valgrind: { linux: 'apt-get install valgrind', darwin: 'not on macOS: local init needs Linux' },
  strace: { linux: 'apt-get install strace', darwin: 'not on macOS: local init needs Linux' },
};

export function remedyFor(program: Program, platform: Platform): string {
  return REMEDIES[program][platform.startsWith('linux') ? 'linux' : 'darwin'];
}

/**
 * The first executable file of that name, as a shell would find it, without a child process (`which` costs 2 to 5 ms each).
 * Relative and empty entries are passed over: they would mean another file in every directory. `null` where there is none.
 */
export function findProgram(name: string, directories: readonly string[]): string | null {
  for (const directory of directories) {
    const path = join(directory, name);
    if (isAbsolute(directory) && isExecutable(path)) return path;
  }
  return null;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export function searchPath(env: Environment): readonly string[] {
  return (env.PATH ?? '').split(delimiter);
}

/** Where cargo looks for a subcommand: `$CARGO_HOME/bin` comes **first** when it is not on PATH (seen with cargo 1.95 and rustup's proxy). */
export function cargoSearchPath(env: Environment): readonly string[] {
  const path = searchPath(env);
  const own = join(cargoHome(env), 'bin');
  return path.includes(own) ? path : [own, ...path];
}

export function cargoHome(env: Environment): string {
  return env.CARGO_HOME ?? join(env.HOME ?? '/', '.cargo');
}

/** Throws one ToolError that lists every program that is not on PATH, each with the command that brings it. */
export function requirePrograms(programs: readonly Program[], env: Environment, platform: Platform): void {
  const missing = programs.filter((program) => findProgram(program, searchPath(env)) === null);
  if (missing.length > 0) throw new ToolError(missing.map((program) => missingSentence(program, platform)).join('\n'));
}

/** The path of one program; a ToolError with the command that brings it where there is none. */
export function requireProgram(program: Program, env: Environment, platform: Platform): string {
  const path = findProgram(program, searchPath(env));
  if (path === null) throw new ToolError(missingSentence(program, platform));
  return path;
}

function missingSentence(program: Program, platform: Platform): string {
  return `${program} is not on PATH: ${remedyFor(program, platform)}`;
}
