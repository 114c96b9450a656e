import { expect, test } from 'vitest';
import { partSelection } from '../../src/measure/part.ts';
import { aFunction, aSnapshot } from '../core/builders.ts';

test('a package whose name every object knows is proven by its sources alone', () => {
  const target = { name: 'constructor', crate: 'constructor', binary: 'constructor', crateVersion: '1.0.0', kind: 'function' as const };
  const whole = { targets: [target], leftOut: [], beside: [], binaries: [], plain: true, part: false };
  const selected = (sources: Record<string, string[]>): number => {
    const inputs = { variables: {}, files: {}, undeclared: null, sources };
    const snapshot = aSnapshot({ inputs, functions: [{ ...aFunction(), name: 'constructor', crate: 'constructor' }] });
    const from = { folder: '/none', digests: new Map(), snapshot, origin: 'built' as const, key: null };
    return partSelection(whole, { packages: new Map(), from, since: null, share: null }).selection.targets.length;
  };
  expect(selected({})).toBe(1);
  expect(selected({ constructor: ['src/main.rs'] })).toBe(0);
});
