import { breachesOf } from '../../core/judge/judge.ts';
import { type Metric, metricRow, type StartedMetric } from '../../core/metrics.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { Breach } from '../../core/model/verdict.ts';
import { groupBy } from '../../core/pair.ts';
import { missingText } from './base-reason.ts';
import { worstFirst } from './breach.ts';
import { functionNamed } from './cold-start.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';
import { tellingLine } from './init-failure.ts';
import { initReason } from './init-why.ts';
import { mostNoticed } from './noticed.ts';
import { isDoing, sizeReason } from './size-reason.ts';

const FUNCTIONS = 50;
const LINES = 3;
const NAMES = 3;

/**
 * Who did it, in three lines at most: what the worst figure of each function over its limit comes from, else that of the function that moved most.
 * Functions with the same cause share a line. Empty where nothing moved.
 */
export function becauseLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const { base } = outcome.comparison;
  if (base.kind === 'missing' && base.why.kind === 'does-not-build') return [missingText(base.why, style)];
  const told = subjects(outcome).flatMap((subject) => reasonsOf(subject, style).map((text) => ({ name: subject.fn.name, text })));
  const alike = [...groupBy(told, ({ text }) => text)];
  const single = new Set(told.map(({ name }) => name)).size === 1;
  return alike.slice(0, LINES).map(([text, group]) => {
    const names = listed(
      group.map(({ name }) => style.name(name)),
      NAMES,
    );
    return single ? text : `${names}: ${text}`;
  });
}

type About = 'size' | 'init' | 'failure';

interface Subject {
  readonly fn: FunctionComparison;
  readonly about: ReadonlySet<About>;
  /** The metrics of init and first response that are over their limits. */
  readonly over: ReadonlySet<StartedMetric>;
  /** The figure that is over its limit furthest, of those that a build has. */
  readonly metric: Metric;
}

/** The functions that the report's title and table are about, and which of their figures. */
function subjects(outcome: Outcome): readonly Subject[] {
  const over = [...worstFirst(outcome.verdict), ...breachesOf({ breaches: outcome.verdict.warned.map(asBreach) }, 'limit')];
  const byName = [...groupBy(over, (breach) => breach.function)].slice(0, FUNCTIONS);
  const told = byName.flatMap(([name, breaches]): readonly Subject[] => {
    const fn = functionNamed(outcome, name);
    const limits = new Set(breaches.flatMap(startedMetricOf));
    return fn === null ? [] : [{ fn, about: new Set(breaches.map(aboutOf)), over: limits, metric: sizeOf(breaches) }];
  });
  if (told.length > 0) return told;
  const most = mostNoticed(outcome);
  return most === null ? [] : [{ fn: most.fn, about: new Set([most.about]), over: new Set(), metric: 'zip' }];
}

function asBreach(judgement: Outcome['verdict']['warned'][number]): Breach {
  return { kind: 'limit', ...judgement };
}

function aboutOf(breach: Breach): About {
  if (breach.kind !== 'limit') return 'failure';
  const row = metricRow(breach.limit.metric);
  return row?.of === undefined || row.of === 'build' ? 'size' : 'init';
}

function startedMetricOf(breach: Breach): readonly StartedMetric[] {
  const row = breach.kind === 'limit' ? metricRow(breach.limit.metric) : undefined;
  return row?.of === 'init' || row?.of === 'first-response' ? [row.name] : [];
}

function sizeOf(breaches: readonly Breach[]): Metric {
  const first = breaches.find((breach) => aboutOf(breach) === 'size');
  return first?.kind === 'limit' ? first.limit.metric : 'zip';
}

function reasonsOf({ fn, about, over, metric }: Subject, style: TextStyle): readonly string[] {
  const init = about.has('init') ? initReason(fn, style, over) : [];
  // What makes a function start slower without more work is what has to be loaded.
  const size = about.has('size') || (about.has('init') && init.length === 0) ? sizeReason(fn, metric, style) : [];
  // A line that a person wrote explains the work that its crates do, too.
  const told = isDoing(fn, metric) ? [...size, ...init] : [...init, ...size];
  return [...(about.has('failure') ? failureReason(fn, style) : []), ...told];
}

function failureReason({ init, firstResponse, coldStart }: FunctionComparison, style: TextStyle): readonly string[] {
  const onAws = coldStart.state.kind === 'broken' ? coldStart.state : coldStart.failing;
  const here = [init.state, firstResponse.state].flatMap((state) => (state.kind === 'broken' ? [state.lastLines] : []));
  const lines = here[0] ?? onAws?.lastLines ?? [];
  const said = tellingLine(lines);
  return said === null ? [] : [`it wrote "${style.prose(said)}"`];
}
