import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** What starts a Rust tool, in a file that a quick test cannot reach. */
const MARK = 'rust.ts';
// An `import type` is gone when the test runs.
const IMPORT = /^(?:import|export)\s(?!type\s)[^;]*?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;

/** The fast tests below `folder` that build Rust code: those that reach `rust.ts` by their imports. Their paths from there. */
export function buildingTests(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const imports = new Map(files.map((file) => [file, importsOf(folder, file)]));
  return files.filter((file) => /(?<!\.slow)\.test\.ts$/.test(file) && reaches(file, imports)).toSorted();
}

function importsOf(folder: string, file: string): readonly string[] {
  const found = readFileSync(join(folder, file), 'utf8').matchAll(IMPORT);
  return [...found].map(([, first, later]) => normalize(join(dirname(file), first ?? later ?? '')));
}

function reaches(file: string, imports: ReadonlyMap<string, readonly string[]>): boolean {
  const found = new Set([file]);
  for (const one of found) for (const target of imports.get(one) ?? []) found.add(target);
  return found.has(MARK);
}
