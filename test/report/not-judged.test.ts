import { describe, expect, test } from 'vitest';
import { parseLimits } from '../../src/core/judge/limits.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { outcomeOf } from '../../src/core/outcome.ts';
import type { Pair } from '../../src/core/rows.ts';
import type { CountedInstructions } from '../../src/core/snapshot/counted.ts';
import type { InitMeasurement, MeasuredInit } from '../../src/core/snapshot/init.ts';
import { renderComment } from '../../src/report/markdown/comment.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import { renderTerminal } from '../../src/report/terminal/terminal.ts';
import { sentenceOfLegs } from '../../src/report/text/legs.ts';
import { verdictSentence } from '../../src/report/text/sentence.ts';
import { toneOf } from '../../src/report/text/tone.ts';
import { aFunction, aMeasuredInit, anEntry, aSnapshot } from '../core/builders.ts';
import { outsideCode } from './gfm.ts';

const MACOS = 'it needs Linux, and this machine runs macOS: a Linux runner measures it';
const VALGRIND = 'valgrind is not on PATH: sudo apt-get install valgrind';
const ARCH = 'arm64 binary on an x86_64 machine, use a runner such as ubuntu-24.04-arm';

function here(reason: string): InitMeasurement {
  return { kind: 'none', code: 'not-here', reason };
}

function countedOf({ instructions }: MeasuredInit): CountedInstructions {
  if (instructions.kind !== 'counted') throw new Error('not counted');
  return instructions;
}

function uncounted(reason: string): InitMeasurement {
  return aMeasuredInit({ instructions: { kind: 'none', reason } });
}

interface Side {
  readonly name: string;
  readonly init: Pair<InitMeasurement>;
  readonly more?: number;
}

function alike(name: string, init: InitMeasurement | null): Side {
  return { name, init: { base: init, head: init } };
}

/** Judged by the core, as the entries have it. */
function outcome(functions: readonly Side[], limits: readonly string[] = []): Outcome {
  const side = (grown: boolean) =>
    aSnapshot({
      functions: functions.map(({ name, init, more = 9_000 }) =>
        aFunction({ name, init: grown ? init.head : init.base }, grown && more > 0 ? { entries: [anEntry('more.txt', more)] } : {}),
      ),
    });
  return outcomeOf(
    { kind: 'measured', snapshot: side(false), origin: 'built' },
    { snapshot: side(true), origin: 'built' },
    { limits: parseLimits(limits, '--limit'), gate: 'fail', judgedAs: 'change' },
    { timings: {}, command: '', baseReason: null },
  );
}

function title(one: Outcome): string {
  const [, second = ''] = renderComment(one, { marker: '<!-- m -->', fullReport: null }).split('\n');
  return second.replaceAll('\u00a0', ' ').replace(/`(ubuntu-[^`]*)`/, '$1');
}

const COUNTED = countedOf(aMeasuredInit());
const REGULAR = aMeasuredInit();
const ODD = aMeasuredInit({ instructions: { ...COUNTED, runs: [397_602, 1_500_000, 1_600_000] } });

describe('what a default limit could not judge', () => {
  test.each([
    ['another architecture', here(ARCH), here(ARCH), `init not judged: ${ARCH}`],
    ['macOS', here(MACOS), here(MACOS), `init not judged: ${MACOS}`],
    ['no valgrind', uncounted(VALGRIND), uncounted(VALGRIND), `init not counted: ${VALGRIND}`],
    [
      'no count that repeats',
      REGULAR,
      ODD,
      'init not judged: not repeatable here: base 398 k to 398 k in 3 runs, head 398 k to 1.60 M in 3 runs',
    ],
  ])('%s is in the sentence, the title, the terminal and the outputs', (_, base, head, said) => {
    const one = outcome([{ name: 'health', init: { base, head } }]);
    const sentence = verdictSentence(one);
    expect(sentence.startsWith(`pass: sizes pass; ${said}; health `)).toBe(true);
    expect(title(one)).toBe(`### coldgate · ⚠️ sizes pass; ${said}`);
    expect(renderTerminal(one, { columns: null, colour: false }).startsWith(`${sentence}\n`)).toBe(true);
    expect(outputsOf(one, { json: null, markdown: null, packages: [] }, null)).toMatchObject({ verdict: 'pass', sentence });
    expect(toneOf(one)).toBe('doubtful');
    expect(renderComment(one, { marker: '<!-- m -->', fullReport: null })).toContain('This check passes.');
  });

  test('is told before a commit status is cut', () => {
    expect(verdictSentence(outcome([alike('health', here(ARCH))])).slice(0, 139)).toContain(ARCH);
  });

  test('is nothing where it was turned off, or where nothing changed', () => {
    const off: InitMeasurement = { kind: 'none', code: 'off', reason: 'local init is turned off (init: off)' };
    for (const one of [
      outcome([alike('health', off)]),
      outcome([alike('health', null)]),
      outcome([{ ...alike('health', here(ARCH)), more: 0 }]),
    ]) {
      expect(verdictSentence(one)).not.toMatch(/not (?:judged|counted)/);
      expect(toneOf(one)).toBe('good');
    }
  });

  test('stands behind a breach and behind a limit that only warns', () => {
    const fat = outcome([{ ...alike('health', here(ARCH)), more: 90_000 }]);
    expect(verdictSentence(fat)).toBe(
      `fail: health became larger: package +90.0 kB (+9.8 %) to 1.01 MB; the limit is +5 % and +50 kB (default); init not judged: ${ARCH}`,
    );
    expect(title(fat)).toBe(`### coldgate · ❌ \`health\` became larger: package +90.0 kB (+9.8 %); init not judged: ${ARCH}`);
    const warned = outcome([alike('health', here(ARCH))], ['warn: zip: +0.5%', 'warn: init.instructions: +1%']);
    expect(verdictSentence(warned)).toContain('warning: ');
    expect(title(warned)).toContain(`; init not judged: ${ARCH}`);
  });

  test('names the functions it is about where others were judged', () => {
    const two = [alike('health', here(ARCH)), alike('orders', REGULAR)];
    expect(title(outcome(two))).toBe(`### coldgate · ⚠️ all else passes; init of \`health\` not judged: ${ARCH}`);
    expect(title(outcome([...two, alike('users', here(ARCH))]))).toContain(`all else passes; init of 2 of 3 functions not judged: ${ARCH}`);
    const mixed = [alike('health', here(ARCH)), alike('orders', uncounted(VALGRIND))];
    expect(title(outcome(mixed))).toContain(`sizes pass; init of \`health\` not judged: ${ARCH}; and 1 more limit not judged`);
  });

  test('of one job is the title of all of them', () => {
    const legs = [
      { kind: 'reported' as const, name: 'x86_64', outcome: outcome([alike('health', REGULAR)]) },
      { kind: 'reported' as const, name: 'arm64', outcome: outcome([alike('health', here(ARCH))]) },
    ];
    expect(sentenceOfLegs(legs)).toContain(`2 jobs; arm64: sizes pass; init not judged: ${ARCH}`);
  });

  test('its reason is data', () => {
    const evil = title(outcome([alike('health', here('<b> @octocat #1 | x'))]));
    expect(outsideCode(evil.slice('### '.length))).not.toMatch(/[@<#|]/);
  });
});
