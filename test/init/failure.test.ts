import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initMeasurement } from '../../src/core/snapshot/init.ts';
import { millis } from '../../src/core/units.ts';
import type { CannotRun } from '../../src/init/bootstrap.ts';
import { type FailedStart, failureOf, isNotHere } from '../../src/init/failure.ts';

const NO_LINES = { lastLines: [] };
const cannot = (reason: CannotRun): FailedStart => ({ kind: 'cannot-run', reason, ...NO_LINES });

/** As a snapshot reads it back. */
function stored(start: FailedStart): unknown {
  const parsed = initMeasurement.parse({ kind: 'failed', session: 's', failure: failureOf(start), lastLines: [] });
  return parsed.kind === 'failed' ? parsed.failure : null;
}

const REASONS: readonly (readonly [CannotRun, string, boolean])[] = [
  [{ kind: 'not-found' }, 'the package does not hold it', false],
  [{ kind: 'not-executable', message: 'it is no program' }, 'it is no program', false],
  [{ kind: 'wrong-architecture', binary: 'aarch64', machine: 'x86_64' }, 'it is built for aarch64 and this machine is x86_64', true],
  [{ kind: 'missing-loader' }, 'the loader it asks for is not on this machine', true],
  [{ kind: 'missing-library', library: 'libssl.so.3' }, 'its library libssl.so.3 is not on this machine', false],
];

describe('a start that failed', () => {
  it.each(REASONS)('for %j is stored as %j', (reason, problem, isOfMachine) => {
    expect(stored(cannot(reason))).toEqual({ kind: 'cannot-run', problem });
    expect(isNotHere(cannot(reason))).toBe(isOfMachine);
  });

  it('keeps its code, signal, error and who did not ask', () => {
    const exited: FailedStart = { kind: 'exited', code: 3, signal: null, lastLines: ['no table'] };
    expect(stored(exited)).toEqual({ kind: 'exited', code: 3, signal: null });
    const aborted: FailedStart = { kind: 'exited', code: null, signal: 'SIGABRT', ...NO_LINES };
    expect(stored(aborted)).toEqual({ kind: 'exited', code: null, signal: 'SIGABRT' });
    const reported: FailedStart = { kind: 'init-error', by: 'runtime', errorType: 'Broken', message: 'no\ntable', ...NO_LINES };
    expect(stored(reported)).toEqual({ kind: 'init-error', by: 'runtime', errorType: 'Broken', message: 'no\ntable' });
    const silent: FailedStart = { kind: 'init-error', by: 'inner', errorType: null, message: null, ...NO_LINES };
    expect(stored(silent)).toEqual({ kind: 'init-error', by: 'inner', errorType: null, message: null });
    const late: FailedStart = { kind: 'timed-out', after: millis(10_000), waitingFor: ['runtime', 'inner'], seen: null, ...NO_LINES };
    expect(stored(late)).toEqual({ kind: 'timed-out', after: 10_000, waitingFor: ['runtime', 'inner'], seen: null });
    expect([exited, aborted, reported, silent, late].some(isNotHere)).toBe(false);
  });

  it('fits the schema, whatever the function said', () => {
    const said = fc.oneof(fc.string(), fc.string({ minLength: 4_000, maxLength: 9_000, unit: 'binary' }));
    const perhaps = fc.option(said);
    const start: fc.Arbitrary<FailedStart> = fc.oneof(
      fc.record({ kind: fc.constant('init-error' as const), by: said, errorType: perhaps, message: perhaps, lastLines: fc.constant([]) }),
      fc.record({
        kind: fc.constant('timed-out' as const),
        after: fc.nat(60_000).map(millis),
        waitingFor: fc.array(said, { maxLength: 30 }),
        seen: fc.constant(null),
        lastLines: fc.constant([]),
      }),
      said.map((library) => cannot({ kind: 'missing-library', library })),
    );
    fc.assert(
      fc.property(start, (failed) => {
        expect(stored(failed)).toEqual(failureOf(failed));
      }),
      { numRuns: 60 },
    );
  });

  it('is cut between characters', () => {
    const failure = failureOf({ kind: 'init-error', by: 'runtime', errorType: null, message: `${'x'.repeat(4_094)}😀😀`, ...NO_LINES });
    expect(failure).toMatchObject({ message: `${'x'.repeat(4_094)}…` });
  });
});
