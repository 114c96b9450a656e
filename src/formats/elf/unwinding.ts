/** A record of `.eh_frame`: how the frame of one function is taken down, or (`function` is `null`) what several of those have in common. */
export interface UnwindRecord {
  /** Within the section. */
  readonly offset: number;
  readonly size: number;
  /** The address of the function. */
  readonly function: number | null;
}

/** A row of `.eh_frame_hdr`: 8 bytes by which a function's record is found. */
export interface UnwindRow {
  readonly offset: number;
  readonly size: number;
  readonly function: number;
}

/** How a pointer is written, DW_EH_PE: size and sign in the lower four bits, what it is counted from above. */
const [ABSOLUTE, UDATA2, UDATA4, UDATA8, SDATA2, SDATA4, SDATA8] = [0x00, 0x02, 0x03, 0x04, 0x0a, 0x0b, 0x0c];
const [PC_RELATIVE, DATA_RELATIVE] = [0x10, 0x30];
const EXTENDED = 0xffffffff;

/**
 * The records of `.eh_frame`, which is loaded at `address`. `null` where they are not as the Linux Standard Base has them (Core, chapter 10.6), or
 * name their functions in a way that compilers for Linux do not use.
 */
export function unwindRecords(contents: Buffer, address: number): readonly UnwindRecord[] | null {
  const records: UnwindRecord[] = [];
  /** How functions are named, by the offset of the common record that says it. */
  const encodings = new Map<number, number>();
  for (let at = 0; at + 4 <= contents.length; ) {
    const length = contents.readUInt32LE(at);
    if (length === EXTENDED || at + 4 + length > contents.length) return null;
    const size = length + 4;
    if (length < 4) {
      records.push({ offset: at, size, function: null });
    } else {
      const pointer = contents.readUInt32LE(at + 4);
      const record = contents.subarray(at, at + size);
      if (pointer === 0) {
        const encoding = encodingOf(record);
        if (encoding === null) return null;
        encodings.set(at, encoding);
        records.push({ offset: at, size, function: null });
      } else {
        const encoding = encodings.get(at + 4 - pointer);
        const start = encoding === undefined ? null : pointerAt(record, 8, encoding, address + at);
        if (start === null) return null;
        records.push({ offset: at, size, function: start });
      }
    }
    at += size;
  }
  return records;
}

/** The rows of `.eh_frame_hdr`, which is loaded at `address`; `null` where it is none, or has no table. */
export function unwindRows(contents: Buffer, address: number): readonly UnwindRow[] | null {
  if (contents.length < 12 || contents[0] !== 1 || contents[1] !== (PC_RELATIVE | SDATA4)) return null;
  if (contents[2] !== UDATA4 || contents[3] !== (DATA_RELATIVE | SDATA4)) return null;
  const count = contents.readUInt32LE(8);
  if (12 + count * 8 > contents.length) return null;
  return Array.from({ length: count }, (_, index): UnwindRow => {
    const offset = 12 + index * 8;
    return { offset, size: 8, function: address + contents.readInt32LE(offset) };
  });
}

/** How a common record says that functions are named; absolute where it does not. */
function encodingOf(record: Buffer): number | null {
  const end = record.indexOf(0, 9);
  if (end < 0) return null;
  const augmentation = record.toString('latin1', 9, end);
  if (!augmentation.startsWith('z')) return augmentation === '' ? ABSOLUTE : null;
  let at = end + 1;
  // Code and data alignment, the return address's register, the length of what follows.
  for (let index = 0; index < 4; index += 1) {
    while (at < record.length && ((record[at] ?? 0) & 0x80) !== 0) at += 1;
    at += 1;
  }
  for (const letter of augmentation.slice(1)) {
    const encoding = record[at];
    if (letter === 'R') return encoding ?? null;
    if (letter === 'L') at += 1;
    else if (letter === 'P' && encoding !== undefined) {
      const size = sizeOf(encoding);
      if (size === null) return null;
      at += 1 + size;
    } else if (letter !== 'S' && letter !== 'B' && letter !== 'G') return null;
  }
  return ABSOLUTE;
}

function sizeOf(encoding: number): number | null {
  switch (encoding & 0x0f) {
    case ABSOLUTE:
    case UDATA8:
    case SDATA8:
      return 8;
    case UDATA4:
    case SDATA4:
      return 4;
    case UDATA2:
    case SDATA2:
      return 2;
    default:
      return null;
  }
}

function pointerAt(record: Buffer, at: number, encoding: number, recordAddress: number): number | null {
  const size = sizeOf(encoding);
  if (size === null || at + size > record.length) return null;
  const value = valueAt(record, at, encoding & 0x0f);
  switch (encoding & 0x70) {
    case 0:
      return value;
    case PC_RELATIVE:
      return recordAddress + at + value;
    default:
      return null;
  }
}

function valueAt(record: Buffer, at: number, format: number): number {
  switch (format) {
    case SDATA4:
      return record.readInt32LE(at);
    case UDATA4:
      return record.readUInt32LE(at);
    case SDATA2:
      return record.readInt16LE(at);
    case UDATA2:
      return record.readUInt16LE(at);
    default:
      return Number(record.readBigInt64LE(at));
  }
}
