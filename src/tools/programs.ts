import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import type { Environment } from '../exec/run.ts';
import { type PackageManager, packageManager } from './distribution.ts';
import type { Platform } from './pins.ts';

/** What counts while a function runs. */
export type TracerName = 'valgrind' | 'strace';

/** Programs that coldgate starts and does not install; tracers it brings where it is asked to. */
export type Program = 'git' | 'rustc' | 'cargo' | 'cc' | 'python3' | 'venv' | 'perl' | TracerName;

const RUSTUP = 'install Rust with rustup (https://rustup.rs)';
const LINUX_ALONE = 'not on macOS: local init needs Linux';

/** What brings a missing program on macOS. */
const ON_MACOS: Readonly<Record<Program, string>> = {
  git: 'xcode-select --install',
  rustc: RUSTUP,
  cargo: RUSTUP,
  cc: 'xcode-select --install',
  python3: 'brew install python',
  venv: 'brew install python',
  perl: LINUX_ALONE,
  valgrind: LINUX_ALONE,
  strace: LINUX_ALONE,
};

type Packaged = Exclude<Program, 'rustc' | 'cargo'>;

const PACKAGES: Readonly<Record<Packaged, string>> = {
  git: 'git',
  cc: 'gcc',
  python3: 'python3',
  venv: 'python3',
  perl: 'perl',
  valgrind: 'valgrind',
  strace: 'strace',
};

/** Where a distribution calls them otherwise: Debian ships `venv` apart from its python3, Alpine's gcc comes without headers. */
const OWN_NAMES: Readonly<Partial<Record<PackageManager, Readonly<Partial<Record<Packaged, string>>>>>> = {
  'apt-get': { python3: 'python3 python3-venv', venv: 'python3-venv' },
  apk: { cc: 'build-base' },
  pacman: { python3: 'python', venv: 'python' },
};

const INSTALL: Readonly<Record<PackageManager, string>> = {
  'apt-get': 'apt-get install',
  dnf: 'dnf install',
  apk: 'apk add',
  pacman: 'pacman -S',
  zypper: 'zypper install',
};

/** The command that brings a program, in the words of this machine's distribution; a sentence where it is not known. */
export function remedyFor(program: Program, platform: Platform, manager: PackageManager | null = packageManager()): string {
  if (!platform.startsWith('linux')) return ON_MACOS[program];
  if (program === 'rustc' || program === 'cargo') return RUSTUP;
  if (manager === null) return `install ${PACKAGES[program]} with your distribution's package manager`;
  return `${INSTALL[manager]} ${OWN_NAMES[manager]?.[program] ?? PACKAGES[program]}`;
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

/** Where cargo keeps its registry and the user's configuration. */
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
