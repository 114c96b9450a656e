import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { TaskRoot } from '../../../src/init/task-root.ts';
import { invalid } from './refusals.ts';

const UNPACKED_LIMIT = 262_144_000;

/** An uploaded package. It is unpacked when it is first started, and once for all its environments. */
export class Code implements AsyncDisposable {
  readonly size: number;
  readonly unpackedSize: number;
  /** As AWS shows it: base64. */
  readonly sha256: string;
  readonly #zip: Buffer;
  #root: Promise<TaskRoot> | null = null;

  /** Throws InvalidParameterValueException for bytes that are no ZIP. */
  constructor(zip: Buffer) {
    this.size = zip.length;
    this.sha256 = createHash('sha256').update(zip).digest('base64');
    this.#zip = zip;
    this.unpackedSize = unpackedSize(zip);
    if (this.unpackedSize > UNPACKED_LIMIT) throw invalid(`Unzipped size must be smaller than ${UNPACKED_LIMIT} bytes`);
  }

  /** The unpacked package's folder, in `parent`. */
  async unpacked(parent: string): Promise<string> {
    this.#root ??= this.#unpack(parent);
    return (await this.#root).path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#root?.catch(() => null))?.[Symbol.asyncDispose]();
  }

  async #unpack(parent: string): Promise<TaskRoot> {
    const zip = join(parent, `${this.sha256.replaceAll('/', '_')}.zip`);
    await writeFile(zip, this.#zip);
    return TaskRoot.unpack({ zip, parent });
  }
}

function unpackedSize(zip: Buffer): number {
  try {
    return new AdmZip(zip).getEntries().reduce((sum, entry) => sum + entry.header.size, 0);
  } catch {
    throw invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');
  }
}
