import { countedWith } from '../rust-names.ts';
import { isJoinedName, steadyName } from '../symbol-names.ts';

const STD = 'std';
/** Deeper than people nest modules, some five. A name of nothing but `::a::a` would be a tree of a thousand boxes for each symbol. */
const DEEPEST = 20;

/** Where a symbol stands in its crate. */
export interface SymbolPath {
  readonly modules: readonly string[];
  /** The function with what is its own: `write`, `run::{closure}`, `<Value as Display>::fmt`. */
  readonly name: string;
}

/**
 * The modules of a symbol and its name in them, without its own crate. An implementation stands in the module of its type where that is the crate's:
 * `<serde_json::value::Value as core::fmt::Display>::fmt` in `value`. What compilers count up is left out, so that base and head have one name.
 */
export function symbolPath(symbol: string, crate: string): SymbolPath {
  const { modules, name } = wholePath(symbol, crate);
  return modules.length <= DEEPEST
    ? { modules, name }
    : { modules: modules.slice(0, DEEPEST), name: [...modules.slice(DEEPEST), name].join('::') };
}

function wholePath(symbol: string, crate: string): SymbolPath {
  const steady = steadyName(symbol);
  if (isJoinedName(steady)) return { modules: [], name: symbol };
  const segments = segmentsOf(steady);
  if (segments.length === 0) return { modules: [], name: symbol };
  const last = nameStart(segments);
  if (last === 0 && steady.startsWith('<')) return implPath(steady, crate);
  const from = segments[0] === crate && crate !== STD && last > 0 ? 1 : 0;
  return { modules: segments.slice(from, last), name: segments.slice(last).join('::') };
}

/** `<crate::module::Type<…> as Trait>::function`: in `module` as `<Type<…> as Trait>::function`. */
function implPath(steady: string, crate: string): SymbolPath {
  const [, before = '', path = ''] = /^(<(?:[&*(]|\[|mut |const |dyn )*)((?:[A-Za-z_]\w*::)+)/.exec(steady) ?? [];
  const [first = '', ...modules] = path.split('::').slice(0, -1);
  // All of the standard library is one crate: its own are modules of it.
  const isStd = crate === STD && countedWith(first) === STD;
  if (first !== crate && !isStd) return { modules: [], name: steady };
  return { modules: isStd ? [first, ...modules] : modules, name: `${before}${steady.slice(before.length + path.length)}` };
}

/** Where the function's own name begins: at an implementation, else at the last segment that is no closure and the like. */
function nameStart(segments: readonly string[]): number {
  const impl = segments.findIndex((segment) => segment.startsWith('<'));
  if (impl >= 0) return impl;
  const plain = segments.findLastIndex((segment) => !segment.startsWith('{'));
  return Math.max(plain, 0);
}

/** What `::` separates outside of all brackets. The arrow of a function type is no bracket. */
function segmentsOf(path: string): readonly string[] {
  const segments: string[] = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at < path.length; at++) {
    const character = path[at];
    if (character === '<' || character === '{' || character === '(' || character === '[') depth += 1;
    else if ((character === '>' && path[at - 1] !== '-') || character === '}' || character === ')' || character === ']') depth -= 1;
    else if (depth <= 0 && character === ':' && path[at + 1] === ':') {
      if (at > from) segments.push(path.slice(from, at));
      from = at + 2;
      at += 1;
    }
  }
  return from < path.length ? [...segments, path.slice(from)] : segments;
}
