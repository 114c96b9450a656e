import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

// Linux gives what has lost its parent to init, where nobody knows any more whose it was; or to the nearest ancestor that has asked for it by
// prctl(PR_SET_CHILD_SUBREAPER), https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html. Node has no prctl. What it has is
// `process.dlopen`, and the first thing that a library does is its DT_INIT: here a library of that one system call, 640 bytes, written below.
// It is loaded from a folder of this process alone and removed at once. No program is started, and no process stands between this one and what it starts.

/** `prctl(36, 1, 0, 0, 0)` and return, for each kind of machine by Node's name of it. */
const CODE: Readonly<Record<string, { readonly machine: number; readonly code: string }>> = {
  // mov eax, 157; mov edi, 36; mov esi, 1; xor edx, edx; xor r10d, r10d; xor r8d, r8d; syscall; ret
  x64: { machine: 62, code: 'b89d000000bf24000000be0100000031d24531d24531c00f05c3' },
  // mov x8, 167; mov x0, 36; mov x1, 1; mov x2, 0; mov x3, 0; mov x4, 0; svc 0; ret
  arm64: { machine: 183, code: 'e81480d2800480d2210080d2020080d2030080d2040080d2010000d4c0035fd6' },
};

let asked: boolean | null = null;

/**
 * Asks Linux, once, to give this process all that its descendants leave behind. Answers whether that was done: not on another system or kind of
 * machine, nor where no folder takes a library (all of them mounted `noexec`).
 */
export function becomeSubreaper(): boolean {
  asked ??= process.platform === 'linux' && [tmpdir(), '/var/tmp', homedir()].some(loadFrom);
  return asked;
}

function loadFrom(parent: string): boolean {
  const known = CODE[process.arch];
  if (known === undefined) return false;
  try {
    const folder = mkdtempSync(join(parent, 'coldgate-'));
    try {
      const file = join(folder, 'subreaper.node');
      writeFileSync(file, library(known.machine, Buffer.from(known.code, 'hex')), { mode: 0o600 });
      return load(file);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    return false;
  }
}

/** Its init has run where Node gets as far as missing its own entry point. */
function load(file: string): boolean {
  try {
    process.dlopen({ exports: {} }, file);
    return true;
  } catch (error) {
    return error instanceof Error && /did not self-register/.test(error.message);
  }
}

/** Where each part stands in the file; the dynamic section is on a page of its own when loaded, since the loader writes to it. */
const AT = { code: 0x180, symbols: 0x1c0, hash: 0x1e0, names: 0x200, dynamic: 0x210 } as const;
/** The largest page there is on arm64. */
const PAGE = 0x10000;

/** A shared library for ELF64, little endian: https://gabi.xinuos.com. One empty symbol, and an init. */
function library(machine: number, code: Buffer): Buffer {
  const entries = [
    [4, AT.hash], // DT_HASH
    [5, AT.names], // DT_STRTAB
    [6, AT.symbols], // DT_SYMTAB
    [10, 1], // DT_STRSZ
    [11, 24], // DT_SYMENT
    [12, AT.code], // DT_INIT
    [0, 0],
  ] as const;
  const dynamic = entries.length * 16;
  const segments = [
    // type, flags, offset, address, size, alignment
    [1, 5, 0, 0, AT.dynamic, PAGE], // PT_LOAD, read and execute
    [1, 6, AT.dynamic, PAGE + AT.dynamic, dynamic, PAGE], // PT_LOAD, read and write
    [2, 6, AT.dynamic, PAGE + AT.dynamic, dynamic, 8], // PT_DYNAMIC
    [0x6474e551, 6, 0, 0, 0, 16], // PT_GNU_STACK: not executable
  ] as const;
  const file = Buffer.alloc(AT.dynamic + dynamic);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeUInt16LE(3, 16); // ET_DYN
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(64n, 32); // the program headers follow
  for (const [at, value] of [
    [52, 64],
    [54, 56],
    [56, segments.length],
    [58, 64],
  ] as const)
    file.writeUInt16LE(value, at);
  for (const [index, [type, flags, offset, address, size, alignment]] of segments.entries()) {
    const at = 64 + index * 56;
    file.writeUInt32LE(type, at);
    file.writeUInt32LE(flags, at + 4);
    for (const [place, value] of [offset, address, address, size, size, alignment].entries())
      file.writeBigUInt64LE(BigInt(value), at + 8 + place * 8);
  }
  code.copy(file, AT.code);
  // One bucket, one symbol.
  for (const place of [0, 1]) file.writeUInt32LE(1, AT.hash + place * 4);
  for (const [index, [tag, value]] of entries.entries()) {
    file.writeBigUInt64LE(BigInt(tag), AT.dynamic + index * 16);
    file.writeBigUInt64LE(BigInt(value), AT.dynamic + index * 16 + 8);
  }
  return file;
}
