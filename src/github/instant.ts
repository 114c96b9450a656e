/** Whether `a` came after `b`, both ISO 8601. GitHub counts in seconds: the same second is not after. */
export function isAfter(a: string, b: string): boolean {
  return Date.parse(a) > Date.parse(b);
}
