import { createColors } from 'picocolors';
import type { Advice } from '../../core/advise/advice.ts';
import type { Outcome } from '../../core/advise/remedy.ts';
import type { Tried } from '../../core/advise/together.ts';
import { wrapped } from '../../core/text.ts';
import { lastedText } from '../../core/units.ts';
import {
  ADVICE_COLUMNS,
  adviceCell,
  bestPatch,
  exactText,
  figureText,
  isWorthTaking,
  savingText,
  surenessText,
  withoutFiguresText,
} from '../text/advice.ts';
import { hasUnseen, visible } from '../text/escape.ts';
import { counted } from '../text/figures.ts';

const PIPE = 80;

export interface AdviceScreen {
  readonly columns: number | null;
  readonly colour: boolean;
  /** What takes the patch that was written for a remedy, by its id, and for all `together`. Empty: the best patch is printed. */
  readonly commands: ReadonlyMap<string, string>;
}

/** What was tried, for a terminal: the table, a paragraph for each row, what goes together, and a patch. Ends in a newline. */
export function renderAdvice(advice: Advice, { columns, colour, commands }: AdviceScreen): string {
  const width = Math.max(60, Math.min(columns ?? PIPE, 120));
  const { bold, dim } = createColors(colour);
  const { rows, combination } = advice;
  const measured = rows.filter(({ outcome }) => outcome.kind === 'measured');
  const others = rows.filter(({ outcome }) => outcome.kind !== 'measured');
  const paragraph = (text: string): readonly string[] => wrapped(visible(text, 4_000), width - 3).map((line) => `   ${line}`);
  const lines = [
    ...wrapped(visible(leadText(advice), 4_000), width).map((line) => bold(line)),
    '',
    ...tableOf(advice, measured, width, bold),
    '',
    ...measured.flatMap((row, at) => [
      ...wrapped(visible(`${at + 1}. ${row.remedy.title}`, 4_000), width).map((line) => bold(line)),
      ...detailsOf(advice, row).flatMap(paragraph),
      ...(commands.get(row.remedy.id) === undefined ? [] : paragraph(`${commands.get(row.remedy.id)}`)),
    ]),
    ...others.flatMap(({ remedy, outcome }) =>
      outcome.kind === 'measured'
        ? []
        : wrapped(visible(`– ${remedy.title}: ${withoutFiguresText(outcome)}`, 4_000), width, { hang: '  ' }).map((line) => dim(line)),
    ),
    ...togetherOf(advice, width, bold, commands),
    ...combination.harms.flatMap(({ one, other, together }) =>
      wrapped(
        visible(
          `${one.title} and ${other.title} harm each other: alone ${savingText(one.change, advice.by)} and ${savingText(other.change, advice.by)}, together ${savingText(together, advice.by)}.`,
        ),
        width,
      ),
    ),
    ...(commands.size === 0 ? patchOf(advice) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function leadText({ function: fn, commit, rows, took, base, by }: Advice): string {
  const good = rows.filter((row) => isWorthTaking({ base, by }, row)).length;
  const untried = rows.filter(({ outcome }) => outcome.kind === 'not-tried').length;
  const whole = counted(rows.length, 'remedy', 'remedies');
  const tried = untried === 0 ? `${whole} tried` : `${rows.length - untried} of ${whole} tried`;
  const ended = untried === 0 ? '' : ', then the budget was used up';
  return `${fn.name} at ${commit.sha.slice(0, 7)}: ${tried} in ${lastedText(took)}${ended}; ${good} ${good === 1 ? 'saves' : 'save'} ${wordOf(by)}.`;
}

function wordOf(by: Advice['by']): string {
  return { zip: 'package', binary: 'binary', instructions: 'init instructions', faults: 'page faults', memory: 'memory' }[by];
}

function tableOf(advice: Advice, measured: readonly Tried[], width: number, bold: (text: string) => string): readonly string[] {
  const { base } = advice;
  const { best } = advice.combination;
  const heads = ADVICE_COLUMNS.map(({ word }) => word);
  const cells = (outcome: Outcome): readonly string[] =>
    outcome.kind === 'measured'
      ? ADVICE_COLUMNS.map(({ metric }) => adviceCell(base, outcome.figures, metric))
      : ADVICE_COLUMNS.map(() => '–');
  const body = [
    { title: 'as it is', cells: ADVICE_COLUMNS.map(({ metric }) => figureText(base, metric)) },
    ...measured.map(({ remedy, outcome }, at) => ({ title: `${at + 1}. ${remedy.title}`, cells: cells(outcome) })),
    ...(best === null ? [] : [{ title: 'together', cells: cells(best.outcome) }]),
  ];
  const widths = heads.map((head, column) => Math.max(head.length, ...body.map((row) => row.cells[column]?.length ?? 0)));
  const room = width - widths.reduce((sum, one) => sum + one + 2, 0);
  const line = (title: string, row: readonly string[]): string => {
    const whole = visible(title);
    const name = whole.length <= room ? whole : `${whole.slice(0, room - 1)}…`;
    return `${name}${' '.repeat(Math.max(0, room - name.length))}${row.map((cell, at) => `  ${cell.padStart(widths[at] ?? 0)}`).join('')}`;
  };
  return [bold(line('', heads)), ...body.map((row) => line(row.title, row.cells))];
}

function detailsOf(advice: Advice, { remedy, outcome }: Tried): readonly string[] {
  if (outcome.kind !== 'measured') return [];
  const changes = remedy.behaviour === null ? [] : [`Changes: ${remedy.behaviour}.`];
  const unfit = outcome.unfit === null ? [] : [`NOT FOR LAMBDA: ${outcome.unfit}.`];
  const left = advice.combination.leftOut.get(remedy.id);
  return [
    `${exactText(advice.base, outcome.figures)}.`,
    `Linked ${outcome.link}; ${surenessText(advice, outcome)}.`,
    ...changes,
    ...unfit,
    ...(left === undefined ? [] : [`Not among those together: ${left}.`]),
  ];
}

function togetherOf(advice: Advice, width: number, bold: (text: string) => string, commands: AdviceScreen['commands']): readonly string[] {
  const { best } = advice.combination;
  if (best === null) return [];
  const names = best.remedies.map(({ title }) => title).join(' + ');
  const said = best.outcome.kind === 'measured' ? `${exactText(advice.base, best.outcome.figures)}` : withoutFiguresText(best.outcome);
  const sure = best.outcome.kind === 'measured' ? `; ${surenessText(advice, best.outcome)}` : '';
  const command = commands.get('together');
  return [
    bold('Together'),
    ...wrapped(visible(`${names}: ${said}${sure}.`, 4_000), width - 3).map((line) => `   ${line}`),
    ...(command === undefined ? [] : [`   ${command}`]),
  ];
}

/** The patch of all together, else of the best row. */
function patchOf(advice: Advice): readonly string[] {
  const best = bestPatch(advice);
  if (best === null) return [];
  if (hasUnseen(best.patch))
    return ['', `The patch of ${best.title} has characters that a screen does not show: -o DIR writes it to a file.`];
  // A last line may be a blank one of the file: to the patch its white space counts.
  return ['', `Patch of ${best.title}, for git apply at the repository's top:`, '', best.patch.replace(/\n$/, '')];
}
