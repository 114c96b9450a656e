/** Rows that join symbols, and what has no name: `[smaller symbols]`, `[unnamed]`. No function has such a name. */
export function isJoinedName(name: string): boolean {
  return name.startsWith('[') && name.endsWith(']');
}

/**
 * A symbol's name without what the compiler counts up: closures (`{closure#2}`: a new one before it makes it the third) and copies of a function
 * for one part of the code (`.llvm.123`).
 */
export function steadyName(name: string): string {
  // Of the most there is nothing to take off.
  if (!name.includes('#') && !name.includes('.llvm.')) return name;
  return name.replace(/\{([^{}#]*)#\d+\}/g, '{$1}').replace(/\.llvm\.\d+$/, '');
}

/**
 * What a symbol is an instance of: the trait's function for an implementation, in v0's way of writing (`<T as serde::de::Deserialize>::deserialize`)
 * and in the old one (`health::_::<impl serde::de::Deserialize for T>::deserialize`), the generic function otherwise. One pass over the name.
 */
export function originOf(name: string): string {
  const steady = steadyName(name);
  return pathOf(steady) || steady;
}

function pathOf(steady: string): string {
  if (isJoinedName(steady)) return steady;
  const at = steady.startsWith('<') ? 0 : steady.indexOf('<impl ');
  if (at < 0) return withoutArguments(steady);
  const { end, as, for: target } = partsOf(steady, at);
  const inside = at === 0 && !steady.startsWith('<impl ') ? 1 : at + '<impl '.length;
  const rest = steady.slice(end + 1);
  if (as >= 0 && at === 0) return withoutArguments(`${steady.slice(as + ' as '.length, end)}${rest}`);
  if (target >= 0) return withoutArguments(`${steady.slice(inside, target)}${rest}`);
  // An inherent implementation: what it is of is its name.
  return withoutArguments(`${steady.slice(inside, end)}${rest}`);
}

interface Parts {
  /** Where the bracket closes; the end of a name that was cut. */
  readonly end: number;
  /** Where ` as ` and ` for ` stand directly in it; -1: nowhere. */
  readonly as: number;
  readonly for: number;
}

function partsOf(text: string, at: number): Parts {
  let [depth, as, target] = [0, -1, -1];
  for (let index = at; index < text.length; index++) {
    const character = text[index];
    if (character === '<') depth += 1;
    else if (character === '>' && text[index - 1] !== '-') depth -= 1;
    else if (character === ' ' && depth === 1) {
      if (as < 0 && text.startsWith(' as ', index)) as = index;
      // `for<'a> fn(&'a u8)` is a type.
      if (text.startsWith(' for ', index)) target = index;
    }
    if (depth === 0) return { end: index, as, for: target };
  }
  return { end: text.length, as, for: target };
}

/** A path without the arguments in angle brackets, at whatever depth. The arrow of a function type is no bracket. */
function withoutArguments(path: string): string {
  let [kept, depth, from] = ['', 0, 0];
  for (let index = 0; index < path.length; index++) {
    const character = path[index];
    if (character === '<') {
      if (depth === 0) kept += path.slice(from, index);
      depth += 1;
    } else if (character === '>' && path[index - 1] !== '-' && depth > 0) {
      depth -= 1;
      from = index + 1;
    }
  }
  const whole = depth === 0 ? `${kept}${path.slice(from)}` : kept;
  return whole.replace(/(?:::){2,}/g, '::').replace(/::$/, '');
}
