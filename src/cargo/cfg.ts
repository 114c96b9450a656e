import type { Arch } from '../core/snapshot/snapshot.ts';

/**
 * Whether a `cfg(…)` of cargo's configuration holds for Lambda's Linux: https://doc.rust-lang.org/reference/conditional-compilation.html.
 * What is not understood does not hold.
 */
export function cfgHolds(text: string, arch: Arch): boolean {
  const inside = /^\s*cfg\((.*)\)\s*$/s.exec(text)?.[1];
  if (inside === undefined) return false;
  const tokens = inside.match(/"[^"]*"|[A-Za-z_][\w-]*|[(),=]/g) ?? [];
  const reader = { at: 0, depth: 0 };
  const holds = predicate(tokens, reader, arch);
  return holds === true && reader.at === tokens.length;
}

const DEEPEST = 50;

interface Place {
  at: number;
  depth: number;
}

/** `null`: it cannot be read. */
function predicate(tokens: readonly string[], place: Place, arch: Arch): boolean | null {
  const name = tokens[place.at];
  if (name === undefined || !/^[A-Za-z_]/.test(name) || place.depth > DEEPEST) return null;
  place.at += 1;
  if (tokens[place.at] === '=') {
    const value = tokens[place.at + 1];
    place.at += 2;
    return value?.startsWith('"') ? isSo(name, value.slice(1, -1), arch) : null;
  }
  if (tokens[place.at] !== '(') return name === 'unix';
  place.at += 1;
  place.depth += 1;
  const parts: (boolean | null)[] = [];
  while (place.at < tokens.length && tokens[place.at] !== ')') {
    parts.push(predicate(tokens, place, arch));
    if (parts.at(-1) === null) return null;
    if (tokens[place.at] === ',') place.at += 1;
  }
  if (tokens[place.at] !== ')') return null;
  place.at += 1;
  place.depth -= 1;
  switch (name) {
    case 'all':
      return parts.every((part) => part === true);
    case 'any':
      return parts.some((part) => part === true);
    case 'not':
      return parts.length === 1 ? parts[0] === false : null;
    default:
      return null;
  }
}

function isSo(name: string, value: string, arch: Arch): boolean {
  switch (name) {
    case 'target_os':
      return value === 'linux';
    case 'target_family':
      return value === 'unix';
    case 'target_env':
      return value === 'gnu';
    case 'target_arch':
      return value === (arch === 'arm64' ? 'aarch64' : 'x86_64');
    case 'target_pointer_width':
      return value === '64';
    case 'target_endian':
      return value === 'little';
    case 'target_vendor':
      return value === 'unknown';
    default:
      return false;
  }
}
