import { describe, expect, test } from 'vitest';
import type { LimitSource } from '../../src/core/model/limits.ts';
import type { ByLabel, Outcome } from '../../src/core/model/outcome.ts';
import { renderComment } from '../../src/report/markdown/comment.ts';
import { renderSummary } from '../../src/report/markdown/summary.ts';
import { MARKDOWN, PLAIN, type TextStyle } from '../../src/report/text/escape.ts';
import { waysOut } from '../../src/report/text/way-out.ts';
import { initBroken, initRegression } from './init-outcomes.ts';
import { accepted, breaching, passing, severalBreaches } from './outcomes.ts';

const LABEL: ByLabel = { label: 'coldgate: accepted', refused: null };
const REFUSED: ByLabel = { ...LABEL, refused: "the label 'coldgate: accepted' was set by @tim, who has no write access" };

function wayOutLines(outcome: Outcome, style: TextStyle): readonly string[] {
  return waysOut(outcome, style).flatMap(({ text, steps }) => [text, ...steps.map((step) => `  ${step}`)]);
}

/** The outcome with its breached limits written elsewhere. */
function writtenIn(outcome: Outcome, source: LimitSource): Outcome {
  const { verdict } = outcome;
  const breaches = verdict.breaches.map((breach) => (breach.kind === 'limit' ? { ...breach, limit: { ...breach.limit, source } } : breach));
  return { ...outcome, verdict: { ...verdict, breaches } };
}

describe('the way out', () => {
  test('names what grew most, the label and who may set it, and where a limit is raised', () => {
    const text = wayOutLines({ ...breaching(), byLabel: LABEL }, MARKDOWN);
    expect(text).toEqual([
      "shrink `health`'s package: `regex 1.12.2` is +58.8 kB of the package",
      'accept it: somebody with write access sets the label `coldgate: accepted` after this report; then run the failed job again',
      "set a limit of your own: in the workflow's input `limits`, or in `Cargo.toml` by a pull request of its own (an edit of limits in this one does not count for it)",
    ]);
  });

  test('of instructions it names the function in which they are', () => {
    expect(wayOutLines(initRegression(), PLAIN).join('\n')).toMatch(/^take work out of health's init: .* is \+[\d.]+ M instructions of it/);
  });

  test('several figures have a line each, all of one way', () => {
    const [first, ...others] = waysOut(severalBreaches(), PLAIN);
    expect(first?.text).toBe('all of these:');
    expect(first?.steps.map((step) => step.replace(/: .*/, ''))).toEqual([
      "shrink orders's package",
      "shrink users's package",
      "shrink health's package",
    ]);
    expect(others.flatMap(({ steps }) => steps)).toEqual([]);
  });

  test('nobody shrinks what the toolchain brings', () => {
    const outcome = breaching();
    const breaches = outcome.verdict.breaches.map((breach) =>
      breach.kind === 'limit' ? { ...breach, limit: { ...breach.limit, metric: 'crate:std' as const } } : breach,
    );
    const [first] = waysOut({ ...outcome, verdict: { ...outcome.verdict, breaches } }, PLAIN);
    expect(first?.text).toMatch(/^use less of std in health/);
  });

  test('symbols that ship have a saving that was measured', () => {
    expect(wayOutLines(severalBreaches(), PLAIN).join('\n')).toMatch(
      /leaving out its symbols \(strip = true in the profile\) takes [\d.]+ kB off the binary/,
    );
  });

  test.each([
    [{ kind: 'input', option: 'input limits' }, "raise the limit in the workflow's input limits"],
    [
      { kind: 'workspace', file: 'Cargo.toml', line: 12 },
      "in Cargo.toml:12 by a pull request of its own (an edit of limits in this one does not count for it), or in the workflow's input limits",
    ],
    [{ kind: 'package', package: 'health', file: 'health/Cargo.toml', line: 7 }, 'health/Cargo.toml:7'],
  ] satisfies readonly (readonly [LimitSource, string])[])('a limit that stands in %j', (source, words) => {
    expect(wayOutLines(writtenIn({ ...breaching(), byLabel: LABEL }, source), PLAIN).join('\n')).toContain(words);
  });

  test('on the command line there is no label, and the option has its name there', () => {
    const text = wayOutLines(writtenIn(breaching(), { kind: 'input', option: '--limit' }), PLAIN).join('\n');
    expect(text).toContain('raise the limit in --limit');
    expect(text).not.toContain('label');
  });

  test('a function that no longer starts has no limit to raise', () => {
    const text = wayOutLines({ ...initBroken(), byLabel: LABEL }, PLAIN).join('\n');
    expect(text).toMatch(/^make health start again[^\n]*\naccept it/);
    expect(text).not.toContain('limit');
  });

  test('nothing where nothing fails', () => {
    expect(wayOutLines(passing(), PLAIN)).toEqual([]);
    expect(wayOutLines(accepted(), PLAIN)).toEqual([]);
    const outcome = breaching();
    expect(wayOutLines({ ...outcome, verdict: { ...outcome.verdict, gate: 'warn' } }, PLAIN)).toEqual([]);
  });

  test('a label that counts for nothing is answered, in the comment and in the summary', () => {
    const outcome = { ...breaching(), byLabel: REFUSED };
    for (const text of [renderComment(outcome, { marker: '<!-- m -->', fullReport: null }), renderSummary(outcome)]) {
      expect(text).toContain('**To get to green**, one of:');
      expect(text).toContain('the label counts for nothing yet');
      expect(text).toContain('has no write access');
      expect(text.replaceAll(/`[^`]*`/g, '')).not.toContain('@tim');
    }
  });
});
