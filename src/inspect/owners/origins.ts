import { basename } from 'node:path';
import { normalizeCrate } from '../../core/crates.ts';

/** Who an object is of: each of its functions has a crate of its own, all of it is of one crate, or it is no crate's. */
export type Origin =
  | { readonly kind: 'rust' }
  | { readonly kind: 'crate'; readonly name: string }
  | { readonly kind: 'part'; readonly name: string };

/** What starts a C program and what a C compiler calls by itself. */
export const C_RUNTIME = '[C runtime]';
const RUST: Origin = { kind: 'rust' };

/** rustc's name for what it compiles. */
const RUST_OBJECT = /\.rcgu\.o$/;
const RLIB = /^lib(.+)-[0-9a-f]{8,16}\.rlib$/;
const IN_SYSROOT = /\/lib\/rustlib\/[^/]+\/lib\//;
/** What a build script wrote: `target/…/build/<package>-<hash>/out/`. */
const OUT_DIR = /\/build\/([^/]+)-[0-9a-f]{16}\/out\//;
const RUNTIME_FILES =
  /^(?:[SMg]?crt[1in]|crt(?:begin|end)[ST]?)\.o$|^lib(?:c_nonshared|gcc|gcc_eh|compiler_rt|unwind|ssp_nonshared|pthread_nonshared)\.a$/;
const ZIG_CACHE = /\/(?:\.cache\/zig|zig-cache|zig)\/o\/[0-9a-f]{32}\//;

/**
 * By the name of an object as the linker's map has it: `dir/x.rcgu.o`, `dir/libring-0123456789abcdef.rlib(aes.o)`. C and assembly are of the package
 * whose archive or build script they came from, whatever language wrote them.
 */
export function originOf(file: string): Origin {
  const [, archive = file, member = ''] = /^(.*)\(([^()]*)\)$/.exec(file) ?? [];
  if (RUST_OBJECT.test(member === '' ? archive : member)) return RUST;
  const crate = RLIB.exec(basename(archive))?.[1];
  if (crate !== undefined) return { kind: 'crate', name: IN_SYSROOT.test(archive) ? 'std' : normalizeCrate(crate) };
  const owner = OUT_DIR.exec(archive)?.[1];
  if (owner !== undefined) return { kind: 'crate', name: normalizeCrate(owner) };
  if (RUNTIME_FILES.test(basename(archive)) || ZIG_CACHE.test(archive) || IN_SYSROOT.test(archive))
    return { kind: 'part', name: C_RUNTIME };
  return { kind: 'part', name: basename(archive) };
}
