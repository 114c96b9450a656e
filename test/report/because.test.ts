import { expect, test } from 'vitest';
import type { Root } from '../../src/core/did.ts';
import { becauseLines } from '../../src/report/text/because.ts';
import { PLAIN } from '../../src/report/text/escape.ts';
import { aMeasuredInit } from '../core/builders.ts';
import { anInit, anOutcome, anOwner, aRoot, aRowFunction, aVerdict, DEFAULT_LIMIT, INIT_LIMIT, ownRoot } from './builders.ts';

const REGEX = { kind: 'added', name: 'regex', version: '1.13.2' } as const;
const regex = aRoot({ ...REGEX, place: { file: 'Cargo.toml', line: 10 }, by: [] }, { moves: [REGEX] });

/** A function that starts with more work and ships more, of one crate. */
function told(root: Root, crate: string): readonly string[] {
  const before = aMeasuredInit();
  const after = aMeasuredInit(
    {},
    {
      phases: { loading: 227_000, runtimeStart: 115_414, handlerInit: 200_000_000 },
      functions: [{ crate, name: `${crate}::new`, self: 1, inclusive: 199_000_000 }],
    },
  );
  const owners = [anOwner(crate, 800_000, 1_200_000)];
  const fn = aRowFunction('health', { zip: [800_000, 1_200_000] }, { owners, roots: [root], notOwned: null, init: anInit(before, after) });
  return becauseLines(anOutcome([fn], { verdict: aVerdict([fn], [DEFAULT_LIMIT, INIT_LIMIT]) }), PLAIN);
}

test('a line that a person wrote comes before the work that its crates do, own code after it', () => {
  const [first, second] = told(regex, 'regex');
  expect(first).toBe('regex 1.13.2 was added (Cargo.toml, line 10): +400 kB of the package');
  expect(second).toContain('+200 M instructions');
  const [work, size] = told(ownRoot('health'), 'health');
  expect(work).toContain('+200 M instructions');
  expect(size).toBe("the function's own code: +400 kB of the package");
});
