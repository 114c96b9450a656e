import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { messageOf, ToolError } from '../core/failures.ts';
import { unpackedSize } from '../core/lambda-limits.ts';
import { quoted } from '../core/text.ts';
import { readZip } from '../formats/zip.ts';
import { inflatedMistake, type ZipEntry } from '../formats/zip-entry.ts';

/** A link's target is a path. */
const LINK_LIMIT = 4096;

interface UnpackOptions {
  readonly zip: string;
  /** A temporary folder; the root becomes a new folder in it, with a name of always the same length (paths cost instructions). */
  readonly parent: string;
  /** A file put in an entry's place: the twin, where the instructions are counted. */
  readonly replace?: { readonly entry: string; readonly file: string };
}

/** A package unpacked as Lambda does it: read-only (as far as permissions bind: not for root), with the modes of the ZIP. */
export class TaskRoot implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Unpacks a package. Throws a ToolError for what `readZip` refuses and for contents that are not as declared; nothing is left behind then. */
  static async unpack(options: UnpackOptions): Promise<TaskRoot> {
    const { entries } = await readZip(options.zip, options.zip);
    const mistake = inflatedMistake(unpackedSize(entries));
    if (mistake !== null) throw new ToolError(`${options.zip}: ${mistake}`);
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

  async #fill(entries: readonly ZipEntry[], { zip, replace }: UnpackOptions): Promise<void> {
    for (const entry of entries.filter(({ kind }) => kind !== 'link')) {
      const path = join(this.path, entry.place);
      await mkdir(entry.kind === 'directory' ? path : dirname(path), { recursive: true });
      if (entry.kind === 'directory' || entry.name === replace?.entry) continue;
      await entry.writeTo(path, 0o600);
      await chmod(path, (entry.mode & 0o111) === 0 ? 0o444 : 0o555);
    }
    // Last, so that nothing is written through one.
    const links = entries.filter(({ kind, name }) => kind === 'link' && name !== replace?.entry);
    for (const link of links) {
      const above = links.find(({ place }) => link.place.startsWith(`${place}/`));
      if (above !== undefined) throw new ToolError(`${zip}: entry ${quoted(link.name)} lies below the link ${quoted(above.name)}`);
      const path = join(this.path, link.place);
      await mkdir(dirname(path), { recursive: true });
      await symlink(await targetOf(link, zip), path);
    }
    if (replace !== undefined) {
      const path = join(this.path, replace.entry);
      await copyFile(replace.file, path);
      await chmod(path, 0o555);
    }
    for (const folder of await foldersOf(this.path)) await chmod(folder, 0o555);
  }
}

async function targetOf(link: ZipEntry, zip: string): Promise<string> {
  if (link.uncompressed > LINK_LIMIT)
    throw new ToolError(`${zip}: the link ${quoted(link.name)} has a target of ${link.uncompressed} bytes`);
  return (await buffer(link.contents())).toString();
}

async function foldersOf(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const inner = await Promise.all(entries.filter((entry) => entry.isDirectory()).map((entry) => foldersOf(join(path, entry.name))));
  return [path, ...inner.flat()];
}
