import type { MissingBase } from '../model/base.ts';

/** Why no growth is known. */
export function lostText({ kind, sha, reason }: MissingBase): string {
  const base = sha === null ? 'the base' : `the base ${sha.slice(0, 7)}`;
  return kind === 'does-not-build' ? `${base} does not build, and no commit before it was measured` : reason;
}
