import { breachesOf } from '../../core/judge/judge.ts';
import { type Metric, metricRow } from '../../core/metrics.ts';
import type { Judgement, Limit, LimitSource, Outcome } from '../../core/model.ts';
import { renderAmount } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { counted, listed } from './figures.ts';

const SHOWN = 20;

/** The metric as a limit names it; crates and sections as names are written. */
export function metricText(metric: Metric, style: TextStyle): string {
  const row = metricRow(metric);
  return row === null || row.word.startsWith('.') ? style.name(row?.word ?? metric) : metric;
}

/** The metric in a sentence: what is sampled on AWS has a name that a person would use. */
export function metricWords(metric: Metric, style: TextStyle): string {
  const row = metricRow(metric);
  return row?.of === 'cold-start' ? row.phrase : metricText(metric, style);
}

/** The bounds as they were written, without function and metric: `+5% & +50 kB`. */
export function boundsText(limit: Limit): string {
  return limit.text.slice(limit.text.lastIndexOf(':') + 1).trim();
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

/** `+5% & +50 kB (default)`. */
export function limitText(limit: Limit, style: TextStyle): string {
  const { kind } = limit.source;
  const source = kind === 'input' || kind === 'default' ? sourceText(limit.source) : style.name(sourceText(limit.source));
  return `${style.prose(boundsText(limit))} (${source})`;
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

/** What a function may still grow: its worst breach, else its tightest limit: `21.3 kB (zip)`. */
export function headroomText(outcome: Outcome, name: string, style: TextStyle): string {
  const { kept, warned, unproven, unchecked } = outcome.verdict;
  const over = breachesOf(outcome.verdict, 'limit').filter((judgement) => judgement.function === name);
  const [worst] = tightestFirst<Judgement>(over.length > 0 ? over : warned.filter((judgement) => judgement.function === name));
  if (worst !== undefined) return headroomOf(worst, style);
  const [tightest] = tightestFirst(kept.filter((judgement) => judgement.function === name && judgement.headroom !== null));
  const open = unproven.some((other) => other.function === name && other.limit === tightest?.limit);
  if (tightest !== undefined) return open ? `not proven (${metricText(tightest.limit.metric, style)})` : headroomOf(tightest, style);
  return unchecked.some((limit) => limit.function === name) ? 'not checked' : '–';
}

function headroomOf({ headroom, limit }: Judgement, style: TextStyle): string {
  return `${headroom === null ? '–' : renderAmount(headroom, limit.dimension)} (${metricText(limit.metric, style)})`;
}

/** One line for each limit and reason that could not be checked, with the functions it concerns. */
export function uncheckedLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const functions = new Map<string, string[]>();
  for (const { limit, function: name, reason } of outcome.verdict.unchecked) {
    const key = `${metricText(limit.metric, style)} ${limitText(limit, style)}: ${style.prose(reason)}`;
    functions.set(key, [...(functions.get(key) ?? []), style.name(name)]);
  }
  return capped(
    Array.from(functions, ([text, names]) => `${listed(names, 5)}: ${text}`),
    'limit',
  );
}

/** What this change does to the limits in `Cargo.toml`; empty where it leaves them alone. */
export function limitChangeLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const lines = outcome.comparison.limitChanges.map(({ kind, text, file }) => `${kind}: ${style.name(text)} in ${style.name(file)}`);
  return capped(lines, 'limit');
}

/** Whose limits count where a change alters them: never its own. */
export function limitChangeHeading({ comparison: { base } }: Outcome): string {
  const applied = base.kind === 'measured' && base.snapshot.limits.length > 0;
  return applied
    ? "This change alters limits; the base's are applied"
    : 'This change proposes limits; they count once they are in the base';
}

/** The first twenty lines and a count of the rest. */
export function capped(lines: readonly string[], singular: string, plural?: string): readonly string[] {
  return lines.length <= SHOWN
    ? lines
    : [...lines.slice(0, SHOWN), `and ${counted(lines.length - SHOWN, `more ${singular}`, `more ${plural ?? `${singular}s`}`)}`];
}
