import type { FunctionMeasurement } from './snapshot.ts';

/** Whether two commits ship the same: the binary by its digest, the package's files by name and size. */
export function shipsTheSame(base: FunctionMeasurement, head: FunctionMeasurement): boolean {
  return base.binary.sha256 === head.binary.sha256 && filesOf(base) === filesOf(head);
}

/** What is in the package, in an order of its own: the ZIP's order is a hash map's, and its digest moves with the files' times. */
function filesOf(fn: FunctionMeasurement): string {
  return JSON.stringify(fn.package.entries.map((file) => [file.name, file.compressed, file.uncompressed].join('\0')).toSorted());
}
