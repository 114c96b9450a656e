import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
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
