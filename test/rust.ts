import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * What starts cargo, rustc or valgrind, or coldgate so that it does, imports this file: that is how `vitest.config.ts` tells the quick tests
 * from the others. For a quick test the programs of `test/no-rust/` stand before the real ones, so one that goes round this file fails.
 */
export const [CARGO, RUSTC] = ['cargo', 'rustc'];

/** Where a plain run keeps its state: the tests share its tools, nothing else. */
export function defaultHome(): string {
  const cache = process.env.XDG_CACHE_HOME ?? '';
  return join(cache === '' ? join(homedir(), '.cache') : cache, 'coldgate');
}

/** A program on `std` alone, with its symbols: about a second. */
export async function compileRust(source: string, binary: string): Promise<void> {
  await promisify(execFile)(RUSTC, ['--edition=2021', '-O', '-o', binary, source]);
}

/**
 * This machine's toolchain without one target, as rustup lays it out, for `RUSTUP_TOOLCHAIN`: whether the machine has the target must not
 * decide what a test shows. Hard links where the file systems allow it, since rustc finds its sysroot by the library's real path.
 */
export class ToolchainWithout implements AsyncDisposable {
  readonly path: string;
  private readonly folder: string;
  private constructor(folder: string, path: string) {
    this.folder = folder;
    this.path = path;
  }

  static async create(triple: string): Promise<ToolchainWithout> {
    const execute = promisify(execFile);
    const sysroot = (await execute(RUSTC, ['--print', 'sysroot'])).stdout.trim();
    const folder = await mkdtemp(join(tmpdir(), 'coldgate-toolchain-'));
    const path = join(folder, 'toolchains', basename(sysroot));
    await mkdir(path, { recursive: true });
    for (const part of ['bin', 'lib']) {
      const copy = (how: string): Promise<unknown> => execute('cp', [how, join(sysroot, part), path]);
      await copy('-al').catch(async () => {
        await rm(join(path, part), { recursive: true, force: true });
        await copy('-a');
      });
    }
    await rm(join(path, 'lib', 'rustlib', triple), { recursive: true, force: true });
    return new ToolchainWithout(folder, path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
