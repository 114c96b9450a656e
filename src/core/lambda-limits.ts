/**
 * What Lambda takes of a package, in bytes, each "must be smaller than" in its own words: as it is uploaded directly (what is larger goes through
 * S3), and unpacked, layers included. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const LAMBDA_LIMITS = { upload: 52_428_800, unpacked: 262_144_000 } as const;

/** What a package's files have together, in bytes: what Lambda counts when it unpacks it. */
export function unpackedSize(entries: readonly { readonly uncompressed: number }[]): number {
  return entries.reduce((sum, { uncompressed }) => sum + uncompressed, 0);
}
