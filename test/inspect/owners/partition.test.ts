import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cover, type Owner, type Piece, pieceAt, type Stretch } from '../../../src/inspect/owners/partition.ts';

const REST = { owner: { kind: 'part', name: '[headers]' }, sort: 'other' } as const;
const crate = (name: string): Owner => ({ kind: 'crate', name });
const pieceOf = (start: number, end: number, name: string): Piece => ({ start, end, owner: crate(name), sort: 'data', symbol: null });
const told = (pieces: readonly Piece[]): readonly (readonly [number, number, string])[] =>
  pieces.map(({ start, end, owner }) => [start, end, owner.kind === 'shared' ? '' : owner.name]);

describe('cover', () => {
  it('fills what is between pieces and between stretches', () => {
    const rest = { owner: crate('padding'), sort: 'data' } as const;
    const stretch: Stretch = { start: 10, end: 30, pieces: [pieceOf(20, 24, 'b'), pieceOf(12, 16, 'a')], rest };
    expect(told(cover(40, [stretch], REST))).toEqual([
      [0, 10, '[headers]'],
      [10, 12, 'padding'],
      [12, 16, 'a'],
      [16, 20, 'padding'],
      [20, 24, 'b'],
      [24, 30, 'padding'],
      [30, 40, '[headers]'],
    ]);
  });

  it('gives a place to the first of two, and leaves out what lies outside', () => {
    const rest = { owner: crate('rest'), sort: 'data' } as const;
    const stretch: Stretch = { start: 0, end: 8, pieces: [pieceOf(2, 20, 'b'), pieceOf(1, 4, 'a'), pieceOf(30, 31, 'c')], rest };
    expect(told(cover(10, [stretch], REST))).toEqual([
      [0, 1, 'rest'],
      [1, 4, 'a'],
      [4, 8, 'b'],
      [8, 10, '[headers]'],
    ]);
  });

  it('covers every byte once, whatever it is given', () => {
    const place = fc.integer({ min: -20, max: 220 });
    const piece = fc.tuple(place, place).map(([start, end]) => pieceOf(start, end, 'a'));
    const stretch = fc
      .tuple(place, place, fc.array(piece, { maxLength: 12 }))
      .map(([start, end, pieces]): Stretch => ({ start, end, pieces, rest: { owner: crate('rest'), sort: 'data' } }));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.array(stretch, { maxLength: 8 }), (size, stretches) => {
        const pieces = cover(size, stretches, REST);
        let at = 0;
        for (const { start, end } of pieces) {
          expect([start, end > start]).toEqual([at, true]);
          at = end;
        }
        expect(at).toBe(size);
      }),
    );
  });
});

describe('pieceAt', () => {
  it('finds what a place lies in, as a walk does', () => {
    const gaps = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 9 })), { maxLength: 30 });
    fc.assert(
      fc.property(gaps, fc.nat(250), (list, place) => {
        let at = 0;
        const pieces = list.map(([gap, size]) => {
          const start = at + gap;
          at = start + size;
          return { start, end: at };
        });
        expect(pieceAt(pieces, place)).toBe(pieces.find(({ start, end }) => start <= place && place < end) ?? null);
      }),
    );
  });
});
