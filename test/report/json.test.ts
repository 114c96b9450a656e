import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { renderJson } from '../../src/report/json/json.ts';
import { checkJsonSchema } from '../../src/report/json/schema.ts';
import { coldStartBroken, coldStartDial, coldStartFailing, coldStartRegression, hostileColdStart } from './cold-start-outcomes.ts';
import { hostileInit, initBroken, initNotMeasurable, initRegression, initUncounted } from './init-outcomes.ts';
import {
  accepted,
  breaching,
  fortyFunctions,
  hostile,
  newFunction,
  overLong,
  passing,
  removedFunction,
  severalBreaches,
  storedIn,
  unchanged,
  withoutBase,
} from './outcomes.ts';

const validate = new Ajv2020({ allErrors: true }).compile(checkJsonSchema());

const KEPT = {
  reference: null,
  metric: 'zip',
  limit: '+5% & +50 kB',
  source: 'default',
  limitGate: 'fail',
};

describe('the JSON report', () => {
  test('is one document, indented alike in all its parts', () => {
    for (const outcome of [fortyFunctions(), hostile(), passing()]) {
      const json = renderJson(outcome);
      expect(json).toBe(`${JSON.stringify(JSON.parse(json), null, 2)}\n`);
    }
  });

  test.each(
    Object.entries({
      passing,
      breaching,
      accepted,
      severalBreaches,
      newFunction,
      removedFunction,
      withoutBase,
      unchanged,
      fortyFunctions,
      overLong,
      hostile,
      initRegression,
      initBroken,
      initNotMeasurable,
      initUncounted,
      hostileInit,
      coldStartRegression,
      coldStartDial,
      coldStartBroken,
      coldStartFailing,
      hostileColdStart,
    }),
  )('%s is valid', (_, outcome) => {
    const valid = validate(JSON.parse(renderJson(outcome())));
    expect(validate.errors).toBeNull();
    expect(valid).toBe(true);
  });

  test('has its keys in order and ends in a newline', () => {
    const text = renderJson(breaching());
    expect(text.endsWith('}\n')).toBe(true);
    expect(Object.keys(JSON.parse(text))).toEqual([
      'schema',
      'coldgate',
      'base',
      'missingBase',
      'head',
      'functions',
      'notBuilt',
      'dependencies',
      'verdict',
      'project',
      'misnamed',
      'slack',
      'limitChanges',
      'eventChanges',
      'notes',
      'timings',
    ]);
  });

  test('tells the figures of a breach', () => {
    expect(JSON.parse(renderJson(breaching())).verdict).toEqual({
      status: 'fail',
      gate: 'fail',
      sentence: 'fail: health became larger: package +61.2 kB (+6.9 %) to 948 kB; the limit is +5 % and +50 kB (default)',
      acceptance: null,
      breaches: [
        {
          kind: 'limit',
          function: 'health',
          metric: 'zip',
          limit: '+5% & +50 kB',
          source: 'default',
          limitGate: 'fail',
          base: 886_812,
          head: 948_012,
          allowed: 936_812,
          reference: null,
          headroom: -11_200,
        },
      ],
      kept: [
        { ...KEPT, function: 'orders', base: 1_204_551, head: 1_204_551, allowed: 1_264_778, headroom: 60_227 },
        { ...KEPT, function: 'users', base: 1_018_220, head: 1_018_220, allowed: 1_069_131, headroom: 50_911 },
      ],
      warned: [],
      unproven: [],
      unchecked: [],
    });
  });

  test('tells where the sides come from', () => {
    const { base, head } = JSON.parse(renderJson(severalBreaches()));
    expect([base.source, head.source]).toEqual(['built', 'working-tree']);
    const first = JSON.parse(renderJson(withoutBase()));
    expect(first.base).toBeNull();
    expect(first.missingBase).toEqual({ kind: 'first-run', sha: null, reason: 'this is the first commit' });
  });

  test.each(['cache', 'artifact'] as const)('a base from a stored %s is named as such', (origin) => {
    const check = JSON.parse(renderJson(storedIn(origin)));
    expect(check.base.source).toBe(origin);
    expect(validate(check)).toBe(true);
  });

  test('tells who accepted a breach', () => {
    const { status, acceptance } = JSON.parse(renderJson(accepted())).verdict;
    expect(status).toBe('accepted');
    expect(acceptance).toEqual({ label: 'coldgate: accepted', by: 'octocat', at: '2026-05-04T10:11:12Z', reason: null });
  });

  test('keeps names as they are', () => {
    expect(JSON.parse(renderJson(hostile())).functions[1].name).toBe('::error::pwned');
  });

  test('what is not in the schema is refused', () => {
    expect(validate({ ...JSON.parse(renderJson(passing())), more: 1 })).toBe(false);
  });
});
