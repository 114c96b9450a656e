import { expect, test } from 'vitest';
import { ApiFailure, type ApiFailureKind } from '../../src/github/api-failure.ts';
import { probeToken } from '../../src/github/token-probe.ts';

/** What GitHub answers to each request; `null`: it did what was asked. */
function answering(...answers: readonly (ApiFailureKind | null)[]): Parameters<typeof probeToken>[0] {
  return {
    tryWrites: () =>
      answers.map((answer, index) => ({
        what: `right ${index}`,
        attempt: () => (answer === null ? Promise.resolve() : Promise.reject(new ApiFailure(answer, `it said ${answer}`))),
      })),
  };
}

test.each([
  [['forbidden', 'forbidden'], { kind: 'reads' }],
  [['forbidden', 'invalid'], { kind: 'writes', what: 'right 1' }],
  [['conflict'], { kind: 'writes', what: 'right 0' }],
  [['not-found'], { kind: 'writes', what: 'right 0' }],
  [[null], { kind: 'writes', what: 'right 0' }],
  [['forbidden', 'unavailable', 'forbidden'], { kind: 'unknown', reason: 'it said unavailable' }],
] as const)('%j', async (answers, expected) => {
  expect(await probeToken(answering(...answers), 7)).toEqual(expected);
});

test('what is no answer of GitHub is no answer', async () => {
  await expect(probeToken({ tryWrites: () => [{ what: 'x', attempt: () => Promise.reject(new TypeError('x')) }] }, 7)).rejects.toThrow(
    TypeError,
  );
});
