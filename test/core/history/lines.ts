import fc from 'fast-check';
import { type Bump, HISTORY_SCHEMA, type HistoryLine } from '../../../src/core/history/line.ts';

/** A whole line; a test names only what it is about. */
export function aLine(overrides: Partial<HistoryLine> = {}): HistoryLine {
  return {
    schema: HISTORY_SCHEMA,
    time: '2026-11-27T12:00:00Z',
    commit: 'a'.repeat(40),
    subject: 'Read the table once',
    tags: [],
    function: 'health',
    crate: 'health',
    leg: 'default',
    arch: 'x86_64',
    profile: 'release',
    figures: { zip: 919_107, unzipped: 1_892_672, 'init.instructions': 398_212 },
    spread: { 'init.instructions': [398_210, 398_215] },
    bumps: [],
    sha256: 'c'.repeat(64),
    base: 'b'.repeat(40),
    tools: { coldgate: '0.1.0', cargoLambda: '1.9.2', rustc: 'rustc 1.95.0 (59807616e 2026-04-14)', cLibrary: 'glibc 2.39' },
    written: '2026-11-27T12:10:00Z',
    ...overrides,
  };
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const two = (value: number): string => String(value).padStart(2, '0');
/** Few of each, so that they meet. */
const time = fc
  .record({ month: fc.integer({ min: 1, max: 4 }), day: fc.integer({ min: 1, max: 3 }), hour: fc.nat({ max: 2 }) })
  .map(({ month, day, hour }) => `2026-${two(month)}-${two(day)}T${two(hour)}:00:00Z`);
const sha = fc.constantFrom('0', '1', '2', '3', '4', '5').map((digit) => digit.repeat(40));
const version = fc.constantFrom('1.0.0', '1.1.0', '2.0.0');
const bump: fc.Arbitrary<Bump> = fc.record({
  name: fc.constantFrom('aws-config', 'serde', 'tokio'),
  from: fc.option(version),
  to: fc.option(version),
});
const figure = fc.double({ min: 0, max: 1e15, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const metric = fc.constantFrom('zip', 'binary', 'init.instructions', 'a-metric.of-2030');

/** Of one commit the time is one, as git has it. */
export const line: fc.Arbitrary<HistoryLine> = fc
  .record({
    time,
    tags: fc.uniqueArray(fc.constantFrom('v1.0.0', 'v1.1.0', 'v2.0.0'), { maxLength: 2 }).map((tags) => tags.toSorted()),
    function: fc.constantFrom('health', 'orders', 'a/bootstrap'),
    leg: fc.constantFrom('default', 'arm'),
    arch: fc.constantFrom('x86_64' as const, 'arm64' as const),
    subject: text,
    figures: fc.dictionary(metric, figure, { noNullPrototype: true }),
    spread: fc.dictionary(metric, fc.tuple(figure, figure), { noNullPrototype: true }),
    bumps: fc.array(bump, { maxLength: 3 }),
    base: fc.option(sha),
    written: time,
  })
  .chain((fields) =>
    sha.map((commit) => aLine({ ...fields, commit, time: `2026-0${(Number(commit[0]) % 3) + 1}-01T0${commit[0]}:00:00Z` })),
  );

export const lines = fc.array(line, { maxLength: 30 });
