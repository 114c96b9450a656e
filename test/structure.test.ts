import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** The layers of CONTRIBUTING.md, top first: a file imports only from its own folder and from layers below. */
const LAYERS: readonly (readonly string[])[] = [
  ['cli.ts', 'action.ts'],
  ['commands'],
  ['inputs.ts'],
  ['options.ts', 'help.ts'],
  ['wishes.ts'],
  ['given.ts'],
  ['flags.ts'],
  ['check.ts'],
  ['measure.ts', 'local-init.ts', 'cold-starts.ts', 'repeat.ts'],
  ['workshop.ts'],
  ['build', 'inspect', 'init', 'coldstart', 'baseline', 'github', 'report'],
  ['tools.ts'],
  ['tools'],
  ['exec.ts', 'version.ts'],
  ['core'],
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

function layerOf(file: string): number {
  const top = file.split('/')[0] ?? file;
  return LAYERS.findIndex((names) => names.includes(top));
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

describe('the import order of the design', () => {
  it('knows every file', () => {
    expect(files.filter((file) => layerOf(file) < 0)).toEqual([]);
    expect(files.length).toBeGreaterThan(40);
  });

  it.each(files)('%s imports downwards only', (file) => {
    const folder = file.split('/')[0] ?? file;
    const wrong = importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => normalize(join(dirname(file), name)))
      .filter((target) => {
        const other = target.split('/')[0] ?? target;
        return other !== folder && layerOf(target) <= layerOf(file);
      });
    expect(wrong).toEqual([]);
  });

  it('keeps core and report pure', () => {
    const impure = files
      .filter((file) => /^(core|report)\//.test(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => /^(node:|@actions\/|@aws-sdk\/)/.test(name))
          .map((name) => `${file}: ${name}`),
      );
    expect(impure).toEqual([]);
  });

  it('starts child processes in exec.ts alone', () => {
    const starters = files.filter((file) => importsOf(file).some((name) => name === 'node:child_process' || name === '@actions/exec'));
    expect(starters).toEqual(['exec.ts']);
  });

  it('reads arguments, environment and exit code in the entries alone', () => {
    const readers = files.filter((file) =>
      /\bprocess\.(argv|env|exitCode|exit|stdout|stderr|cwd)\b/.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(readers.toSorted()).toEqual(['action.ts', 'cli.ts']);
  });
});
