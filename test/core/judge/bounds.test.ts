import { describe, expect, it } from 'vitest';
import { judgeBound } from '../../../src/core/judge/bounds.ts';

describe('a percentage', () => {
  const five = { kind: 'growth-percent', percent: 5 } as const;

  it('of whole figures is exact', () => {
    expect(judgeBound({ kind: 'growth-percent', percent: 10 }, 30, 33)).toMatchObject({ allowed: 33, exceeded: false });
    expect(judgeBound(five, 13, 13)).toMatchObject({ allowed: 13, exceeded: false });
    expect(judgeBound(five, 13, 14)).toMatchObject({ allowed: 13, exceeded: true });
  });

  it('holds a median or a quartile between two whole figures to all that it allows', () => {
    // 13.5 of 13 is +3.8 %.
    expect(judgeBound(five, 13, 13.5)).toMatchObject({ allowed: 13.65, exceeded: false });
    expect(judgeBound(five, 13, 13.75)).toMatchObject({ exceeded: true });
    expect(judgeBound(five, 13.5, 14)).toMatchObject({ exceeded: false });
  });
});
