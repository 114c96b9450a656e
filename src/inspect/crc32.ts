/** The table of CRC-32 with the reversed polynomial 0xEDB88320, as ZIP uses it (APPNOTE.TXT, 4.4.7). */
const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The CRC-32 of what came before (`previous`, 0 at the start) followed by `data`. `zlib.crc32` came with Node 20.15 and 22.2; 20.12 must do. */
export function crc32(data: Uint8Array, previous: number): number {
  let value = ~previous;
  for (const byte of data) value = (value >>> 8) ^ (TABLE[(value ^ byte) & 0xff] ?? 0);
  return ~value >>> 0;
}
