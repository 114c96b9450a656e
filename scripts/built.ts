import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the bundle, in `dist/`: the hash of what it was built from. */
export const INPUTS_HASH = 'inputs.sha256';

/** What decides over the bundle beside `src/` and the package's own version: the versions of what is bundled, and of esbuild. */
const OTHERS = ['package-lock.json', 'scripts/build.mjs', 'scripts/browser.ts'];

/** SHA-256 of everything that `npm run build` reads in `root`: names and contents. Takes a few milliseconds. */
export function hashOfInputs(root: string): string {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|sh|js|css)$/.test(name));
  const { version }: { readonly version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const hash = createHash('sha256').update(`${version}\n`);
  for (const name of [...OTHERS, ...sources.map((source) => `src/${source}`)].toSorted()) {
    const content = readFileSync(join(root, name));
    hash.update(`${name} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** The path of a file of `dist/` that is to be started. Throws where `dist/` was built from something else than what stands in `root` now. */
export function builtFile(root: string, name: string): string {
  const dist = join(root, 'dist');
  if (hashIn(dist) !== `${hashOfInputs(root)}\n`) throw new Error('dist/ is not what src/ builds: run npm run build');
  return join(dist, name);
}

function hashIn(dist: string): string | null {
  try {
    return readFileSync(join(dist, INPUTS_HASH), 'utf8');
  } catch {
    return null;
  }
}
