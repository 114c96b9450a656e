import { open } from 'node:fs/promises';
import type { Architecture } from './function.ts';

const MACHINES: Readonly<Record<Architecture, number>> = { x86_64: 0x3e, arm64: 0xb7 };

/** Why this bootstrap cannot run on that architecture: an ELF file of another machine. */
export async function misfitOf(path: string, architecture: Architecture): Promise<string | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return 'no such file or directory';
  try {
    const { buffer } = await file.read(Buffer.alloc(20), 0, 20, 0);
    const elf = buffer.readUInt32BE(0) === 0x7f454c46;
    return elf && buffer.readUInt16LE(18) !== MACHINES[architecture] ? 'exec format error' : null;
  } finally {
    await file.close();
  }
}
