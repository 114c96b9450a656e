import type { TextStyle } from './escape.ts';

/** What a line of a report shows of a name. */
const LONGEST = 80;

/**
 * A function's name in a sentence. What is cut of a long one is its end, which tells most, so that modules of an implementation's types are left
 * out: `<HashMap<K,V,S> as FromIterator<(K,V)>>::from_iter`.
 */
export function codeName(name: string, style: TextStyle): string {
  return style.name(name.length > LONGEST && name.startsWith('<') ? withoutModules(name) : name);
}

function withoutModules(name: string): string {
  let depth = 0;
  let end = 0;
  for (; end < name.length; end += 1) {
    if (name[end] === '<') depth += 1;
    // The arrow of a function type is no bracket.
    else if (name[end] === '>' && name[end - 1] !== '-') depth -= 1;
    if (depth === 0) break;
  }
  return `${name.slice(0, end).replace(/\b(?:[A-Za-z_]\w*::)+(?=\w)/g, '')}${name.slice(end)}`;
}
