import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MARKDOWN } from '../../src/report/text/escape.ts';
import { sentenceIn, verdictSentence } from '../../src/report/text/sentence.ts';
import { toneOf } from '../../src/report/text/tone.ts';
import { aBreach, aJudgement, aMaximum, anOutcome, aRowFunction, aVerdict, DEFAULT_LIMIT, INIT_LIMIT } from './builders.ts';
import { answering, responseOf, startOf } from './first-response-outcomes.ts';
import { outsideCode } from './gfm.ts';
import { accepted, breaching, newFunction, passing, severalBreaches, unchanged, withoutBase } from './outcomes.ts';

const HEALTH = aRowFunction('health', { zip: [886_812, 948_012] });
const SLIM = aRowFunction('health', { zip: [886_812, 900_000] });
const EXPLICIT = { ...aMaximum('crate:regex*', 100_000, '100 kB'), function: 'health' };
const UNCHECKED = { limit: EXPLICIT, function: 'health', code: 'unmeasured' as const, reason: 'the second link failed' };

const firstRequestFillsATable = (limits: readonly string[]) =>
  answering({ base: startOf(false, responseOf(false)), head: startOf(false, responseOf(true, true)) }, limits);

describe('the verdict in one sentence', () => {
  test.each([
    ['a breach', breaching(), 'fail: health became larger: package +61.2 kB (+6.9 %) to 948 kB; the limit is +5 % and +50 kB (default)'],
    [
      'several',
      severalBreaches(),
      'fail: orders became larger: package +95.6 kB (+7.9 %) to 1.30 MB; the limit is 1 MB (Cargo.toml:12); and 3 more breaches; 1 limit not checked',
    ],
    [
      'a pass',
      passing(),
      "pass: 3 functions within their limits; health became larger: package +23.1 kB (+2.6 %) to 910 kB; closest to a limit: health's package, 26.9 kB left",
    ],
    [
      'a pass of one function',
      anOutcome([SLIM]),
      'pass: health became larger, within its limits: package +13.2 kB (+1.5 %) to 900 kB; closest to a limit: package, 36.8 kB left',
    ],
    [
      'a new function',
      newFunction(),
      "pass: 3 functions within their limits; health became larger: package +23.1 kB (+2.6 %) to 910 kB; closest to a limit: health's package, 26.9 kB left",
    ],
    [
      'what grew where no limit is on it',
      firstRequestFillsATable(['zip: 5 MB']),
      'pass: health answers its first request slower, which no limit is on: 0.80 ms → 8.20 ms on this machine, instructions +25.2 M (×62) to 25.6 M; closest to a limit: package, 4.08 MB left; 1 warning',
    ],
    [
      'the same within one',
      firstRequestFillsATable(['first-response.instructions: 30 M']),
      'pass: health answers its first request slower, within its limits: 0.80 ms → 8.20 ms on this machine, instructions +25.2 M (×62) to 25.6 M; closest to a limit: first response, 4.39 M left; 1 warning',
    ],
    [
      'what has all that it may grow by',
      anOutcome([aRowFunction('health', { zip: [900_000, 899_000] })]),
      'pass: health became smaller, within its limits: package −1.00 kB (−0.1 %) to 899 kB',
    ],
    ['no change', unchanged(), 'no change: 3 functions are byte-identical to abc1234'],
    ['no change of one function', anOutcome([aRowFunction('health')]), 'no change: health is byte-identical to abc1234'],
    [
      'no base',
      withoutBase(),
      'first measurement: 3 functions, the largest users: package 1.12 MB; no base to compare with (this is the first commit)',
    ],
    ['nothing', anOutcome([]), 'pass: no functions to measure'],
    ['all removed', anOutcome([aRowFunction('health', { zip: [886_812, null] })]), 'pass: 1 function removed, none left'],
  ])('%s', (_, outcome, sentence) => {
    expect(verdictSentence(outcome)).toBe(sentence);
  });

  test('a base that does not build', () => {
    const base = {
      kind: 'missing',
      why: { kind: 'does-not-build', sha: 'abc1234'.padEnd(40, '0'), reason: 'exit code 101', limits: [] },
    } as const;
    const fn = aRowFunction('health', { zip: [null, 948_012] });
    const verdict = aVerdict([fn], [aMaximum('zip', 5_000_000, '5 MB')]);
    expect(verdictSentence(anOutcome([fn], { comparison: { base }, verdict }))).toBe(
      'no comparison: health within its limits, package 948 kB; the base abc1234 does not build (exit code 101)',
    );
  });

  test.each([
    [{ kind: 'merge-base', of: 'origin/main', among: 1 }, 'the merge base with origin/main'],
    [{ kind: 'merge-base', of: 'upstream/main', among: 2 }, 'one of 2 merge bases with upstream/main'],
    [{ kind: 'head', changed: ['src/main.rs'], files: 1 }, 'HEAD, from which this tree differs (src/main.rs)'],
    [{ kind: 'head', changed: ['src/a.rs'], files: 4 }, 'HEAD, from which this tree differs (src/a.rs and 3 more)'],
    [{ kind: 'parent', because: 'nothing-own', of: 'origin/main' }, 'HEAD^1 (HEAD has no commit that origin/main has not)'],
    [{ kind: 'parent', because: 'unrelated', of: 'origin/main' }, 'HEAD^1 (HEAD has no commit in common with origin/main)'],
    [{ kind: 'parent', because: 'no-default-branch', of: null }, 'HEAD^1 (no default branch is known here; --base names another)'],
  ] as const)('a base that nobody named: %j', (baseReason, text) => {
    expect(verdictSentence({ ...unchanged(), baseReason })).toBe(
      `no change: 3 functions are byte-identical to abc1234; base abc1234, ${text}`,
    );
  });

  test('a base that nobody named and that is not there has none; branches and files are data', () => {
    const baseReason = { kind: 'merge-base', of: 'origin/@octocat', among: 1 } as const;
    expect(verdictSentence({ ...withoutBase(), baseReason })).not.toContain('octocat');
    expect(sentenceIn({ ...unchanged(), baseReason }, MARKDOWN)).toMatch(/; base `abc1234`, the merge base with `origin\/@octocat`$/);
  });

  test('no pass where base and head were started apart, and why', () => {
    const init = { ...SLIM.init, state: { kind: 'none', code: 'apart', reason: 'two sessions' } } as const;
    const fn = { ...SLIM, init };
    const verdict = aVerdict([fn], [DEFAULT_LIMIT], {
      unchecked: [{ limit: INIT_LIMIT, function: 'health', code: 'unmeasured' as const, reason: 'two sessions' }],
    });
    const outcome = anOutcome([fn], { verdict });
    expect(verdictSentence(outcome)).toBe(
      'not checked: sizes pass; init not judged: two sessions; health became larger, within its limits: package +13.2 kB (+1.5 %) to 900 kB; closest to a limit: package, 36.8 kB left',
    );
    expect(toneOf(outcome)).toBe('doubtful');
  });

  test('a gate that warns', () => {
    expect(verdictSentence(anOutcome([HEALTH], { verdict: aVerdict([HEALTH], [DEFAULT_LIMIT], { gate: 'warn' }) }))).toBe(
      'warning: health became larger: package +61.2 kB (+6.9 %) to 948 kB; the limit is +5 % and +50 kB (default); the gate is set to warn',
    );
  });

  test('an accepted breach says who and when', () => {
    expect(verdictSentence(accepted())).toBe(
      'accepted: health became larger: package +61.2 kB (+6.9 %) to 948 kB; the limit is +5 % and +50 kB (default); accepted by @octocat with the label "coldgate: accepted" at 2026-05-04T10:11:12Z',
    );
  });

  test('the login is a code span, never a mention', () => {
    expect(sentenceIn(accepted(), MARKDOWN)).toContain(
      'accepted by `@octocat` with the label "coldgate: accepted" at `2026-05-04T10:11:12Z`',
    );
    const evil = accepted({ label: '@team <b>', by: 'a`b', at: '#1', reason: null });
    expect(outsideCode(sentenceIn(evil, MARKDOWN))).not.toMatch(/[@<>#`]/);
  });

  test('what nobody could check is worse than what somebody accepted', () => {
    const { verdict, ...outcome } = accepted();
    expect(verdictSentence({ ...outcome, verdict: { ...verdict, unchecked: [UNCHECKED] } })).toMatch(
      /^not checked: health's crate:regex\* has no figure .*; 1 breach, accepted by @octocat with the label/,
    );
    expect(toneOf({ ...outcome, verdict: { ...verdict, unchecked: [UNCHECKED] } })).toBe('doubtful');
    expect(toneOf(accepted())).toBe('accepted');
  });

  test('a gate that is off', () => {
    const verdict = {
      status: 'off',
      gate: 'fail',
      breaches: [],
      kept: [],
      warned: [],
      unproven: [],
      unchecked: [],
    } as const;
    expect(verdictSentence(anOutcome([HEALTH, aRowFunction('users')], { verdict }))).toBe(
      'not judged: 1 of 2 functions changed; health became larger: package +61.2 kB (+6.9 %) to 948 kB; the gate is off',
    );
  });

  test('a limit that somebody set and nobody could check', () => {
    const verdict = aVerdict([SLIM], [DEFAULT_LIMIT], { unchecked: [UNCHECKED] });
    expect(verdictSentence(anOutcome([SLIM], { verdict }))).toBe(
      "not checked: health's crate:regex* has no figure (the second link failed); the limit is 100 kB (Cargo.toml:12)",
    );
    const warned = aVerdict([HEALTH], [DEFAULT_LIMIT], { gate: 'warn', unchecked: [UNCHECKED] });
    expect(verdictSentence(anOutcome([HEALTH], { verdict: warned }))).toBe(
      "not checked: health's crate:regex* has no figure (the second link failed); the limit is 100 kB (Cargo.toml:12); 1 breach, for which the gate is set to warn",
    );
  });

  test('a maximum that an unchanged function exceeds', () => {
    const fn = aRowFunction('health');
    expect(verdictSentence(anOutcome([fn], { verdict: aVerdict([fn], [aMaximum('zip', 900_000, '900 kB')]) }))).toBe(
      'fail: health is too large: package 919 kB, unchanged; the limit is 900 kB (Cargo.toml:12)',
    );
  });

  test('a breach too small for three figures', () => {
    const fn = aRowFunction('health', { zip: [null, 5_000_123] });
    const breach = aJudgement(aMaximum('zip', 5_000_000, '5 MB'), fn);
    const verdict = {
      status: 'fail',
      gate: 'fail',
      breaches: [aBreach(breach)],
      kept: [],
      warned: [],
      unproven: [],
      unchecked: [],
    } as const;
    expect(verdictSentence(anOutcome([fn], { verdict }))).toBe(
      'fail: health is too large: package 5.00 MB; the limit is 5 MB (Cargo.toml:12), exceeded by 123 B',
    );
  });

  test('warnings are counted', () => {
    const fn = { ...SLIM, findings: [{ kind: 'missing-library', library: 'libssl.so.3', image: 'provided.al2023' } as const] };
    expect(verdictSentence(anOutcome([fn]))).toBe(
      'pass: health became larger, within its limits: package +13.2 kB (+1.5 %) to 900 kB; closest to a limit: package, 36.8 kB left; 1 warning',
    );
  });

  test('any name leaves one line without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(verdictSentence(anOutcome([{ ...HEALTH, name }]))).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
