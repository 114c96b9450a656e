import { visible } from '../text/escape.ts';

/** UTF-16 units: generic ones of a real binary have some hundreds. */
const MOST_NAME = 300;

/**
 * A name as a page shows it. It can be part of an address: without lone surrogates, and never empty or blank, which no link is. One that is cut, or
 * has what nobody sees, ends in a mark of the whole (`…~0x4t1k2`): so two names that look alike are two, and have the same address in every report.
 */
export function shownName(name: string): string {
  const shown = name.trim() === '' ? '(empty)' : visible(name, MOST_NAME);
  return shown === name || name === '' ? shown : `${shown}~${markOf(name)}`;
}

/** FNV-1a of the UTF-16 units, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function markOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36).padStart(7, '0');
}

/** Every name of a page once; what stands elsewhere is its place here. */
export class Names {
  readonly all: string[] = [];
  private readonly places = new Map<string, number>();

  placeOf(name: string): number {
    const shown = shownName(name);
    const known = this.places.get(shown);
    if (known !== undefined) return known;
    this.places.set(shown, this.all.length);
    return this.all.push(shown) - 1;
  }
}
