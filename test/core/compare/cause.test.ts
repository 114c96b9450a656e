import { describe, expect, it } from 'vitest';
import { causesBy } from '../../../src/core/compare/cause.ts';
import type { DependencyComparison } from '../../../src/core/model.ts';
import { aPackage } from '../builders.ts';

const NOTHING: DependencyComparison = { added: [], removed: [], changed: [], duplicates: [], count: { base: 0, head: 0 } };
const LOCK = {
  packages: [
    aPackage('tools', '0.1.0', { source: null, dependencies: [3] }),
    aPackage('health', '0.1.0', { source: null, dependencies: [2, 99] }),
    aPackage('regex', '1.12.0', { dependencies: [3, 1] }),
    aPackage('aho-corasick', '1.1.4'),
    aPackage('orphan', '1.0.0'),
    aPackage('only-tools', '1.0.0'),
  ],
};
const row = (name: string, base: number, head: number) => ({ name, base, head });

describe('causes', () => {
  it('are the crates that changed, joined to the lock file and their symbols', () => {
    const symbols = [
      { crate: 'aho_corasick', ...row('build', 0, 10) },
      { crate: 'aho_corasick', ...row('find', 0, 40) },
      { crate: 'aho_corasick', ...row('same', 5, 5) },
      { crate: 'aho_corasick', ...row('next', 0, 20) },
      { crate: 'aho_corasick', ...row('drop', 0, 15) },
      { crate: 'std', ...row('fmt', 9, 1) },
    ];
    const dependencies = {
      ...NOTHING,
      added: [{ name: 'aho-corasick', version: '1.1.4' }],
      changed: [{ name: 'std', base: '1', head: '2' }],
    };
    const crates = [row('std', 100, 92), row('health', 50, 50), row('aho_corasick', 0, 85), row('[no symbol]', 3, 9)];
    expect(causesBy(dependencies, LOCK)(crates, symbols, 'health')).toEqual([
      {
        ...row('aho_corasick', 0, 85),
        changes: [{ kind: 'added', name: 'aho-corasick', version: '1.1.4' }],
        via: ['health', 'regex', 'aho-corasick'],
        symbols: [
          { crate: 'aho_corasick', ...row('find', 0, 40) },
          { crate: 'aho_corasick', ...row('next', 0, 20) },
          { crate: 'aho_corasick', ...row('drop', 0, 15) },
        ],
      },
      { ...row('std', 100, 92), changes: [], via: [], symbols: [{ crate: 'std', ...row('fmt', 9, 1) }] },
    ]);
  });

  it('join a guessed crate, and a version that changed needs no way', () => {
    const dependencies = { ...NOTHING, changed: [{ name: 'aho-corasick', base: '1.1.3', head: '1.1.4' }] };
    expect(causesBy(dependencies, LOCK)([row('aho_corasick?', 1, 2)], [], 'health')).toMatchObject([
      { changes: [{ kind: 'changed', base: '1.1.3', head: '1.1.4' }], via: [] },
    ]);
  });

  it.each([
    ['any member where the function itself is not in the lock file', 'aho-corasick', '1.1.4', 'elsewhere', ['tools', 'aho-corasick']],
    ['nobody where nothing leads there', 'orphan', '1.0.0', 'health', []],
    ['nobody where the version is not there', 'regex', '9.9.9', 'health', []],
  ])('lead from %s', (_, name, version, crate, via) => {
    const dependencies = { ...NOTHING, added: [{ name, version }] };
    expect(causesBy(dependencies, LOCK)([row(name.replaceAll('-', '_'), 0, 1)], [], crate)[0]?.via).toEqual(via);
    expect(causesBy(dependencies, null)([row(name.replaceAll('-', '_'), 0, 1)], [], crate)[0]?.via).toEqual([]);
  });

  it('are told with both ends of a way and a few changes, however long a lock file makes them', () => {
    const length = 5_000;
    const name = (at: number): string => (at === 0 ? 'health' : `p${at}`);
    const packages = Array.from({ length }, (_, at) =>
      aPackage(name(at), '1.0.0', { dependencies: [at + 1], ...(at === 0 ? { source: null } : {}) }),
    );
    const last = name(length - 1);
    const added = Array.from({ length: 100 }, () => ({ name: last, version: '1.0.0' }));
    const [cause] = causesBy({ ...NOTHING, added }, { packages })([row(last, 0, 1)], [], 'health');
    expect(cause?.changes).toHaveLength(4);
    const end = Array.from({ length: 10 }, (_, at) => name(length - 10 + at));
    expect(cause?.via).toEqual(['health', '…', ...end]);
    const short = causesBy({ ...NOTHING, added: [{ name: 'p11', version: '1.0.0' }] }, { packages })([row('p11', 0, 1)], [], 'health');
    expect(short[0]?.via).toEqual(Array.from({ length: 12 }, (_, at) => name(at)));
  });
});
