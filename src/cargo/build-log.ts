import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** A build of 600 crates with all its warnings prints less than 2 MB. */
const MOST_CHARACTERS = 20_000_000;
/** Logs kept per repository. */
const KEPT = 12;

/** What a build printed on standard error, for when it fails: all of it up to 20 MB, without colours. */
export class BuildLog {
  readonly #lines: string[] = [];
  #characters = 0;

  add(line: string): void {
    this.#characters += line.length + 1;
    // CARGO_TERM_COLOR=always is common in workflows.
    if (this.#characters <= MOST_CHARACTERS) this.#lines.push(stripVTControlCharacters(line));
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Writes the log and drops the oldest beside it; `null` where it cannot be written, which must not hide why the build failed. */
  async write(file: string): Promise<string | null> {
    const cut = this.#characters > MOST_CHARACTERS ? [`… cut after ${MOST_CHARACTERS / 1e6} MB`] : [];
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${[...this.#lines, ...cut].join('\n')}\n`);
      await dropOldest(dirname(file));
      return file;
    } catch {
      return null;
    }
  }
}

async function dropOldest(folder: string): Promise<void> {
  const aged = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ path: join(folder, name), written: (await stat(join(folder, name))).mtimeMs })),
  );
  for (const { path } of aged.toSorted((a, b) => b.written - a.written).slice(KEPT)) await rm(path, { force: true });
}
