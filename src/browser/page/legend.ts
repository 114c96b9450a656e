import type { Side } from '../../report/page/address.ts';
import { made } from './element.ts';

type Entry = readonly [look: string, text: string];

/** What became of it. */
const CHANGES: readonly Entry[] = [
  ['grown', 'grown'],
  ['new', 'new'],
  ['shrunk', 'shrunk'],
  ['gone', 'gone'],
  ['same', 'as large as before'],
];
/** What it is. */
const SORTS: readonly Entry[] = [
  ['symbol', 'function'],
  ['constant', 'constant, data'],
  ['part', 'of no crate'],
  ['file', 'other file'],
];

/** What the colours and patterns of a map say. */
export function legendOf(side: Side): readonly HTMLElement[] {
  const area = side === 'difference' ? 'area: bytes that moved' : 'area: bytes';
  return [
    ...(side === 'difference' ? CHANGES : SORTS).map(([look, text]) =>
      made('li', {}, made('span', { class: `swatch ${look}`, 'aria-hidden': 'true' }), text),
    ),
    made('li', { class: 'faint' }, area),
  ];
}

/** What the keyboard does. */
export function keysText(): readonly (Node | string)[] {
  const key = (name: string): HTMLElement => made('kbd', {}, name);
  return [
    ...['click or ', key('Enter'), ' opens, ', key('Backspace'), ' goes out, arrows move, '],
    ...[key('Page Down'), ' and ', key('Page Up'), ' go into a box and out, ', key('/'), ' searches'],
  ];
}
