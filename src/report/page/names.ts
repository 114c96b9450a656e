import { visible } from '../text/escape.ts';

/** UTF-16 units: generic ones of a real binary have some hundreds. */
const MOST_NAME = 300;

/** A name as a page shows it. It can be part of an address: without lone surrogates, and never empty or blank, which no link is. */
export function shownName(name: string): string {
  return name.trim() === '' ? '(empty)' : visible(name, MOST_NAME);
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
