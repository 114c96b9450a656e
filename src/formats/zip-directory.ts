/** Readers of a ZIP's directory: APPNOTE.TXT 4.3.12 to 4.3.16, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT. They take bytes and make few objects. */

/** The end's length without its comment. */
export const DIRECTORY_END = 22;
const END_SIGNATURE = 0x06054b50;
/** Of archives whose counts or sizes do not fit (ZIP64): the end's length, and that of what tells where it is, right before the other end. */
export const WIDE_END = { length: 56, locator: 20 } as const;
const WIDE_SIGNATURE = 0x06064b50;
const LOCATOR_SIGNATURE = 0x07064b50;
const ENTRY_HEADER = 46;
const ENTRY_SIGNATURE = 0x02014b50;
const WIDE_FIELD = 1;
const FULL = 0xffffffff;

export interface DirectoryEnd {
  readonly count: number;
  /** Of the directory. */
  readonly size: number;
  readonly offset: number;
  /** Where the wide end is that counts in this one's place; `null`: there is none. */
  readonly wide: number | null;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Of Unix; 0 where it was packed without one. */
  readonly mode: number;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  /** Of its own header in the file. */
  readonly offset: number;
}

/** The end that the file's last bytes are, comment included; `null` where they are none. */
export function parseEnd(tail: Buffer): DirectoryEnd | null {
  for (let at = tail.length - DIRECTORY_END; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE || at + DIRECTORY_END + tail.readUInt16LE(at + 20) !== tail.length) continue;
    const locator = at - WIDE_END.locator;
    const isWide = locator >= 0 && tail.readUInt32LE(locator) === LOCATOR_SIGNATURE;
    return {
      ...{ count: tail.readUInt16LE(at + 10), size: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) },
      wide: isWide ? Number(tail.readBigUInt64LE(locator + 8)) : null,
    };
  }
  return null;
}

/** A wide end; `null` where it is none. */
export function parseEnd64(bytes: Buffer): DirectoryEnd | null {
  if (bytes.readUInt32LE(0) !== WIDE_SIGNATURE) return null;
  const [count, size, offset] = [32, 40, 48].map((at) => Number(bytes.readBigUInt64LE(at)));
  return { count: count ?? 0, size: size ?? 0, offset: offset ?? 0, wide: null };
}

/** Each entry, in the directory's order. Throws an Error where one is cut short; whoever asks may stop at any. */
export function* parseEntries(directory: Buffer, count: number): Generator<DirectoryEntry> {
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const name = at + ENTRY_HEADER;
    if (name > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE)
      throw new Error(`its directory has ${index} entries, not ${count}`);
    const extra = name + directory.readUInt16LE(at + 28);
    const comment = extra + directory.readUInt16LE(at + 30);
    const next = comment + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw new Error(`its directory ends within entry ${index + 1}`);
    const sizes = [24, 20, 42].map((field) => directory.readUInt32LE(at + field));
    const [size = 0, compressed = 0, offset = 0] = sizes.includes(FULL) ? widened(sizes, directory.subarray(extra, comment)) : sizes;
    yield {
      ...{ name: directory.toString('utf8', name, extra), method: directory.readUInt16LE(at + 10), crc: directory.readUInt32LE(at + 16) },
      ...{ isEncrypted: (directory.readUInt16LE(at + 8) & 1) === 1, mode: directory.readUInt16LE(at + 40), compressed, size, offset },
    };
    at = next;
  }
}

/** Those that do not fit in 32 bits stand in a field of their own, in this order (4.5.3). */
function widened(sizes: readonly number[], extra: Buffer): readonly number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== WIDE_FIELD) continue;
    let place = at + 4;
    return sizes.map((size) => {
      if (size !== FULL) return size;
      place += 8;
      if (place > extra.length) throw new Error('an entry lacks its wide sizes');
      return Number(extra.readBigUInt64LE(place - 8));
    });
  }
  return sizes;
}
