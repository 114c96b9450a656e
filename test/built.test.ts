import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builtFile, hashOfInputs, INPUTS_HASH } from '../scripts/built.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STALE = 'dist/ is not what src/ builds: run npm run build';
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'coldgate-built-'));
  for (const name of ['src', 'package.json', 'package-lock.json', 'scripts/build.mjs', 'scripts/browser.ts'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  mkdirSync(join(copy, 'dist'));
  writeFileSync(join(copy, 'dist', INPUTS_HASH), `${hashOfInputs(copy)}\n`);
});
afterEach(() => rmSync(copy, { recursive: true }));

it('a copy has the hash of its original', () => {
  expect(hashOfInputs(copy)).toBe(hashOfInputs(ROOT));
  expect(builtFile(copy, 'cli.js')).toBe(join(copy, 'dist/cli.js'));
});

it.each<readonly [string, () => void]>([
  ['a changed file', () => appendFileSync(join(copy, 'src/core/units.ts'), ' ')],
  ['a changed script', () => appendFileSync(join(copy, 'src/cargo/linker.sh'), ' ')],
  ['a changed viewer of flame graphs', () => appendFileSync(join(copy, 'src/measure/viewer/keys.js'), ' ')],
  ['a changed style of it', () => appendFileSync(join(copy, 'src/measure/viewer/viewer.css'), ' ')],
  ['a changed style of a page', () => appendFileSync(join(copy, 'src/browser/document.css'), ' ')],
  ['another way to bundle a page', () => appendFileSync(join(copy, 'scripts/browser.ts'), ' ')],
  ['a new file', () => writeFileSync(join(copy, 'src/core/new.ts'), '')],
  ['a file less', () => rmSync(join(copy, 'src/core/units.ts'))],
  ['other dependencies', () => appendFileSync(join(copy, 'package-lock.json'), '\n')],
  ['another way to build', () => appendFileSync(join(copy, 'scripts/build.mjs'), '\n')],
  ['another version', () => rewrite('package.json', (text) => text.replace(/"version": "[^"]+"/, '"version": "99.0.0"'))],
  ['a build that was stopped', () => rmSync(join(copy, 'dist', INPUTS_HASH))],
  ['no build', () => rmSync(join(copy, 'dist'), { recursive: true })],
])('with %s nothing of dist/ is started', (_, change) => {
  change();
  expect(() => builtFile(copy, 'cli.js')).toThrow(STALE);
});

it('what does not come into the bundle changes nothing', () => {
  rewrite('package.json', (text) => text.replace('"scripts": {', '"scripts": {\n    "more": "true",'));
  writeFileSync(join(copy, 'src/.units.ts.swp'), '');
  expect(builtFile(copy, 'cli.js')).toBe(join(copy, 'dist/cli.js'));
});

function rewrite(name: string, change: (text: string) => string): void {
  const path = join(copy, name);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}
