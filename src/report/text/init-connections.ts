import type { Connection } from '../../core/snapshot/counted.ts';
import type { TextStyle } from './escape.ts';
import { counted, listed } from './figures.ts';
import type { Stage } from './stage.ts';

const ADDRESSES = 5;

/** What a start newly waits for or looks up, and what it does no more. */
export function connectionLines({ what: who, connections: { base, head } }: Stage, style: TextStyle): readonly string[] {
  if (base === null || head === null) return [];
  const key = ({ kind, address }: Connection): string => `${kind}\0${address}`;
  const more = beyond(head, base, key);
  const fewer = beyond(base, head, key);
  const texts = (all: readonly Connection[], kind: Connection['kind']): readonly string[] =>
    all.flatMap((connection) => (connection.kind === kind ? [style.name(connection.address)] : []));
  const line = (names: readonly string[], what: string, unit: string): readonly string[] =>
    names.length === 0 ? [] : [`${what} ${counted(names.length, unit)}: ${listed(names, ADDRESSES)}`];
  return [
    ...line(texts(more, 'connect'), `${who} now waits for`, 'more connection'),
    ...line(texts(more, 'lookup'), `${who} now looks up`, 'more name'),
    ...line(texts(fewer, 'connect'), `${who} no longer waits for`, 'connection'),
    ...line(texts(fewer, 'lookup'), `${who} no longer looks up`, 'name'),
  ];
}

/** Those of `all` that `others` has no counterpart for: the same address can be connected to twice. */
function beyond<T>(all: readonly T[], others: readonly T[], keyOf: (value: T) => string): readonly T[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(keyOf(other), (left.get(keyOf(other)) ?? 0) + 1);
  return all.filter((value) => {
    const count = left.get(keyOf(value)) ?? 0;
    left.set(keyOf(value), count - 1);
    return count <= 0;
  });
}
