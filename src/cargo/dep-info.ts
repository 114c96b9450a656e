import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Artifact } from './artifacts.ts';

/** What one unit of a build said that it read. */
export interface DepInfo {
  readonly variables: readonly string[];
  /** Absolute, with each `..` as it was written: behind a link it leads elsewhere than its text says. */
  readonly files: readonly string[];
}

/** The `.d` files of units. Of a binary cargo names the copy alone, so every unit of its name counts. */
export async function depInfoFiles(artifacts: readonly Pick<Artifact, 'crate' | 'files'>[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const { crate, files } of artifacts) {
    for (const file of files) {
      const folder = dirname(file);
      if (basename(folder) === 'deps')
        found.add(
          join(
            folder,
            `${basename(file)
              .replace(/^lib/, '')
              .replace(/\.[a-z]+$/, '')}.d`,
          ),
        );
      else {
        const isScript = basename(dirname(folder)) === 'build';
        const deps = isScript ? folder : join(folder, 'deps');
        const stem = `${crate.replaceAll('-', '_')}-`;
        for (const name of await readdir(deps).catch(() => []))
          if (name.startsWith(stem) && name.endsWith('.d')) found.add(join(deps, name));
      }
    }
  }
  return [...found];
}

/**
 * Reads rustc's dep-info: make's format, one rule a line, blanks in names as `\ `; each variable that was read as a comment. `cwd`: the folder
 * that rustc ran in. Empty where there is no such file.
 */
export async function readDepInfo(path: string, cwd: string): Promise<DepInfo> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [rule = ''] = text.split('\n', 1);
  const names = rule.slice(rule.indexOf(': ') + 2).split(/(?<!\\) /);
  return {
    variables: [...text.matchAll(/^# env-dep:([^=\n]+)/gm)].map((match) => match[1] ?? ''),
    files: names.flatMap((name) => (name === '' ? [] : [absolute(name.replaceAll('\\ ', ' '), cwd)])),
  };
}

function absolute(path: string, cwd: string): string {
  return isAbsolute(path) ? path : `${cwd}/${path}`;
}
