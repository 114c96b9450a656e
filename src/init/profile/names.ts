import { basename } from 'node:path';
import { NO_SYMBOL } from '../../core/crates.ts';
import { crateOf, MOST_CRATE } from '../../core/rust-names.ts';
import { shortened } from '../../core/text.ts';
import type { ProfiledFunction } from './profile.ts';

const MOST_NAME = 1_000;

/** A function by the crate it is counted with. `NO_SYMBOL` stands for either. */
export interface Named {
  readonly crate: string;
  readonly name: string;
}

/** Whether an object is the started program rather than a library it loads. */
export type IsProgram = (object: string) => boolean;

/** Names a profiled function: a library's functions by its file name, the program's by the path of their symbol. */
export function nameOf({ name: raw, object }: ProfiledFunction, isProgram: IsProgram): Named {
  const hasName = raw !== '' && raw !== '???' && !/^0x[0-9a-f]+$/i.test(raw);
  const whole = plainName(raw);
  const name = hasName ? shortened(whole, MOST_NAME) : NO_SYMBOL;
  if (object === null) return { crate: NO_SYMBOL, name };
  if (isProgram(object)) return { crate: hasName ? crateOf(whole) : NO_SYMBOL, name };
  return { crate: shortened(basename(object), MOST_CRATE) || NO_SYMBOL, name };
}

/** Without the legacy hash, and without the level at which callgrind tells recursive calls apart (`quicksort'2`). */
export function plainName(name: string): string {
  const plain = name.replace(/'\d+$/, '').replace(/::h[0-9a-f]{16}$/, '');
  return plain === '' ? name : plain;
}
