import { describe, expect, test } from 'vitest';
import type { FunctionComparison } from '../../src/core/model/comparison.ts';
import type { MeasuredInit, TimedInit } from '../../src/core/snapshot/init.ts';
import { PLAIN } from '../../src/report/text/escape.ts';
import { kernelTime } from '../../src/report/text/init-cpu.ts';
import { initReason } from '../../src/report/text/init-why.ts';
import { aMeasuredInit, aTimedInit } from '../core/builders.ts';
import { anInit, aRowFunction } from './builders.ts';

const PHASES = { loading: 227_000, runtimeStart: 115_000, handlerInit: 55_000 };
const GROWN = { functions: [{ crate: 'health', name: 'health::load', grown: 10_000_000 }], starters: [] };

/** A start that took `cpu` milliseconds (1.5 at base), `instructions` more of which were counted, and `pages` more touched. */
function started(
  cpu: number,
  { instructions = 0, pages = 0, timed = {} as Partial<TimedInit>, init = {} as Partial<MeasuredInit> } = {},
): FunctionComparison {
  const times = aTimedInit(cpu / 0.8, timed);
  const faults = (more: number): number[] => times.minorFaults.map(() => 150 + more);
  const of = (one: TimedInit, more: number): TimedInit => ({ ...one, minorFaults: faults(more) });
  const base = aMeasuredInit({ timed: of(aTimedInit(1.5 / 0.8), 0) }, { phases: PHASES });
  const phases = { ...PHASES, handlerInit: PHASES.handlerInit + instructions };
  const head = aMeasuredInit({ timed: of(times, pages), ...init }, { phases, growth: instructions > 0 ? GROWN : null });
  return aRowFunction('health', {}, { init: anInit(base, head) });
}

describe('more CPU time than instructions explain', () => {
  test('is the kernel’s, with the pages that were touched', () => {
    expect(kernelTime(started(15, { instructions: 533, pages: 1_027 }))).toBe(
      "CPU time 1.50 ms → 15 ms with +533 instructions: mostly the kernel's, in system calls and page faults (page faults +1,027)",
    );
  });

  test('is the kernel’s where fewer instructions were counted', () => {
    expect(kernelTime(started(10, { instructions: -1_708 }))).toMatch(
      /^CPU time 1\.50 ms → 10 ms with −1,708 instructions: mostly the kernel's, in system calls and page faults$/,
    );
  });

  test('is the kernel’s where less than half of it can be instructions', () => {
    // 13.5 ms more have room for 13.5 M instructions at the least.
    expect(kernelTime(started(15, { instructions: 6_700_000 }))).toMatch(/mostly the kernel's/);
    expect(kernelTime(started(15, { instructions: 6_800_000 }))).toBeNull();
  });

  test('is nobody’s where it is less, or was not read or counted at both sides', () => {
    expect(kernelTime(started(1.2, { instructions: -50_000 }))).toBeNull();
    expect(kernelTime(started(15, { timed: { cpu: null } }))).toBeNull();
    expect(kernelTime(started(15, { timed: { cpuOf: 'threads' } }))).toBeNull();
    expect(kernelTime(started(15, { init: { instructions: { kind: 'none', reason: 'valgrind is not installed' } } }))).toBeNull();
    expect(kernelTime(aRowFunction('health'))).toBeNull();
  });
});

describe('a breach of init.cpu', () => {
  const over = new Set(['init.cpu'] as const);

  test('begins with the kernel’s time, and with the work where instructions are it', () => {
    expect(initReason(started(15, { instructions: 533, pages: 1_027 }), PLAIN, over)[0]).toMatch(/^CPU time 1\.50 ms → 15 ms/);
    expect(initReason(started(15, { instructions: 10_000_000 }), PLAIN, over)).toEqual([
      'health::load runs before the first request: 10.0 M of the +10.0 M instructions',
    ]);
  });

  test('says its work once where the limit on instructions is breached too', () => {
    const both = new Set(['init.cpu', 'init.instructions'] as const);
    const lines = initReason(started(15, { instructions: 10_000_000 }), PLAIN, both);
    expect(lines.filter((line) => line.startsWith('health::load runs'))).toHaveLength(1);
  });

  test('of another limit says nothing of the kernel', () => {
    const fn = started(15, { instructions: 533, pages: 1_027 });
    expect(initReason(fn, PLAIN, new Set(['init.memory'] as const)).join('\n')).not.toContain('CPU time');
  });
});
