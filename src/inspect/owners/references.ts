import type { ElfObject, Relocation } from '../../formats/elf/object.ts';
import { moduleNamed } from './anonymous.ts';
import type { MapInput } from './link-map.ts';
import { isMerged, type MergedPiece, type MergedSections } from './merged.ts';
import type { OwnerSets } from './owner-sets.ts';

/** An object, and which of its sections the linked file has. */
export interface LinkedObject {
  readonly where: string;
  readonly object: ElfObject;
  /** The crate that everything in it is of: C, assembly. `null`: each function has its own. */
  readonly origin: string | null;
  /** By section: the place among the map's inputs. */
  readonly live: ReadonlyMap<number, number>;
}

export interface References {
  /** For each input of the map the crates that own it: those of its own name, else those that refer to it. */
  readonly inputs: readonly bigint[];
  /** The same of pieces of merged sections, by their address. */
  readonly merged: ReadonlyMap<number, MergedPiece & { readonly owners: bigint }>;
}

interface Subject {
  readonly objects: readonly LinkedObject[];
  readonly inputs: readonly MapInput[];
  readonly isCode: (input: MapInput) => boolean;
  readonly merged: MergedSections;
  readonly sets: OwnerSets;
  /** By its name in the symbol table; `null`: it has none that tells. */
  readonly crateOf: (symbol: string) => string | null;
  /** The crate of a compiled module (`modules.ts`); `null`: not known. */
  readonly moduleOf: (module: string) => string | null;
  /** Of a constant that is an included file's content, the crate that read it; `null` of any other. */
  readonly ofFile: (input: MapInput) => string | null;
  /** The binary's own; `null`: which modules are its own is not known. */
  readonly ownCrate: string | null;
}

const [FUNCTION, SECTION] = [2, 3];
const X86_64 = 62;
/** R_X86_64_PC32, PLT32, GOTPCREL, GOTPCRELX, REX_GOTPCRELX: counted from behind their four bytes. */
const RELATIVE = new Set([2, 4, 9, 41, 42]);

/**
 * Who owns what the linker took from each object. Code is its symbol's crate's, a named constant or vtable its own name's. What has no name
 * (`.Lanon.<module>.<n>`) is of the crate whose module made it: its user may have been inlined into any other. Where that module is not known
 * (the binary's own) it is of all whose code refers to it, also through other constants without a name; but an included file's content is of who
 * included it, since generic code of another crate may be what reads it. Only what is in the linked file refers.
 */
export function findReferences(subject: Subject): References {
  const { objects, inputs, sets } = subject;
  const owners = inputs.map(() => 0n);
  const fixed = inputs.map(() => false);
  const pieces = new Map<number, number>();
  const merged: MergedPiece[] = [];
  const edges = new Map<number, number[]>();
  /** What was made by modules that are no library's. */
  const unknown = new Set<number>();
  const globals = globalsOf(objects);
  const symbolsAt = new Map<string, ReadonlyMap<string, number>>();

  for (const one of objects) {
    const functions = functionsOf(one.object);
    for (const [section, input] of one.live) {
      const named = ownNameOf(one, section, functions, subject);
      const isCode = subject.isCode(inputs[input] ?? NO_INPUT);
      if (named !== null) owners[input] = sets.of(named);
      else noteUnknown(one.object.sections[section]?.name ?? '', input);
      fixed[input] = named !== null || isCode;
    }
  }
  for (const one of objects) {
    for (const [section, input] of one.live) {
      for (const relocation of one.object.relocations(section)) {
        const target = targetOf(one, relocation);
        if (target === null || target === input) continue;
        const known = edges.get(input);
        if (known === undefined) edges.set(input, [target]);
        else known.push(target);
      }
    }
  }
  for (const place of unknown) {
    const input = fixed[place] === true ? undefined : inputs[place];
    const crate = input === undefined ? null : subject.ofFile(input);
    if (crate === null) continue;
    owners[place] = sets.of(crate);
    fixed[place] = true;
    unknown.delete(place);
  }
  spread(owners, fixed, edges);
  if (subject.ownCrate !== null) giveOwn(owners, { places: unknown, fixed }, sets.of(subject.ownCrate), sets.of('std'));
  return {
    inputs: owners.slice(0, inputs.length),
    merged: new Map(merged.map((piece, index) => [piece.address, { ...piece, owners: owners[inputs.length + index] ?? 0n }])),
  };

  /** The place of what a relocation means: an input's or a merged piece's; `null`: neither, or not in the linked file. */
  function targetOf(one: LinkedObject, { symbol, addend, type }: Relocation): number | null {
    const found = one.object.symbols[symbol];
    if (found === undefined) return null;
    if (found.section === 0) return globals.get(one.object.symbolName(symbol)) ?? null;
    const live = one.live.get(found.section);
    if (live !== undefined) return live;
    const section = one.object.sections[found.section];
    if (section === undefined || !isMerged(section)) return null;
    const bias = one.object.machine === X86_64 && RELATIVE.has(type) ? 4 : 0;
    const offset = found.type === SECTION ? addend + bias : found.value;
    const piece = subject.merged.find(one.where, one.object, found.section, offset);
    if (piece === null) return null;
    const place = placeOf(piece);
    const name = found.type === SECTION ? nameAt(one, found.section, offset) : one.object.symbolName(symbol);
    const crate = moduleCrate(name, subject);
    if (crate !== null) {
      owners[place] = (owners[place] ?? 0n) | sets.of(crate);
      fixed[place] = true;
    } else noteUnknown(name, place);
    return place;
  }

  function noteUnknown(name: string, place: number): void {
    if (moduleNamed(name) !== null) unknown.add(place);
  }

  /** Of what stands at a place in a section that is merged; empty where it has no symbol. */
  function nameAt({ where, object }: LinkedObject, section: number, offset: number): string {
    const symbols = symbolsAt.get(where) ?? mergedSymbols(object);
    symbolsAt.set(where, symbols);
    return object.symbolName(symbols.get(`${section} ${offset}`) ?? 0);
  }

  function placeOf(piece: MergedPiece): number {
    const known = pieces.get(piece.address);
    if (known !== undefined) return known;
    const place = owners.push(0n) - 1;
    merged.push(piece);
    pieces.set(piece.address, place);
    return place;
  }
}

const NO_INPUT: MapInput = { output: -1, address: 0, size: 0, align: 1, file: null, section: '' };

/** What names what it defines for other objects, by name. */
function globalsOf(objects: readonly LinkedObject[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  if (objects.length < 2) return found;
  for (const { object, live } of objects) {
    for (const [index, { isLocal, section }] of object.symbols.entries()) {
      const input = isLocal ? undefined : live.get(section);
      if (input !== undefined) found.set(object.symbolName(index), input);
    }
  }
  return found;
}

/** The first function of each section. */
function functionsOf({ symbols }: ElfObject): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const [index, { type, section }] of symbols.entries()) if (type === FUNCTION && !found.has(section)) found.set(section, index);
  return found;
}

/** `.rodata._ZN…` of a static or a jump table, `.rodata..Lswitch.table._ZN…`, `.gcc_except_table._R…`. */
const NAMED = /^\.(?:rodata|data\.rel\.ro|data|tdata|gcc_except_table|bss|tbss)(?:\.unlikely)?\.(?:\.Lswitch\.table\.)?(_ZN.*|_R.*)$/;

function ownNameOf(
  { object, origin }: LinkedObject,
  section: number,
  functions: ReadonlyMap<number, number>,
  subject: Subject,
): string | null {
  if (origin !== null) return origin;
  const named = NAMED.exec(object.sections[section]?.name ?? '')?.[1];
  if (named !== undefined) return subject.crateOf(named);
  const made = moduleCrate(object.sections[section]?.name ?? '', subject);
  if (made !== null) return made;
  const first = functions.get(section);
  return first === undefined ? null : subject.crateOf(object.symbolName(first));
}

function moduleCrate(name: string, { moduleOf }: Subject): string | null {
  const module = moduleNamed(name);
  return module === null ? null : moduleOf(module);
}

function mergedSymbols({ symbols, sections }: ElfObject): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [index, { type, section, value }] of symbols.entries()) {
    const merged = sections[section];
    if (type !== SECTION && merged !== undefined && isMerged(merged)) found.set(`${section} ${value}`, index);
  }
  return found;
}

/**
 * What the binary's own module made: of the crates whose code uses it, since generic code of another crate is compiled there too; its own where
 * nobody is known to, or only `std`, into whose frames the optimiser puts `main`.
 */
function giveOwn(
  owners: bigint[],
  { places, fixed }: { readonly places: Iterable<number>; readonly fixed: readonly boolean[] },
  own: bigint,
  std: bigint,
): void {
  for (const place of places) {
    const known = owners[place] ?? 0n;
    const others = known & ~std;
    // A string that a library's module has as well.
    if (fixed[place] === true) owners[place] = known | own;
    else owners[place] = others === 0n ? own : others;
  }
}

/** Adds the owners of what refers to those of what is referred to and has none by itself, as long as that adds any. */
function spread(owners: bigint[], fixed: readonly boolean[], edges: ReadonlyMap<number, readonly number[]>): void {
  const waiting = [...edges.keys()];
  // What is added meanwhile is walked too.
  for (const from of waiting) {
    const own = owners[from] ?? 0n;
    if (own === 0n) continue;
    for (const to of edges.get(from) ?? []) {
      if (fixed[to] === true) continue;
      const before = owners[to] ?? 0n;
      const after = before | own;
      if (after === before) continue;
      owners[to] = after;
      if (edges.has(to)) waiting.push(to);
    }
  }
}
