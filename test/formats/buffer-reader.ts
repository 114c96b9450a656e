import type { Reader } from '../../src/formats/elf/reader.ts';

export function bufferReader(buffer: Buffer): Reader {
  return { size: buffer.length, read: (offset, length) => buffer.subarray(offset, offset + length) };
}
