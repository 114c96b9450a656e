import type { FlameNode } from '../../core/flame.ts';
import type { Names } from './names.ts';

/** Calls as one list of numbers, callers first: the places of name and crate, instructions at base, what head has more, and how many it calls. */
export type WireFlame = readonly number[];

export function encodeFlame(tree: FlameNode, names: Names): WireFlame {
  const wire: number[] = [];
  const write = ({ name, crate, base, head, children }: FlameNode): void => {
    // No crate is empty but that of what coldgate itself names.
    wire.push(names.placeOf(name), crate === '' ? -1 : names.placeOf(crate), base, head - base, children.length);
    children.forEach(write);
  };
  write(tree);
  return wire;
}

export function decodeFlame(wire: WireFlame, names: readonly string[]): FlameNode {
  let at = 0;
  const next = (): number => wire[at++] ?? 0;
  const read = (): FlameNode => {
    const [name, crate, base, more, count] = [next(), next(), next(), next(), next()];
    return { name: names[name] ?? '', crate: names[crate] ?? '', base, head: base + more, children: Array.from({ length: count }, read) };
  };
  return read();
}
