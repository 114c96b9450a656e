import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shape } from '../core/advise/remedy.ts';
import type { FunctionMeasurement } from '../core/snapshot/snapshot.ts';
import { type Elf, parseElf, parseImports } from '../formats/elf/elf.ts';
import { openReader } from '../formats/elf/reader.ts';
import { inspectPackage } from '../inspect/package.ts';

export interface ShippedElf extends Elf {
  /** The functions of `libm.so.6` that it calls. */
  readonly math: readonly string[];
}

/** The shipped binary's tables, out of its package. `folder`: where the measurement's files are. */
export async function shippedElf({ package: zip, binary }: FunctionMeasurement, folder: string, scratch: string): Promise<ShippedElf> {
  const file = join(scratch, 'shipped');
  await mkdir(scratch, { recursive: true });
  await rm(file, { force: true });
  const contents = await inspectPackage(join(folder, zip.file), zip.file);
  await contents.readBinary(binary.entry, file);
  try {
    using reader = openReader(file);
    const where = `${binary.entry} in ${zip.file}`;
    return { ...parseElf(reader, where), math: parseImports(reader, where, 'libm.so.6') };
  } finally {
    await rm(file, { force: true });
  }
}

/** What of a shape a binary does not show; `null`: it has it. */
export function lackingShape(elf: Elf, { dynamic, fixed, without = [] }: Shape): string | null {
  if (dynamic === false && elf.interpreter !== null) return `still starts by ${elf.interpreter}: the linker did not link libc in`;
  if (dynamic === true && elf.interpreter === null) return 'has no interpreter any more';
  if (fixed === true && !elf.fixed) return 'is still position-independent';
  const left = without.filter((name) => elf.needed.includes(name));
  return left.length === 0 ? null : `still needs ${left.join(', ')}`;
}

/** How a binary was linked, as it shows: `static, fixed address`. */
export function linkText(elf: Elf): string {
  const kind = elf.interpreter === null ? 'static' : 'dynamic';
  const glibc = elf.glibc === null ? '' : `, asks for glibc ${elf.glibc}`;
  return `${kind}, ${elf.fixed ? 'fixed address' : 'position-independent'}${glibc}`;
}
