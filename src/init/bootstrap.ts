import { open } from 'node:fs/promises';
import { machine } from 'node:os';

/** Why a bootstrap cannot run on this machine at all. */
export type CannotRun =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-executable'; readonly message: string }
  /** ELF's machine, as `x86_64`, `aarch64` or its number. */
  | { readonly kind: 'wrong-architecture'; readonly binary: string; readonly machine: string }
  /** The program's own loader (`PT_INTERP`, or a script's `#!`) is not there. */
  | { readonly kind: 'missing-loader' }
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

/** What its header says against starting a file here; `null` for nothing (a script, too). An emulator that the kernel may know is not used: it is another machine. */
export async function checkArchitecture(path: string, here: string = machine()): Promise<CannotRun | null> {
  const header = await readHeader(path);
  if (header === null) return { kind: 'not-found' };
  const binary = parseMachine(header);
  if (binary !== null) return binary === here ? null : { kind: 'wrong-architecture', binary, machine: here };
  // The C library would hand it to /bin/sh; Lambda does not.
  const isScript = header[0] === 0x23 && header[1] === 0x21;
  return isScript ? null : { kind: 'not-executable', message: 'it is neither a program nor a script with a #! line' };
}

/** The machine of an ELF header (20 bytes are enough); `null` for what is no ELF file. */
export function parseMachine(header: Uint8Array): string | null {
  const [a, b, c, d] = header;
  if (header.length < 20 || a !== 0x7f || b !== 0x45 || c !== 0x4c || d !== 0x46) return null;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const number = view.getUint16(18, header[5] !== 2);
  return MACHINES.get(number) ?? `ELF machine ${number}`;
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

async function readHeader(path: string): Promise<Uint8Array | null> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(new Uint8Array(20), 0, 20, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return null;
  }
}
