import type { Snapshot } from './snapshot.ts';

/** Whether every function is in it, built or taken from another snapshot: what lacks some is no base for another change. */
export function isWhole({ functions, notBuilt }: Snapshot): boolean {
  return notBuilt.every(({ name }) => functions.some((fn) => fn.name === name));
}
