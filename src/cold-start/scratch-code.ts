import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { FunctionCode } from '@aws-sdk/client-lambda';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import type { Arch } from '../core/snapshot/snapshot.ts';
import { renderBytes } from '../core/units.ts';
import type { StagedCode } from './bucket.ts';

/** What a scratch function may hold: the code of a side or, where an extension is sampled, that of its host and the extension's layer. */
export interface ScratchCode {
  /** The path of its ZIP; `null`: the package of the host, which coldgate brings. */
  readonly zip: string | null;
  readonly read: () => Promise<Uint8Array>;
  readonly arch: Arch;
  /** Where it lies for Lambda to fetch; `null`: it is uploaded directly. */
  readonly staged: StagedCode | null;
  /** Version ARNs. */
  readonly layers: readonly string[];
}

export type CodeSide = 'base' | 'head';

/** `host`: that function without the extension that is sampled on it. */
export type Holding = CodeSide | 'host';

export type ScratchCodes = Readonly<Record<Holding, ScratchCode | null>> & { readonly head: ScratchCode };

/** Of a direct upload; the request around it may have 70,167,211 bytes, and Base64 makes 69,905,068 of these. */
export const MOST_PACKAGE_BYTES = 50 * 1_024 * 1_024;

/** Read anew each time: packages of many functions at once would be much memory. */
export async function uploadOf({ read, staged }: ScratchCode): Promise<{ readonly code: FunctionCode; readonly sha256: string }> {
  const bytes = await read();
  const sha256 = createHash('sha256').update(bytes).digest('base64');
  return { code: staged === null ? { ZipFile: bytes } : { ...staged }, sha256 };
}

/** A UsageError for a package that direct upload does not take where there is no bucket, a ToolError for one that cannot be read. */
export async function checkPackage(path: string, name: string, bucket: string | null): Promise<void> {
  let size: number;
  try {
    size = (await stat(path)).size;
  } catch (cause) {
    throw new ToolError(`the package of ${name} cannot be read at ${path}: ${messageOf(cause)}`, { cause });
  }
  if (size <= MOST_PACKAGE_BYTES || bucket !== null) return;
  throw new UsageError(
    `the package of ${name} has ${renderBytes(size)}: Lambda takes at most 50 MB (52,428,800 B) by direct upload; name a bucket that it may go through with --cold-start-bucket (input cold-start-bucket)`,
  );
}

/** A package that lies on this machine. */
export function packageCode(zip: string, rest: Pick<ScratchCode, 'arch' | 'staged' | 'layers'>): ScratchCode {
  return { zip, read: () => readFile(zip), ...rest };
}
