import { readFile } from 'node:fs/promises';
import { parse } from 'smol-toml';

/** `null` where there is no such file or it is not TOML: whose file it is will say so. */
export async function readToml(path: string): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    // A number that JavaScript cannot hold is none that is read here.
    return parse(await readFile(path, 'utf8'), { integersAsBigInt: 'asNeeded' });
  } catch {
    return null;
  }
}

/** A value as a table; an empty one where it is none. */
export function table(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
