import type { Box, Weights } from '../../core/package-tree/box.ts';
import { compareText } from '../../core/pair.ts';

export type Measure = keyof Weights;
export type Side = 'base' | 'head' | 'difference';

/** As people call them, and as an address has them. */
export const MEASURES: Readonly<Record<Measure, string>> = { zip: 'package', binary: 'binary', code: 'code' };
export const MEASURE_NAMES = ['zip', 'binary', 'code'] as const;
export const SIDES = ['base', 'head', 'difference'] as const;

/** Whether of what has these sides a difference is known. */
export function isCompared(sides: readonly Side[]): boolean {
  return sides.includes('difference');
}

/** What a page shows of a function. */
export const VIEWS = ['map', 'crates', 'symbols', 'sections', 'files', 'dependencies', 'init', 'cold-starts'] as const;
export type View = (typeof VIEWS)[number];

/** What a page shows, as the part of its address after `#` says it: `#health/map/package/difference/bootstrap/regex_automata/`. */
export interface Address {
  readonly function: string;
  readonly view: View;
  readonly measure: Measure;
  readonly side: Side;
  /** From the package down, of the treemap alone. */
  readonly path: readonly string[];
  /** Whether the last of the path is looked into, as a folder with a `/` at its end; else it is pointed at where it stands. */
  readonly inside: boolean;
}

export function addressText({ function: name, view, measure, side, path, inside }: Address): string {
  if (view !== 'map')
    return `#${[name, view, ...(view === 'crates' || view === 'symbols' ? [MEASURES[measure]] : [])].map(encoded).join('/')}`;
  return `#${[name, view, MEASURES[measure], side, ...path].map(encoded).join('/')}${inside && path.length > 0 ? '/' : ''}`;
}

/** A function, wherever a page opens it. */
export function addressOfFunction(key: string): string {
  return `#${encoded(key)}`;
}

/** What an address does not say, or what no page knows, stays out. */
export function parseAddress(hash: string): Partial<Address> {
  const [name = '', viewWord, measureWord, sideWord, ...rest] = hash.replace(/^#/, '').split('/').map(decoded);
  const view = VIEWS.find((one) => one === viewWord);
  const measure = MEASURE_NAMES.find((one) => MEASURES[one] === measureWord);
  const side = SIDES.find((one) => one === sideWord);
  const inside = rest.length === 0 || rest.at(-1) === '';
  return {
    ...(name === '' ? {} : { function: name }),
    ...(view === undefined ? {} : { view }),
    ...(measure === undefined ? {} : { measure }),
    ...(side === undefined ? {} : { side }),
    ...{ path: rest.filter((segment) => segment !== ''), inside },
  };
}

/**
 * The part of an address for each of the boxes beside each other: names; where several have one, of all but one kind with what it is: `main` and
 * `main;symbol`. Which one does not depend on their order, which changes with their sizes.
 */
export function segmentsOf(boxes: readonly Pick<Box, 'name' | 'kind'>[]): readonly string[] {
  const taken = new Set<string>();
  const segments = boxes.map(({ name }) => name);
  const byKind = [...boxes.entries()].sort(([, a], [, b]) => compareText(a.kind, b.kind) || compareText(a.name, b.name));
  for (const [at, { name, kind }] of byKind) {
    let segment = name;
    for (let number = 1; taken.has(segment); number += 1) segment = number === 1 ? `${name};${kind}` : `${name};${kind};${number}`;
    taken.add(segment);
    segments[at] = segment;
  }
  return segments;
}

/** As `encodeURIComponent`, and what ends an address where people paste it: `main()'`. */
function encoded(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A `%` that somebody typed is one. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
