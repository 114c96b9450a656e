import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/core/compare/compare.ts';
import { readLine, renderLine } from '../../../src/core/history/line.ts';
import { linesOf } from '../../../src/core/history/new-lines.ts';
import { seriesIn } from '../../../src/core/history/series.ts';
import { bytes } from '../../../src/core/units.ts';
import { aFunction, aSnapshot, BASE_SHA, HEAD_SHA } from '../builders.ts';
import { aLine } from './lines.ts';

const committed = { sha: HEAD_SHA, time: '2026-11-27T12:00:00Z', subject: 'Read the table once', tags: ['v1.2.0'] };
const where = { leg: 'default', written: '2026-11-27T12:10:00Z' };

describe('the lines of a comparison', () => {
  it('are one for each function of head, with every figure that head has', () => {
    const base = aSnapshot({
      commit: { sha: BASE_SHA, source: 'commit', subject: '' },
      functions: [aFunction(), aFunction({ name: 'gone' })],
    });
    const head = aSnapshot({ functions: [aFunction({ dependencies: null }), aFunction({ name: 'orders' })] });
    const comparison = compare({ kind: 'measured', snapshot: base, origin: 'built' }, { snapshot: head, origin: 'built' });
    const lines = linesOf(comparison, committed, where);
    const [health] = head.functions;
    expect(lines.map((one) => one.function)).toEqual(['health', 'orders']);
    expect(lines[0]).toMatchObject({
      commit: HEAD_SHA,
      base: BASE_SHA,
      tags: ['v1.2.0'],
      figures: { zip: health?.package.size, binary: health?.binary.size, text: health?.binary.text },
      sha256: health?.binary.sha256,
    });
    expect(Object.keys(lines[0]?.figures ?? {})).toEqual(['zip', 'unzipped', 'binary', 'text']);
    for (const line of lines) expect(readLine(renderLine(line))).toEqual({ line });
  });

  it('are of a function too that no change reaches, as it was carried on, and of none that was not measured', () => {
    const head = aSnapshot({
      functions: [aFunction(), aFunction({ name: 'orders' })],
      notBuilt: ['orders', 'returns'].map((name) => ({ name, crate: name, reason: 'no change reaches it' })),
    });
    const missing = { kind: 'missing', why: { kind: 'first-run', sha: null, reason: 'it is the first', limits: [] } } as const;
    const lines = linesOf(compare(missing, { snapshot: head, origin: 'built' }), committed, where);
    expect(lines.map(({ function: name, base }) => [name, base])).toEqual([
      ['health', null],
      ['orders', null],
    ]);
  });

  it('keep no mark of a subject that hides or reorders text, and are cut to their bounds', () => {
    const head = aSnapshot({ functions: [aFunction()] });
    const missing = { kind: 'missing', why: { kind: 'first-run', sha: null, reason: '', limits: [] } } as const;
    const long = {
      ...committed,
      subject: `a\u202eb\nc${'x'.repeat(300)}`,
      tags: ['x'.repeat(300), ...Array.from({ length: 30 }, (_, at) => `v${at}`)],
    };
    const [line] = linesOf(compare(missing, { snapshot: head, origin: 'built' }), long, where);
    expect(line?.subject).toBe(`ab c${'x'.repeat(196)}`);
    expect(line?.tags.length).toBe(20);
    expect(line === undefined ? null : readLine(renderLine(line))).toEqual({ line });
  });
});

describe('a series', () => {
  it('has what was not measured again from the last commit with the same binary', () => {
    const at = (digit: number, sha256: string, figures: Record<string, number>) =>
      aLine({ commit: String(digit).repeat(40), time: `2026-11-0${digit}T00:00:00Z`, sha256: sha256.repeat(64), figures });
    const [series, ...others] = seriesIn([
      at(4, 'a', { zip: bytes(10) }),
      at(1, 'a', { zip: 10, 'init.instructions': 5 }),
      at(2, 'a', { zip: 10 }),
      at(3, 'b', { zip: 11 }),
    ]);
    expect(others).toEqual([]);
    expect(series?.points.map(({ figures }) => figures['init.instructions'] ?? null)).toEqual([5, 5, null, 5]);
  });
});
