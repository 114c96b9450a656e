/** Longer identifiers are shown encoded, as rustc-demangle shows them. */
const LONGEST = 128;
const [BASE, SKEW, T_MIN, T_MAX] = [36, 38, 1, 26];

/** An identifier of a v0 symbol: its ASCII part, and where `punycode` is not empty the insertions of other characters. */
export interface Identifier {
  readonly ascii: string;
  readonly punycode: string;
}

/** An identifier as rustc-demangle prints it: `punycode{…}` where it is too long or no valid Punycode (RFC 3492). */
export function renderIdentifier({ ascii, punycode }: Identifier): string {
  if (punycode === '') return ascii;
  return decode(ascii, punycode) ?? `punycode{${ascii === '' ? '' : `${ascii}-`}${punycode}}`;
}

function decode(ascii: string, punycode: string): string | null {
  const characters = [...ascii];
  if (characters.length > LONGEST) return null;
  let [damp, bias, place, code, at] = [700, 72, 0, 0x80, 0];
  while (at < punycode.length) {
    let [delta, weight] = [0, 1];
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(punycode.charCodeAt(at));
      at += 1;
      if (digit === null) return null;
      delta += digit * weight;
      const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX);
      if (digit < threshold) break;
      weight *= BASE - threshold;
      // No character lies that far.
      if (weight > 2 ** 40 || delta > 2 ** 40) return null;
    }
    const length = characters.length + 1;
    if (length > LONGEST) return null;
    place += delta;
    code += Math.floor(place / length);
    place %= length;
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
    characters.splice(place, 0, String.fromCodePoint(code));
    place += 1;
    delta = Math.floor(delta / damp);
    damp = 2;
    delta += Math.floor(delta / length);
    let k = 0;
    for (; delta > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) delta = Math.floor(delta / (BASE - T_MIN));
    bias = k + Math.floor(((BASE - T_MIN + 1) * delta) / (delta + SKEW));
  }
  return characters.join('');
}

/** rustc writes digits as `a`–`z`, `0`–`9`. */
function digitOf(character: number): number | null {
  if (character >= 97 && character <= 122) return character - 97;
  if (character >= 48 && character <= 57) return character - 22;
  return null;
}
