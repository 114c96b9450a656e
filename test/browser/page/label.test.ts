import { expect, test } from 'vitest';
import { labelOf } from '../../../src/browser/page/label.ts';

const NAME = '<aws_sdk_s3::client::Client<hyper::Client> as tower::Service<http::Request>>::call::{{closure}}';

test.each([
  [100, NAME],
  [70, '<Client<Client> as Service<Request>>::call::{{closure}}'],
  [40, '…call::{{closure}}'],
  [5, '…call::{{closure}}'],
])('with room for %i letters the end is kept', (letters, label) => {
  expect(labelOf(NAME, letters)).toBe(label);
});

test('a name that is no type’s is left to be cut', () => {
  expect(labelOf('aws_smithy_runtime_api', 5)).toBe('aws_smithy_runtime_api');
  expect(labelOf('main', 4)).toBe('main');
});
