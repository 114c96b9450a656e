import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { httpAnswer } from '../../../src/init/response/status.ts';

describe('the status of a response that a gateway turns into one of HTTP', () => {
  it.each([
    ['API Gateway’s', '{"statusCode":404,"headers":{},"body":"no such route"}', { status: 404, body: 'no such route' }],
    ['a load balancer’s', '{"isBase64Encoded":false,"statusCode":503,"statusDescription":"503","body":""}', { status: 503, body: null }],
    ['without a body', '{"statusCode":200}', { status: 200, body: null }],
    ['as text', '{"statusCode":"502","body":"bad"}', { status: 502, body: 'bad' }],
    ['of bytes', '{"statusCode":500,"isBase64Encoded":true,"body":"bm8gdGFibGU="}', { status: 500, body: 'no table' }],
    ['streamed', `{"statusCode":500,"headers":{}}${'\0'.repeat(8)}no table`, { status: 500, body: 'no table' }],
  ])('is read: %s', (_, text, answer) => {
    expect(httpAnswer(text)).toEqual(answer);
  });

  it.each(
    [
      [
        '',
        '"done"',
        '404',
        'null',
        '[{"statusCode":404}]',
        '{"status":404}',
        '{"statusCode":null}',
        '{"statusCode":4}',
        '{"statusCode":404.5}',
      ],
      ['{"statusCode":', '{"statusCode":1000}', '{"statusCode":"ok"}', `no JSON${'\0'.repeat(8)}body`],
    ].flat(),
  )('is none of %j', (text) => {
    expect(httpAnswer(text)).toBeNull();
  });

  test('is read of whatever a gateway takes, and nothing else throws', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.string(), fc.boolean(), (status, body, streamed) => {
        const head = { statusCode: status, headers: { a: 'b' } };
        const text = streamed ? `${JSON.stringify(head)}${'\0'.repeat(8)}${body}` : JSON.stringify({ ...head, body });
        expect(httpAnswer(text)?.status).toBe(status);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(httpAnswer(text)).toBeNull();
      }),
    );
  });
});
