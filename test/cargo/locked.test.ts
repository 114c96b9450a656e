import { describe, expect, test } from 'vitest';
import { lockedElse } from '../../src/cargo/locked.ts';
import type { Lockfile } from '../../src/core/snapshot/snapshot.ts';

/** `name@version: dependency …`; a name without a registry begins with a dot. */
function locked(...lines: readonly string[]): Lockfile {
  const rows = lines.map((line) => line.split(/[@:]/).map((part) => part.trim()));
  const names = rows.map(([name = '']) => name);
  return {
    packages: rows.map(([name = '', version = '', needs = '']) => ({
      name: name.replace('.', ''),
      version,
      source: name.startsWith('.') ? null : 'registry',
      dependencies: needs
        .split(' ')
        .filter((one) => one !== '')
        .map((one) => names.indexOf(one)),
    })),
  };
}

describe('whose locked dependencies a change reaches', () => {
  const base = ['.a@1: x', '.b@1: y', '.c@1: z', '.d@1:', 'x@1: shared', 'y@1: shared deep', 'z@1:', 'shared@1:', 'deep@1:'];
  const reached = (head: readonly string[]): string => ['a', 'b', 'c', 'd'].filter(lockedElse(locked(...base), locked(...head))).join('');
  test.each([
    ['nothing', base, ''],
    ['a leaf', base.map((line) => line.replace('z@1', 'z@2')), 'c'],
    ['what two share', base.map((line) => line.replace('shared@1', 'shared@2')), 'ab'],
    ['one that may switch on features of what another uses', base.map((line) => line.replace('y@1', 'y@2')), 'ab'],
    ['a dependency that is gone', base.map((line) => line.replace('shared deep', 'deep')), 'ab'],
  ])('%s', (_, head, names) => {
    expect(reached(head)).toBe(names);
  });

  test('a package that the lock file does not have is reached', () => {
    expect(lockedElse(locked(...base), locked(...base))('new')).toBe(true);
  });
});
