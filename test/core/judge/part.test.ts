import { describe, expect, test } from 'vitest';
import { acceptParts, isJudged, partOf } from '../../../src/core/judge/part.ts';
import type { Limit } from '../../../src/core/model/limits.ts';
import type { Acceptance, Breach, Judgement, Unchecked, Verdict } from '../../../src/core/model/verdict.ts';

const ACCEPTANCE: Acceptance = { label: 'coldgate: accepted', by: 'alice', at: '2026-05-04T10:11:12Z', reason: null };
const NONE = { breaches: [], kept: [], warned: [], unproven: [], unchecked: [] };

function limitOn(metric: Limit['metric']): Limit {
  const bound = { kind: 'maximum', value: 1 } as const;
  const source = { kind: 'input', option: 'input limits' } as const;
  return { function: null, metric, dimension: 'size', bounds: [bound], since: null, text: metric, gate: 'fail', source };
}

function judged(metric: Limit['metric']): Judgement {
  return { limit: limitOn(metric), function: 'api', figures: { base: 1, head: 2 }, reference: null, bounds: [], headroom: -1 };
}

const breach = (metric: Limit['metric']): Breach => ({ kind: 'limit', ...judged(metric) });
const unchecked = (metric: Limit['metric'], code: Unchecked['code'] = 'unmeasured'): Unchecked => {
  return { limit: limitOn(metric), function: 'api', code, reason: 'no figure' };
};
const whole = (parts: Partial<typeof NONE> & Pick<Verdict, 'status'>): Verdict => ({ ...NONE, gate: 'fail', ...parts }) as Verdict;

describe('a verdict in parts', () => {
  const both = whole({
    status: 'fail',
    ...{ breaches: [breach('zip'), breach('crate:ring')] as never, kept: [judged('init.faults'), judged('cold-start.memory')] as never },
    ...{ unchecked: [unchecked('cold-start.p50')] as never },
  });

  test('each has what is its own, and its own word for it', () => {
    const [main, coldStart] = [partOf(both, 'main'), partOf(both, 'cold-start')];
    expect(main).toMatchObject({
      status: 'fail',
      breaches: [{ limit: { metric: 'zip' } }, { limit: { metric: 'crate:ring' } }],
      unchecked: [],
    });
    expect(main.kept.map(({ limit }) => limit.metric)).toEqual(['init.faults']);
    expect(coldStart).toMatchObject({ status: 'unchecked', breaches: [], kept: [{ limit: { metric: 'cold-start.memory' } }] });
    expect(partOf(whole({ status: 'pass' }), 'main').status).toBe('pass');
  });

  test('a start that broke here is of the main part, one that broke on AWS of the other', () => {
    const broken = whole({
      status: 'fail',
      breaches: [
        { kind: 'init', function: 'api' },
        { kind: 'cold-start', function: 'api' },
      ] as never,
    });
    expect(partOf(broken, 'main').breaches).toMatchObject([{ kind: 'init' }]);
    expect(partOf(broken, 'cold-start').breaches).toMatchObject([{ kind: 'cold-start' }]);
  });

  test('where the gate is off no part is judged', () => {
    const off = whole({ status: 'off' });
    expect(partOf(off, 'cold-start')).toEqual(off);
    expect([
      isJudged(off),
      isJudged(both),
      isJudged(partOf(whole({ status: 'pass', kept: [judged('zip')] as never }), 'cold-start')),
    ]).toEqual([...[false, true, false]]);
  });
});

describe('a whole of which parts were accepted', () => {
  const accepted: Verdict = {
    ...whole({ status: 'pass', breaches: [breach('zip')] as never }),
    status: 'accepted',
    acceptance: ACCEPTANCE,
  };
  const pass = whole({ status: 'pass' });
  const fail = whole({ status: 'fail', breaches: [breach('cold-start.p50')] as never });
  const noBase = whole({ status: 'unchecked', unchecked: [unchecked('cold-start.p50', 'no-base')] as never });
  const unmeasured = whole({ status: 'unchecked', unchecked: [unchecked('cold-start.p50')] as never });

  test.each([
    ['one, and the other passes', [accepted, pass], 'accepted'],
    ['both', [accepted, accepted], 'accepted'],
    ['one, and the other fails', [accepted, fail], 'fail'],
    ['one, and the other could be', [accepted, noBase], 'fail'],
    // It cannot be accepted, and still ends with 3.
    ['one, and the other was not measured', [accepted, unmeasured], 'accepted'],
    ['none', [pass, fail], 'fail'],
  ] as const)('%s', (_, parts, status) => {
    const verdict = whole({ status: 'fail', breaches: [breach('zip')] as never, unchecked: parts[1].unchecked as never });
    expect(acceptParts(verdict, parts).status).toBe(status);
  });
});
