import { constants } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileNameOf } from '../core/function-names.ts';
import type { Arch, FunctionMeasurement, Lockfile, Note } from '../core/snapshot/snapshot.ts';
import { parseElf } from '../formats/elf/elf.ts';
import { openReader } from '../formats/elf/reader.ts';
import { type AttributionRun, attributionOf } from './attribution.ts';
import { reachable } from './lockfile.ts';
import { inspectPackage } from './package.ts';
import { findingsOf } from './runtime-image.ts';

/** One function as it was built. */
interface Built {
  readonly name: string;
  /** The binary's own name, as cargo has it. */
  readonly binary: string;
  readonly crate: string;
  readonly crateVersion: string;
  readonly kind: 'function' | 'extension';
  /** Its ZIP, and the binary's entry in it. */
  readonly package: string;
  readonly entry: string;
  /** The unstripped twin, where the second link left one. */
  readonly twin: string | null;
  /** cargo's artifact messages of the build. */
  readonly messages: AttributionRun['messages'];
}

interface Inspection {
  readonly bloat: Omit<AttributionRun, 'triple' | 'messages'>;
  readonly triples: Readonly<Record<Arch, string>>;
  /** As asked for; `null`: cargo lambda's own configuration decided, so nothing can be the wrong architecture. */
  readonly arch: Arch | null;
  /** What is taken for the architecture of a binary for neither. */
  readonly hostArch: Arch;
  readonly lockfile: Lockfile | null;
  /** Where the package and the twin are copied to, beside the snapshot. */
  readonly result: string;
}

/** Everything of one function: its package, the binary in it as shipped, who its code is from, and what makes it die at init. */
export async function inspectFunction(
  one: Built,
  inspection: Inspection,
): Promise<{ readonly measurement: FunctionMeasurement; readonly notes: readonly Note[] }> {
  const { bloat, result, lockfile } = inspection;
  const file = join('packages', `${fileNameOf(one.name)}.zip`);
  await copyInto(one.package, join(result, file));
  await rm(bloat.scratch, { recursive: true, force: true });
  await mkdir(bloat.scratch, { recursive: true });
  const contents = await inspectPackage(one.package, one.package);
  const binary = await contents.readBinary(one.entry, join(bloat.scratch, 'binary'));
  using reader = openReader(binary.file);
  const elf = parseElf(reader, `${one.entry} in ${one.package}`);
  const arch = elf.machine === 'x86_64' || elf.machine === 'arm64' ? elf.machine : inspection.hostArch;
  const { attribution, twin, notes } = await attributionOf(
    { ...bloat, messages: one.messages, triple: inspection.triples[arch] },
    { name: one.name, binary: one.binary, crate: one.crate, file: binary.file, elf, twin: one.twin },
  );
  const kept = join('twins', fileNameOf(one.name));
  if (twin !== null) await copyInto(twin, join(result, kept));
  const packaged = contents.entries.map((entry) => entry.name);
  const measurement: FunctionMeasurement = {
    name: one.name,
    crate: one.crate,
    kind: one.kind,
    arch,
    package: { file, size: contents.size, entries: [...contents.entries], overhead: contents.overhead },
    binary: {
      entry: one.entry,
      sha256: binary.sha256,
      size: binary.size,
      sections: elf.sections.map(({ name, size }) => ({ name, size })),
      headers: elf.headers,
      text: elf.text,
    },
    attribution,
    twin: twin === null ? null : kept,
    dependencies: lockfile === null ? null : reachable(lockfile, one.crate, one.crateVersion),
    findings: [...findingsOf(elf, { image: 'provided.al2023', arch: inspection.arch ?? arch, packaged })],
    init: null,
    coldStart: null,
  };
  return { measurement, notes };
}

/** A reflink where the file system has them; the copy costs no time then. */
async function copyInto(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}
