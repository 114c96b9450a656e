import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../core/failures.ts';
import { isFunctionName } from '../core/function-names.ts';
import type { FunctionMeasurement, Snapshot } from '../core/snapshot/snapshot.ts';
import { quoted } from '../core/text.ts';
import { parseElf } from '../formats/elf/elf.ts';
import { openReader } from '../formats/elf/reader.ts';
import { inspectPackage } from '../inspect/package.ts';
import { binariesMistake, LEG_BOUNDS, sideMistake } from './leg-bounds.ts';

/** A figure by its name; of a list the digest, since those of all packages together may have hundreds of thousands of entries. */
type Figure = readonly [name: string, value: number | string];

type Figures = Pick<FunctionMeasurement, 'package' | 'binary'>;
type Archive = Awaited<ReturnType<typeof inspectPackage>>;

/**
 * Measures the packages of a leg again, out of the artifact's own bytes. `check` throws a UsageError where a snapshot says anything else of
 * one: sizes, entries, sections and digests are what limits are held against, and all of it can be known here.
 */
export class LegPackages {
  readonly #archive: Archive;
  readonly #where: string;
  readonly #folder: string;
  /** By the digest of a package and the binary's entry: what both sides have is looked at once. */
  readonly #known = new Map<string, readonly Figure[]>();
  readonly #most: number;
  #unpacked = 0;

  private constructor(archive: Archive, where: string, folder: string, most: number) {
    this.#archive = archive;
    this.#where = where;
    this.#folder = folder;
    this.#most = most;
  }

  /** Of a downloaded artifact's contents; `scratch` is a folder for what is unpacked, and `binaries` the bytes that all binaries may unpack to. */
  static async open(
    archive: Archive,
    where: string,
    options: { readonly scratch: string; readonly binaries?: number },
  ): Promise<LegPackages> {
    const folder = join(options.scratch, 'packages');
    await mkdir(folder, { recursive: true });
    return new LegPackages(archive, where, folder, options.binaries ?? LEG_BOUNDS.binaries);
  }

  async check(side: 'base' | 'head', snapshot: Snapshot): Promise<void> {
    const { functions, notBuilt } = snapshot;
    const mistake = sideMistake(side, snapshot);
    if (mistake !== null) throw new UsageError(`${this.#where}: ${mistake}`);
    const strange = [...functions, ...notBuilt].find(({ name }) => !isFunctionName(name));
    if (strange !== undefined) throw new UsageError(`${this.#where}: ${quoted(strange.name)} is no name of a function`);
    for (const fn of functions) {
      const difference = differenceOf(fn, await this.#measure(`${side}/${fn.package.file}`, fn)) ?? contradictionIn(fn);
      if (difference !== null)
        throw new UsageError(`${this.#where}: ${side}/snapshot.json is not of the packages beside it: of ${quoted(fn.name)} ${difference}`);
    }
  }

  async #measure(place: string, fn: FunctionMeasurement): Promise<readonly Figure[]> {
    const [zip, file] = [join(this.#folder, 'package'), join(this.#folder, 'binary')];
    await Promise.all([zip, file].map((path) => rm(path, { force: true })));
    const { entry } = fn.binary;
    const key = `${(await this.#archive.readBinary(place, zip)).sha256} ${entry}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const contents = await inspectPackage(zip, `${this.#where}: ${place}`);
    this.#unpacked += contents.entries.find(({ name }) => name === entry)?.uncompressed ?? 0;
    if (this.#unpacked > this.#most) throw new UsageError(`${this.#where}: ${binariesMistake(this.#unpacked, this.#most)} (at ${place})`);
    const { sha256, size } = await contents.readBinary(entry, file);
    using reader = openReader(file);
    const elf = parseElf(reader, `${entry} in ${place}`);
    const sections = elf.sections.map((section) => ({ name: section.name, size: section.size }));
    const found = figuresOf({
      package: { file: fn.package.file, size: contents.size, entries: [...contents.entries], overhead: contents.overhead },
      binary: { entry, sha256, size, sections, headers: elf.headers, text: elf.text },
    });
    this.#known.set(key, found);
    return found;
  }
}

/** The first figure that is another, in words. */
function differenceOf(said: Figures, found: readonly Figure[]): string | null {
  const all = figuresOf(said).map(([name, one], at) => ({ name, one, two: found[at]?.[1] }));
  const other = all.find(({ one, two }) => one !== two);
  if (other === undefined) return null;
  const { name, one, two } = other;
  return typeof one === 'number' ? `${name} is ${two}, not ${one}` : `${name} is another`;
}

function figuresOf({ package: zip, binary }: Figures): readonly Figure[] {
  return [
    ['package.size', zip.size],
    ['package.overhead', zip.overhead],
    ['package.entries', digestOf(zip.entries)],
    ['binary.sha256', binary.sha256],
    ['binary.size', binary.size],
    ['binary.text', binary.text],
    ['binary.headers', binary.headers],
    ['binary.sections', digestOf(binary.sections)],
  ];
}

/** What the rows of an attribution must add up to. */
function contradictionIn({ attribution, binary }: FunctionMeasurement): string | null {
  if (attribution.kind === 'none') return null;
  const { crates, unattributed, text } = attribution;
  const sum = crates.reduce((left, { size }) => left + size, Number(unattributed));
  if (sum !== text) return `the crates add up to ${sum}, not to attribution.text, ${text}`;
  return attribution.of === 'rebuild' || text === binary.text ? null : `attribution.text is ${text}, and the binary has ${binary.text}`;
}

function digestOf(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))}\n`);
  return hash.digest('hex');
}
