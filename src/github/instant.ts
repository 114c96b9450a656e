/** Whether `a` came after `b`, both ISO 8601. GitHub counts in seconds: the same second is not after. */
export function isAfter(a: string, b: string): boolean {
  return Date.parse(a) > Date.parse(b);
}

/** Those of one second stay in the order they came in. */
export function newestFirst<T>(all: readonly T[], at: (one: T) => string): readonly T[] {
  return all.toSorted((a, b) => Date.parse(at(b)) - Date.parse(at(a)));
}
