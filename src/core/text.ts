/** What a terminal or a log would obey instead of showing: controls, line separators, and marks that reorder or hide text. */
const UNSEEN = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const LONGEST = 200;

/** Text from a file, for a message: in quotes, with everything unseen escaped, cut after 200 characters. */
export function quoted(text: string): string {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return withUnseenEscaped(JSON.stringify(shown));
}

/** A text for one line: without controls, and without marks that reorder or hide. */
export function withoutUnseen(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replace(UNSEEN, '');
}

/** JSON that hides nothing from who reads it as text: the same value. */
export function withUnseenEscaped(json: string): string {
  return json.replace(UNSEEN, (unseen) => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** In single quotes on one line, as in a shell. */
export function shown(line: string): string {
  return `'${quoted(line).slice(1, -1).replaceAll('\\"', '"')}'`;
}

/** Levenshtein's distance, two letters that changed places counted as one mistake; anything far apart in length is called far without counting. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY;
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, character] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const swapped = i > 0 && j > 0 && character === b[j - 1] && a[i - 1] === other ? (before[j - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (character === other ? 0 : 1), swapped));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The word out of those known that a person may have meant: of three letters one may be wrong, two at most; or the only one that goes on so. */
export function nearestOf<const T extends string>(word: string, known: readonly T[]): T | null {
  const apart = known.map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }));
  const [nearest] = apart
    .filter(({ name, distance }) => distance <= Math.min(2, Math.max(1, Math.floor(name.length / 3))))
    .toSorted((a, b) => a.distance - b.distance);
  const [only, ...others] = known.filter((name) => word.length > 2 && name.startsWith(word));
  return nearest?.name ?? (others.length === 0 ? (only ?? null) : null);
}

/** `; did you mean "x"?`, or nothing. */
export function meant(nearest: string | null): string {
  return nearest === null ? '' : `; did you mean ${JSON.stringify(nearest)}?`;
}

/** A line broken at single blanks into lines of at most so many characters, each further one after `hang`. A word that is longer stays whole. */
export function wrapped(
  line: string,
  columns: number,
  {
    hang = '',
    lengthOf = (text: string): number => text.length,
  }: { readonly hang?: string; readonly lengthOf?: (text: string) => number } = {},
): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\S) (?=\S)/)) {
    if (current !== '' && lengthOf(current) + 1 + lengthOf(word) > columns) {
      lines.push(current);
      current = `${hang}${word}`;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

/**
 * At most so many characters. One that is longer ends in a mark of the whole, so that two that differ anywhere stay two, and one name is the same
 * at base and at head.
 */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - MARK - 1)}…${markOf(text)}`;
}

const MARK = 16;

/** 64 bits in hexadecimal: two FNV-1a sums (https://www.rfc-editor.org/rfc/rfc9923), one of them from the other end. Not against people who try. */
export function markOf(text: string): string {
  let [forth, back] = [0x811c9dc5, 0x811c9dc5];
  for (let index = 0; index < text.length; index++) {
    forth = Math.imul(forth ^ text.charCodeAt(index), 0x01000193);
    back = Math.imul(back ^ text.charCodeAt(text.length - 1 - index), 0x01000193);
  }
  return [forth, back].map((sum) => (sum >>> 0).toString(16).padStart(8, '0')).join('');
}
