import { crc32, deflateRawSync } from 'node:zlib';

export interface Crafted {
  readonly name: string;
  readonly data?: Buffer;
  readonly method?: number;
  readonly flags?: number;
  /** Its Unix mode, with the kind of file: 0o120777 is a link. */
  readonly mode?: number;
  /** What the directory says in place of the truth. */
  readonly size?: number;
  readonly compressed?: number;
  readonly crc?: number;
  /** An extra field of the directory. */
  readonly extra?: Buffer;
}

/** A ZIP file byte by byte (APPNOTE.TXT 4.3), so that it can lie. */
export function craft(entries: readonly Crafted[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data = Buffer.alloc(0), method = 8, flags = 0, mode = 0, extra = Buffer.alloc(0), ...lies } of entries) {
    const body = method === 8 ? deflateRawSync(data) : data;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(lies.crc ?? crc32(data), 10);
    fields.writeUInt32LE(lies.compressed ?? body.length, 14);
    fields.writeUInt32LE(lies.size ?? data.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const central = Buffer.from(fields);
    central.writeUInt16LE(extra.length, 24);
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), central, rest, Buffer.from(name), extra);
    const local = [Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), body];
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
