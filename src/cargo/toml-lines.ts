/** A key of a TOML file as it is written, with the keys of its table before it, and its line, counted from 1. A header is the place of its table. */
export interface TomlPlace {
  readonly path: readonly string[];
  readonly line: number;
}

/**
 * Where the keys of a TOML document stand; values are passed over, those that go over several lines too, and what stands within them has no
 * place of its own. It reads what a parser has read before; of anything else it answers what it takes for keys. One pass, whatever the text.
 * The grammar: https://toml.io/en/v1.0.0
 */
export function placesIn(text: string): readonly TomlPlace[] {
  const places: TomlPlace[] = [];
  let table: readonly string[] = [];
  let [at, line] = [0, 1];
  while (at < text.length) {
    const start = skipBlank(text, at);
    const isHeader = text[start] === '[';
    const { path, end } = readKey(text, isHeader ? start + (text[start + 1] === '[' ? 2 : 1) : start);
    if (isHeader) table = path;
    if (path.length > 0) places.push({ path: isHeader ? path : [...table, ...path], line });
    const next = skipValue(text, end);
    for (let place = at; place < next; place += 1) if (text[place] === '\n') line += 1;
    at = next;
  }
  return places;
}

/** No key of a manifest lies deeper. */
const DEEPEST = 8;

/** Finds the line of a key: its own, else that of the first key below it, else of the nearest value that holds it; `null` where nothing of it is there. */
export function linesBy(places: readonly TomlPlace[]): (path: readonly string[]) => number | null {
  const [whole, above] = [new Map<string, number>(), new Map<string, number>()];
  for (const { path, line } of places) {
    if (!whole.has(keyOf(path))) whole.set(keyOf(path), line);
    for (let length = 1; length <= Math.min(path.length, DEEPEST); length += 1) {
      const key = keyOf(path.slice(0, length));
      if (!above.has(key)) above.set(key, line);
    }
  }
  return (path) => {
    const around = path.map((_, index) => whole.get(keyOf(path.slice(0, path.length - index))));
    return above.get(keyOf(path)) ?? around.find((line) => line !== undefined) ?? null;
  };
}

function keyOf(path: readonly string[]): string {
  return path.join('\0');
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}

/** `a."b.c".'d'`, up to what ends it. */
function readKey(text: string, from: number): { readonly path: readonly string[]; readonly end: number } {
  const path: string[] = [];
  let at = skipBlank(text, from);
  for (;;) {
    const quote = text[at];
    const end = quote === '"' || quote === "'" ? stringEnd(text, at) : bareEnd(text, at);
    if (end === at) return { path, end };
    path.push(quote === '"' || quote === "'" ? unquoted(text.slice(at, end)) : text.slice(at, end));
    at = skipBlank(text, end);
    if (text[at] !== '.') return { path, end: at };
    at = skipBlank(text, at + 1);
  }
}

function bareEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !/[\s.=[\]{},#"']/.test(text[at] ?? '')) at += 1;
  return at;
}

function unquoted(quoted: string): string {
  if (quoted.startsWith("'")) return quoted.slice(1, -1);
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : quoted;
  } catch {
    return quoted.slice(1, -1);
  }
}

/** Behind the line on which nothing is open any more: no string of several lines, no bracket. */
function skipValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === '\n' && depth <= 0) return at + 1;
    if (character === '"' || character === "'") at = stringEnd(text, at);
    else if (character === '#') at = lineEnd(text, at);
    else {
      if (character === '[' || character === '{') depth += 1;
      if (character === ']' || character === '}') depth -= 1;
      at += 1;
    }
  }
  return at;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Behind the string that begins here; one of a single line ends with it at the latest. */
function stringEnd(text: string, from: number): number {
  const quote = text[from] ?? '';
  const isLong = text.startsWith(quote.repeat(3), from);
  let at = from + (isLong ? 3 : 1);
  for (; at < text.length; at += 1) {
    if (text[at] === '\\' && quote === '"') at += 1;
    else if (!isLong && text[at] === '\n') return at;
    else if (!isLong && text[at] === quote) return at + 1;
    else if (isLong && text.startsWith(quote.repeat(3), at)) {
      // Two more quotes may belong to it.
      at += 3;
      while (text[at] === quote) at += 1;
      return at;
    }
  }
  return text.length;
}
