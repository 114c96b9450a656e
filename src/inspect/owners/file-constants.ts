import { ToolError } from '../../core/failures.ts';
import { openReader } from '../../formats/elf/reader.ts';

/** A file that units of the build read beside their sources. */
export interface ReadFile {
  readonly path: string;
  readonly size: number;
  /** Of the units that read it. */
  readonly crates: readonly string[];
}

/**
 * Tells of a constant's bytes whether they are a file's that somebody included, and whose it is then: the binary's own where it read that file,
 * else the crate's that did. Files are looked at where the size is the same, once each.
 */
export function fileConstants(files: readonly ReadFile[], own: string | null): (size: number, bytes: () => Buffer) => string | null {
  const bySize = new Map<number, ReadFile[]>();
  for (const file of files) bySize.set(file.size, [...(bySize.get(file.size) ?? []), file]);
  const contents = new Map<string, Buffer | null>();
  return (size, bytes) => {
    const alike = bySize.get(size);
    if (alike === undefined) return null;
    const constant = bytes();
    const file = alike.find(({ path }) => contentOf(path)?.equals(constant) === true);
    if (file === undefined) return null;
    return own !== null && file.crates.includes(own) ? own : (file.crates[0] ?? null);
  };

  function contentOf(path: string): Buffer | null {
    const known = contents.get(path);
    if (known !== undefined) return known;
    const read = readWhole(path);
    contents.set(path, read);
    return read;
  }
}

/** It was there when rustc read it: of what is gone nothing is known. */
function readWhole(path: string): Buffer | null {
  try {
    using reader = openReader(path);
    return reader.read(0, reader.size);
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}
