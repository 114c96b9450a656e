import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A project as teams have it: a locked manifest with as little source as uses what it names. */
export interface Shape {
  /** Its folder, beside this file. */
  readonly name: string;
  readonly functions: readonly string[];
  readonly extensions?: readonly string[];
  /** In its `Cargo.lock`, workspace members included. */
  readonly packages: number;
}

export const SHAPES: readonly Shape[] = [
  { name: 'aws-lc', functions: ['aws-lc'], packages: 87 },
  { name: 'axum', functions: ['axum'], packages: 119 },
  { name: 'edition-2024', functions: ['edition-2024'], packages: 2 },
  { name: 'extension', functions: ['orders-function'], extensions: ['orders-extension'], packages: 98 },
  { name: 'http-streaming', functions: ['http-streaming'], packages: 113 },
  { name: 'openssl-vendored', functions: ['openssl-vendored'], packages: 85 },
  { name: 'opentelemetry', functions: ['opentelemetry'], packages: 116 },
  { name: 'prost-build-script', functions: ['prost-build-script'], packages: 115 },
  { name: 'reqwest-native-tls', functions: ['reqwest-native-tls'], packages: 145 },
  { name: 'reqwest-rustls', functions: ['reqwest-rustls'], packages: 158 },
  { name: 'ring', functions: ['ring'], packages: 89 },
  { name: 'sdk-two', functions: ['sdk-two'], packages: 262 },
  { name: 'sdk-six', functions: ['sdk-six'], packages: 266 },
  /** Six clients, a database, GraphQL, traces: what a grown service brings. */
  { name: 'service', functions: ['service'], packages: 461 },
  { name: 'sqlx-tls', functions: ['sqlx-tls'], packages: 197 },
  {
    name: 'twelve',
    functions: ['accept', 'cancel', 'charge', 'confirm', 'export', 'import', 'list', 'notify', 'pack', 'refund', 'return', 'send'],
    packages: 15,
  },
  { name: 'zstd', functions: ['zstd'], packages: 83 },
];

export function folderOf({ name }: Shape): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Its files by their paths, as a repository of its own has them. */
export async function filesOf(shape: Shape): Promise<Readonly<Record<string, string>>> {
  const folder = folderOf(shape);
  const found = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = found.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  const files = await Promise.all(
    paths.map(async (path): Promise<[string, string]> => [relative(folder, path), await readFile(path, 'utf8')]),
  );
  return { ...Object.fromEntries(files), '.gitignore': 'target/\n' };
}

export function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
