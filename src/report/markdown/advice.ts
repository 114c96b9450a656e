import type { Advice } from '../../core/advise/advice.ts';
import type { Outcome } from '../../core/advise/remedy.ts';
import { lastedText } from '../../core/units.ts';
import { ADVICE_COLUMNS, adviceCell, bestPatch, isWorthTaking, surenessText } from '../text/advice.ts';
import { CELL, exactBlock, MARKDOWN } from '../text/escape.ts';
import { counted } from '../text/figures.ts';

/** Remedies that a comment tells. */
const MOST_ROWS = 5;

/**
 * What was tried of the function that is over its limit, as a fold under the report: the best rows, what else each changes, and a patch. The words are
 * those of the closed list of remedies; what of them a pull request chose (names, lines around the patch) is escaped. `maximum`: in UTF-16
 * units; a patch that does not fit is left out, with the command that prints it. `null`: nothing helped.
 */
export function renderAdviceMarkdown(advice: Advice, maximum: number): string | null {
  const rows = advice.rows.filter((row) => isWorthTaking(advice, row)).slice(0, MOST_ROWS);
  if (rows.length === 0) return null;
  const { best } = advice.combination;
  const cells = (outcome: Outcome): readonly string[] =>
    ADVICE_COLUMNS.map(({ metric }) => (outcome.kind === 'measured' ? adviceCell(advice.base, outcome.figures, metric) : '–'));
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  const table = [
    line(['remedy', ...ADVICE_COLUMNS.map(({ word }) => word)]),
    line(['---', ...ADVICE_COLUMNS.map(() => '--:')]),
    ...rows.map(({ remedy, outcome }) => line([CELL.name(remedy.title), ...cells(outcome)])),
    ...(best === null
      ? []
      : [line([`**together**: ${best.remedies.map(({ title }) => CELL.name(title)).join(' + ')}`, ...cells(best.outcome)])]),
  ];
  const changes = rows.flatMap(({ remedy, outcome }) =>
    outcome.kind !== 'measured'
      ? []
      : [
          `- ${MARKDOWN.name(remedy.title)}: ${MARKDOWN.prose(`${surenessText(advice, outcome)}${remedy.behaviour === null ? '' : `; changes: ${remedy.behaviour}`}`)}`,
        ],
  );
  const tried = `${counted(advice.rows.length, 'remedy', 'remedies')} built and started in ${lastedText(advice.took)}`;
  const head = [
    `<details><summary>Remedies for ${MARKDOWN.name(advice.function.name)} that were measured</summary>`,
    '',
    `What head would be with each (${tried}; ${MARKDOWN.name('coldgate advise')} does the same on a laptop):`,
    '',
    ...table,
    '',
    ...changes,
    '',
  ];
  const patch = bestPatch(advice);
  const block = patch === null ? null : exactBlock(patch.patch.replace(/\n$/, ''), 'diff');
  const shown =
    patch === null || block === null
      ? []
      : [`Patch of ${MARKDOWN.prose(patch.title)}, for ${MARKDOWN.name('git apply')} at the repository's top:`, '', block, ''];
  const whole = [...head, ...shown, '</details>', ''].join('\n');
  if (whole.length <= maximum && shown.length > 0) return whole;
  const why = `The patch is too long for a comment, or has characters that nobody sees: ${MARKDOWN.name('coldgate advise')} writes it.`;
  const without = [...head, why, '', '</details>', ''].join('\n');
  return without.length <= maximum ? without : null;
}
