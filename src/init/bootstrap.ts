import { machine } from 'node:os';
import { ToolError } from '../core/failures.ts';
import { machineNumberOf } from '../formats/elf/header.ts';
import { openReader } from '../formats/elf/reader.ts';

/** Why a bootstrap cannot run on this machine at all. */
export type CannotRun =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-executable'; readonly message: string }
  /** ELF's machine, as `x86_64`, `aarch64` or its number. */
  | { readonly kind: 'wrong-architecture'; readonly binary: string; readonly machine: string }
  /** The program's own loader (`PT_INTERP`, or a script's `#!`) is not there. */
  | { readonly kind: 'missing-loader' }
  /** Another process listens where the function will. */
  | { readonly kind: 'port-taken'; readonly port: number }
  /** A library, or a version of one: `libssl.so.3`, `libc.so.6 (GLIBC_2.38)`. */
  | { readonly kind: 'missing-library'; readonly library: string };

/** e_machine, https://www.sco.com/developers/gabi/latest/ch4.eheader.html, named as uname does. */
const MACHINES: ReadonlyMap<number, string> = new Map([
  [3, 'i686'],
  [40, 'armv7l'],
  [62, 'x86_64'],
  [183, 'aarch64'],
  [243, 'riscv64'],
]);

/**
 * Why a file cannot be started on this machine, by its first bytes; `null` for a program of this machine and for a script. An emulator that
 * the kernel may know is not used: it would be another machine.
 */
export function checkArchitecture(path: string, here: string = machine()): CannotRun | null {
  const start = readStart(path);
  if (start === null) return { kind: 'not-found' };
  const binary = parseMachine(start);
  if (binary !== null) return binary === here ? null : { kind: 'wrong-architecture', binary, machine: here };
  // The C library would hand it to /bin/sh; Lambda does not.
  const isScript = start.toString('latin1', 0, 2) === '#!';
  return isScript ? null : { kind: 'not-executable', message: 'it is neither a program nor a script with a #! line' };
}

/** The machine of an ELF file by its first 20 bytes; `null` for what is no ELF file. */
export function parseMachine(start: Buffer): string | null {
  const number = machineNumberOf(start);
  return number === null ? null : (MACHINES.get(number) ?? `ELF machine ${number}`);
}

/** Recognises the loader's complaints (glibc, musl) in the last lines of a start that ended; `null` where it has none. */
export function parseMissingLibrary(lines: readonly string[]): string | null {
  for (const line of lines) {
    const library =
      /: error while loading shared libraries: ([^:\s]+): cannot open shared object file/.exec(line)?.[1] ??
      /^Error loading shared library ([^:\s]+): No such file or directory/.exec(line)?.[1];
    if (library !== undefined) return library;
    const version = /(?:^|\/)([^/\s:]+\.so[^/\s:]*): version `([^']+)' not found/.exec(line);
    if (version !== null) return `${version[1]} (${version[2]})`;
  }
  return null;
}

/** What the failed call that should have started it says. `null`: not about the file. */
export function cannotStart(error: unknown): CannotRun | null {
  const cause: unknown = error instanceof Error ? error.cause : null;
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  switch (code) {
    case 'ENOENT':
      // The file itself was there a moment ago.
      return { kind: 'missing-loader' };
    case 'EACCES':
      return { kind: 'not-executable', message: 'it has no permission to be executed; in the ZIP, too, its mode must be 755' };
    case 'ENOEXEC':
      return { kind: 'not-executable', message: 'the kernel does not take it for a program' };
    default:
      return null;
  }
}

function readStart(path: string): Buffer | null {
  try {
    using reader = openReader(path);
    return reader.read(0, Math.min(20, reader.size));
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}
