import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type OwnedParts, zipOf } from '../../../src/core/snapshot/owners.ts';
import type { FunctionMeasurement } from '../../../src/core/snapshot/snapshot.ts';

const execute = promisify(execFile);
const SORTS = ['code', 'data', 'unwinding', 'relocations', 'other'] as const;

type Row = Pick<OwnedParts['parts'][number], (typeof SORTS)[number] | 'zip'>;

/** What a row has of the binary. */
export function bytesOf(row: Row): number {
  return SORTS.reduce((sum, sort) => sum + row[sort], 0);
}

export function rowsOf({ crates, shared, parts }: OwnedParts): readonly Row[] {
  return [...crates, ...shared, ...parts];
}

/** What the owners of a function add up to, beside what they have to. */
export function sumsOf({ owners, binary, package: zip }: FunctionMeasurement): Readonly<Record<string, readonly [number, number]>> {
  if (owners.kind === 'none') throw new Error(owners.reason);
  const rows = rowsOf(owners);
  const total = (figure: (row: Row) => number): number => rows.reduce((sum, row) => sum + figure(row), 0);
  const packed = zip.entries.find(({ name }) => name === binary.entry)?.compressed ?? -1;
  return {
    binary: [total(bytesOf), binary.size],
    text: [total(({ code }) => code), binary.text],
    zip: [total(zipOf), packed],
  };
}

/** Functions of `.text` by nm: name, address, size; of several at one address the largest. */
export async function functionsByNm(
  twin: string,
): Promise<readonly { readonly name: string; readonly address: number; readonly size: number }[]> {
  const { stdout } = await execute('nm', ['-S', '--defined-only', twin], { maxBuffer: 1 << 29 });
  const found = new Map<number, { name: string; address: number; size: number }>();
  for (const line of stdout.split('\n')) {
    const [, address, size, name] = /^([0-9a-f]{16}) ([0-9a-f]{16}) [tTwWiV] (.+)$/.exec(line) ?? [];
    if (address === undefined || size === undefined || name === undefined) continue;
    const one = { name, address: Number.parseInt(address, 16), size: Number.parseInt(size, 16) };
    if ((found.get(one.address)?.size ?? -1) < one.size) found.set(one.address, one);
  }
  return [...found.values()].toSorted((a, b) => a.address - b.address);
}

/** Of `.eh_frame` by readelf: each record, by where it lies, its size and the function it is of. */
export async function framesByReadelf(
  binary: string,
): Promise<readonly { readonly offset: number; readonly size: number; readonly function: number | null }[]> {
  const { stdout } = await execute('readelf', ['--debug-dump=frames', '--wide', binary], { maxBuffer: 1 << 29 });
  return stdout.split('\n').flatMap((line) => {
    const [, offset, length, kind] = /^([0-9a-f]{8,}) ([0-9a-f]{16}) [0-9a-f]{8,} (CIE|FDE)/.exec(line) ?? [];
    if (offset === undefined || length === undefined) return [];
    const [, start] = /pc=([0-9a-f]+)\.\./.exec(line) ?? [];
    return [
      {
        offset: Number.parseInt(offset, 16),
        size: Number.parseInt(length, 16) + 4,
        function: kind === 'FDE' && start !== undefined ? Number.parseInt(start, 16) : null,
      },
    ];
  });
}
