import { constants } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileNameOf } from '../core/function-names.ts';
import type { Arch, FunctionMeasurement, Note } from '../core/snapshot/snapshot.ts';
import { parseElf } from '../formats/elf/elf.ts';
import { openReader } from '../formats/elf/reader.ts';
import { type AttributionRun, attributionOf } from './attribution.ts';
import { type IncludedFile, includedIn } from './included.ts';
import { largeTables, withoutIncluded } from './large-tables.ts';
import { ownershipOf } from './owners/ownership.ts';
import { inspectPackage } from './package.ts';
import { packageFindings } from './package-limits.ts';
import { findingsOf } from './runtime-image.ts';
import { twiceIn } from './twice.ts';

/** One function as it was built. */
interface Built {
  readonly name: string;
  /** The binary's own name, as cargo has it. */
  readonly binary: string;
  readonly crate: string;
  readonly kind: 'function' | 'extension';
  /** Its ZIP, and the binary's entry in it. */
  readonly package: string;
  readonly entry: string;
  /** The unstripped twin, where the second link left one. */
  readonly twin: string | null;
  /** What that link was made of, and its map. */
  readonly link: string | null;
  /** cargo's artifact messages of the build. */
  readonly messages: AttributionRun['messages'];
  /** What of the lock file is linked into it. */
  readonly linked: Pick<FunctionMeasurement, 'shipped' | 'dependencies'>;
  /** What the build read beside its sources. */
  readonly included: readonly IncludedFile[];
}

interface Inspection {
  readonly bloat: Omit<AttributionRun, 'triple' | 'messages'>;
  readonly triples: Readonly<Record<Arch, string>>;
  /** As asked for; `null`: cargo lambda's own configuration decided, so nothing can be the wrong architecture. */
  readonly arch: Arch | null;
  /** What is taken for the architecture of a binary for neither. */
  readonly hostArch: Arch;
  /** Where the package and the twin are copied to, beside the snapshot. */
  readonly result: string;
}

/** Everything of one function: its package, the binary in it as shipped, who its code is from, and what makes it die at init. */
export async function inspectFunction(
  one: Built,
  inspection: Inspection,
): Promise<{ readonly measurement: FunctionMeasurement; readonly notes: readonly Note[] }> {
  const { bloat, result } = inspection;
  const file = join('packages', `${fileNameOf(one.name)}.zip`);
  await copyInto(one.package, join(result, file));
  await rm(bloat.scratch, { recursive: true, force: true });
  await mkdir(bloat.scratch, { recursive: true });
  const contents = await inspectPackage(one.package, one.package);
  const binary = await contents.readBinary(one.entry, join(bloat.scratch, 'binary'));
  using reader = openReader(binary.file);
  const elf = parseElf(reader, `${one.entry} in ${one.package}`);
  const arch = elf.machine === 'x86_64' || elf.machine === 'arm64' ? elf.machine : inspection.hostArch;
  const { attribution, twin, rows, notes } = await attributionOf(
    { ...bloat, messages: one.messages, triple: inspection.triples[arch] },
    { name: one.name, binary: one.binary, crate: one.crate, file: binary.file, elf, twin: one.twin },
  );
  const { owners, symbols } = await ownershipOf({
    binary: one.binary,
    file: binary.file,
    elf,
    entry: binary.packed,
    twin: one.twin,
    link: one.link,
    rows,
    included: one.included,
  });
  const included = includedIn(reader, one.included);
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
    attribution: attribution.kind === 'none' || symbols === null ? attribution : { ...attribution, symbols: [...symbols] },
    owners,
    twin: twin === null ? null : kept,
    ...one.linked,
    findings: [
      ...packageFindings(contents),
      ...findingsOf(elf, { image: 'provided.al2023', arch: inspection.arch ?? arch, packaged }),
      ...twiceIn(attribution, owners),
      ...withoutIncluded(largeTables(owners, twin ?? binary.file), included),
      ...included,
    ],
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
