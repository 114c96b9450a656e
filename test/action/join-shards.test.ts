import { describe, expect, it } from 'vitest';
import type { AskedLeg } from '../../src/action/asked.ts';
import type { Collected } from '../../src/action/collect.ts';
import { joinShards } from '../../src/action/join-shards.ts';
import { compare } from '../../src/core/compare/compare.ts';
import type { Base, MissingBase } from '../../src/core/model/base.ts';
import type { Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { aBaseSnapshot, aFunction, aSnapshot, BASE_SHA, HEAD_SHA } from '../core/builders.ts';

const SPLIT = 'c'.repeat(64);
const of = (...crates: readonly string[]) => crates.map((crate) => aFunction({ name: `${crate}/bootstrap`, crate }));
const at = (snapshot: Snapshot, sha: string): Snapshot => ({ ...snapshot, commit: { ...snapshot.commit, sha } });

function shard(index: number, count: number, base: Base, head: Snapshot): Collected<AskedLeg> {
  const described = base.kind === 'missing' ? base : { kind: base.kind, origin: 'built' as const };
  const description = {
    ...{ schema: 'coldgate/leg@2' as const, key: 'default', leg: 'default', headSha: HEAD_SHA, pull: 1, repeat: [] },
    ...{ base: described, references: [], shard: { index, count, split: SPLIT } },
  };
  return { kind: 'read', name: `default@shard-${index}-of-${count}`, contents: { leg: { description, base, head }, asked: null } };
}

function measured(snapshot: Snapshot, insteadOf?: MissingBase): Base {
  return { kind: 'measured', origin: 'built', snapshot, ...(insteadOf === undefined ? {} : { insteadOf }) };
}

function joinedOf(...shards: readonly Collected<AskedLeg>[]): AskedLeg['leg'] {
  const [leg, ...more] = joinShards(shards);
  if (leg?.kind !== 'read' || more.length > 0) throw new Error(JSON.stringify(leg));
  return leg.contents.leg;
}

describe('shards as one leg', () => {
  it('renames of binaries of one name stay pairs, whichever shards they fell into', () => {
    const moved = (from: string, to: string) => ({ name: `${to}/bootstrap`, crate: to, from: { name: `${from}/bootstrap`, crate: from } });
    const one = (from: string, to: string, index: number) =>
      shard(index, 2, measured(aBaseSnapshot({ functions: of(from) })), aSnapshot({ functions: of(to), renamed: [moved(from, to)] }));
    const { base, head } = joinedOf(one('a1', 'b1', 1), one('a2', 'b2', 2));
    const { functions } = compare(base, { origin: 'artifact', snapshot: head });
    expect(functions.map(({ name, formerly }) => [name, formerly?.crate])).toEqual([
      ['b1/bootstrap', 'a1'],
      ['b2/bootstrap', 'a2'],
    ]);
  });

  it('a shard without a function says nothing of base: a stand-in that the others have is the base', () => {
    const why = { kind: 'does-not-build' as const, sha: BASE_SHA, reason: 'error[E0308]', limits: [] };
    const standing = at(aBaseSnapshot({ functions: of('a') }), 'd'.repeat(40));
    const empty = shard(2, 2, measured(aBaseSnapshot({ functions: [] })), aSnapshot({ functions: [] }));
    const { base } = joinedOf(shard(1, 2, measured(standing, why), aSnapshot({ functions: of('a') })), empty);
    expect(base).toMatchObject({ kind: 'measured', insteadOf: why, snapshot: { commit: { sha: 'd'.repeat(40) } } });
  });

  it('one whose base does not build, or stands elsewhere, leaves growth unjudged for all', () => {
    const why = { kind: 'does-not-build' as const, sha: BASE_SHA, reason: 'error[E0308]', limits: [] };
    const whole = at(aBaseSnapshot({ functions: of('a') }), BASE_SHA);
    const good = shard(1, 2, measured(whole), aSnapshot({ functions: of('a') }));
    const head = aSnapshot({ functions: of('b') });
    expect(joinedOf(good, shard(2, 2, { kind: 'missing', why }, head)).base).toEqual({ kind: 'missing', why });
    const elsewhere = measured(at(aBaseSnapshot({ functions: of('b') }), 'd'.repeat(40)), why);
    expect(joinedOf(good, shard(2, 2, elsewhere, head)).base).toEqual({ kind: 'missing', why });
  });

  it('one function in two shards is refused by its name', () => {
    const twice = (index: number) => shard(index, 2, measured(aBaseSnapshot({ functions: [] })), aSnapshot({ functions: of('a') }));
    expect(joinShards([twice(1), twice(2)])).toEqual([
      { kind: 'refused', name: 'default', reason: 'two of its shards measured a/bootstrap' },
    ]);
  });
});
