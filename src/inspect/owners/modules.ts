import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { normalizeCrate } from '../../core/crates.ts';
import { ToolError } from '../../core/failures.ts';
import { readArchive, readArchiveSymbols, windowOf } from '../../formats/archive.ts';
import { parseObject } from '../../formats/elf/object.ts';
import { openReader, type Reader } from '../../formats/elf/reader.ts';
import { moduleNamed } from './anonymous.ts';

/** The crates of compiled modules, and which crates there are. */
export interface Modules {
  /** By the name that LLVM gives a module's constants without a name, 32 hexadecimal digits. */
  readonly crates: ReadonlyMap<string, string>;
  /** Of the libraries that were built beside the binary. */
  readonly built: ReadonlySet<string>;
  /** Whether every library's modules are known: then any other is the binary's own. */
  readonly isWhole: boolean;
}

const RLIB = /^lib(.+)-[0-9a-f]{8,16}\.rlib$/;

/**
 * What compiled modules are called in the names of their constants (`anon.<module>.<n>`), by the crate that they are of. LLVM names a module by the
 * MD5 of the names of what it defines for others, one after the other (NameAnonGlobals.cpp); the same names in the same order stand in the symbol
 * table of the crate's `.rlib`. The standard library's are read off its objects. So a constant is known to be of the crate that made it where
 * link-time optimisation has long moved its code into another's function. A library that cannot be read names nothing. `std`: where the standard
 * library is; `null`: not known.
 */
export async function readModules(deps: string, std: string | null): Promise<Modules> {
  const crates = new Map<string, string>();
  const built = new Set<string>();
  let isPartial = false;
  for (const [file, crate] of await librariesIn(deps)) {
    built.add(crate);
    add(modulesBySymbols(file), crate);
  }
  const standard = std === null ? [] : await librariesIn(std);
  for (const [file] of standard) add(modulesBySections(file), 'std');
  return { crates, built, isWhole: standard.length > 0 && !isPartial };

  function add(modules: readonly string[] | null, crate: string): void {
    isPartial ||= modules === null;
    for (const module of modules ?? []) crates.set(module, crate);
  }
}

async function librariesIn(folder: string): Promise<readonly (readonly [file: string, crate: string])[]> {
  const files = await readdir(folder).catch(() => []);
  return files.flatMap((name) => {
    const crate = RLIB.exec(name)?.[1];
    return crate === undefined ? [] : [[join(folder, name), normalizeCrate(crate)] as const];
  });
}

function modulesBySymbols(file: string): readonly string[] | null {
  return attempt(file, (reader) =>
    readArchiveSymbols(reader, file).map((names) => {
      const hash = createHash('md5');
      for (const name of names) hash.update(name);
      return hash.digest('hex');
    }),
  );
}

function modulesBySections(file: string): readonly string[] | null {
  return attempt(file, (reader) => {
    const objects = readArchive(reader, file).filter(({ name }) => name.endsWith('.o'));
    const sections = objects.flatMap((member) => parseObject(windowOf(reader, member), member.name).sections);
    return [...new Set(sections.flatMap(({ name }) => moduleNamed(name) ?? []))];
  });
}

function attempt(file: string, read: (reader: Reader) => readonly string[]): readonly string[] | null {
  try {
    using reader = openReader(file);
    return read(reader);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return null;
  }
}
