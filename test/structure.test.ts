import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/**
 * The layers of CONTRIBUTING.md, top first. A file imports only from its own place and from layers below it: places of one layer know nothing
 * of each other. A folder that has an order of its own stands here by its parts.
 */
const LAYERS: readonly (readonly string[])[] = [
  ['cli.ts', 'action.ts'],
  ['commands', 'action'],
  ['check.ts'],
  ['options'],
  ['browser'],
  ['advise', 'walk'],
  ['measure'],
  ['cargo', 'history'],
  ['git', 'inspect', 'init', 'cold-start', 'cache', 'github', 'report/markdown', 'report/terminal', 'report/json', 'report', 'progress'],
  ['report/text'],
  ['formats'],
  ['tools'],
  ['host.ts'],
  ['exec', 'folder.ts', 'version.ts'],
  ['core/outcome.ts'],
  ['core/package-tree', 'core/advise', 'core/bisect'],
  ['core/judge'],
  ['core/compare'],
  ['core/history'],
  ['core/pair.ts'],
  ['core/model'],
  ['core/snapshot'],
  ['core'],
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

const PLACES = LAYERS.flat();

/** The nearest place that a file stands in: `core/judge` of `core/judge/limits.ts`, `core` of `core/units.ts`. */
function placeOf(file: string): string | null {
  return PLACES.filter((place) => file === place || file.startsWith(`${place}/`)).toSorted((a, b) => b.length - a.length)[0] ?? null;
}

function layerOf(file: string): number {
  const place = placeOf(file);
  return LAYERS.findIndex((places) => places.some((one) => one === place));
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

function localImportsOf(file: string): readonly string[] {
  return importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(file), name)));
}

describe('the import order of CONTRIBUTING.md', () => {
  it('knows every file', () => {
    expect(files.filter((file) => layerOf(file) < 0)).toEqual([]);
    expect(files.length).toBeGreaterThan(40);
  });

  it.each(files)('%s imports downwards only', (file) => {
    const wrong = localImportsOf(file).filter((target) => placeOf(target) !== placeOf(file) && layerOf(target) <= layerOf(file));
    expect(wrong).toEqual([]);
  });

  it('has no circle, within a folder neither', () => {
    // Files that import nothing that is left are taken away until nothing changes.
    const left = new Map(files.map((file) => [file, localImportsOf(file)]));
    for (let size = -1; size !== left.size; ) {
      size = left.size;
      for (const [file, targets] of left) if (!targets.some((target) => left.has(target))) left.delete(file);
    }
    expect([...left.keys()]).toEqual([]);
  });

  it('has nothing in it that stands for no file', () => {
    expect(PLACES.filter((place) => !files.some((file) => placeOf(file) === place))).toEqual([]);
  });

  it('bundles for the browser what no other place imports', () => {
    const importers = files.filter(
      (file) => placeOf(file) !== 'browser' && localImportsOf(file).some((target) => placeOf(target) === 'browser'),
    );
    expect(importers).toEqual([]);
  });

  it('keeps core and report pure', () => {
    const impure = files
      .filter((file) => /^(core|report|browser)\//.test(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => /^(node:|@actions\/|@aws-sdk\/)/.test(name))
          .map((name) => `${file}: ${name}`),
      );
    expect(impure).toEqual([]);
  });

  it('starts child processes in exec/run.ts alone', () => {
    const starters = files.filter((file) => importsOf(file).some((name) => name === 'node:child_process'));
    expect(starters).toEqual(['exec/run.ts']);
  });

  it('joins no timeout to a signal but by exec/limited.ts: Node 20 collects it', () => {
    const joiners = files.filter((file) => /AbortSignal\.any\([^;]*AbortSignal\.timeout/.test(readFileSync(join(SRC, file), 'utf8')));
    expect(joiners).toEqual([]);
  });

  it('reads arguments, environment and exit code in the entries alone', () => {
    const readers = files.filter((file) =>
      /\bprocess\.(argv|env|exitCode|exit|stdout|stderr|cwd)\b/.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(readers.toSorted()).toEqual(['action.ts', 'cli.ts']);
  });
});
