import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FLAGS } from '../src/options.ts';
import { VERSION } from '../src/version.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string): string => readFileSync(`${ROOT}/${name}`, 'utf8');

describe('documents', () => {
  it('the version is that of package.json, and CHANGELOG.md begins with it', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(VERSION).toBe(version);
    expect(/^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version);
  });

  it("README.md's table of flags is the parser's list", () => {
    const rows = FLAGS.map(({ name, short, value, verbs, help }) => {
      const flag = `${short === undefined ? '' : `-${short}, `}--${name}${value === null ? '' : ` ${value}`}`;
      return `| \`${flag.replaceAll('|', '\\|')}\` | ${verbs.join(', ')} | ${help.replaceAll('|', '\\|')} |`;
    });
    const table = read('README.md').split('<!-- flags -->')[1]?.trim();
    expect(table).toBe(['| flag | of | what it does |', '| --- | --- | --- |', ...rows].join('\n'));
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
