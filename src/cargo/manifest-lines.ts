import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parse } from 'smol-toml';
import { type Manifest, type ManifestLine, manifest } from '../core/snapshot/manifests.ts';
import type { CargoMetadata } from './metadata.ts';
import { table } from './toml.ts';
import { linesBy, placesIn } from './toml-lines.ts';

type LineOf = ReturnType<typeof linesBy>;

/** Of all manifests together: fifty functions have a few thousand. What is beyond is not kept, and its changes are told without a line. */
const MOST_LINES = 50_000;
/** The longest of a real workspace has 40 kB. */
const LONGEST = 2_000_000;

/** What the manifests of the workspace and of the path packages in the repository ask for. One that cannot be read has no lines. */
export async function readManifestLines(cargo: CargoMetadata, checkout: string): Promise<Manifest[]> {
  const root = join(cargo.workspace_root, 'Cargo.toml');
  const paths = [root, ...cargo.packages.filter(({ source }) => source === null).map(({ manifest_path }) => manifest_path)];
  const found: Manifest[] = [];
  let left = MOST_LINES;
  for (const path of new Set(paths)) {
    const file = relative(checkout, path);
    if (file.startsWith('..') || found.length >= 2_000) continue;
    const read = parseManifestLines(file, await readFile(path, 'utf8').catch(() => ''));
    if (read === null || read.lines.length > left) continue;
    left -= read.lines.length;
    found.push(read);
  }
  return found;
}

/** Reads one manifest; `null` where it is no TOML, or has nothing that is looked for here. What is out of bounds is left out. */
export function parseManifestLines(file: string, text: string): Manifest | null {
  const document = text.length > LONGEST ? null : documentOf(text);
  if (document === null) return null;
  const lineOf = linesBy(placesIn(text));
  const lines = [
    ...['dependencies', 'build-dependencies'].flatMap((kind) => dependenciesIn(document, [kind], lineOf)),
    ...Object.entries(table(document.target)).flatMap(([target]) =>
      ['dependencies', 'build-dependencies'].flatMap((kind) => dependenciesIn(document, ['target', target, kind], lineOf)),
    ),
    ...dependenciesIn(document, ['workspace', 'dependencies'], lineOf),
    ...Object.entries(table(document.features)).map(([key, value]) =>
      aLine({ table: 'features', key, line: lineOf(['features', key]), features: textsOf(value) }),
    ),
    ...profileLines(table(document.profile), ['profile'], lineOf),
  ];
  const name = table(document.package).name;
  const read = manifest.safeParse({
    file,
    package: typeof name === 'string' ? name : null,
    lines: lines.filter((line) => manifest.shape.lines.element.safeParse(line).success),
  });
  return read.success && read.data.lines.length > 0 ? read.data : null;
}

function documentOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' });
  } catch {
    return null;
  }
}

function dependenciesIn(document: Readonly<Record<string, unknown>>, path: readonly string[], lineOf: LineOf): readonly ManifestLine[] {
  const [first = '', second = ''] = path;
  const found = table(path.reduce<unknown>((part, key) => table(part)[key], document));
  const kind = first === 'workspace' ? 'workspace' : path.at(-1) === 'build-dependencies' ? 'build-dependencies' : 'dependencies';
  return Object.entries(found).map(([key, value]) => {
    const {
      version,
      package: renamed,
      features,
      'default-features': plain,
      default_features: old,
      optional,
      workspace,
      ...rest
    } = typeof value === 'string' ? { version: value } : table(value);
    const elsewhere = Object.entries(rest).filter(([name]) =>
      ['git', 'branch', 'tag', 'rev', 'path', 'registry', 'registry-index'].includes(name),
    );
    return aLine({
      table: kind,
      target: first === 'target' ? second : null,
      key,
      line: lineOf([...path, key]),
      package: typeof renamed === 'string' ? renamed : key,
      requirement: typeof version === 'string' ? version : null,
      features: textsOf(features),
      defaultFeatures: plain !== false && old !== false,
      optional: optional === true,
      inherits: workspace === true,
      origin: elsewhere.length === 0 ? null : digestOf(JSON.stringify(elsewhere.toSorted())),
    });
  });
}

/** `release.lto`, `release.package.regex.opt-level`, each with its value as it is written in TOML. */
function profileLines(value: Readonly<Record<string, unknown>>, path: readonly string[], lineOf: LineOf): readonly ManifestLine[] {
  // Deeper than `profile.release.package.regex.opt-level` is nothing.
  if (path.length > 4) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = [...path, key];
    if (typeof inner === 'object' && inner !== null) return profileLines(table(inner), own, lineOf);
    return [aLine({ table: 'profile', key: own.slice(1).join('.'), line: lineOf(own), requirement: JSON.stringify(inner) ?? null })];
  });
}

function aLine(line: Pick<ManifestLine, 'table' | 'key' | 'line'> & Partial<ManifestLine>): ManifestLine {
  const rest = { target: null, package: line.key, requirement: null, features: [], defaultFeatures: true, optional: false };
  return { ...rest, inherits: false, origin: null, ...line };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Addresses may hold a token, and only whether two are alike is ever asked. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
