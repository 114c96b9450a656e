/** The legacy mangling's names for what assemblers do not take. */
const ESCAPES: Readonly<Record<string, string>> = { SP: '@', BP: '*', RF: '&', LT: '<', GT: '>', LP: '(', RP: ')', C: ',' };

/** What a legacy symbol says, its hash included; `rest` is what follows it. */
interface Legacy {
  readonly text: string;
  readonly rest: string;
}

/** Reads `_ZN3foo3bar17h0123456789abcdefE` as rustc-demangle 0.1.28 prints it. `null` for what is none. */
export function demangleLegacy(symbol: string): Legacy | null {
  const inner = /^_?_?ZN([\0-\x7f]*)$/.exec(symbol)?.[1];
  if (inner === undefined) return null;
  const elements: string[] = [];
  const digits = /[0-9]+/y;
  let at = 0;
  for (; inner[at] !== 'E'; at = digits.lastIndex) {
    digits.lastIndex = at;
    const found = digits.exec(inner)?.[0];
    if (found === undefined) return null;
    const from = digits.lastIndex;
    const end = from + Number(found);
    // Something follows every element.
    if (end >= inner.length) return null;
    elements.push(unescaped(inner.slice(from, end)));
    digits.lastIndex = end;
  }
  return { text: elements.join('::'), rest: inner.slice(at + 1) };
}

/** From an escape that is none on, the text stays as it is. */
function unescaped(element: string): string {
  let [text, at] = ['', element.startsWith('_$') ? 1 : 0];
  while (at < element.length) {
    if (element[at] === '.') {
      const path = element[at + 1] === '.';
      text += path ? '::' : '.';
      at += path ? 2 : 1;
    } else if (element[at] === '$') {
      const end = element.indexOf('$', at + 1);
      const meant = end < 0 ? null : characterOf(element.slice(at + 1, end));
      if (meant === null) break;
      text += meant;
      at = end + 1;
    } else {
      const special = /[$.]/g;
      special.lastIndex = at;
      const next = special.exec(element)?.index;
      if (next === undefined) break;
      text += element.slice(at, next);
      at = next;
    }
  }
  return text + element.slice(at);
}

function characterOf(escaped: string): string | null {
  const known = Object.hasOwn(ESCAPES, escaped) ? ESCAPES[escaped] : undefined;
  if (known !== undefined) return known;
  const digits = /^u0*([0-9a-f]{1,6})$/.exec(escaped)?.[1];
  if (digits === undefined) return null;
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
  const character = String.fromCodePoint(code);
  return /\p{Cc}/u.test(character) ? null : character;
}
