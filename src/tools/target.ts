import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import { ask, type Environment } from '../exec/run.ts';
import { platformOf } from './pins.ts';
import { requireProgram } from './programs.ts';

/**
 * Checks that the toolchain of the project has the standard library of `triple`. `cwd` is the project's directory, so that its
 * `rust-toolchain.toml` counts. Throws a ToolError with the rustup command, for the toolchain by name where rustup manages it.
 */
export async function requireTarget(triple: string, options: { readonly cwd: string; readonly env: Environment }): Promise<void> {
  const rustc = requireProgram('rustc', options.env, platformOf());
  const sysroot = (await ask(rustc, ['--print', 'sysroot'], options)).stdout.trim();
  if (existsSync(join(sysroot, 'lib', 'rustlib', triple, 'lib'))) return;
  const isRustup = basename(dirname(sysroot)) === 'toolchains';
  const remedy = isRustup
    ? `rustup target add --toolchain ${basename(sysroot)} ${triple}`
    : `rustup target add ${triple} (this Rust, in ${sysroot}, does not come from rustup: its distributor brings the target, or https://rustup.rs does)`;
  throw new ToolError(`the Rust target ${triple} is not installed: ${remedy}`);
}
