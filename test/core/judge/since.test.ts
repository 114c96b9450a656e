import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { UsageError } from '../../../src/core/failures.ts';
import { limitsFor } from '../../../src/core/judge/limit-scopes.ts';
import { parseLimit, parseLimits } from '../../../src/core/judge/limits.ts';
import { newestRelease, sinceText } from '../../../src/core/judge/since.ts';
import { METRICS } from '../../../src/core/metrics.ts';
import type { Limit } from '../../../src/core/model/limits.ts';
import { releaseOf } from '../../../src/core/versions.ts';

function parse(line: string): Limit {
  return parseLimit(line, { kind: 'input', option: '--limit' }, `--limit '${line}'`);
}

describe('what growth is counted from', () => {
  it.each([
    ['zip: +10% since v*', { kind: 'tag', glob: 'v*' }],
    ['zip: +10% & +50 kB since v1.2.0', { kind: 'tag', glob: 'v1.2.0' }],
    ['zip: +10% since release/2026-*', { kind: 'tag', glob: 'release/2026-*' }],
    ['health/crate:serde*: +10 kB   since   2026-10-01', { kind: 'day', day: '2026-10-01' }],
    ['warn: dependencies: +5 since since', { kind: 'tag', glob: 'since' }],
    ['orders/bootstrap/binary: +1% since 2024-02-29', { kind: 'day', day: '2024-02-29' }],
    ['text: +1 kB', null],
  ])('reads %s', (line, since) => {
    expect(parse(line)).toMatchObject({ since, text: line.trim() });
  });

  it.each([
    ['init.instructions: +10% since v*', '"since" is for what is built, and "init.instructions" is measured by running'],
    ['cold-start.p50: +10% since v*', '"cold-start.p50" is measured by running'],
    ['zip: 5 MB since v*', 'a maximum has no "since"'],
    ['zip: 5 MB & +10% since v*', 'a maximum has no "since"'],
    ['zip: +10% since 2026-02-30', '"2026-02-30" is no day of the calendar'],
    ['zip: +10% since 2026-1-1', '"2026-1-1" is no day of the calendar'],
    ['zip: +10% since', '"since" lacks what growth is counted from; write the tags of your releases ("since v*")'],
    ['zip: +10% since v* & +50 kB', '"since" stands behind all bounds: +10% & +50 kB since v*'],
    ['zip: +10% since v* since w*', '"v* since w*" can be no tag'],
    ['zip: +10% since v[12]', '"v[12]" can be no tag'],
    ['zip: since v*', 'a bound is missing'],
    ['zip: +10%since v*', '"10%since v*" is not a number with a unit'],
  ])('refuses %s', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(`--limit '${line}': `);
    expect(() => parse(line)).toThrow(message);
  });

  test('what is measured by running is refused whatever it is, and what is allowed is listed', () => {
    for (const { name, of, dimension } of METRICS) {
      const line = `${name}: ${dimension === 'time' ? '+5 ms' : '+10%'} since v*`;
      if (of === 'build') expect(parse(line).since).toEqual({ kind: 'tag', glob: 'v*' });
      else
        expect(() => parse(line)).toThrow(
          '(since: zip, unzipped, binary, text, dependencies, crate:<glob>, crate-text:<glob>, crate-zip:<glob>)',
        );
    }
  });

  test('a line that parses says the same again, and no line crashes the parser', () => {
    const bound = fc.oneof(
      fc.integer({ min: 0, max: 1_000 }).map((percent) => `+${percent}%`),
      fc.integer({ min: 0, max: 1_000 }).map((size) => `+${size} kB`),
    );
    const tag = fc.stringMatching(/^[A-Za-z0-9*?._@/+-]{1,30}$/).filter((text) => !/^\d+-\d+-\d+$/.test(text));
    const day = fc
      .date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(bound, fc.oneof(tag, day), (growth, from) => {
        const limit = parse(`zip: ${growth} since ${from}`);
        expect(limit.since === null ? null : sinceText(limit.since)).toBe(from);
        expect(parse(limit.text)).toEqual(limit);
      }),
    );
    const piece = fc.oneof(
      fc.constantFrom('zip', ': ', ' since ', 'since', '+10%', ' & ', '5 MB', 'v*', '2026-10-01', '2026-99-99', ' '),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        try {
          parse(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });

  test('a limit since a release stands beside one since base, and a function its own in the place of the general one', () => {
    const set = parseLimits(['zip: +5%', 'zip: +10% since v*', 'health/zip: +20% since v*', 'zip: +30% since 2026-10-01'], '--limit');
    const limits = { kind: 'limits', scopes: [{ package: null, set }] } as const;
    expect(limitsFor({ name: 'health', crate: 'api' }, limits).map(({ text }) => text)).toEqual([
      'zip: +5%',
      'health/zip: +20% since v*',
      'zip: +30% since 2026-10-01',
    ]);
  });
});

describe('the newest release', () => {
  const tags = (...names: readonly string[]) => names.map((name, time) => ({ name, time }));
  it.each([
    ['v*', ['v1.10.0', 'v1.9.0'], 'v1.10.0'],
    ['v*', ['v1.2.0', 'v1.3.0-rc.1'], 'v1.2.0'],
    ['v*', ['v1.3.0-rc.1', 'v1.3.0-rc.2'], 'v1.3.0-rc.2'],
    ['v*', ['v1.2.0', 'v1', 'v2'], 'v1.2.0'],
    ['v*', ['v1', 'v2'], 'v2'],
    ['*', ['api-v2.0.0', 'web-v1.0.0'], 'api-v2.0.0'],
    ['web-v?.*', ['api-v2.0.0', 'web-v1.0.0', 'web-v10.0.0'], 'web-v1.0.0'],
    ['release/*', ['release/2026.10.01', 'release/2026.09.30'], 'release/2026.10.01'],
    ['nightly-*', ['nightly-b', 'nightly-a'], 'nightly-a'],
    ['v1.2.0', ['v1.2.0', 'v1.2.00'], 'v1.2.0'],
    ['w*', ['v1.2.0'], null],
  ])('of %s among %j is %s', (glob, names, newest) => {
    expect(newestRelease(glob, tags(...names))?.name ?? null).toBe(newest);
  });

  test('is the same in whatever order the tags come', () => {
    const version = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((numbers) => `v${numbers.join('.')}`);
    fc.assert(
      fc.property(fc.uniqueArray(version, { minLength: 1 }), (names) => {
        const numbers = (name: string) => name.slice(1).split('.').map(Number);
        const highest = names.toSorted((a, b) => {
          const [left, right] = [numbers(a), numbers(b)];
          return left.map((number, at) => (right[at] ?? 0) - number).find((apart) => apart !== 0) ?? 0;
        })[0];
        expect(newestRelease('v*', tags(...names))?.name).toBe(highest);
        expect(newestRelease('v*', tags(...names).toReversed())?.name).toBe(highest);
      }),
    );
  });

  it.each([
    ['v1.2.0', '1.2.0', false],
    ['s3-1.2.0', '1.2.0', false],
    ['1.2.0-rc.1', '1.2.0-rc.1', true],
    ['release/2026.10.01', '2026.10.1', false],
  ])('%s is version %s', (tag, version, isEarly) => {
    expect(releaseOf(tag)).toEqual({ version, isEarly });
  });

  it.each(['v1', 'v1.2', 'latest', `v${'1'.repeat(5_000)}`])('%s is none', (tag) => {
    expect(releaseOf(tag)).toBeNull();
  });
});
