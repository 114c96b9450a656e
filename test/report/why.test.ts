import { expect, test } from 'vitest';
import { PLAIN } from '../../src/report/text/escape.ts';
import { whyOf } from '../../src/report/text/why.ts';
import { aBaseSnapshot, aPackage, aSnapshot } from '../core/builders.ts';
import { anOutcome, aRowFunction } from './builders.ts';

test('a crate of the project itself has no version that could be the same', () => {
  const cause = (name: string, base: number | null, head: number | null) => ({ name, base, head, changes: [], via: [], symbols: [] });
  const causes = [
    cause('health', 100, 9_000),
    cause('helper_crate', null, 5_460),
    cause('old', 4_000, 0),
    cause('shared?', 100, 2_000),
    cause('serde', 100, 1_000),
  ];
  const own = (...names: readonly string[]) => ({
    packages: [...names.map((name) => aPackage(name, '0.1.0', { source: null })), aPackage('serde', '1.0.0')],
  });
  const fn = { ...aRowFunction('health', { zip: [886_812, 900_000] }), causes };
  const outcome = anOutcome([fn], {
    comparison: {
      base: { kind: 'measured', origin: 'stored', snapshot: aBaseSnapshot({ lockfile: own('health', 'old', 'shared') }) },
      head: { origin: 'built', snapshot: aSnapshot({ lockfile: own('health', 'helper-crate', 'shared') }) },
    },
  });
  expect(whyOf(outcome, PLAIN).whys[0]?.items.map(({ text }) => text)).toEqual([
    "health 100 B → 9.00 kB, +8.90 kB (×90): the function's own code",
    "helper_crate 5.46 kB (new): the project's own crate, added",
    "old 4.00 kB → removed: the project's own crate, removed",
    "shared? 100 B → 2.00 kB, +1.90 kB (×20): the project's own code",
    'serde 100 B → 1.00 kB, +900 B (×10): same version, other code generated',
  ]);
});
