import { LAMBDA_LIMITS, unpackedSize } from '../core/lambda-limits.ts';
import type { Finding } from '../core/snapshot/findings.ts';
import type { PackageEntry } from '../core/snapshot/snapshot.ts';
import { type Bytes, bytes } from '../core/units.ts';

/** Of a limit of Lambda's: from here on a package is near it. A dependency or two are left then, and who hears of it can still choose. */
const NEAR = 0.9;

/** Limits of Lambda's own that a package is near or beyond, by its directory; what is refused however it is uploaded comes first. */
export function packageFindings(contents: { readonly size: Bytes; readonly entries: readonly PackageEntry[] }): readonly Finding[] {
  const sizes = [
    { of: 'unpacked', size: bytes(unpackedSize(contents.entries)) },
    { of: 'upload', size: contents.size },
  ] as const;
  return sizes.flatMap(({ of, size }) => (size >= LAMBDA_LIMITS[of] * NEAR ? [{ kind: 'package-limit', of, size }] : []));
}
