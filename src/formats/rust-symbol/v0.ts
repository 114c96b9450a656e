import { constant } from './constants.ts';
import { path } from './paths.ts';
import { type } from './types.ts';
import { Unreadable, Walk } from './walk.ts';

/** What a v0 symbol says; `rest` is what follows it. */
interface V0 {
  readonly text: string;
  readonly crate: string | null;
  readonly rest: string;
}

/**
 * Reads a symbol of the v0 mangling (https://doc.rust-lang.org/rustc/symbol-mangling/v0.html, RFC 2603) as rustc-demangle 0.1.28 prints it.
 * `null` for what is none, what nests deeper than 500, and what would become longer than 100,000 characters.
 */
export function demangleV0(symbol: string): V0 | null {
  const inner = /^_?_?R([A-Z][\0-\x7f]*)$/.exec(symbol)?.[1];
  if (inner === undefined) return null;
  const walk = new Walk(inner, { path, type, constant });
  try {
    walk.path(true);
    const { crate } = walk;
    // The crate that this instance was made in.
    if (/[A-Z]/.test(walk.peek())) walk.silently(() => walk.path(false));
    return { text: walk.text, crate, rest: inner.slice(walk.at) };
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}
