import { openOf } from '../../core/judge/judge.ts';
import { dimensionOf, isCrateMetric, type TableMetric } from '../../core/metrics.ts';
import type { FunctionComparison, Judgement, Outcome, Unchecked } from '../../core/model.ts';
import { groupBy } from '../../core/pair.ts';
import { renderAmount, renderMillis, renderRatio } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { amount, changeOf, headText, sideText } from './figure-cells.ts';
import { wasStarted } from './init-cell.ts';
import { slowerFunctions } from './init-times.ts';
import { boundWords, metricWord, tightestFirst } from './limits.ts';
import { verdictByFunction } from './verdict-index.ts';

/** What a row came to; `none`: no limit is on it. */
export type Mark = 'over' | 'accepted' | 'warning' | 'unknown' | 'kept' | 'none';

/** One figure of a function, as the main table tells it. Names and bounds are written in the report's style, the rest is numbers and words. */
export interface FigureRow {
  readonly fn: FunctionComparison;
  /** `package`, `init`. */
  readonly what: string;
  /** Empty where there is none. */
  readonly base: string;
  readonly head: string;
  readonly change: string;
  readonly limit: string;
  readonly mark: Mark;
}

/** What stands in the table of a function alone, whether a limit is on it or not. */
const HEADLINES: readonly TableMetric[] = ['cold-start.p50', 'init.instructions', 'zip', 'binary'];
/** Of one of several functions: what has something to tell, so many at most. */
const ROWS = 4;
const RANK: Readonly<Record<Mark, number>> = { over: 0, accepted: 1, warning: 2, unknown: 3, kept: 4, none: 5 };

/**
 * The figures of a function for the main table, the worst first: all headlines of a function that stands alone (`whole`); of one among others what
 * is over, near or beyond judging, else the figure that moved most.
 */
export function figureRows(outcome: Outcome, fn: FunctionComparison, whole: boolean, style: TextStyle): readonly FigureRow[] {
  const judged = merged(judgedRows(outcome, fn, style));
  const states = stateRows(outcome, fn).map((state) => ({
    ...state,
    row: { ...state.row, limit: judged.find(({ metric }) => metric === state.metric)?.row.limit ?? '' },
  }));
  const rows = [
    ...states,
    ...judged.filter(({ metric }) => states.every((state) => state.metric !== metric)),
    ...slowerRow(outcome, fn),
    ...plainRows(outcome, fn, style),
  ].map((one) => (outcome.comparison.base.kind === 'measured' ? one : withoutChange(one)));
  const sorted = rows.toSorted((a, b) => RANK[a.row.mark] - RANK[b.row.mark]);
  const telling = sorted.filter(({ row }) => RANK[row.mark] < RANK.kept);
  const calm = sorted.filter(({ row }) => RANK[row.mark] >= RANK.kept);
  const headlines = calm.filter(({ metric }) => metric !== null && HEADLINES.some((name) => name === metric));
  // Without a base nothing has moved, so that none is the one to tell.
  if (whole || outcome.comparison.base.kind === 'missing') return [...telling, ...headlines].map(({ row }) => row);
  const people = headlines.filter(({ metric }) => metric !== 'binary');
  const most = (people.length > 0 ? people : headlines).toSorted((a, b) => b.moved - a.moved).slice(0, telling.length === 0 ? 1 : 0);
  return [...telling, ...most].slice(0, ROWS).map(({ row }) => row);
}

/** Without a base nothing is new. */
function withoutChange(judged: Judged): Judged {
  return { ...judged, row: { ...judged.row, change: '' } };
}

interface Judged {
  readonly row: FigureRow;
  readonly metric: Judgement['limit']['metric'] | null;
  /** How far it moved, as a share. */
  readonly moved: number;
}

/** A function that does not start has no figure there, which is the figure. */
function stateRows({ verdict, comparison }: Outcome, fn: FunctionComparison): readonly Judged[] {
  const hasBase = comparison.base.kind === 'measured' && fn.status !== 'added';
  const row = (metric: StateMetric, kind: string, fails: string): readonly Judged[] => {
    const what = metricWord(metric, PLAIN_WORDS);
    const figure = (side: 'base' | 'head'): string => sideText(fn, metric, side, dimensionOf(metric));
    const none = { fn, what, change: '', limit: '' } as const;
    switch (kind) {
      case 'broken':
        return [{ metric, moved: 0, row: { ...none, base: hasBase ? figure('base') : '', head: fails, mark: markOfBreach(verdict) } }];
      case 'not-measurable':
        return [{ metric, moved: 0, row: { ...none, base: hasBase ? fails : '', head: fails, mark: 'unknown' } }];
      case 'recovered':
        return [
          {
            metric,
            moved: Number.POSITIVE_INFINITY,
            row: { ...none, base: fails, head: figure('head'), change: 'starts again', mark: 'kept' },
          },
        ];
      default:
        return [];
    }
  };
  return [
    ...row('init.instructions', fn.init.state.kind, 'does not start here'),
    ...row('cold-start.p50', fn.coldStart.state.kind, 'does not start on AWS'),
  ];
}

const TOLD_STATES: readonly string[] = ['broken', 'not-measurable', 'recovered'];
type StateMetric = 'init.instructions' | 'cold-start.p50';

/** Rows that a limit speaks of: one for each limit that is exceeded or could not be checked, else one for the tightest of a metric. */
function judgedRows({ verdict }: Outcome, fn: FunctionComparison, style: TextStyle): readonly Judged[] {
  const { breached, warned, kept, unchecked, unproven } = verdictByFunction(verdict);
  const open = new Set((unproven.get(fn.name) ?? []).map(({ limit }) => limit));
  const over = tightestFirst(breached.get(fn.name) ?? []).map((one) => judgedRow(fn, one, markOfBreach(verdict), style));
  const warning = tightestFirst(warned.get(fn.name) ?? []).map((one) => judgedRow(fn, one, 'warning', style));
  const asked = new Set(openOf(verdict));
  const unknown = (unchecked.get(fn.name) ?? []).map((one) => uncheckedRow(fn, one, asked.has(one) ? 'unknown' : 'none', style));
  const told = new Set([...over, ...warning, ...unknown].map(({ metric }) => metric));
  const calm = tightestFirst(kept.get(fn.name) ?? []).flatMap((one) => {
    const doubtful = open.has(one.limit);
    if (told.has(one.limit.metric) && !doubtful) return [];
    told.add(one.limit.metric);
    return [judgedRow(fn, one, doubtful ? 'warning' : one.headroom === null ? 'none' : 'kept', style)];
  });
  return [...over, ...warning, ...unknown, ...calm];
}

/** Several limits on one figure share its row, as long as they came to the same. */
function merged(rows: readonly Judged[]): readonly Judged[] {
  const groups = groupBy(rows, ({ metric, row }) => `${row.mark} ${metric}`);
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const limit = [first, ...others].map(({ row }) => row.limit).filter((text) => text !== '');
    return [{ ...first, row: { ...first.row, limit: limit.join('; ') } }];
  });
}

/** Waiting that no instruction shows: the time is proven to have grown, and nothing else tells of it. */
function slowerRow(outcome: Outcome, fn: FunctionComparison): readonly Judged[] {
  const { time } = fn.init;
  if (time === null || time.base === null || time.head === null || time.change === null) return [];
  if (!slowerFunctions(outcome).includes(fn)) return [];
  const [base, head] = [renderMillis(time.base.median), renderMillis(time.head.median)];
  const row: FigureRow = { fn, what: 'time to start', base, head, change: renderRatio(time.change.ratio), limit: '', mark: 'warning' };
  return [{ metric: null, moved: 0, row }];
}

function plainRows({ verdict }: Outcome, fn: FunctionComparison, style: TextStyle): readonly Judged[] {
  const { breached, warned, kept, unchecked } = verdictByFunction(verdict);
  const told = new Set<string>(
    [breached, warned, kept, unchecked].flatMap((group) => (group.get(fn.name) ?? []).map(({ limit }) => limit.metric)),
  );
  if (TOLD_STATES.includes(fn.init.state.kind)) told.add('init.instructions');
  if (TOLD_STATES.includes(fn.coldStart.state.kind)) told.add('cold-start.p50');
  return HEADLINES.flatMap((metric) => {
    if (told.has(metric) || !hasFigures(fn, metric)) return [];
    return [rowOf(fn, { metric, ...figuresOf(fn, metric) }, { limit: '', mark: 'none' }, style)];
  });
}

function hasFigures(fn: FunctionComparison, metric: TableMetric): boolean {
  if (metric === 'init.instructions') return wasStarted(fn);
  const { base, head } = fn.metrics[metric];
  return base !== null || head !== null;
}

function figuresOf(fn: FunctionComparison, metric: TableMetric): Pick<Judgement, 'figures'> {
  const { base, head } = fn.metrics[metric];
  return { figures: { base, head } };
}

function judgedRow(fn: FunctionComparison, { limit, figures, headroom }: Judgement, mark: Mark, style: TextStyle): Judged {
  return rowOf(fn, { metric: limit.metric, figures }, { limit: headroom === null ? '' : allowedWords(limit, style), mark }, style);
}

/** By how many bounds a limit has. */
const ALL_OF: readonly (string | undefined)[] = ['', '', 'both '];

/** A limit of several bounds is breached where all are exceeded; one that only warns says so. */
function allowedWords(limit: Judgement['limit'], style: TextStyle): string {
  const words = `${ALL_OF[limit.bounds.length] ?? 'all of '}${boundWords(limit, style)}`;
  return limit.gate === 'warn' ? `${words} (only warns)` : words;
}

function uncheckedRow(fn: FunctionComparison, { limit }: Unchecked, mark: Mark, style: TextStyle): Judged {
  const figures = isCrateMetric(limit.metric) ? { base: null, head: null } : figuresOf(fn, limit.metric).figures;
  return rowOf(fn, { metric: limit.metric, figures }, { limit: allowedWords(limit, style), mark }, style);
}

function rowOf(
  fn: FunctionComparison,
  { metric, figures }: { readonly metric: Judgement['limit']['metric']; readonly figures: Judgement['figures'] },
  judged: Pick<FigureRow, 'limit' | 'mark'>,
  style: TextStyle,
): Judged {
  const kind = dimensionOf(metric);
  const { base, head } = figures;
  const texts = isCrateMetric(metric)
    ? { base: amount(base, kind), head: head === null ? 'not measured' : renderAmount(head, kind) }
    : { base: base === null ? '' : sideText(fn, metric, 'base', kind), head: headText(fn, metric, head, kind) };
  const moved = base === null || head === null || base === 0 || head === 0 ? 0 : Math.abs(Math.log(head / base));
  const what = metricWord(metric, style);
  return { metric, moved, row: { fn, what, ...texts, change: changeOf(fn, metric, figures), ...judged } };
}

/** A breach of a gate that only warns stops nobody. */
function markOfBreach({ status, gate }: Outcome['verdict']): Mark {
  if (status === 'accepted') return 'accepted';
  return gate === 'warn' ? 'warning' : 'over';
}

/** For metrics that have a word of their own. */
const PLAIN_WORDS: TextStyle = { name: (text) => text, prose: (text) => text };
