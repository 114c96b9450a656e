import { sinceText } from '../../core/judge/since.ts';
import { type Metric, metricRow } from '../../core/metrics.ts';
import type { Limit, LimitSource } from '../../core/model/limits.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Judgement, Unchecked } from '../../core/model/verdict.ts';
import { groupBy } from '../../core/pair.ts';
import type { TextStyle } from './escape.ts';
import { counted, listed } from './figures.ts';

const SHOWN = 20;

/** The metric by its word in a table: `package`; crates as names are written. Limits and JSON call it by its own name, `zip`. */
export function metricWord(metric: Metric, style: TextStyle): string {
  return metricRow(metric)?.word ?? style.name(metric);
}

/** The metric in a sentence: what is sampled on AWS has a name that a person would use. */
export function metricPhrase(metric: Metric, style: TextStyle): string {
  const row = metricRow(metric);
  return row !== null && 'phrase' in row ? row.phrase : metricWord(metric, style);
}

/** The bounds as they were written, without function and metric: `+5% & +50 kB`. */
export function boundsText(limit: Limit): string {
  return limit.text.slice(limit.text.lastIndexOf(':') + 1).trim();
}

/** The bounds as a person reads them: `+5 % and +50 kB`, `+10 % and +500 k instructions`, `+10 % since v*`. */
export function boundWords(limit: Limit, style: TextStyle): string {
  const text = boundsText(limit);
  // The name of a tag stays as it is.
  const since = limit.since === null ? '' : ` since ${sinceText(limit.since)}`;
  const words = text
    .slice(0, since === '' ? undefined : text.search(/\ssince\s/))
    .split('&')
    .map((bound) => bound.trim().replace(/(\d)(?=[A-Za-z%])/g, '$1 '))
    .join(' and ');
  const isWork = limit.metric === 'init.instructions' || limit.metric === 'first-response.instructions';
  const unit = isWork && limit.bounds.some(({ kind }) => kind !== 'growth-percent') ? ' instructions' : '';
  return `${style.prose(`${words}${since}`)}${unit}`;
}

/** Where a limit was written: `default`, `--limit` or `input limits`, `Cargo.toml:12`. */
export function sourceText(source: LimitSource): string {
  switch (source.kind) {
    case 'input':
      return source.option;
    case 'default':
      return source.kind;
    case 'package':
    case 'workspace':
      return source.line === null ? source.file : `${source.file}:${source.line}`;
  }
}

/** `+5 % and +50 kB (default)`. */
export function limitText(limit: Limit, style: TextStyle): string {
  const { kind } = limit.source;
  const source = kind === 'input' || kind === 'default' ? sourceText(limit.source) : style.name(sourceText(limit.source));
  return `${boundWords(limit, style)} (${source})`;
}

/** What the limit as a whole allows: all of its bounds must be exceeded, so the widest counts. `null` where one of them bounds nothing. */
export function allowedBy(judgement: Judgement): number | null {
  let allowed = Number.NEGATIVE_INFINITY;
  for (const result of judgement.bounds) {
    if (result.allowed === null) return null;
    allowed = Math.max(allowed, result.allowed);
  }
  return allowed;
}

/** Headroom as a share of the figure, so that limits on different metrics can be ordered. */
function tightness({ headroom, figures }: Judgement): number {
  return headroom === null ? Number.POSITIVE_INFINITY : headroom / Math.max(1, figures.head ?? 1);
}

/** The least headroom first; a breach has a negative one. The order of equals is kept. */
export function tightestFirst<T extends Judgement>(judgements: readonly T[]): readonly T[] {
  return judgements.toSorted((a, b) => {
    const [left, right] = [tightness(a), tightness(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

/** One line for each limit and reason that could not be checked, with the functions it concerns. */
export function uncheckedLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const alike = groupBy(outcome.verdict.unchecked, ({ limit, reason }) => JSON.stringify([limit.metric, limit.text, limit.source, reason]));
  const line = (group: readonly Unchecked[]): string => {
    const [first] = group;
    if (first === undefined) return '';
    const { limit, reason } = first;
    const names = listed(
      group.map((one) => style.name(one.function)),
      5,
    );
    return `${names}: ${metricWord(limit.metric, style)} ${limitText(limit, style)}: ${style.prose(reason)}`;
  };
  return cappedRows([...alike.values()], line, 'limit');
}

/** The first twenty lines and a count of the rest. */
export function capped(lines: readonly string[], singular: string, plural?: string): readonly string[] {
  return cappedRows(lines, (line) => line, singular, plural);
}

/** The same where a line is only written for what is shown: a verdict may have 10,000 breaches. */
export function cappedRows<T>(
  rows: readonly T[],
  render: (row: T) => string,
  singular: string,
  plural = `${singular}s`,
): readonly string[] {
  const lines = rows.slice(0, SHOWN).map(render);
  const left = rows.length - lines.length;
  return left === 0 ? lines : [...lines, `and ${counted(left, `more ${singular}`, `more ${plural}`)}`];
}
