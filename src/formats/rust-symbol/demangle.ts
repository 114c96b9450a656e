import { countedWith, crateOf, NO_CRATE } from '../../core/rust-names.ts';
import { demangleLegacy } from './legacy.ts';
import { demangleV0 } from './v0.ts';

/** A Rust function or constant by its symbol. */
export interface RustName {
  readonly mangling: 'legacy' | 'v0';
  /** With the legacy hash (`core::fmt::write::h0123456789abcdef`) or v0's (`core[e28293b1aa0f68bd]::fmt::write`), without `suffix`. */
  readonly path: string;
  /** What LLVM appended (`.cold`, `.exit.i`), or nothing. `.llvm.<hash>`, which tells copies of a local symbol apart, is no part of it. */
  readonly suffix: string;
  /**
   * By the symbol alone: v0 names it (of an impl the crate that the impl stands in), from a legacy path it is guessed (`crateOf`). The standard
   * library's are all `std`.
   */
  readonly crate: string;
}

/**
 * Reads a mangled symbol; `path` followed by `suffix` is what rustc-demangle 0.1.28 prints with `{}`. `null` for what is no Rust symbol, and for
 * what would become longer than 100,000 characters.
 */
export function demangle(symbol: string): RustName | null {
  const local = symbol.indexOf('.llvm.');
  const whole = local >= 0 && /^[A-F0-9@]*$/.test(symbol.slice(local + '.llvm.'.length)) ? symbol.slice(0, local) : symbol;
  const legacy = demangleLegacy(whole);
  if (legacy !== null) {
    return isSuffix(legacy.rest) ? { mangling: 'legacy', path: legacy.text, suffix: legacy.rest, crate: crateOf(legacy.text) } : null;
  }
  const v0 = demangleV0(whole);
  if (v0 === null || !isSuffix(v0.rest)) return null;
  return { mangling: 'v0', path: v0.text, suffix: v0.rest, crate: countedWith(v0.crate ?? NO_CRATE) };
}

function isSuffix(rest: string): boolean {
  return /^(?:\.[!-~]*)?$/.test(rest);
}
