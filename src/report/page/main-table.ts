import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { FigureRow, Mark } from '../text/figure-row.ts';
import { figureRows } from '../text/figure-rows.ts';
import { counted, listed } from '../text/figures.ts';
import { notBuiltText, rowsOf } from '../text/functions.ts';
import { isNoticeable, NOTICEABLE_TEXT } from '../text/noticed.ts';
import { fitting, toldOf } from '../text/told.ts';
import { html, PAGE } from './html.ts';

const NAMES = 10;
const MARKS: Readonly<Record<Mark, readonly [sign: string, word: string]>> = {
  over: ['❌', 'over its limit'],
  accepted: ['☑️', 'accepted'],
  warning: ['⚠️', 'warning'],
  unknown: ['⚠️', 'not checked'],
  kept: ['✅', 'kept'],
  none: ['', ''],
};

/** An outcome with the leg that it is of; empty where there is one alone. */
export interface Tabled {
  readonly leg: string;
  readonly outcome: Outcome;
}

interface Entry extends Tabled {
  readonly fn: FunctionComparison;
}

/** The main table of a report, over all legs: what is over a limit first, then what moved noticeably; all else shares a line. */
export function mainTable(outcomes: readonly Tabled[], addressOf: (leg: string, name: string) => string): string {
  const sorted = outcomes.map((tabled) => ({ tabled, rows: rowsOf(tabled.outcome) }));
  const all = (kind: 'breached' | 'others' | 'unchanged'): readonly Entry[] =>
    sorted.flatMap(({ tabled, rows }) => rows[kind].map((fn) => ({ ...tabled, fn })));
  const { told, calm } = toldOf(all('breached'), all('others'), ({ fn }) => isNoticeable(fn));
  const unchanged = all('unchanged');
  const single = told.length === 1;
  const shown = fitting(told.map((entry) => ({ entry, ...figureRows(entry.outcome, entry.fn, single, PAGE) })));
  const notBuilt = sorted.flatMap(({ tabled: { leg }, rows }) => rows.notBuilt.map(({ name }) => PAGE.name(inLeg(leg, name))));
  const lines = [
    told.length === shown.length ? '' : `and ${counted(told.length - shown.length, 'more function')} below`,
    namesLine(calm, (count, names) => `${count} moved by less than ${NOTICEABLE_TEXT}: ${names}`),
    namesLine(unchanged, (count, names) => `${count} unchanged: ${names}`),
    notBuilt.length === 0 ? '' : notBuiltText(notBuilt),
  ].filter((line) => line !== '');
  const isAlone = single && calm.length === 0 && unchanged.length === 0;
  return [shown.length === 0 ? '' : tableOf(shown, isAlone, addressOf), ...lines.map((line) => `<p>${html(line)}</p>`)].join('\n');
}

interface Block {
  readonly entry: Entry;
  readonly rows: readonly FigureRow[];
}

/**
 * The verdict stands first, then what changed and what is allowed, where a phone shows them without scrolling. The name of a function that stands
 * alone is in the title; columns that are empty in every row are left out. On a phone each row is a block of its own (page.css): its roles are written
 * out, as browsers forget that a table is one when it is laid out otherwise.
 */
function tableOf(blocks: readonly Block[], isAlone: boolean, addressOf: (leg: string, name: string) => string): string {
  const rows = blocks.flatMap((block) => block.rows);
  const has = (column: 'base' | 'change' | 'limit'): boolean => rows.some((row) => row[column] !== '');
  const columns = [
    'verdict',
    ...(isAlone ? [] : ['function']),
    'figure',
    ...(has('change') ? ['change'] : []),
    ...(has('limit') ? ['limit'] : []),
    ...(has('base') ? ['base'] : []),
    'head',
  ];
  const look = (column: string): string => (['base', 'head', 'change'].includes(column) ? `${column} number` : column);
  const head = columns.map((column) => {
    const text = column === 'verdict' || column === 'figure' ? `<span class="unseen">${column}</span>` : column;
    return `<th scope="col" role="columnheader" class="${look(column)}">${text}</th>`;
  });
  const body = blocks.flatMap(({ entry: { leg, fn }, rows: own }) =>
    own.map((row, place) => {
      const name = place > 0 ? '' : `<a href="${addressOf(leg, fn.name)}">${html(PAGE.name(inLeg(leg, fn.name)))}</a>`;
      const [sign, word] = MARKS[row.mark];
      const content = (column: string): string => {
        if (column === 'function') return name;
        if (column === 'verdict') return sign === '' ? '' : `<span aria-hidden="true">${sign}</span><span class="unseen">${word}</span>`;
        if (column === 'limit') return html(row.limit);
        return html(row[column === 'base' || column === 'head' ? column : 'change']);
      };
      const cells = columns.map((column) =>
        column === 'figure'
          ? `<th scope="row" role="rowheader" class="figure">${html(row.what)}</th>`
          : `<td role="cell" class="${look(column)}">${content(column)}</td>`,
      );
      return `<tr role="row" class="${row.mark}">${cells.join('')}</tr>`;
    }),
  );
  return `<div class="wide" tabindex="0" role="region" aria-label="Figures and limits"><table class="main" role="table"><thead role="rowgroup"><tr role="row">${head.join('')}</tr></thead><tbody role="rowgroup">${body.join('\n')}</tbody></table></div>`;
}

function namesLine(entries: readonly Entry[], say: (count: number, names: string) => string): string {
  if (entries.length === 0) return '';
  const names = entries.map(({ leg, fn }) => PAGE.name(inLeg(leg, fn.name)));
  return say(entries.length, listed(names, NAMES));
}

/** `arm64/health`; a function's name alone where there is one leg. */
export function inLeg(leg: string, name: string): string {
  return leg === '' ? name : `${leg}/${name}`;
}
