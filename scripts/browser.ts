import { join } from 'node:path';
import { build } from 'esbuild';

/** The pages that have a folder in `src/browser/`, each with `<name>.ts` and `<name>.css`. */
export const PAGES = ['page', 'history'] as const;

/** What these know runs as it is written; what is newer is put in older words: https://esbuild.github.io/api/#target */
const TARGET = ['chrome109', 'firefox115', 'safari16'];

/** A page's script and style, each one text that imports nothing. */
export async function bundleBrowser(
  root: string,
  name: (typeof PAGES)[number],
): Promise<{ readonly script: string; readonly style: string }> {
  const textOf = async (extension: 'ts' | 'css'): Promise<string> => {
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: [join('src/browser', name, `${name}.${extension}`)],
      bundle: true,
      format: 'iife',
      platform: 'browser',
      target: TARGET,
      minify: true,
      legalComments: 'none',
      charset: 'ascii',
      write: false,
      logLevel: 'warning',
    });
    return outputFiles
      .map(({ text }) => text)
      .join('')
      .trim();
  };
  return { script: await textOf('ts'), style: await textOf('css') };
}
