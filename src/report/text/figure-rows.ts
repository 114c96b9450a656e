import { isOpen } from '../../core/judge/judge.ts';
import { dimensionOf, isCrateMetric, type TableMetric } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Judgement } from '../../core/model/verdict.ts';
import { groupBy } from '../../core/pair.ts';
import { renderMillis, renderRatio } from '../../core/units.ts';
import { shareText } from './cold-start-failure.ts';
import type { TextStyle } from './escape.ts';
import { sideText } from './figure-cells.ts';
import { type FigureRow, type Judged, judgedRow, type Mark, rowOf, uncheckedRow } from './figure-row.ts';
import { wasStarted } from './init-cell.ts';
import { slowerFunctions } from './init-times.ts';
import { allowedBy, metricWord, tightestFirst } from './limits.ts';
import { wasAnswered } from './stage.ts';
import { verdictByFunction } from './verdict-index.ts';

/** What stands in the table of a function alone, whether a limit is on it or not. */
const HEADLINES: readonly TableMetric[] = ['cold-start.p50', 'init.instructions', 'first-response.instructions', 'zip', 'binary'];
/** Of one of several functions: what has something to tell, so many at most. */
const ROWS = 4;
/** Limits that are kept on what is no headline: so many of a function at most. */
const KEPT = 5;
const RANK: Readonly<Record<Mark, number>> = { over: 0, accepted: 1, warning: 2, unknown: 3, kept: 4, none: 5 };

/** The rows of a function in the main table. */
export interface FigureRows {
  /** The worst first. */
  readonly rows: readonly FigureRow[];
  /** Limits that are kept on what is no headline, the tightest first: they come after the others, where there is room. */
  readonly kept: readonly FigureRow[];
}

/**
 * The figures of a function for the main table: all headlines of a function that stands alone (`whole`); of one among others what is over, near or
 * beyond judging, else the figure that moved most. Beside them what was written for other figures of it and is kept.
 */
export function figureRows(outcome: Outcome, fn: FunctionComparison, whole: boolean, style: TextStyle): FigureRows {
  const judged = merged(judgedRows(outcome, fn, style));
  const states = stateRows(outcome, fn).map((state) => ({
    ...state,
    row: { ...state.row, limit: judged.find(({ metric }) => metric === state.metric)?.row.limit ?? '' },
  }));
  const rows = [
    ...states,
    ...judged.filter(({ metric }) => states.every((state) => state.metric !== metric)),
    ...slowerRow(outcome, fn),
    ...failingRow(outcome, fn),
    ...plainRows(outcome, fn, style),
  ].map((one) => (outcome.comparison.base.kind === 'measured' ? one : withoutChange(one)));
  const sorted = rows.toSorted((a, b) => RANK[a.row.mark] - RANK[b.row.mark]);
  const telling = sorted.filter(({ row }) => RANK[row.mark] < RANK.kept);
  const calm = sorted.filter(({ row }) => RANK[row.mark] >= RANK.kept);
  const headlines = responseAfterInit(calm.filter(({ metric }) => metric !== null && HEADLINES.some((name) => name === metric)));
  // Whoever wrote a limit looks for what came of it; the defaults are on headlines alone.
  const kept = calm.filter((one) => one.row.mark === 'kept' && !headlines.includes(one)).map(({ row }) => row);
  const rowsWith = (own: readonly Judged[]): FigureRows => ({ rows: own.map(({ row }) => row), kept: kept.slice(0, KEPT) });
  // Without a base nothing has moved, so that none is the one to tell.
  if (whole || outcome.comparison.base.kind === 'missing') return rowsWith([...telling, ...headlines]);
  const people = headlines.filter(({ metric }) => metric !== 'binary');
  const most = (people.length > 0 ? people : headlines).toSorted((a, b) => b.moved - a.moved).slice(0, telling.length === 0 ? 1 : 0);
  return rowsWith([...telling, ...most].slice(0, ROWS));
}

/** What moves between the two is read beside each other. */
function responseAfterInit(rows: readonly Judged[]): readonly Judged[] {
  const isResponse = ({ metric }: Judged): boolean => metric === 'first-response.instructions';
  const at = rows.findIndex(({ metric }) => metric === 'init.instructions');
  if (at < 0) return rows;
  const others = rows.filter((row) => !isResponse(row));
  return others.flatMap((row) => (row.metric === 'init.instructions' ? [row, ...rows.filter(isResponse)] : [row]));
}

/** Without a base nothing is new. */
function withoutChange(judged: Judged): Judged {
  return { ...judged, row: { ...judged.row, change: '' } };
}

/** A function that does not start has no figure there, which is the figure. */
function stateRows({ verdict, comparison }: Outcome, fn: FunctionComparison): readonly Judged[] {
  const hasBase = comparison.base.kind === 'measured' && fn.status !== 'added';
  const row = (metric: StateMetric, kind: string, fails: string, again = 'starts again'): readonly Judged[] => {
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
            row: { ...none, base: fails, head: figure('head'), change: again, mark: 'kept' },
          },
        ];
      default:
        return [];
    }
  };
  return [
    ...row('init.instructions', fn.init.state.kind, 'does not start here'),
    ...row('first-response.instructions', fn.firstResponse.state.kind, 'does not answer here', 'answers again'),
    ...row('cold-start.p50', fn.coldStart.state.kind, 'does not start on AWS'),
  ];
}

const TOLD_STATES: readonly string[] = ['broken', 'not-measurable', 'recovered'];
type StateMetric = 'init.instructions' | 'first-response.instructions' | 'cold-start.p50';

/** Rows that a limit speaks of: one for each limit that is exceeded or could not be checked, else one for the tightest of a metric. */
function judgedRows({ verdict }: Outcome, fn: FunctionComparison, style: TextStyle): readonly Judged[] {
  const { breached, warned, kept, unchecked, unproven } = verdictByFunction(verdict);
  const open = new Set((unproven.get(fn.name) ?? []).map(({ limit }) => limit));
  const over = tightestFirst(breached.get(fn.name) ?? []).map((one) => judgedRow(fn, one, markOfBreach(verdict), style));
  const warning = tightestFirst(warned.get(fn.name) ?? []).map((one) => judgedRow(fn, one, 'warning', style));
  const unknown = (unchecked.get(fn.name) ?? []).map((one) => uncheckedRow(fn, one, isOpen(verdict, one) ? 'unknown' : 'none', style));
  const told = new Set<string | null>([...over, ...warning, ...unknown].map(({ metric }) => metric));
  const calm = tightestFirst(kept.get(fn.name) ?? []).flatMap((one) => {
    const doubtful = open.has(one.limit);
    const what = one.reference === null ? one.limit.metric : `${one.limit.metric} since ${one.reference.name}`;
    if ((told.has(what) && !doubtful) || isAbsent(one)) return [];
    told.add(what);
    return [judgedRow(fn, one, doubtful ? 'warning' : one.headroom === null ? 'none' : 'kept', style)];
  });
  return [...over, ...warning, ...unknown, ...calm];
}

/** A budget of a crate that the function has not, so that it says nothing of it; one of nothing keeps the crate out. */
function isAbsent(judgement: Judgement): boolean {
  const { limit, figures } = judgement;
  return isCrateMetric(limit.metric) && (figures.base ?? 0) === 0 && (figures.head ?? 0) === 0 && allowedBy(judgement) !== 0;
}

/** Several limits on one figure share its row, as long as they came to the same. */
function merged(rows: readonly Judged[]): readonly Judged[] {
  const groups = groupBy(rows, ({ metric, row }) => `${row.mark} ${metric} ${row.what}`);
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

/** Starts that failed are no figure of a metric. */
function failingRow({ verdict }: Outcome, fn: FunctionComparison): readonly Judged[] {
  const { failing } = fn.coldStart;
  if (failing === null) return [];
  const base = failing.counts.base === null ? '' : shareText(failing.counts.base);
  const mark = failing.proven ? markOfBreach(verdict) : 'warning';
  const row: FigureRow = { fn, what: 'failed starts on AWS', base, head: shareText(failing.counts.head), change: '', limit: '', mark };
  return [{ metric: null, moved: 0, row }];
}

function plainRows({ verdict }: Outcome, fn: FunctionComparison, style: TextStyle): readonly Judged[] {
  const { breached, warned, kept, unchecked } = verdictByFunction(verdict);
  const told = new Set<string>(
    [breached, warned, kept, unchecked].flatMap((group) =>
      (group.get(fn.name) ?? []).flatMap(({ limit }) => (limit.since === null ? [limit.metric] : [])),
    ),
  );
  if (TOLD_STATES.includes(fn.init.state.kind)) told.add('init.instructions');
  if (TOLD_STATES.includes(fn.firstResponse.state.kind)) told.add('first-response.instructions');
  if (TOLD_STATES.includes(fn.coldStart.state.kind)) told.add('cold-start.p50');
  return HEADLINES.flatMap((metric) => {
    if (told.has(metric) || !hasFigures(fn, metric)) return [];
    return [rowOf(fn, { metric, ...figuresOf(fn, metric) }, { limit: '', mark: 'none' }, style)];
  });
}

function hasFigures(fn: FunctionComparison, metric: TableMetric): boolean {
  if (metric === 'init.instructions') return wasStarted(fn);
  if (metric === 'first-response.instructions') return wasAnswered(fn);
  const { base, head } = fn.metrics[metric];
  return base !== null || head !== null;
}

function figuresOf(fn: FunctionComparison, metric: TableMetric): Pick<Judgement, 'figures'> {
  const { base, head } = fn.metrics[metric];
  return { figures: { base, head } };
}

/** A breach of a gate that only warns stops nobody. */
function markOfBreach({ status, gate }: Outcome['verdict']): Mark {
  if (status === 'accepted') return 'accepted';
  return gate === 'warn' ? 'warning' : 'over';
}

/** For metrics that have a word of their own. */
const PLAIN_WORDS: TextStyle = { name: (text) => text, prose: (text) => text };
