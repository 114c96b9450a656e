import { expect, test } from 'vitest';
import type { Root } from '../../src/core/did.ts';
import { PLAIN } from '../../src/report/text/escape.ts';
import { whyOf } from '../../src/report/text/why.ts';
import { aCause, anOutcome, aRoot, aRow, aRowFunction, ownRoot } from './builders.ts';

const cause = (name: string, base: number | null, head: number | null) => ({ ...aCause(name, 0, 0), base, head });
const itemsOf = (
  causes: readonly ReturnType<typeof cause>[],
  roots: readonly Root[],
  notLinked: string | null = null,
): readonly string[] => {
  const crates = causes.map(({ name, base, head }) => aRow(name, base, head));
  const fn = aRowFunction('health', { zip: [886_812, 900_000] }, { causes, roots, crates, notLinked });
  return whyOf(anOutcome([fn]), PLAIN).whys[0]?.items.map(({ text }) => text) ?? [];
};

test('a crate of the project itself has no version that could be the same', () => {
  const causes = [
    cause('orders', 100, 9_000),
    cause('shared?', 100, 2_000),
    cause('serde', 100, 1_000),
    cause('std', 9, 509),
    cause('[padding]', 1, 9),
  ];
  const roots = [ownRoot('orders', 'services'), aRoot({ kind: 'own', of: 'project' }, { crates: ['shared'] })];
  expect(itemsOf(causes, roots)).toEqual([
    "orders 100 B → 9.00 kB, +8.90 kB (×90): the function's own code",
    "shared? 100 B → 2.00 kB, +1.90 kB (×20): the project's own code",
    'serde 100 B → 1.00 kB, +900 B (×10): same version, of which more is used',
    'std 9 B → 509 B, +500 B (×57): same toolchain, of which more is used',
    "[padding] 1 B → 9 B, +8 B (×9.0): no crate's",
  ]);
  // What the optimiser did otherwise is no use of more.
  expect(itemsOf([cause('serde', 1_000, 1_050)], roots)[0]).toMatch(/same version, other code generated$/);
  expect(itemsOf([cause('std', 1_000, 500)], roots)[0]).toMatch(/same toolchain, other code generated$/);
  expect(itemsOf(causes, roots, 'cargo does not say')[2]).toBe(
    'serde 100 B → 1.00 kB, +900 B (×10): which version of it is linked was not measured',
  );
});

test('what a person did comes first, with what came along; a crate that stayed says what uses it now', () => {
  const added = { kind: 'added', name: 'regex', version: '1.12.2' } as const;
  const features = { kind: 'features', name: 'memchr', version: '2.7.5', enabled: ['std'], disabled: [] } as const;
  const roots = [
    aRoot(
      { ...added, place: { file: 'api/Cargo.toml', line: 9 }, by: [] },
      { moves: [added, features], crates: ['regex', 'memchr', 'log'], uses: ['log'] },
    ),
    aRoot(
      { kind: 'toolchain', base: 'rustc 1.94.0 (4a4ef493e 2026-03-02)', head: 'rustc 1.95.0 (59807616e 2026-04-14)' },
      { crates: ['std'] },
    ),
    aRoot(
      {
        kind: 'profile',
        settings: [{ key: 'release.opt-level', base: '"z"', head: '3' }],
        place: { file: 'Cargo.toml', line: 30 },
      },
      { crates: ['tokio'] },
    ),
  ];
  const memchr = { ...cause('memchr', 1_000, 4_000), changes: [features] };
  const causes = [cause('std', 100_000, 150_000), cause('tokio', 1_000, 11_000), memchr, cause('log', 10, 2_000)];
  expect(itemsOf(causes, roots)).toEqual([
    'rustc 1.94.0 → rustc 1.95.0: +50.0 kB of code',
    'release.opt-level: "z" → 3 (Cargo.toml, line 30): +10.0 kB of code',
    'regex 1.12.2 was added (api/Cargo.toml, line 9): +4.99 kB of code',
    'std 100 kB → 150 kB, +50.0 kB (+50 %): same version, built by another rustc',
    'tokio 1.00 kB → 11.0 kB, +10.0 kB (×11): same version, built with other settings (release.opt-level: "z" → 3)',
    'memchr 1.00 kB → 4.00 kB, +3.00 kB (×4.0): memchr 2.7.5 with std',
    'log 10 B → 2.00 kB, +1.99 kB (×200): same version, of which more is used: regex 1.12.2 was added',
  ]);
});

test('two with a crate of one name: none of them is said to be 0', () => {
  const added = (name: string, line: number, crates: readonly string[]): Root =>
    aRoot({ kind: 'added', name, version: '1.0.0', place: { file: 'Cargo.toml', line }, by: [] }, { crates, common: ['regex_syntax'] });
  const items = itemsOf(
    [cause('regex', 0, 400_000), cause('regex_syntax', 0, 150_000)],
    [added('regex', 7, ['regex']), added('regex-syntax', 8, [])],
  );
  expect(items.slice(0, 2)).toEqual([
    'regex 1.0.0 was added (Cargo.toml, line 7): +400 kB of code',
    'regex_syntax, which regex 1.0.0 (Cargo.toml, line 7) and regex-syntax 1.0.0 (Cargo.toml, line 8) have in common: +150 kB of code',
  ]);
  expect(items.join('\n')).not.toMatch(/: 0\b/);
});
