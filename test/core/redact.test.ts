import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valuesKeptBack, withoutQuotedValues, withoutSettings, withoutUser, withoutValues } from '../../src/core/redact.ts';
import { initMeasurement } from '../../src/core/snapshot/init.ts';

const URL = 'postgres://shop:p%40ssw0rd!x@db.internal:5432/orders';
const KEY = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----';

describe('a value is not repeated', () => {
  test.each([
    ['as it is', URL, `cannot reach ${URL}: refused`],
    ['as Rust quotes it', 'a "quoted" \\ value', 'got "a \\"quoted\\" \\\\ value"'],
    ['encoded for an address', 'a b/c=d&efgh', 'GET /?key=a%20b%2Fc%3Dd%26efgh'],
    ['in Base64', URL, `Authorization: Basic ${Buffer.from(URL).toString('base64')}`],
    ['the password of an address', URL, 'login of shop with p%40ssw0rd!x failed'],
    ['the password of an address, decoded', URL, 'login with p@ssw0rd!x failed'],
    ['a line of several', KEY, 'bad key near MIIEvQIBADANBg'],
    ['with blanks around it', ' abcdefghij ', 'no abcdefghij'],
  ])('%s', (_, value, text) => {
    const shown = withoutValues(text, { SECRET: value });
    expect(shown).toContain('(SECRET)');
    for (const part of [value, value.trim(), 'p@ssw0rd!x', 'p%40ssw0rd!x', 'MIIEvQIBADANBg']) expect(shown).not.toContain(part);
  });

  test('from eight characters on', () => {
    expect(withoutValues('1234567 12345678', { A: '1234567', B: '12345678' })).toBe('1234567 (B)');
    expect(valuesKeptBack({ A: '1234567', B: '12345678', C: KEY })).toEqual(['12345678', ...KEY.split('\n')]);
  });

  test('whatever it is', () => {
    const values = fc.string({ minLength: 8, maxLength: 40 }).filter((value) => !'(A)'.includes(value));
    fc.assert(
      fc.property(values, fc.string(), fc.string(), (value, before, after) =>
        withoutValues(before + value + after, { A: value }).includes('(A)'),
      ),
    );
  });
});

test('wherever a child is quoted in a measurement, and nowhere else', () => {
  const secret = 'measured-by-a-secret';
  const failed = initMeasurement.parse({
    kind: 'failed',
    session: secret,
    failure: { kind: 'init-error', by: `extension ${secret}`, errorType: `E.${secret}`, message: `no ${secret}` },
    lastLines: ['x', `at ${secret}`],
  });
  expect(withoutQuotedValues(failed, { S: secret })).toEqual({
    kind: 'failed',
    session: secret,
    failure: { kind: 'init-error', by: 'extension (S)', errorType: 'E.(S)', message: 'no (S)' },
    lastLines: ['x', 'at (S)'],
  });
  const traced = { kind: 'traced', runs: [1], connections: [{ kind: 'lookup', address: `${secret}.example.com` }] };
  expect(JSON.stringify(withoutQuotedValues(traced, { S: secret }))).not.toContain(secret);
  const long = { lastLines: [secret.repeat(51)] };
  expect(withoutQuotedValues(long, { [`N${'x'.repeat(200)}`]: secret }).lastLines[0]).toHaveLength(1_024);
});

describe('what a workflow keeps secret', () => {
  test.each([
    ['fetched https://ci:hunter2@crates.example/x', 'fetched https://…@crates.example/x'],
    ['sparse+https://ghp_0123@crates.example/', 'sparse+https://…@crates.example/'],
    ['ssh://git@github.com/a/b', 'ssh://…@github.com/a/b'],
    ['https://crates.example/a@1.0 and me@example.com', 'https://crates.example/a@1.0 and me@example.com'],
  ])('user and password of an address: %s', (text, shown) => {
    expect(withoutUser(text)).toBe(shown);
  });

  test.each([
    [['--config=env.TOKEN="cio_0123456789"']],
    [['--config', "env.TOKEN = 'cio_0123456789'"]],
    [['--locked', '--config', 'env.TOKEN=cio_0123456789']],
  ])('what %s configures', (given) => {
    const said = `cannot parse ${given.at(-1)}; cio_0123456789 is no value`;
    expect(withoutSettings(said, given)).toContain('(--config) is no value');
    expect(withoutSettings(said, given)).not.toContain('cio_');
    expect(withoutSettings('--locked was passed', given)).toBe('--locked was passed');
  });
});
