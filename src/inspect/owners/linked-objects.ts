import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ArchiveMember, readArchive, windowOf } from '../../formats/archive.ts';
import { parseObject } from '../../formats/elf/object.ts';
import { openReader, type Reader } from '../../formats/elf/reader.ts';
import type { LinkMap, MapInput } from './link-map.ts';
import { type Origin, originOf } from './origins.ts';
import type { LinkedObject } from './references.ts';

const ALLOC = 2;

/** The objects of a link, open until it is disposed. */
export interface OpenObjects extends Disposable {
  readonly objects: readonly LinkedObject[];
  /** By the name that the map has. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * Opens what the linker took something from that is loaded: those of Rust from `folder`, where they are kept, or from where the map has them, and
 * finds which of their sections the linked file has. A text where one of Rust is not there, or is not what was linked; of C and assembly such a one
 * only names nobody that it refers to. A ToolError for one that is damaged.
 */
export async function openObjects(map: LinkMap, folder: string): Promise<OpenObjects | string> {
  const byFile = new Map<string, number[]>();
  for (const [place, { file, output }] of map.inputs.entries()) {
    if (file === null || map.outputs[output]?.address === 0) continue;
    const places = byFile.get(file);
    if (places === undefined) byFile.set(file, [place]);
    else places.push(place);
  }
  const origins = new Map([...byFile.keys()].map((file) => [file, originOf(file)]));
  const files = new OpenFiles();
  const done = { origins, [Symbol.dispose]: () => files[Symbol.dispose]() };
  try {
    const objects = await readObjects(byFile, origins, { files, folder, inputs: map.inputs });
    if (typeof objects !== 'string') return { objects, ...done };
    done[Symbol.dispose]();
    return objects;
  } catch (error) {
    done[Symbol.dispose]();
    throw error;
  }
}

async function readObjects(
  byFile: ReadonlyMap<string, readonly number[]>,
  origins: ReadonlyMap<string, Origin>,
  { files, folder, inputs }: { readonly files: OpenFiles; readonly folder: string; readonly inputs: LinkMap['inputs'] },
): Promise<readonly LinkedObject[] | string> {
  const objects: LinkedObject[] = [];
  for (const [file, places] of byFile) {
    if (origins.get(file)?.kind === 'part') continue;
    const reader = await files.find(file, folder);
    const origin = origins.get(file);
    if (reader === null) {
      // What is one crate's as a whole only loses what it refers to.
      if (origin?.kind === 'crate') continue;
      return `${basename(file)}, which was linked, is not there any more`;
    }
    const object = parseObject(reader, basename(file));
    const live = liveSections(object.sections, places, inputs);
    if (live === null && origin?.kind === 'rust') return `${basename(file)} is not the object that was linked`;
    if (live !== null) objects.push({ where: file, object, origin: origin?.kind === 'crate' ? origin.name : null, live });
  }
  return objects;
}

/** By section of the object the input that it became: of several by one name the next of that size. `null` where an input is none of them. */
function liveSections(
  sections: LinkedObject['object']['sections'],
  places: readonly number[],
  inputs: readonly MapInput[],
): ReadonlyMap<number, number> | null {
  const byName = new Map<string, number[]>();
  for (const [index, { name, flags }] of sections.entries()) {
    if ((flags & ALLOC) === 0) continue;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [index]);
    else known.push(index);
  }
  const live = new Map<number, number>();
  for (const place of places) {
    const input = inputs[place];
    if (input === undefined) continue;
    // `.eh_frame+0x18`: its records are told apart by the function that they are of.
    if (/^\.eh_frame(?:\+|$)/.test(input.section)) continue;
    // Symbols that no section has, which the linker gives room.
    if (input.section === 'COMMON') continue;
    const candidates = byName.get(input.section) ?? [];
    const index = candidates.findIndex((section) => sections[section]?.size === input.size);
    const [section] = index < 0 ? [] : candidates.splice(index, 1);
    if (section === undefined) return null;
    live.set(section, place);
  }
  return live;
}

/** Files that are open, each once. */
class OpenFiles implements Disposable {
  private readonly open = new Map<string, (Reader & Disposable) | null>();
  private readonly archives = new Map<string, readonly ArchiveMember[]>();

  async find(file: string, folder: string): Promise<Reader | null> {
    const [, archive, member] = /^(.*)\(([^()]*)\)$/.exec(file) ?? [];
    if (archive === undefined || member === undefined) return this.openFile(file, folder);
    const reader = await this.openFile(archive, folder);
    if (reader === null) return null;
    const members = this.archives.get(archive) ?? readArchive(reader, basename(archive));
    this.archives.set(archive, members);
    const found = members.find(({ name }) => name === member || basename(name) === basename(member));
    return found === undefined ? null : windowOf(reader, found);
  }

  private async openFile(path: string, folder: string): Promise<Reader | null> {
    const known = this.open.get(path);
    if (known !== undefined) return known;
    for (const place of [join(folder, basename(path)), path]) {
      const there = await stat(place).catch(() => null);
      if (there?.isFile() !== true) continue;
      const reader = openReader(place);
      this.open.set(path, reader);
      return reader;
    }
    this.open.set(path, null);
    return null;
  }

  [Symbol.dispose](): void {
    for (const reader of this.open.values()) reader?.[Symbol.dispose]();
    this.open.clear();
  }
}
