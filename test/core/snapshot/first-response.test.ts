import { expect, it } from 'vitest';
import type { FirstResponse } from '../../../src/core/snapshot/first-response.ts';
import { parseSnapshot, renderSnapshot } from '../../../src/core/snapshot/snapshot.ts';
import { millis } from '../../../src/core/units.ts';
import { aFirstResponse, aFunction, aMeasuredInit, aSnapshot } from '../builders.ts';

const connects = { kind: 'traced', runs: [1], connections: [{ kind: 'lookup', address: 'dynamodb.us-east-1.amazonaws.com' }] } as const;

const KINDS: readonly (FirstResponse | null)[] = [
  null,
  aFirstResponse(),
  aFirstResponse({ by: { kind: 'http', port: 8_080, path: '/' }, answer: { kind: 'error', errorType: null, message: null } }),
  {
    kind: 'failed',
    by: { kind: 'event', name: 'own' },
    failure: { kind: 'timed-out', after: millis(3_000), seen: null },
    lastLines: ['dispatch failure'],
    connects: { ...connects, runs: [1], connections: [...connects.connections] },
  },
  { kind: 'none', reason: 'an extension answers no event' },
];

it.each(KINDS.map((one) => [one?.kind ?? 'null', one] as const))('a snapshot keeps a first response: %s', (_, firstResponse) => {
  const snapshot = aSnapshot({ functions: [aFunction({ init: aMeasuredInit({ firstResponse }) })] });
  expect(parseSnapshot(renderSnapshot(snapshot), 'snapshot.json').functions[0]?.init).toMatchObject({ firstResponse });
});

it('is strict: a port that is none, and a kind that is unknown', () => {
  const json = renderSnapshot(aSnapshot({ functions: [aFunction({ init: aMeasuredInit({ firstResponse: aFirstResponse() }) })] }));
  const by = '"by":{"kind":"event","name":"api-gateway-v2"}';
  expect(json).toContain(by);
  for (const wrong of ['"by":{"kind":"http","port":0,"path":"/"}', '"by":{"kind":"queue"}'])
    expect(() => parseSnapshot(json.replace(by, wrong), 'snapshot.json')).toThrow('functions.0.init.firstResponse.by');
});
