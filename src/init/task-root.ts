import { createWriteStream } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import AdmZip from 'adm-zip';
import { messageOf, ToolError } from '../core/failures.ts';

/** Lambda's limit for an unzipped package, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html. */
const UNPACKED_LIMIT = 262_144_000;
/** A link's target is a path. */
const LINK_LIMIT = 4096;
const STORED = 0;
const DEFLATED = 8;

export interface UnpackOptions {
  readonly zip: string;
  /** A temporary folder; the root becomes a new folder in it, with a name of always the same length (paths cost instructions). */
  readonly parent: string;
  /** A file put in an entry's place: the twin, where the instructions are counted. */
  readonly replace?: { readonly entry: string; readonly file: string };
}

type Kind = 'directory' | 'file' | 'link';

interface Entry {
  readonly name: string;
  readonly kind: Kind;
  readonly mode: number;
  readonly method: number;
  readonly size: number;
  readonly compressed: () => Buffer;
}

/** A package unpacked as Lambda does it: read-only (as far as permissions bind: not for root), with the modes of the ZIP. */
export class TaskRoot implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Unpacks a package. Throws a ToolError for what is no ZIP, an entry that would leave the folder, a compression that Lambda cannot read
   * either, or more than 262,144,000 bytes; nothing is left behind then.
   */
  static async unpack(options: UnpackOptions): Promise<TaskRoot> {
    const entries = readEntries(options.zip);
    const root = new TaskRoot(await mkdtemp(join(options.parent, 'coldgate-root-')));
    try {
      await root.#fill(entries, options);
      return root;
    } catch (cause) {
      await root[Symbol.asyncDispose]();
      if (cause instanceof ToolError) throw cause;
      throw new ToolError(`${options.zip} could not be unpacked: ${messageOf(cause)}`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Files in a read-only folder cannot be removed.
    for (const folder of await foldersOf(this.path)) await chmod(folder, 0o755);
    await rm(this.path, { recursive: true, force: true });
  }

  async #fill(entries: readonly Entry[], { zip, replace }: UnpackOptions): Promise<void> {
    let left = UNPACKED_LIMIT;
    for (const entry of entries.filter(({ kind }) => kind !== 'link')) {
      const path = join(this.path, entry.name);
      await mkdir(entry.kind === 'directory' ? path : dirname(path), { recursive: true });
      if (entry.kind === 'directory' || entry.name === replace?.entry) continue;
      const mode = (entry.mode & 0o111) === 0 ? 0o444 : 0o555;
      left -= await pipe(entry, left, zip, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
      await chmod(path, mode);
    }
    // Last, so that nothing is written through one.
    for (const entry of entries.filter(({ kind }) => kind === 'link')) {
      const path = join(this.path, entry.name);
      await mkdir(dirname(path), { recursive: true });
      await symlink(await targetOf(entry, zip), path);
    }
    if (replace !== undefined) {
      const path = join(this.path, replace.entry);
      await copyFile(replace.file, path);
      await chmod(path, 0o555);
    }
    for (const folder of await foldersOf(this.path)) await chmod(folder, 0o555);
  }
}

function readEntries(zip: string): readonly Entry[] {
  try {
    return new AdmZip(zip).getEntries().map((entry) => {
      const mode = entry.attr >>> 16;
      return {
        name: checkedName(entry.entryName, zip),
        kind: entry.isDirectory ? 'directory' : (mode & 0o170000) === 0o120000 ? 'link' : 'file',
        mode,
        method: entry.header.method,
        size: entry.header.size,
        compressed: () => entry.getCompressedData(),
      };
    });
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    throw new ToolError(`${zip} is not a package that can be read: ${messageOf(cause)}`, { cause });
  }
}

function checkedName(name: string, zip: string): string {
  const leaves = name.startsWith('/') || name.includes('\0') || name.split(/[/\\]/).includes('..');
  if (leaves || name === '') throw new ToolError(`${zip}: the entry ${JSON.stringify(name)} would not lie in the package's folder`);
  return name;
}

/** Inflates as a stream: a 52 MB package read whole by adm-zip peaks at 369 MB. Returns how many bytes came out. */
async function pipe(entry: Entry, limit: number, zip: string, target: NodeJS.WritableStream): Promise<number> {
  let size = 0;
  const source = Readable.from([entry.compressed()]);
  const counted = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > limit) throw new ToolError(`${zip} unpacks to more than ${UNPACKED_LIMIT} bytes, Lambda's limit`);
      yield chunk;
    }
  };
  if (entry.method === STORED) await pipeline(source, counted, target);
  else if (entry.method === DEFLATED) await pipeline(source, createInflateRaw(), counted, target);
  else throw new ToolError(`${zip}: ${entry.name} is compressed with method ${entry.method}; Lambda reads 0 and 8`);
  if (size !== entry.size) throw new ToolError(`${zip}: ${entry.name} is said to have ${entry.size} bytes and has ${size}`);
  return size;
}

async function targetOf(entry: Entry, zip: string): Promise<string> {
  if (entry.size > LINK_LIMIT) throw new ToolError(`${zip}: the link ${entry.name} has a target of ${entry.size} bytes`);
  if (entry.method === STORED) return entry.compressed().subarray(0, LINK_LIMIT).toString();
  const chunks: Buffer[] = [];
  for await (const chunk of Readable.from([entry.compressed()]).pipe(createInflateRaw())) {
    chunks.push(Buffer.from(chunk));
    if (chunks.length > 1) break;
  }
  return Buffer.concat(chunks).subarray(0, LINK_LIMIT).toString();
}

async function foldersOf(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const inner = await Promise.all(entries.filter((entry) => entry.isDirectory()).map((entry) => foldersOf(join(path, entry.name))));
  return [path, ...inner.flat()];
}
