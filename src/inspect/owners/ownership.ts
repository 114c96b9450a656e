import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { normalizeCrate } from '../../core/crates.ts';
import { ToolError } from '../../core/failures.ts';
import type { Owners } from '../../core/snapshot/owners.ts';
import type { SymbolSize } from '../../core/snapshot/snapshot.ts';
import type { Elf } from '../../formats/elf/elf.ts';
import { openReader } from '../../formats/elf/reader.ts';
import { readSymbols } from '../../formats/elf/symbols.ts';
import type { ZipEntry } from '../../formats/zip-entry.ts';
import type { BloatRow } from '../bloat.ts';
import { joinCode } from './code-crates.ts';
import { dataCrate } from './data-crate.ts';
import { fileConstants, type ReadFile } from './file-constants.ts';
import { layoutDifference } from './layout.ts';
import { type LinkMap, mapMistake, parseLinkMap } from './link-map.ts';
import { openObjects } from './linked-objects.ts';
import { readModules } from './modules.ts';
import { foldSymbols, ownedSymbols } from './owned-symbols.ts';
import { ownersOf } from './owners.ts';
import { summarize } from './summary.ts';
import { zipShares } from './zip-shares.ts';

export interface OwnedSubject {
  /** Its name, as cargo has it. */
  readonly binary: string;
  /** The binary as shipped, out of the package. */
  readonly file: string;
  readonly elf: Elf;
  /** As it is packed. */
  readonly entry: ZipEntry;
  /** The same link, not stripped. */
  readonly twin: string | null;
  /** What that link was made of: its map and its objects. */
  readonly link: string | null;
  /** cargo bloat's answer on the twin. */
  readonly rows: readonly BloatRow[] | null;
  /** What the build read beside its sources. */
  readonly included: readonly ReadFile[];
}

const NOBITS = 8;

interface Ownership {
  readonly owners: Owners;
  /** cargo bloat's, with what is owned of each; `null` where nobody knows. */
  readonly symbols: readonly SymbolSize[] | null;
}

/**
 * Whose each byte of a shipped binary is, and what it costs in the package: by the twin's symbols, the linker's map and who refers to what in the objects
 * that were linked. Where any of them is missing or is not this binary's, no byte has an owner, and the reason is told.
 */
export async function ownershipOf(subject: OwnedSubject): Promise<Ownership> {
  try {
    const found = await findOwners(subject);
    return typeof found === 'string' ? notOwned(found) : found;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return notOwned(error.message.slice(0, 1_000));
  }
}

function notOwned(reason: string): Ownership {
  return { owners: { kind: 'none', reason }, symbols: null };
}

async function findOwners({ binary, file, elf, entry, twin, link, rows, included }: OwnedSubject): Promise<Ownership | string> {
  if (twin === null) return 'the second link left no unstripped twin';
  const mapFile = link === null ? null : join(link, 'map');
  if (link === null || mapFile === null || !(await isThere(mapFile)))
    return 'its linker prints no map that says what it put where (lld and zig do)';
  using shipped = openReader(file);
  using unstripped = openReader(twin);
  const table = readSymbols(unstripped, 'the unstripped twin');
  const difference = layoutDifference({ reader: shipped, sections: elf.sections }, { reader: unstripped, sections: table.sections });
  if (difference !== null) return difference;
  if (rows === null) return 'cargo bloat could not attribute its code';
  const map = await readMap(mapFile);
  if (typeof map === 'string') return map;
  const linked = table.sections.filter(({ type, size }) => type !== 0 && type !== NOBITS && size > 0);
  const mistake = mapMistake(map, linked);
  if (mistake !== null) return mistake;
  const opened = await openObjects(map, link);
  if (typeof opened === 'string') return opened;
  using objects = opened;
  const modules = await readModules(dirname(twin), await standardLibrary(link));
  const joined = joinCode(table, rows);
  const functions = joined.functions.map(({ symbol, crate }) => ({
    name: symbol.name,
    address: symbol.address,
    size: symbol.size,
    crate: named(crate),
  }));
  const crates = new Map(functions.map(({ name, crate }) => [name, crate]));
  const crateOf = (symbol: string): string | null => crates.get(symbol) ?? dataCrate(symbol, modules.built);
  const ownCrate = modules.isWhole ? normalizeCrate(binary) : null;
  const pieces = ownersOf({
    reader: shipped,
    elf,
    map,
    opened: objects,
    functions,
    crateOf,
    moduleOf: (module) => modules.crates.get(module) ?? null,
    ofFile: fileConstants(included, ownCrate),
    ownCrate,
  });
  const ends = pieces.map(({ end }) => end);
  const text = elf.sections.find(({ name }) => name === '.text');
  const folded = foldSymbols(joined, pieces, text === undefined ? 0 : text.offset - text.address);
  const summary = summarize(pieces, await zipShares(entry, ends), folded.keyOf);
  return { owners: summary.owners, symbols: ownedSymbols(folded, summary) };
}

/** A crate without the mark of a guess; `null` of what is none. */
function named(crate: string): string | null {
  return crate.startsWith('[') ? null : crate.replace(/\?$/, '');
}

async function readMap(file: string): Promise<LinkMap | string> {
  const lines = createInterface({
    input: createReadStream(file, { encoding: 'latin1', highWaterMark: 1 << 20 }),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  try {
    return await parseLinkMap(lines);
  } finally {
    lines.close();
  }
}

/** Where the standard library is that was linked; `null`: not known. */
async function standardLibrary(link: string): Promise<string | null> {
  const found = (await readFile(join(link, 'std'), 'utf8').catch(() => '')).trim();
  return found === '' ? null : found;
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isFile() === true;
}
