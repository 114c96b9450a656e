import { readFile, stat } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';
import { normalizeCrate } from '../core/crates.ts';
import type { IncludedFile } from '../inspect/included.ts';
import { LARGE } from '../inspect/large-tables.ts';
import type { Artifact } from './artifacts.ts';
import { depInfoFiles, readDepInfo } from './dep-info.ts';

export interface IncludesPlace {
  /** The private checkout, without links. */
  readonly top: string;
  /** The folder rustc runs in. */
  readonly workspaceRoot: string;
}

const MOST_FILES = 2_000;
const MOST_SOURCES = 200;
const LARGEST_SOURCE = 2_000_000;
/** Below, a constant may have the bytes of a file by chance. */
const LEAST = 64;

/**
 * The files that a build read beside Rust sources, by rustc's own word (dep-info has what `include_bytes!` and `include_str!` name), those of
 * registry packages among them, and who read each. Whether one of them is in a binary is seen there. Where it is included is looked up of large ones.
 */
export async function includedFiles(
  artifacts: readonly Artifact[],
  { top, workspaceRoot }: IncludesPlace,
): Promise<readonly IncludedFile[]> {
  const found = new Map<string, IncludedFile>();
  for (const { kind, crate, files: outputs } of artifacts) {
    // What a macro or a build script has in itself is in no binary of the project's.
    if (kind.some((one) => one === 'custom-build' || one === 'proc-macro')) continue;
    for (const unit of await depInfoFiles([{ crate, files: outputs }])) {
      const files = [...new Set((await readDepInfo(unit, workspaceRoot)).files.map((path) => resolve(path)))];
      const sources = files.filter((path) => path.endsWith('.rs'));
      for (const path of files) {
        if (path.endsWith('.rs')) continue;
        const known = found.get(path);
        const crates = [...new Set([...(known?.crates ?? []), normalizeCrate(crate)])];
        if (known !== undefined) found.set(path, { ...known, crates });
        if (known !== undefined || found.size >= MOST_FILES) continue;
        const info = await stat(path).catch(() => null);
        if (info === null || !info.isFile() || info.size < LEAST) continue;
        const place = info.size < LARGE ? null : await placeOf(path, sources, top);
        found.set(path, { path, size: info.size, crates, name: nameOf(path, top), place });
      }
    }
  }
  return [...found.values()];
}

/** From the repository's top; of a registry's package from its own folder: `webpki-roots-1.0.0/data.pem`. */
function nameOf(path: string, top: string): string {
  if (path.startsWith(`${top}${sep}`)) return relative(top, path);
  return /\/registry\/src\/[^/]+\/(.+)$/.exec(path)?.[1] ?? path;
}

/** The line of the repository's own sources that names the file in an `include_…!`. */
async function placeOf(path: string, sources: readonly string[], top: string): Promise<IncludedFile['place']> {
  const name = basename(path);
  for (const source of sources.filter((one) => one.startsWith(`${top}${sep}`)).slice(0, MOST_SOURCES)) {
    const info = await stat(source).catch(() => null);
    if (info === null || info.size > LARGEST_SOURCE) continue;
    const lines = (await readFile(source, 'utf8').catch(() => '')).split('\n');
    const at = lines.findIndex((text, index) => text.includes(name) && /include_(bytes|str)!/.test(`${lines[index - 1] ?? ''}${text}`));
    if (at >= 0) return { file: relative(top, source), line: at + 1 };
  }
  return null;
}
