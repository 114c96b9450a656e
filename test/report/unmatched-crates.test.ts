import { describe, expect, test } from 'vitest';
import { exitCode } from '../../src/core/judge/judge.ts';
import { parseLimits } from '../../src/core/judge/limits.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { outcomeOf } from '../../src/core/outcome.ts';
import type { Snapshot } from '../../src/core/snapshot/snapshot.ts';
import { renderJson } from '../../src/report/json/json.ts';
import { check } from '../../src/report/json/schema.ts';
import { MARKDOWN, PLAIN } from '../../src/report/text/escape.ts';
import { limitChangeLines } from '../../src/report/text/limit-changes.ts';
import { warningLines } from '../../src/report/text/notes.ts';
import { aBaseSnapshot, aDeclaredLimit, aFunction, anInvocation, aPackage, aSnapshot, aSymbol, aUnit } from '../core/builders.ts';

const SERDE = aFunction({}, { symbols: [aSymbol('serde', 'serde::de::read', 2_000), aSymbol('std', 'core::fmt::write', 9_000)] });
const NONE = { kind: 'none' as const, reason: 'the linker wrote no map' };

interface Run {
  readonly limits?: readonly string[];
  readonly base?: Partial<Snapshot>;
  readonly head?: Partial<Snapshot>;
}

function outcome({ limits = [], base = {}, head = {} }: Run): Outcome {
  const sides = { functions: [SERDE], binaries: [{ name: 'health', crate: 'health' }] };
  return outcomeOf(
    { kind: 'measured', origin: 'built', snapshot: aBaseSnapshot({ ...sides, ...base }) },
    { origin: 'built', snapshot: aSnapshot({ ...sides, ...head }) },
    { limits: parseLimits(limits, '--limit'), gate: 'fail', judgedAs: 'change' },
    { timings: {}, command: '', baseReason: null },
  );
}

const told = (judged: Outcome, style = PLAIN) => warningLines(judged, style).filter((line) => line.includes('matches no crate'));

describe('a limit on crates that matches none', () => {
  test.each([
    ['crate:sedre: 3 kB', '; did you mean serde?'],
    ['crate-text:sedre*: +3 kB', '; did you mean serde?'],
    ['crate-zip:nothing: 3 kB', ''],
    ['health/crate:sedre: +2%', '; did you mean serde?'],
    ['warn: crate:sedre: 1 B', '; did you mean serde?'],
    ['crate:core: 3 kB', ': what is in core is counted with std'],
    ['crate:alloc*: 3 kB', ': what is in alloc* is counted with std'],
  ])('%s is warned of, and stops nobody', (limit, nearest) => {
    const judged = outcome({ limits: [limit] });
    expect(told(judged)).toEqual([`${limit} (--limit) matches no crate at base or head${nearest}`]);
    expect(exitCode(judged.verdict)).toBe(0);
  });

  test('one that base declares is named with its line, one that head brings beside the proposal', () => {
    const line = [aDeclaredLimit('crate:sedre: 3 kB')];
    expect(told(outcome({ base: { limits: line }, head: { limits: line } }))).toEqual([
      'crate:sedre: 3 kB in Cargo.toml:12 matches no crate at base or head; did you mean serde?',
    ]);
    const proposed = outcome({ head: { limits: [...line, aDeclaredLimit('crate:serde: 3 kB')] } });
    expect(told(proposed)).toEqual([]);
    expect(limitChangeLines(proposed, PLAIN)).toEqual([
      'added: crate:sedre: 3 kB in Cargo.toml: it matches no crate at base or head; did you mean serde?',
      'added: crate:serde: 3 kB in Cargo.toml',
    ]);
  });

  test.each<readonly [string, Run]>([
    ['it keeps a crate out', { limits: ['crate:openssl*: 0 B', 'crate:openssl: +0 B', 'crate:openssl: +0%'] }],
    ['it matches at head', { limits: ['crate:serde: 3 MB', 'crate:s?rde: 3 MB', 'crate-zip:*: 3 MB'] }],
    ['it matches at base alone', { limits: ['crate:serde: 3 MB'], head: { functions: [aFunction()] } }],
    ['no function has owners', { limits: ['crate:sedre: 3 kB'], head: { functions: [{ ...SERDE, owners: NONE }] } }],
    [
      'another function has it',
      {
        limits: ['crate:serde_json: 3 MB'],
        head: { functions: [SERDE, aFunction({ name: 'other' })] },
      },
    ],
    [
      'what is linked owns no byte',
      {
        limits: ['crate:cfg-if: 3 kB'],
        head: {
          functions: [{ ...SERDE, shipped: { kind: 'known', units: [0] } }],
          lockfile: { packages: [aPackage('cfg-if', '1.0.0')] },
          units: [aUnit(0, { crate: 'cfg_if' })],
        },
      },
    ],
    [
      'a function that was not built may have it',
      {
        limits: ['crate:sedre: 3 kB'],
        head: { notBuilt: [{ name: 'other', crate: 'other', reason: 'nothing of it changed' }] },
      },
    ],
    [
      'the line is for functions that the run left out too',
      {
        base: { limits: [aDeclaredLimit('crate:sedre: 3 kB')] },
        head: {
          limits: [aDeclaredLimit('crate:sedre: 3 kB')],
          binaries: ['health', 'other'].map((name) => ({ name, crate: name })),
          invocation: anInvocation({ arguments: ['--release', '--bin', 'health'] }),
        },
      },
    ],
  ])('%s: nothing', (_, run) => {
    expect(told(outcome(run))).toEqual([]);
  });

  test('where owners are known of some functions alone, the line says so', () => {
    const head = { functions: [SERDE, { ...aFunction({ name: 'other' }), owners: NONE }] };
    expect(told(outcome({ limits: ['crate:sedre: 3 kB'], head }))).toEqual([
      'crate:sedre: 3 kB (--limit) matches no crate at base or head, where owners of bytes are known; did you mean serde?',
    ]);
  });

  test('of many twenty are told, and a hostile name is data', () => {
    const many = outcome({ limits: Array.from({ length: 200 }, (_, index) => `crate:no_such_${index}: 3 kB`) });
    expect(told(many)).toHaveLength(20);
    const head = { functions: [aFunction({}, { symbols: [aSymbol('serd|\u202e', 'x', 2_000)] })] };
    const hostile = outcome({ limits: ['crate:serde: 3 kB'], base: head, head });
    expect(told(hostile, MARKDOWN)).toEqual([
      '`crate:serde: 3 kB` (--limit) matches no crate at base or head; did you mean `serd|\\u{202e}`?',
    ]);
    const long = outcome({ limits: [`crate:${'a'.repeat(450)}: 3 kB`] });
    expect(told(long)).toHaveLength(1);
  });

  test('JSON has them all', () => {
    const limits = ['crate:sedre: 3 kB', 'crate:core: 3 kB'];
    const judged = outcome({ limits, base: { limits: [aDeclaredLimit('helth/zip: 1 kB')] } });
    const { misnamed, verdict } = check.parse(JSON.parse(renderJson(judged)));
    expect(misnamed).toEqual([
      { kind: 'function', limit: 'helth/zip: 1 kB', source: 'Cargo.toml:12', name: 'helth', nearest: 'health' },
      { kind: 'crate', limit: 'crate:sedre: 3 kB', source: 'input', name: 'sedre', nearest: 'serde' },
      { kind: 'crate', limit: 'crate:core: 3 kB', source: 'input', name: 'core', nearest: 'std' },
    ]);
    expect(verdict.kept[0]).toEqual({
      ...{ function: 'health', metric: 'crate:sedre', limit: '3 kB', source: 'input', limitGate: 'fail' },
      ...{ base: 0, head: 0, reference: null, allowed: 3_000, headroom: 3_000 },
    });
  });
});
