import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../src/core/outcome.ts';
import type { Snapshot } from '../../../src/core/snapshot/snapshot.ts';
import { pageOf, pageOfLegs } from '../../../src/report/page/page-of.ts';
import { aFunction, aPackage, aSnapshot, aSymbol, aUnit } from '../../core/builders.ts';
import { mistakesIn } from '../../core/package-tree/sums.ts';

const JUDGING = { limits: { kind: 'off' as const }, gate: 'fail' as const, judgedAs: 'change' as const };
const RUN = { timings: {}, command: 'coldgate check', baseReason: null };

const LOCKED = [
  aPackage('health', '0.1.0', { source: null, dependencies: [1, 2, 3] }),
  aPackage('serde-json', '1.0.1'),
  aPackage('hyper', '0.14.9'),
  aPackage('hyper', '1.10.0'),
];
const UNITS = [
  aUnit(0, { crate: 'health' }),
  aUnit(1, { crate: 'serde_json' }),
  aUnit(2, { crate: 'hyper' }),
  aUnit(3, { crate: 'hyper' }),
];

function snapshot(units: readonly number[], hyper = 250_000): Snapshot {
  const symbols = [
    aSymbol('health', 'health::main', 900),
    aSymbol('serde_json', 'serde_json::de', 120_000),
    aSymbol('hyper', 'hyper::dispatch', hyper),
  ];
  const fn = { ...aFunction({}, { symbols }), shipped: { kind: 'known' as const, units: [...units] } };
  return aSnapshot({ functions: [fn], lockfile: { packages: LOCKED }, units: UNITS });
}

function outcome(base: Snapshot | null, head: Snapshot) {
  const before =
    base === null
      ? { kind: 'missing' as const, why: { kind: 'first-run' as const, sha: null, reason: 'there is none', limits: [] } }
      : { kind: 'measured' as const, snapshot: base, origin: 'built' as const };
  return outcomeOf(before, { snapshot: head, origin: 'built' }, JUDGING, RUN);
}

const onlyOf = (page: ReturnType<typeof pageOf>) => {
  const [leg] = page.legs;
  if (leg?.kind !== 'reported') throw new Error('no leg');
  const [fn, ...others] = leg.functions;
  expect(others).toEqual([]);
  if (fn === undefined) throw new Error('no function');
  return fn;
};

describe('pageOf', () => {
  it('has of each function the boxes, what is linked in with its weight, and what its init was counted to be', () => {
    const tree = { name: 'all', crate: '', base: 1, head: 2, children: [] };
    const [base, head] = [snapshot([0, 1, 2]), snapshot([0, 2, 3], 300_000)];
    const fn = onlyOf(pageOf(outcome(base, head), [{ function: 'health', tree }]));
    expect(fn.comparison.name).toBe('health');
    expect(fn.measured).toEqual({ base: base.functions[0], head: head.functions[0] });
    expect(fn.flame).toBe(tree);
    if (fn.tree.kind === 'none') throw new Error(fn.tree.reason);
    expect(mistakesIn(fn.tree.root)).toEqual([]);
    expect(fn.tree.untold).toBeNull();
    expect(fn.dependencies?.map(({ name, own, versions }) => ({ name, own, ...versions }))).toEqual([
      { name: 'hyper', own: false, base: ['0.14.9'], head: ['0.14.9', '1.10.0'] },
      { name: 'serde-json', own: false, base: ['1.0.1'], head: [] },
      { name: 'health', own: true, base: ['0.1.0'], head: ['0.1.0'] },
    ]);
    const [hyper] = fn.dependencies ?? [];
    expect(hyper?.weights).toMatchObject({ base: { binary: 250_000, code: 250_000 }, head: { binary: 300_000, code: 300_000 } });
  });

  it('says of what is not known that it is not', () => {
    const head = snapshot([0, 1]);
    const [one] = head.functions;
    if (one === undefined) throw new Error('no function');
    const unknown = { ...one, shipped: { kind: 'unknown' as const, reason: 'cargo does not say' } };
    expect(onlyOf(pageOf(outcome(null, { ...head, functions: [unknown] }), [])).dependencies).toBeNull();
    const untold = { ...one, owners: { kind: 'none' as const, reason: 'no map' } };
    const fn = onlyOf(pageOf(outcome(null, { ...head, functions: [untold] }), []));
    expect(fn.tree).toMatchObject({ kind: 'tree', untold: 'no map' });
    expect(fn.dependencies).toMatchObject([
      { weights: { base: null, head: null }, versions: { base: null } },
      { weights: { base: null, head: null } },
    ]);
    expect(fn.flame).toBeNull();
  });

  it('has the legs of a matrix by name, also those that are not there', () => {
    const page = pageOfLegs([
      { kind: 'reported', name: 'arm64', outcome: outcome(null, snapshot([0])) },
      { kind: 'missing', name: 'x86_64', run: null },
    ]);
    expect(page.legs.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['reported arm64', 'missing x86_64']);
    expect(page.legs[0]).toMatchObject({ functions: [{ comparison: { name: 'health' } }] });
  });
});
