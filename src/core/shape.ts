import type { ZodError, ZodType } from 'zod';

/** JSON of a shape; `null` where it is not JSON, or not of that shape: for what may be left out, or is written by a function. */
export function readShape<T>(shape: ZodType<T>, json: string): T | null {
  try {
    return shape.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}

/** What is wrong with a value that has not its shape: the first field and why, `functions.0.name: Invalid input`; `below` is where the value stands. */
export function problemOf(error: ZodError, whole = 'the document', below = ''): string {
  const [first] = error.issues;
  const path = [...(below === '' ? [] : [below]), ...(first?.path ?? [])].join('.');
  return `${path || whole}: ${first?.message ?? 'unknown mistake'}`;
}
