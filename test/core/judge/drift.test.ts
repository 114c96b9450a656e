import { describe, expect, it, test } from 'vitest';
import { exitCode } from '../../../src/core/judge/judge.ts';
import { parseLimits } from '../../../src/core/judge/limits.ts';
import { askedSince, joinReferences, referenceFunctions } from '../../../src/core/judge/references.ts';
import type { Base } from '../../../src/core/model/base.ts';
import type { Outcome } from '../../../src/core/model/outcome.ts';
import type { FoundReference, References } from '../../../src/core/model/reference.ts';
import type { JudgedAs } from '../../../src/core/model/verdict.ts';
import { outcomeOf } from '../../../src/core/outcome.ts';
import type { FunctionMeasurement } from '../../../src/core/snapshot/snapshot.ts';
import { bytes } from '../../../src/core/units.ts';
import { annotationsOf } from '../../../src/github/annotations.ts';
import { renderJson } from '../../../src/report/json/json.ts';
import { renderMarkdown } from '../../../src/report/markdown/markdown.ts';
import { renderTerminal } from '../../../src/report/terminal/terminal.ts';
import { verdictSentence } from '../../../src/report/text/sentence.ts';
import { toneOf } from '../../../src/report/text/tone.ts';
import { aBaseSnapshot, aFunction, aSnapshot } from '../builders.ts';

const SHA = 'f'.repeat(40);

function ofZip(size: number, more: Partial<FunctionMeasurement> = {}): FunctionMeasurement {
  return aFunction({ package: { file: 'health.zip', size: bytes(size), entries: [], overhead: bytes(size) }, ...more });
}

function at(zip: number | null, name = 'v1.2.0'): FoundReference {
  const { name: fn, crate } = aFunction();
  return { kind: 'measured', name, sha: SHA, functions: zip === null ? [] : [{ name: fn, crate, figures: { zip } }] };
}

function references(found: FoundReference): References {
  return { known: [{ since: { kind: 'tag', glob: 'v*' }, found }], missing: { code: 'unmeasured', reason: 'nobody asked' } };
}

interface Run {
  readonly limit?: string;
  readonly judgedAs?: JudgedAs;
  readonly base?: Base;
}

function outcome(
  found: FoundReference | null,
  base: number,
  head: number,
  { limit = 'zip: +10% since v*', judgedAs = 'change', ...more }: Run = {},
): Outcome {
  const judging = {
    ...({ limits: parseLimits([limit], '--limit'), gate: 'fail', judgedAs } as const),
    ...(found === null ? {} : { references: references(found) }),
  };
  return outcomeOf(
    more.base ?? { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ functions: [ofZip(base)] }) },
    { origin: 'built', snapshot: aSnapshot({ functions: [ofZip(head)] }) },
    judging,
    { timings: {}, command: '', baseReason: null },
  );
}

describe('growth since a release', () => {
  it.each([
    ['it stays within', 1_090_000, 1_100_000, 'pass', []],
    ['it crosses the limit, however little this change adds', 1_099_999, 1_100_001, 'fail', []],
    ['it is over and adds more', 1_150_000, 1_152_001, 'fail', []],
    ['it is over and adds 2 kB', 1_150_000, 1_152_000, 'pass', ['base-exceeds']],
    ['it is over and adds nothing', 1_150_000, 1_150_000, 'pass', ['base-exceeds']],
    ['it is over and shrinks', 1_150_000, 1_110_000, 'pass', ['base-exceeds']],
    ['it comes back', 1_150_000, 1_100_000, 'pass', []],
    ['it shrank since', 900_000, 950_000, 'pass', []],
  ] as const)('%s: %i → %i is a %s', (_, base, head, status, because) => {
    const { verdict } = outcome(at(1_000_000), base, head);
    expect(verdict.status).toBe(status);
    expect(verdict.warned.map((one) => one.because)).toEqual(because);
    expect(exitCode(verdict)).toBe(status === 'pass' ? 0 : 1);
    const [judged] = [...verdict.breaches, ...verdict.warned, ...verdict.kept];
    expect(judged).toMatchObject({ figures: { base, head }, reference: { name: 'v1.2.0', sha: SHA, figure: 1_000_000 } });
  });

  test('all bounds must be exceeded', () => {
    expect(outcome(at(100_000), 105_000, 120_000, { limit: 'zip: +10% & +50 kB since v*' }).verdict.status).toBe('pass');
    expect(outcome(at(100_000), 105_000, 151_000, { limit: 'zip: +10% & +50 kB since v*' }).verdict.status).toBe('fail');
  });

  test('of the default branch all is told', () => {
    expect(outcome(at(1_000_000), 1_150_000, 1_150_000, { judgedAs: 'branch' }).verdict.status).toBe('fail');
  });

  test('a limit that only warns warns', () => {
    const { verdict } = outcome(at(1_000_000), 1_050_000, 1_150_000, { limit: 'warn: zip: +10% since v*' });
    expect([verdict.status, verdict.warned.map(({ because }) => because)]).toEqual(['pass', ['warn']]);
  });

  test('a function that was not there has not grown', () => {
    expect(outcome(at(null), 1_000_000, 9_000_000).verdict).toMatchObject({
      status: 'pass',
      kept: [{ headroom: null, reference: { figure: null } }],
    });
  });

  test('a function under another name is the same', () => {
    const before = ofZip(1_150_000, { name: 'status', crate: 'status' });
    const head = {
      ...aSnapshot({ functions: [ofZip(1_160_000)] }),
      renamed: [{ name: 'health', crate: 'health', from: { name: 'status', crate: 'status' } }],
    };
    const found: FoundReference = {
      kind: 'measured',
      name: 'v1.2.0',
      sha: SHA,
      functions: [{ name: 'status', crate: 'status', figures: { zip: 1_000_000 } }],
    };
    const judging = {
      limits: parseLimits(['zip: +10% since v*'], '--limit'),
      gate: 'fail',
      judgedAs: 'change',
      references: references(found),
    } as const;
    const base = { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ functions: [before] }) } as const;
    const { verdict } = outcomeOf(base, { origin: 'built', snapshot: head }, judging, { timings: {}, command: '', baseReason: null });
    expect(verdict).toMatchObject({ status: 'fail', breaches: [{ reference: { figure: 1_000_000 } }] });
  });

  test('without a release yet nobody is stopped, and it is said', () => {
    const none = outcome({ kind: 'none', code: 'no-reference', reason: 'base contains no tag v* yet' }, 1_000_000, 2_000_000);
    expect([none.verdict.status, exitCode(none.verdict), toneOf(none)]).toEqual(['pass', 0, 'doubtful']);
    expect(verdictSentence(none)).toMatch(/package not judged: base contains no tag v\* yet/);
    expect(renderMarkdown(none)).toContain('package `+10 % since v*` (--limit): `base contains no tag v* yet`');
  });

  test('a release that could not be measured is no pass of a written limit', () => {
    const lost = outcome({ kind: 'none', code: 'unmeasured', reason: 'v1.2.0 does not build' }, 1_000_000, 1_000_001);
    expect([lost.verdict.status, exitCode(lost.verdict)]).toEqual(['unchecked', 3]);
    expect(verdictSentence(lost)).toMatch(
      /^not checked: health's package has no figure of its growth since v\* \(v1\.2\.0 does not build\); the limit is \+10 % since v\*/,
    );
    expect(exitCode(outcome(at(null), 1, 2).verdict)).toBe(0);
    const unknown: FoundReference = { ...at(null), functions: [{ name: 'health', crate: 'health', figures: {} }] } as FoundReference;
    expect(outcome(unknown, 1, 2).verdict.unchecked).toMatchObject([{ code: 'unmeasured', reason: 'zip was not measured at v1.2.0' }]);
  });

  test('two snapshots alone hold no release: said, and no exit 3', () => {
    const { verdict } = outcome(null, 1_000_000, 9_000_000);
    expect([verdict.status, exitCode(verdict), verdict.unchecked]).toMatchObject(['pass', 0, [{ code: 'withheld' }]]);
  });

  test('of a base that does not build who brought it is not known; what is within is within', () => {
    const base: Base = { kind: 'missing', why: { kind: 'does-not-build', sha: 'b'.repeat(40), reason: 'error', limits: [] } };
    expect(outcome(at(1_000_000), 0, 1_100_001, { base }).verdict).toMatchObject({ status: 'unchecked', unchecked: [{ code: 'no-base' }] });
    expect(outcome(at(1_000_000), 0, 1_100_000, { base }).verdict.status).toBe('pass');
  });

  test('is told with what this change adds, at its own row, in every report', () => {
    const told = outcome(at(870_300), 948_900, 961_000);
    const sentence =
      'health has grown since v1.2.0: package +90.7 kB (+10.4 %) to 961 kB, 12.1 kB of it by this change; the limit is +10 % since v* (--limit)';
    expect(verdictSentence(told)).toBe(`fail: ${sentence}`);
    expect(renderTerminal(told, { columns: 100, colour: false })).toMatch(
      /package since v1\.2\.0\s+870 kB\s+961 kB\s+\+90\.7 kB \(\+10\.4 %\)\s+\+10 % since v\*/,
    );
    const markdown = renderMarkdown(told).replaceAll('\u00a0', ' ');
    expect(markdown).toMatch(
      /^### coldgate · ❌ `health` has grown since v1\.2\.0: package \+90\.7 kB \(\+10\.4 %\), 12\.1 kB of it by this change/,
    );
    expect(markdown).toContain('| ❌ | package since v1.2.0 | +90.7 kB (+10.4 %) | `+10 % since v*` | 870 kB | 961 kB |');
    expect(markdown).toContain(
      '`health` package: 870 kB at v1.2.0 → 961 kB, +90.7 kB (+10.4 %), 12.1 kB of it by this change; the limit is `+10 % since v*` (--limit), 3.67 kB over',
    );
    const json = JSON.parse(renderJson(told));
    expect(json.verdict.breaches).toMatchObject([
      {
        limit: '+10% since v*',
        base: 948_900,
        head: 961_000,
        allowed: 957_330,
        headroom: -3_670,
        reference: { name: 'v1.2.0', sha: SHA, figure: 870_300 },
      },
    ]);
    const annotations = annotationsOf(told, {
      files: new Map(),
      plain: (text: string) => text,
      sentence,
      root: () => '',
      finding: () => '',
    } as unknown as Parameters<typeof annotationsOf>[1]);
    expect(annotations[0]).toMatchObject({ level: 'error', title: "coldgate: health's package is over its limit" });
  });

  test.each([
    [1_150_000, 1_150_000, 'none of it by this change'],
    [1_160_000, 1_151_000, 'none of it by this change'],
    [900_000, 1_150_000, '; this change adds 250 kB'],
  ])('of what this change adds from %i to %i: %s', (base, head, told) => {
    expect(verdictSentence(outcome(at(1_000_000), base, head))).toContain(told);
  });
});

describe('what a run asks of its references', () => {
  test('is nothing without such a limit, else each reference once with its metrics', () => {
    const asked = (...lines: readonly string[]) =>
      askedSince(
        [ofZip(1), ofZip(1, { name: 'orders', crate: 'orders' })],
        [{ name: 'orders', crate: 'orders', from: { name: 'orders', crate: 'old' } }],
        {
          kind: 'limits',
          scopes: [{ package: null, set: parseLimits(lines, '--limit') }],
        },
      ).map(({ since, metrics }) => [since, [...metrics]]);
    expect(asked('zip: +10%')).toEqual([]);
    expect(asked('zip: +10% since v*', 'orders/dependencies: +1 since v*', 'crate:serde*: +1 kB since 2026-10-01')).toEqual([
      [{ kind: 'tag', glob: 'v*' }, ['zip', 'dependencies']],
      [{ kind: 'day', day: '2026-10-01' }, ['crate:serde*']],
    ]);
    expect(asked('nobody/zip: +10% since v*')).toEqual([]);
    expect(asked('old/orders/zip: +10% since v*')).toEqual([[{ kind: 'tag', glob: 'v*' }, ['zip']]]);
  });

  test('are the figures that limits name, as far as they were measured', () => {
    const [known] = referenceFunctions([ofZip(7_000, { dependencies: null })], ['zip', 'dependencies']);
    expect(known).toEqual({ name: 'health', crate: 'health', figures: { zip: 7_000 } });
  });

  test('are those of all shards as of one; a shard without a figure hides none', () => {
    const since = { kind: 'tag', glob: 'v*' } as const;
    const none: FoundReference = { kind: 'none', code: 'unmeasured', reason: 'its build broke' };
    const other: FoundReference = {
      kind: 'measured',
      name: 'v1.2.0',
      sha: SHA,
      functions: [{ name: 'orders', crate: 'orders', figures: { zip: 2 } }],
    };
    const joined = joinReferences([[{ since, found: at(1) }], [{ since, found: other }]]);
    expect(joined).toMatchObject([{ found: { functions: [{ name: 'health' }, { name: 'orders' }] } }]);
    expect(joinReferences([[{ since, found: at(1) }], [{ since, found: none }]])).toEqual([{ since, found: none }]);
  });
});
