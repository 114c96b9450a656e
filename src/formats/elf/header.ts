import { ToolError } from '../../core/failures.ts';
import { quoted } from '../../core/text.ts';
import type { Reader } from './reader.ts';
import { region } from './sections.ts';

const HEADER = 64;
const MAGIC = 0x7f454c46;
const BIG_ENDIAN = 2;
/** Where `e_machine` ends. */
const MACHINE_END = 20;

/** The header of an ELF64 little-endian file. Anything else is a ToolError that says what it is. */
export function readHeader(reader: Reader, where: string): Buffer {
  const start = reader.read(0, Math.min(HEADER, reader.size));
  if (!isElf(start)) throw new ToolError(`${where}: not an ELF file but ${foreignKind(start)}`);
  const header = region(reader, where, 'bytes of the ELF header', 0, HEADER);
  const [bits, order] = [header[4], header[5]];
  if (bits !== 2 || order !== 1) {
    const found =
      bits === 1
        ? 'a 32-bit ELF file'
        : bits !== 2
          ? `an ELF file of class ${bits}`
          : order === BIG_ENDIAN
            ? 'a big-endian ELF file'
            : `an ELF file of byte order ${order}`;
    throw new ToolError(`${where}: ${found}: Lambda runs 64-bit little-endian ones: build for x86_64 or arm64`);
  }
  return header;
}

/** `e_machine` of an ELF file of either class and byte order, from its first 20 bytes; `null` for what is no ELF file. */
export function machineNumberOf(start: Buffer): number | null {
  if (start.length < MACHINE_END || !isElf(start)) return null;
  return start[5] === BIG_ENDIAN ? start.readUInt16BE(18) : start.readUInt16LE(18);
}

function isElf(start: Buffer): boolean {
  return start.length >= 4 && start.readUInt32BE(0) === MAGIC;
}

function foreignKind(start: Buffer): string {
  if (start.length === 0) return 'empty';
  if (start.toString('latin1', 0, 2) === '#!') return `a script (${quoted(start.toString('utf8').split('\n', 1)[0] ?? '')})`;
  if (start.toString('latin1', 0, 2) === 'MZ') return 'a Windows program: build for Linux';
  if (['cffaedfe', 'cafebabe'].includes(start.toString('hex', 0, 4))) return 'a macOS program: build for Linux';
  return `something that begins with ${start.subarray(0, 4).toString('hex')}`;
}
