import { renderBytes, renderDelta, renderInteger } from '../../core/units.ts';
import { isCompared, MEASURES, type Measure, type Side } from '../../report/page/address.ts';
import { changeOf, type Figures, type Place } from './place.ts';

/** `symbol` is what people look for; the others say what they are. */
const KINDS: Readonly<Record<Place['box']['kind'], string>> = {
  package: 'package',
  binary: 'binary',
  file: 'file',
  overhead: 'of the ZIP itself',
  crate: 'crate',
  shared: 'shared by crates',
  part: 'of no crate',
  module: 'module',
  symbol: 'function',
  sort: 'bytes that are no code',
  constant: 'constant',
  rest: 'small ones together',
};

export function kindText({ box }: Place): string {
  return KINDS[box.kind];
}

/** A box's colour and pattern. In the difference by what became of it, at a side by what it is. */
export function classOf(place: Place, { measure, side }: { readonly measure: Measure; readonly side: Side }): string {
  return side === 'difference' ? changeOf(place, measure) : place.box.kind;
}

/** What a screen reader says of a box: `regex_automata, crate, grown by 412 kB to 500 kB`. */
export function spoken(place: Place, measure: Measure, side: Side): string {
  return `${place.box.name}, ${kindText(place)}, ${side === 'difference' ? changeWords(place, measure) : renderBytes(place.figures[measure][side])}`;
}

export function changeWords(place: Place, measure: Measure): string {
  const { base, head, grown } = place.figures[measure];
  switch (changeOf(place, measure)) {
    case 'same':
      return `${sameText(grown)}, ${renderBytes(head)}`;
    case 'new':
      return `new, ${renderBytes(head)}`;
    case 'gone':
      return `gone, ${renderBytes(base)}`;
    case 'grown':
      return `grown by ${renderBytes(head - base)} to ${renderBytes(head)}`;
    case 'shrunk':
      return `shrunk by ${renderBytes(base - head)} to ${renderBytes(head)}`;
  }
}

/** Of one that is as large at both sides: what is in it may have moved. */
function sameText(grown: number): string {
  return grown === 0 ? 'unchanged' : `as large as before, grown and shrunk by ${renderBytes(grown)}`;
}

/** `package 870,123 → 1,367,246 B, +497 kB`. */
export function figuresText({ box, figures }: Place, measure: Measure, sides: readonly Side[]): string {
  const { base, head, grown } = figures[measure];
  const word = MEASURES[measure];
  if (!isCompared(sides)) return `${word} ${renderInteger(sides.includes('base') ? base : head)} B`;
  if (box.base === null) return `${word} ${renderInteger(head)} B`;
  if (base === head) return `${word} ${renderInteger(head)} B, ${sameText(grown)}`;
  return `${word} ${renderInteger(base)} → ${renderInteger(head)} B (${renderDelta(head - base, 'size')})`;
}

/** What the whole of a map is, to the byte: `+497,123 B = grown 520,000 − shrunk 22,877`. */
export function sumText({ base, head, grown, shrunk }: Figures, side: Side): string {
  if (side !== 'difference') return `${renderInteger(side === 'base' ? base : head)} B`;
  const delta = head - base;
  const signed = delta === 0 ? '0' : `${delta > 0 ? '+' : '−'}${renderInteger(Math.abs(delta))}`;
  return `${signed} B = grown ${renderInteger(grown)} − shrunk ${renderInteger(shrunk)}`;
}

export function signed(value: number): string {
  return value === 0 ? '0' : `${value > 0 ? '+' : '−'}${renderInteger(Math.abs(value))}`;
}
