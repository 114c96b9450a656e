import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FLAGS, inputOf } from '../src/options/flags.ts';
import { INPUTS } from '../src/options/inputs.ts';
import { VERSION } from '../src/version.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string): string => readFileSync(`${ROOT}/${name}`, 'utf8');

describe('documents', () => {
  it('the version is that of package.json, and CHANGELOG.md begins with it', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(VERSION).toBe(version);
    expect(/^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version);
  });

  it('action.yml, the tables of README.md and docs/trust.md are made of the lists in src/', () => {
    execFileSync(process.execPath, ['scripts/documents.mjs', '--check'], { cwd: ROOT, stdio: 'pipe' });
  });

  it('the Action has an input for every flag of the check that is not about files on a laptop', () => {
    const flags = FLAGS.filter(
      ({ verbs, name }) => verbs.includes('check') && !['json', 'markdown', 'html', 'flame-graphs'].includes(name),
    );
    expect(flags.filter((flag) => !INPUTS.some(({ name }) => name === inputOf(flag))).map(({ name }) => name)).toEqual([]);
  });

  it('CONTRIBUTING.md says why each dependency is there', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const missing = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !read('CONTRIBUTING.md').includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });

  it('dist/ and schema/ are what src/ builds', () => {
    execFileSync(process.execPath, ['scripts/build.mjs', '--check'], { cwd: ROOT, stdio: 'pipe' });
  });
});
