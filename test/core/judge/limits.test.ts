import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitChanges } from '../../../src/core/compare/declared-limits.ts';
import { matchesCrate } from '../../../src/core/crates.ts';
import { UsageError } from '../../../src/core/failures.ts';
import { checkFunctionNames, declaredLimits, effectiveLimits, lawOf, limitsFor } from '../../../src/core/judge/limit-scopes.ts';
import { DEFAULT_LIMITS, parseLimit, parseLimits } from '../../../src/core/judge/limits.ts';
import { METRIC_NAMES } from '../../../src/core/metrics.ts';
import type { LimitSet, LimitSource } from '../../../src/core/model/limits.ts';
import { aDeclaredLimit } from '../builders.ts';

const INPUT: LimitSource = { kind: 'input', option: '--limit' };
const METRICS = METRIC_NAMES.join(', ');

function parse(line: string) {
  return parseLimit(line, INPUT, `--limit '${line}'`);
}

function inputs(...lines: readonly string[]): LimitSet {
  return parseLimits(lines, '--limit');
}

/** The message without its `where`. */
function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a limit', () => {
  it.each([
    ['zip: 5 MB', { function: null, metric: 'zip', dimension: 'size', bounds: [{ kind: 'maximum', value: 5_000_000 }] }],
    ['unzipped: 200 MB', { function: null, metric: 'unzipped', dimension: 'size', bounds: [{ kind: 'maximum', value: 200_000_000 }] }],
    ['binary:+20kB', { function: null, metric: 'binary', dimension: 'size', bounds: [{ kind: 'growth', value: 20_000 }] }],
    ['text: +2%', { function: null, metric: 'text', dimension: 'size', bounds: [{ kind: 'growth-percent', percent: 2 }] }],
    [
      'zip: +5% & +50 kB & 10 MiB',
      {
        bounds: [
          { kind: 'growth-percent', percent: 5 },
          { kind: 'growth', value: 50_000 },
          { kind: 'maximum', value: 10_485_760 },
        ],
      },
    ],
    ['dependencies: 0', { dimension: 'count', bounds: [{ kind: 'maximum', value: 0 }] }],
    ['init.instructions: +1.5M', { dimension: 'count', bounds: [{ kind: 'growth', value: 1_500_000 }] }],
    ['init.memory: 8 MiB', { dimension: 'size', bounds: [{ kind: 'maximum', value: 8_388_608 }] }],
    ['cold-start.p50: 0.05 s', { dimension: 'time', bounds: [{ kind: 'maximum', value: 50 }] }],
    ['crate:serde*: +10 kB', { function: null, metric: 'crate:serde*', dimension: 'size', bounds: [{ kind: 'growth', value: 10_000 }] }],
    ['health/crate:tokio: 1 MB', { function: 'health', metric: 'crate:tokio', bounds: [{ kind: 'maximum', value: 1_000_000 }] }],
    ['my-api_v1.2/zip: +0 B', { function: 'my-api_v1.2', metric: 'zip', bounds: [{ kind: 'growth', value: 0 }] }],
    ['  zip :  +0.125 %  ', { metric: 'zip', text: 'zip :  +0.125 %', bounds: [{ kind: 'growth-percent', percent: 0.125 }] }],
  ])('reads %s', (line, expected) => {
    expect(parse(line)).toMatchObject(expected);
  });

  it.each([
    ['zip: 5', '"5" has no unit, but this is a size; allowed here: B, kB, MB, GB, KiB, MiB, GiB'],
    ['zip: 5 mb', 'unknown unit "mb"; allowed here: B, kB, MB, GB, KiB, MiB, GiB'],
    ['zip: 5 ms', '"ms" is a unit of time, but this is a size; allowed here: B, kB, MB, GB, KiB, MiB, GiB'],
    ['dependencies: 5 MB', '"MB" is a unit of size, but this is a count; allowed here: a bare number, k, M'],
    ['cold-start.p50: 50', '"50" has no unit, but this is a time; allowed here: ms, s'],
    ['package: 5 MB', `unknown metric "package"; did you mean "zip"? (metrics: ${METRICS})`],
    ['init: +1%', `unknown metric "init"; did you mean "init.instructions"? (metrics: ${METRICS})`],
    ['size: 5 MB', `unknown metric "size" (metrics: ${METRICS})`],
    ['zpi: 5 MB', `unknown metric "zpi"; did you mean "zip"? (metrics: ${METRICS})`],
    ['Binary: 5 MB', `unknown metric "Binary"; did you mean "binary"? (metrics: ${METRICS})`],
    ['init.instruction: 5', `unknown metric "init.instruction"; did you mean "init.instructions"? (metrics: ${METRICS})`],
    ['constructor: 5', `unknown metric "constructor" (metrics: ${METRICS})`],
    [': 5 MB', `unknown metric "" (metrics: ${METRICS})`],
    ['zip: -5 MB', '"-5 MB" is negative; write a maximum ("5 MB") or a growth ("+20 kB", "+2%")'],
    ['zip: -5%', '"-5%" is negative; write a maximum ("5 MB") or a growth ("+20 kB", "+2%")'],
    ['dependencies: −1', '"−1" is negative; write a maximum ("200") or a growth ("+5", "+2%")'],
    ['zip: +-5 kB', '"-5 kB" is not a number with a unit (B, kB, MB, GB, KiB, MiB, GiB)'],
    ['zip:', 'a bound is missing; write a maximum ("5 MB"), a growth ("+20 kB", "+2%"), or some joined by "&"'],
    ['zip: 5 MB &', 'a bound is missing; write a maximum ("5 MB"), a growth ("+20 kB", "+2%"), or some joined by "&"'],
    ['zip: +', '"" is not a number with a unit (B, kB, MB, GB, KiB, MiB, GiB)'],
    ['zip: 5 MB & 6 MB', 'two bounds of one kind joined by "&": only the laxer could ever count; write one of them, or two lines'],
    ['zip: +1% & 5 MB & +2%', 'two bounds of one kind joined by "&": only the laxer could ever count; write one of them, or two lines'],
    ['zip 5 MB', '"zip 5 MB" is not "metric: bound" (one colon after the metric); for example "zip: 5 MB"'],
    ['zip: 5 MB: 6 MB', '"zip: 5 MB: 6 MB" is not "metric: bound" (one colon after the metric); for example "zip: 5 MB"'],
    ['', '"" is not "metric: bound" (one colon after the metric); for example "zip: 5 MB"'],
    ['zip: 2%', 'a maximum in percent has no meaning; write +2% for growth'],
    ['zip: +2.0001%', '"+2.0001%" is not a percentage with at most three decimals, such as "+2%"'],
    ['zip: +two%', '"+two%" is not a percentage with at most three decimals, such as "+2%"'],
    ['zip: +99999999%', '"+99999999%" is too large'],
    ['zip: 1e9 MB', '"1e9 MB" is not a number with a unit (B, kB, MB, GB, KiB, MiB, GiB)'],
    ['zip: 99999999999 GB', '"99999999999 GB" is too large'],
    ['zip: NaN MB', '"NaN MB" is not a number with a unit (B, kB, MB, GB, KiB, MiB, GiB)'],
    ['zip: unlimited', '"unlimited" is not a number with a unit (B, kB, MB, GB, KiB, MiB, GiB)'],
    ['crate: 5 kB', '"crate" needs a name and a bound; write crate:<glob>: bound, for example "crate:serde*: +10 kB"'],
    ['crate:serde', '"crate" needs a name and a bound; write crate:<glob>: bound, for example "crate:serde*: +10 kB"'],
    ['crate:: 5 kB', '"" is not the name of a crate; write crate:<glob> with * and ?, for example "crate:serde*: +10 kB"'],
    ['crate:{a,b}: 5 kB', '"{a,b}" is not the name of a crate; write crate:<glob> with * and ?, for example "crate:serde*: +10 kB"'],
    ['/zip: 5 MB', '"" is not the name of a function; write function/metric: bound, for example "health/zip: 5 MB"'],
    ['my api/zip: 5 MB', '"my api" is not the name of a function; write function/metric: bound, for example "health/zip: 5 MB"'],
    ['zip: 5 MB\n::error::x', 'a limit is one line of plain text, without control characters'],
  ])('refuses %j', (line, message) => {
    expect(messageOf(() => parseLimit(line, INPUT, 'Cargo.toml:12'))).toBe(`Cargo.toml:12: ${message}`);
  });

  it('refuses a line longer than any limit', () => {
    expect(messageOf(() => parse(`zip: ${'1'.repeat(600)} MB`))).toMatch(/a limit has at most 500 characters$/);
  });

  it('throws nothing but a UsageError, whatever the text', () => {
    const fragments = fc.constantFrom(
      'zip',
      'crate:',
      'health/',
      ':',
      '&',
      '+',
      '-',
      '%',
      ' 5',
      'MB',
      '0.1',
      '\n',
      '#',
      '\0',
      '*',
      'none',
      'init.faults',
    );
    const lines = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fragments).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(lines, (line) => {
        const read = attempt(() => parse(line));
        if (read instanceof Error) return read instanceof UsageError && read.message.startsWith('--limit ');
        return read.bounds.length > 0;
      }),
      { numRuns: 2_000 },
    );
  });

  it('means the same in the smallest unit', () => {
    fc.assert(
      fc.property(someLimit(), (line) => {
        const limit = parse(line);
        const unit = { size: ' B', count: '', time: ' ms' }[limit.dimension];
        const bounds = limit.bounds.map((bound) => {
          if (bound.kind === 'growth-percent') return `+${bound.percent}%`;
          return `${bound.kind === 'growth' ? '+' : ''}${bound.value}${unit}`;
        });
        const again = parse(`${limit.function === null ? '' : `${limit.function}/`}${limit.metric}: ${bounds.join(' & ')}`);
        expect({ ...again, text: '' }).toEqual({ ...limit, text: '' });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the limits of an input', () => {
  it('are one per line, without blank lines and comments', () => {
    const set = inputs('# budget\nzip: 5 MB  # hard\r\n\n  text: +2%', 'binary: 4 MB');
    expect(set.kind === 'limits' && set.limits.map(({ text }) => text)).toEqual(['zip: 5 MB', 'text: +2%', 'binary: 4 MB']);
  });

  it('are none where there is nothing, and off with "none" alone', () => {
    expect(inputs('', '# nothing')).toEqual({ kind: 'limits', limits: [] });
    expect(inputs('none # for now')).toEqual({ kind: 'off' });
    expect(inputs('none', 'none')).toEqual({ kind: 'off' });
  });

  it('name the line at fault', () => {
    expect(messageOf(() => inputs('zip: 5 MB\nzip: 5'))).toMatch(/^--limit 'zip: 5': "5" has no unit/);
    expect(messageOf(() => inputs('zip: 5 MB', 'none'))).toBe(
      `--limit 'none': "none" turns the gate off and cannot stand beside limits; drop one or the other`,
    );
  });

  it('must name functions that there are', () => {
    const named = (...names: readonly string[]) => names.map((name) => ({ name, crate: name }));
    const set = inputs('helth/zip: 5 MB');
    expect(messageOf(() => checkFunctionNames(set, named('health', 'orders', 'health')))).toBe(
      `--limit 'helth/zip: 5 MB': there is no function "helth"; did you mean "health"? (functions: health, orders)`,
    );
    expect(messageOf(() => checkFunctionNames(set, []))).toBe(`--limit 'helth/zip: 5 MB': there is no function "helth" (functions: none)`);
    checkFunctionNames(inputs('health/zip: 5 MB', 'zip: 6 MB'), named('health'));
    checkFunctionNames({ kind: 'off' }, []);
  });
});

describe('declared limits', () => {
  it('are read per place, packages first, with their line', () => {
    const scopes = declaredLimits({
      limits: [aDeclaredLimit('zip: 5 MB'), aDeclaredLimit('zip: 4 MB', { package: 'health', file: 'health/Cargo.toml', line: null })],
    });
    expect(scopes.map(({ package: name }) => name)).toEqual(['health', null]);
    expect(scopes.flatMap(({ set }) => (set.kind === 'limits' ? set.limits.map(({ source }) => source) : []))).toEqual([
      { kind: 'package', package: 'health', file: 'health/Cargo.toml', line: null },
      { kind: 'workspace', file: 'Cargo.toml', line: 12 },
    ]);
  });

  it('name file and line of a mistake', () => {
    expect(messageOf(() => declaredLimits({ limits: [aDeclaredLimit('zip: 5')] }))).toMatch(/^Cargo\.toml:12 'zip: 5': "5" has no unit/);
    expect(messageOf(() => declaredLimits({ limits: [aDeclaredLimit('zip: 5\n::error::', { line: null })] }))).toBe(
      `Cargo.toml 'zip: 5\\n::error::': a limit is one line of plain text, without control characters`,
    );
    expect(messageOf(() => declaredLimits({ limits: [aDeclaredLimit('none'), aDeclaredLimit('zip: 5 MB')] }))).toMatch(
      /cannot stand beside limits/,
    );
  });

  it("are the base's alone", () => {
    const law = (base: readonly string[]) =>
      lawOf(base.map((text) => aDeclaredLimit(text))).flatMap(({ set }) =>
        set.kind === 'limits' ? set.limits.map(({ text }) => text) : ['off'],
      );
    expect(law(['zip: 5 MB'])).toEqual(['zip: 5 MB']);
    expect(law(['none'])).toEqual(['off']);
    expect(law([])).toEqual([]);
    // What of base cannot be read stops nobody; what can counts.
    expect(law(['zip: 5'])).toEqual([]);
    expect(law(['zip: 5', 'text: 1 MB'])).toEqual(['text: 1 MB']);
    expect(law(['none', 'text: 1 MB'])).toEqual(['text: 1 MB']);
  });

  it('are shown where head changes them', () => {
    const base = [aDeclaredLimit('zip: 5 MB'), aDeclaredLimit('text: 1 MB', { line: 13 })];
    const head = [aDeclaredLimit('zip: 9 MB'), aDeclaredLimit('text: 1 MB ', { line: 20 })];
    expect(limitChanges(base, head)).toEqual([
      { kind: 'removed', text: 'zip: 5 MB', file: 'Cargo.toml' },
      { kind: 'added', text: 'zip: 9 MB', file: 'Cargo.toml' },
    ]);
    expect(limitChanges([], head).map(({ kind }) => kind)).toEqual(['added', 'added']);
    expect(limitChanges(head, head)).toEqual([]);
    // A manifest that was moved alters nothing.
    expect(
      limitChanges(
        head,
        head.map((limit) => ({ ...limit, file: 'backend/Cargo.toml' })),
      ),
    ).toEqual([]);
  });
});

describe('the limits that hold', () => {
  const health = { name: 'health', crate: 'health' };
  const orders = { name: 'orders', crate: 'shop' };
  const workspace = aDeclaredLimit('zip: 5 MB');
  const package_ = (text: string) => aDeclaredLimit(text, { package: 'health', file: 'health/Cargo.toml' });

  function textsFor(fn: typeof health, set: LimitSet, declared: Parameters<typeof declaredLimits>[0]['limits'] = []): readonly string[] {
    return limitsFor(fn, effectiveLimits(set, declaredLimits({ limits: declared }), [health, orders])).map(({ text }) => text);
  }

  it('are the default with none given', () => {
    expect(textsFor(health, inputs())).toEqual(['zip: +5% & +50 kB', 'init.instructions: +10% & +500k']);
    expect(DEFAULT_LIMITS.map(({ source }) => source.kind)).toEqual(['default', 'default']);
    expect(textsFor(health, inputs('text: 1 MB'))).toEqual(['text: 1 MB']);
  });

  it('are the default of a function that no line is for: a budget of another takes none off it', () => {
    const defaults = DEFAULT_LIMITS.map(({ text }) => text);
    expect(textsFor(health, inputs('health/text: 1 MB'))).toEqual(['health/text: 1 MB']);
    expect(textsFor(orders, inputs('health/text: 1 MB'))).toEqual(defaults);
    expect(textsFor(orders, inputs(), [package_('zip: 4 MB')])).toEqual(defaults);
    // A name that is written wrong takes none off either.
    expect(textsFor(orders, inputs(), [aDeclaredLimit('ordres/zip: 1 MB')])).toEqual(defaults);
    expect(textsFor(orders, inputs(), [workspace, package_('zip: 4 MB')])).toEqual(['zip: 5 MB']);
  });

  it('come per metric from the nearest place', () => {
    expect(textsFor(health, inputs('zip: 6 MB'), [workspace, aDeclaredLimit('text: 1 MB')])).toEqual(['zip: 6 MB', 'text: 1 MB']);
    expect(textsFor(health, inputs(), [workspace, package_('zip: 4 MB')])).toEqual(['zip: 4 MB']);
    expect(textsFor(orders, inputs(), [workspace, package_('zip: 4 MB')])).toEqual(['zip: 5 MB']);
    expect(textsFor(orders, inputs('health/zip: 6 MB'), [workspace])).toEqual(['zip: 5 MB']);
    expect(
      textsFor(health, inputs('crate:serde*: 1 kB'), [aDeclaredLimit('crate:serde*: 2 kB'), aDeclaredLimit('crate:serde: 3 kB')]),
    ).toEqual(['crate:serde*: 1 kB', 'crate:serde: 3 kB']);
  });

  it('are all of a place, but a line for the function replaces the general one of its form', () => {
    const set = inputs('zip: 5 MB', 'zip: +1%', 'health/zip: 9 MB', 'zip: 5 MB & +1%');
    expect(textsFor(health, set)).toEqual(['zip: +1%', 'health/zip: 9 MB', 'zip: 5 MB & +1%']);
    expect(textsFor(orders, set)).toEqual(['zip: 5 MB', 'zip: +1%', 'zip: 5 MB & +1%']);
  });

  it('know functions whose binaries are called alike by their package', () => {
    const [a, b] = [
      { name: 'a/bootstrap', crate: 'a' },
      { name: 'b/bootstrap', crate: 'b' },
    ];
    const set = inputs('zip: 5 MB', 'bootstrap/zip: 4 MB', 'b/bootstrap/zip: 3 MB', 'a/bootstrap/crate:serde*: +1 kB');
    expect(textsFor(a, set)).toEqual(['bootstrap/zip: 4 MB', 'a/bootstrap/crate:serde*: +1 kB']);
    expect(textsFor(b, set)).toEqual(['b/bootstrap/zip: 3 MB']);
    // The name that it had, or will have, without the other one.
    expect(textsFor({ name: 'bootstrap', crate: 'b' }, set)).toEqual(['b/bootstrap/zip: 3 MB']);
    checkFunctionNames(set, [a, b]);
    expect(messageOf(() => checkFunctionNames(inputs('c/bootstrap/zip: 5 MB'), [a, b]))).toMatch(
      /no function "c\/bootstrap"; did you mean "a\/bootstrap"\? \(functions: a\/bootstrap, b\/bootstrap\)$/,
    );
    for (const line of ['a/b/c/zip: 5 MB', '/zip: 5 MB', 'a//zip: 5 MB', '/a/zip: 5 MB'])
      expect(messageOf(() => inputs(line))).toMatch(/is not the name of a function/);
  });

  it('are off where "none" covers every function', () => {
    const resolve = (set: LimitSet, ...limits: Parameters<typeof declaredLimits>[0]['limits']) =>
      effectiveLimits(set, declaredLimits({ limits }), [health, orders]).kind;
    expect(resolve(inputs('none'), workspace)).toBe('off');
    expect(resolve(inputs(), aDeclaredLimit('none'))).toBe('off');
    expect(resolve(inputs('zip: 5 MB'), aDeclaredLimit('none'))).toBe('limits');
    expect(resolve(inputs(), package_('none'))).toBe('limits');
    expect(textsFor(health, inputs(), [package_('none'), workspace])).toEqual([]);
    expect(textsFor(orders, inputs(), [package_('none')])).toEqual(['zip: +5% & +50 kB', 'init.instructions: +10% & +500k']);
    expect(textsFor(health, inputs(), [package_('zip: 4 MB'), aDeclaredLimit('none')])).toEqual(['zip: 4 MB']);
    expect(effectiveLimits(inputs(), declaredLimits({ limits: [package_('none')] }), [health]).kind).toBe('off');
    expect(limitsFor(health, { kind: 'off' })).toEqual([]);
  });
});

describe('a crate glob', () => {
  it.each([
    ['tokio', 'tokio', true],
    ['tokio', 'tokio_util', false],
    ['tokio*', 'tokio_util', true],
    ['aws-sdk-*', 'aws_sdk_s3', true],
    ['serde', 'serde?', true],
    ['serd?', 'serde', true],
    ['serde?', 'serde', false],
    ['*', '[Unknown]', true],
    ['*', '[no symbol]', false],
    ['[Unknown]', '[Unknown]', true],
    ['*_sdk_*3', 'aws_sdk_s3', true],
    ['*a*b', 'aab_', false],
    ['**', 'x', true],
    ['.*', 'x', false],
  ])('%s on %s: %s', (glob, crate, expected) => {
    expect(matchesCrate(glob, crate)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 8 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '_', '*', '?'), maxLength: 6 });
    fc.assert(
      fc.property(glob, text, (pattern, name) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        return matchesCrate(pattern, name) === expression.test(name);
      }),
    );
  });

  it('of many stars is answered at once', () => {
    expect(matchesCrate('*a'.repeat(250), 'a'.repeat(249))).toBe(false);
  });
});

function attempt<T>(action: () => T): T | Error {
  try {
    return action();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Lines that are limits, in every unit. */
function someLimit(): fc.Arbitrary<string> {
  const units = { size: ['B', ' kB', 'MB', ' GB', 'KiB', ' MiB', 'GiB'], count: ['', 'k', ' M'], time: ['ms', ' s'] } as const;
  const metrics = fc.constantFrom(['zip', 'size'], ['crate:aws-*', 'size'], ['init.faults', 'count'], ['cold-start.p50', 'time'] as const);
  const digits = fc.oneof(
    fc.nat(8_000_000).map(String),
    fc.tuple(fc.nat(9_999), fc.integer({ min: 0, max: 9_999 })).map(([whole, part]) => `${whole}.${part}`),
  );
  return fc
    .tuple(metrics, fc.constantFrom('', 'health/'), fc.subarray([0, 1, 2], { minLength: 1 }))
    .chain(([[metric, dimension], prefix, kinds]) => {
      const unit = fc.constantFrom(...units[dimension === 'size' || dimension === 'count' ? dimension : 'time']);
      const amount = fc.tuple(digits, unit).map(([number, name]) => `${number}${name}`);
      const percent = fc.tuple(fc.nat(999_999), fc.nat(999)).map(([whole, part]) => `+${whole}.${String(part).padStart(3, '0')}%`);
      const forms = [amount, amount.map((text) => `+${text}`), percent];
      return fc.tuple(...kinds.map((kind) => forms[kind] ?? percent)).map((bounds) => `${prefix}${metric}: ${bounds.join(' & ')}`);
    });
}
