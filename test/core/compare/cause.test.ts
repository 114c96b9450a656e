import { describe, expect, it } from 'vitest';
import { causesOf } from '../../../src/core/compare/cause.ts';
import { linkedBy } from '../../../src/core/compare/linked.ts';
import { movesBetween } from '../../../src/core/compare/moves.ts';
import type { LockedPackage } from '../../../src/core/snapshot/snapshot.ts';
import { aLinked, aPackage } from '../builders.ts';

const row = (name: string, base: number, head: number) => ({ name, base, head });
const NO_SYMBOLS = { rows: [], moved: new Map<string, number>() };

type LinkedRow = LockedPackage & { readonly features?: readonly string[] };

/** What moved between two sets of packages, each linked into one function. */
function change(base: readonly LinkedRow[], head: readonly LinkedRow[]) {
  const [from, to] = [base, head].map((packages) => {
    const side = aLinked(...packages);
    const [fn] = side.functions;
    return fn === undefined ? null : linkedBy(side)(fn);
  });
  if (from == null || to == null) throw new Error('nothing is linked');
  return { moved: movesBetween(from, to), head: to };
}

const HEALTH = aPackage('health', '0.1.0', { source: null, dependencies: [1] });
const REGEX = aPackage('regex', '1.12.0', { dependencies: [2] });

describe('causes', () => {
  it('are the crates that changed, with the packages that moved, the way to what was added, and their symbols', () => {
    const symbols = [
      { crate: 'aho_corasick', ...row('build', 0, 10) },
      { crate: 'aho_corasick', ...row('find', 0, 40) },
      { crate: 'aho_corasick', ...row('same', 5, 5) },
      { crate: 'aho_corasick', ...row('next', 0, 20) },
      { crate: 'aho_corasick', ...row('drop', 0, 15) },
      { crate: 'std', ...row('fmt', 9, 1) },
    ].map((one) => ({ ...one, count: { base: one.base, head: one.head } }));
    const crates = [row('std', 100, 92), row('health', 50, 50), row('aho_corasick', 0, 85), row('[no symbol]', 3, 9)];
    const moved = change([{ ...HEALTH, dependencies: [] }], [HEALTH, REGEX, aPackage('aho-corasick', '1.1.4')]);
    expect(causesOf(crates, { rows: symbols, moved: new Map() }, moved)).toMatchObject([
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

  it('join a guessed crate, and a version or a feature that changed needs no way', () => {
    const version = change([HEALTH, aPackage('aho-corasick', '1.1.3')], [HEALTH, aPackage('aho-corasick', '1.1.4')]);
    expect(causesOf([row('aho_corasick?', 1, 2)], NO_SYMBOLS, version)).toMatchObject([
      { changes: [{ kind: 'changed', base: '1.1.3', head: '1.1.4' }], via: [] },
    ]);
    const feature = change([HEALTH, REGEX], [HEALTH, { ...REGEX, features: ['std'] }]);
    expect(causesOf([row('regex', 1, 2)], NO_SYMBOLS, feature)).toMatchObject([
      { changes: [{ kind: 'features', name: 'regex', enabled: ['std'], disabled: [] }], via: [] },
    ]);
    expect(causesOf([row('regex', 1, 2)], NO_SYMBOLS, null)).toMatchObject([{ changes: [], via: [] }]);
  });

  it('know no way where nothing leads there', () => {
    const orphan = change([{ ...HEALTH, dependencies: [0] }], [{ ...HEALTH, dependencies: [0] }, aPackage('orphan', '1.0.0')]);
    expect(causesOf([row('orphan', 0, 1)], NO_SYMBOLS, orphan)).toMatchObject([{ changes: [{ kind: 'added' }], via: [] }]);
  });

  it('are told with both ends of a way and a few changes, however long a lock file makes them', () => {
    const length = 5_000;
    const name = (at: number): string => (at === 0 ? 'health' : `p${at}`);
    const packages = Array.from({ length }, (_, at) =>
      aPackage(name(at), '1.0.0', { dependencies: [at + 1], ...(at === 0 ? { source: null } : {}) }),
    );
    const many = Array.from({ length: 100 }, (_, at) => aPackage(name(length - 1), `2.0.${at}`));
    const moved = change([packages[0] ?? HEALTH], [...packages, ...many]);
    const [cause] = causesOf([row(name(length - 1), 0, 1)], NO_SYMBOLS, moved);
    expect(cause?.changes).toHaveLength(4);
    const end = Array.from({ length: 10 }, (_, at) => name(length - 10 + at));
    expect(cause?.via).toEqual(['health', '…', ...end]);
    const short = causesOf([row('p11', 0, 1)], NO_SYMBOLS, moved);
    expect(short[0]?.via).toEqual(Array.from({ length: 12 }, (_, at) => name(at)));
  });
});
