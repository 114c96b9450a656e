import { describe, expect, test } from 'vitest';
import type { InitMetric } from '../../src/core/metrics.ts';
import type { FunctionComparison } from '../../src/core/model/comparison.ts';
import type { Growth } from '../../src/core/snapshot/counted.ts';
import type { MappedPart, MeasuredInit } from '../../src/core/snapshot/init.ts';
import { bytes } from '../../src/core/units.ts';
import { becauseLines } from '../../src/report/text/because.ts';
import { PLAIN } from '../../src/report/text/escape.ts';
import { initReason, initWhy } from '../../src/report/text/init-why.ts';
import { waysOut } from '../../src/report/text/way-out.ts';
import { aMapping, aMeasuredInit, aTimedInit } from '../core/builders.ts';
import { aMaximum, anInit, anOutcome, aRowFunction, aVerdict } from './builders.ts';

const PHASES = { loading: 227_000, runtimeStart: 115_000, handlerInit: 55_000 };

function fnOf(base: MeasuredInit, head: MeasuredInit, overrides: Partial<FunctionComparison> = {}): FunctionComparison {
  return aRowFunction('health', {}, { ...overrides, init: anInit(base, head, new Set(['health', 'shared'])) });
}

/** Head does ten million more in its handler, of which this is known. */
function working(growth: Growth, more: Partial<typeof PHASES> = {}): FunctionComparison {
  return fnOf(
    aMeasuredInit({}, { phases: PHASES }),
    aMeasuredInit({}, { phases: { ...PHASES, handlerInit: 10_055_000, ...more }, growth }),
  );
}

describe('the function that did it', () => {
  const std = { crate: 'std', name: 'core::fmt::write', grown: 9_000_000 };

  test('is told with its caller in the own code, of whatever member', () => {
    const functions = [
      std,
      { crate: 'regex', name: 'regex::Regex::new', grown: 9_100_000 },
      { crate: 'shared', name: 'shared::routes', grown: 9_200_000 },
      { crate: 'health', name: 'health::main', grown: 9_300_000 },
    ];
    const fn = working({ functions, starters: [] });
    expect(initReason(fn, PLAIN)).toEqual([
      'core::fmt::write, called by shared::routes, runs before the first request: 9.00 M of the +10.0 M instructions',
    ]);
    expect(initWhy(fn, PLAIN)[0]).toBe('handler init +10.0 M instructions, of which core::fmt::write 9.00 M, called by shared::routes');
    expect(initReason(working({ functions: functions.slice(2), starters: [] }), PLAIN)[0]).toMatch(/^shared::routes runs/);
  });

  test('keeps the end of its name, which tells most', () => {
    const name = '<std::collections::hash::map::HashMap<K,V,S> as core::iter::traits::collect::FromIterator<(K,V)>>::from_iter';
    const fn = working({ functions: [{ crate: 'std', name, grown: 9_000_000 }], starters: [] });
    expect(initReason(fn, PLAIN)[0]).toMatch(/^<HashMap<K,V,S> as FromIterator<\(K,V\)>>::from_iter runs/);
  });

  test('of a thread is told with who starts it', () => {
    const starters = [
      { crate: 'tokio', name: 'tokio::runtime::builder::Builder::build' },
      { crate: 'health', name: 'health::main' },
    ];
    expect(initReason(working({ functions: [std], starters }), PLAIN)[0]).toBe(
      'core::fmt::write, in a thread that health::main starts, runs before the first request: 9.00 M of the +10.0 M instructions',
    );
    const fn = working({ functions: [], starters });
    expect(initReason(fn, PLAIN)).toEqual([
      'a thread that health::main starts runs before the first request: most of the +10.0 M instructions',
    ]);
  });

  test('is told with what shrank beside it', () => {
    const fn = working({ functions: [{ crate: 'health', name: 'health::load', grown: 14_000_000 }], starters: [] });
    expect(initReason(fn, PLAIN)).toEqual(['health::load runs before the first request: +14.0 M instructions, with what shrank +10.0 M']);
    expect(initWhy(fn, PLAIN)[0]).toBe('handler init +10.0 M instructions');
  });

  test('is not told where none holds most, nor of a session of its own', () => {
    expect(initReason(working({ functions: [], starters: [] }), PLAIN)).toEqual(['handler init +10.0 M instructions']);
    const growth = { functions: [{ crate: 'health', name: 'health::load', grown: 9_000_000 }], starters: [] };
    const alone = fnOf(aMeasuredInit({ session: 'another' }), aMeasuredInit({}, { growth }));
    expect(alone.init.growth.functions).toEqual([]);
  });
});

describe('the loader', () => {
  const section = (name: string, base: number, head: number) => ({ name, base, head });

  test('works for relocations and libraries', () => {
    const loader = { 'ld-linux-x86-64.so.2': 215_000, 'libc.so.6': 9_000 };
    const base = aMeasuredInit({}, { phases: PHASES, crates: loader });
    const head = aMeasuredInit({}, { phases: { ...PHASES, loading: 527_000 }, crates: { ...loader, 'libz.so.1': 5_000 } });
    const told = (rows: readonly ReturnType<typeof section>[]) => initReason(fnOf(base, head, { sections: rows }), PLAIN)[0];
    expect(told([section('.rela.dyn', 24_000, 504_000), section('.rela.plt', 240, 240)])).toBe(
      'code loading +300 k instructions: libz.so.1 is loaded; 20.0 k more relocations (addresses that are written at each start)',
    );
    expect(told([section('.rela.dyn', 24_000, 24_024)])).toBe('code loading +300 k instructions: libz.so.1 is loaded');
  });
});

describe('pages', () => {
  const started = (mappings: Partial<Record<MappedPart, number>>, faults: number, peak: number, returned = 0): MeasuredInit => {
    const many = (value: number): number[] => Array.from({ length: 20 }, () => value);
    const timed = aTimedInit(3, {
      minorFaults: many(faults),
      peak: many(peak).map(bytes),
      mappings: aMapping(mappings),
      returned: bytes(returned),
    });
    return aMeasuredInit({ timed }, { phases: PHASES });
  };
  const reason = (base: MeasuredInit, head: MeasuredInit, over: readonly InitMetric[] = []): readonly string[] =>
    initReason(fnOf(base, head), PLAIN, new Set(over));

  test.each<[MappedPart, string]>([
    ['code', "the binary's code"],
    ['constants', "the binary's constants"],
    ['relocated', "the binary's constants that hold addresses (.data.rel.ro)"],
    ['data', "the binary's .data"],
    ['bss', "the binary's .bss (statics that begin as zero)"],
    ['heap', 'heap'],
    ['mapped', 'large allocations'],
    ['stacks', 'stacks'],
    ['libraries', 'libraries'],
    ['files', 'mapped files'],
  ])('of %s', (part, text) => {
    const more = aMapping()[part] + 1_638_400;
    expect(reason(started({}, 150, 3e6), started({ [part]: more }, 550, 4_638_400))).toEqual([
      `${text} +1.64 MB in memory when the first request comes`,
    ]);
  });

  test('of several parts, the largest first; what is a tenth of that is left out', () => {
    const head = started({ heap: 1_065_536, bss: 508_192, data: 26_384, code: 800_000 }, 500, 4_500_000);
    expect(reason(started({}, 150, 3e6), head)).toEqual([
      "heap +1.00 MB, the binary's .bss (statics that begin as zero) +500 kB in memory when the first request comes",
    ]);
  });

  test('that were given back', () => {
    expect(reason(started({}, 150, 3e6), started({}, 2_200, 11_388_608, 8_388_608))).toEqual([
      '+8.39 MB taken and given back before the first request',
    ]);
    const both = started({ heap: 4_065_536 }, 2_200, 15_388_608, 8_388_608);
    expect(reason(started({}, 150, 3e6), both)).toEqual([
      '+8.39 MB taken and given back before the first request; heap +4.00 MB in memory when the first request comes',
    ]);
  });

  test('that are touched, given back and touched again are told by their number', () => {
    expect(reason(started({}, 150, 3e6), started({ stacks: 422_288 }, 5_150, 3_410_000))).toEqual([
      '+5,000 page faults, more than stays in memory: it is taken and given back again and again; stacks +410 kB in memory when the first request comes',
    ]);
    expect(reason(started({}, 150, 3e6), started({}, 350, 3e6))).toEqual([
      '+200 page faults, more than stays in memory: it is taken and given back again and again',
    ]);
  });

  test('by which a start moves anyway are not told', () => {
    expect(reason(started({}, 150, 3e6), started({ heap: 98_304 }, 158, 3_032_768))).toEqual([]);
    expect(reason(started({ heap: 1_065_536 }, 500, 4e6), started({}, 150, 3e6))).toEqual([]);
  });

  test('are told before the work where their limit is the one that is exceeded', () => {
    const base = started({}, 150, 3e6);
    const head = {
      ...started({ heap: 1_065_536 }, 400, 4e6),
      instructions: aMeasuredInit({}, { phases: { ...PHASES, handlerInit: 9e6 } }).instructions,
    };
    const heap = 'heap +1.00 MB in memory when the first request comes';
    const work = 'handler init +8.95 M instructions';
    expect(reason(base, head)).toEqual([work, heap]);
    expect(reason(base, head, ['init.memory'])).toEqual([heap, work]);
    expect(reason(base, head, ['init.instructions', 'init.faults'])).toEqual([work, heap]);
    const fn = fnOf(base, head);
    const over = (limit: ReturnType<typeof aMaximum>) => anOutcome([fn], { verdict: aVerdict([fn], [limit]) });
    expect(becauseLines(over(aMaximum('init.memory', 3_100_000, 'init.memory: 3.1 MB')), PLAIN)).toEqual([heap, work]);
    // Where the work alone is over, the pages that it touches are no cause beside it.
    expect(becauseLines(over(aMaximum('init.instructions', 400_000, 'init.instructions: 400k')), PLAIN)).toEqual([work]);
    expect(waysOut(over(aMaximum('init.faults', 200, 'init.faults: 200')), PLAIN)[0]?.text).toMatch(/^lower health's .*: heap \+1\.00 MB$/);
  });
});
