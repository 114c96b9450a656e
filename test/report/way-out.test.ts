import { describe, expect, test } from 'vitest';
import type { ByLabel, LimitSource, Outcome } from '../../src/core/model.ts';
import { renderComment } from '../../src/report/markdown/comment.ts';
import { renderSummary } from '../../src/report/markdown/summary.ts';
import { MARKDOWN, PLAIN } from '../../src/report/text/escape.ts';
import { wayOutText } from '../../src/report/text/way-out.ts';
import { initBroken, initRegression } from './init-outcomes.ts';
import { accepted, breaching, passing, severalBreaches } from './outcomes.ts';

const LABEL: ByLabel = { label: 'coldgate: accepted', refused: null };
const REFUSED: ByLabel = { ...LABEL, refused: "the label 'coldgate: accepted' was set by @tim, who has no write access" };

/** The outcome with its breached limits written elsewhere. */
function writtenIn(outcome: Outcome, source: LimitSource): Outcome {
  const { verdict } = outcome;
  const breaches = verdict.breaches.map((breach) => (breach.kind === 'limit' ? { ...breach, limit: { ...breach.limit, source } } : breach));
  return { ...outcome, verdict: { ...verdict, breaches } };
}

describe('the way out', () => {
  test('names what grew most, the label and who may set it, and where a limit is raised', () => {
    const text = wayOutText({ ...breaching(), byLabel: LABEL }, MARKDOWN);
    expect(text).toBe(
      "shrink `health`'s zip: `regex_automata` brought +88.4 kB of `.text` · or accept it: somebody with write access sets the label `coldgate: accepted` after this report, and the failed job runs again · or set a limit of your own: in the workflow's input `limits`, or in a change of its own in `Cargo.toml` (limits are the base's)",
    );
  });

  test('of instructions it names the function in which they are', () => {
    expect(wayOutText(initRegression(), PLAIN)).toMatch(/^shrink health's init\.instructions: .* is \+[\d.]+ M instructions of it/);
  });

  test('symbols that ship have a saving that was measured', () => {
    expect(wayOutText(severalBreaches(), PLAIN)).toMatch(
      /leaving out its symbols \(strip = true in the profile\) takes [\d.]+ kB off the binary/,
    );
  });

  test.each([
    [{ kind: 'input', option: 'input limits' }, "raise the limit in the workflow's input limits"],
    [
      { kind: 'workspace', file: 'Cargo.toml', line: 12 },
      "in a change of its own (Cargo.toml:12; limits are the base's), or in the workflow's input limits",
    ],
    [{ kind: 'package', package: 'health', file: 'health/Cargo.toml', line: 7 }, 'health/Cargo.toml:7'],
  ] satisfies readonly (readonly [LimitSource, string])[])('a limit that stands in %j', (source, words) => {
    expect(wayOutText(writtenIn({ ...breaching(), byLabel: LABEL }, source), PLAIN)).toContain(words);
  });

  test('on the command line there is no label, and the option has its name there', () => {
    const text = wayOutText(writtenIn(breaching(), { kind: 'input', option: '--limit' }), PLAIN);
    expect(text).toContain('raise the limit in --limit');
    expect(text).not.toContain('label');
  });

  test('a function that no longer starts has no limit to raise', () => {
    const text = wayOutText({ ...initBroken(), byLabel: LABEL }, PLAIN);
    expect(text).toMatch(/^make health start again.*accept it/);
    expect(text).not.toContain('limit');
  });

  test('nothing where nothing fails', () => {
    expect(wayOutText(passing(), PLAIN)).toBeNull();
    expect(wayOutText(accepted(), PLAIN)).toBeNull();
    const outcome = breaching();
    expect(wayOutText({ ...outcome, verdict: { ...outcome.verdict, gate: 'warn' } }, PLAIN)).toBeNull();
  });

  test('a label that counts for nothing is answered, in the comment and in the summary', () => {
    const outcome = { ...breaching(), byLabel: REFUSED };
    for (const text of [renderComment(outcome, { marker: '<!-- m -->', fullReport: null }), renderSummary(outcome)]) {
      expect(text).toContain('**To get to green:**');
      expect(text).toContain('The label counts for nothing yet');
      expect(text).toContain('has no write access');
      expect(text.replaceAll(/`[^`]*`/g, '')).not.toContain('@tim');
    }
  });
});
