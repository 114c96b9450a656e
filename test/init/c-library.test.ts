import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { mappedCLibrary, nameCLibrary } from '../../src/init/c-library.ts';

const line = (path: string): string => `7f0-7f1 r-xp 00026000 fe:00 1234                       ${path}\nSize:   4 kB\n`;

describe('the C library of a process', () => {
  it('is the one that it maps, and says its own version', async () => {
    const path = mappedCLibrary(await readFile('/proc/self/maps', 'utf8'));
    expect(path).toMatch(/libc/);
    expect(await nameCLibrary(path ?? '')).toMatch(/^glibc 2\.\d+$/);
  });

  it.each([
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', '/usr/lib/x86_64-linux-gnu/libc.so.6'],
    ['/lib/x86_64-linux-gnu/libc-2.31.so', '/lib/x86_64-linux-gnu/libc-2.31.so'],
    ['/lib/ld-musl-x86_64.so.1', '/lib/ld-musl-x86_64.so.1'],
    ['/usr/lib/libcrypto.so.3', null],
    ['/var/task/bootstrap', null],
  ])('%s', (path, expected) => {
    expect(mappedCLibrary(`${line('/var/task/bootstrap')}${line(path)}${line('[stack]')}`)).toBe(expected);
  });

  it('that does not say is called by its file', async () => {
    expect(await nameCLibrary('/nowhere/ld-musl-x86_64.so.1')).toBe('ld-musl-x86_64.so.1');
  });
});
