import type {
  Cause,
  DependencyComparison,
  FunctionComparison,
  Judgement,
  Outcome,
  Pair,
  Row,
  Side,
  Unchecked,
  Unproven,
} from '../../core/model.ts';
import { allowedBy, boundsText, sourceText, tightestFirst } from '../text/limits.ts';
import { verdictSentence } from '../text/sentence.ts';
import { coldStartBreachOf, coldStartReportOf, unprovenFiguresOf } from './cold-start.ts';
import { initBreachOf, initReportOf } from './init.ts';
import type { Check } from './schema.ts';

/** The whole report as JSON (`coldgate/check@2`): sizes in bytes, times in milliseconds, keys in a fixed order, names as they are. Ends in a newline. */
export function renderJson(outcome: Outcome): string {
  return `${JSON.stringify(checkOf(outcome), null, 2)}\n`;
}

function checkOf(outcome: Outcome): Check {
  const { base, head, functions, dependencies, limitChanges, notes } = outcome.comparison;
  return {
    schema: 'coldgate/check@2',
    coldgate: head.snapshot.invocation.coldgate,
    base: base.kind === 'measured' ? sideOf(base) : null,
    missingBase: base.kind === 'missing' ? { kind: base.why.kind, reason: base.why.reason } : null,
    head: sideOf(head),
    functions: functions.map(functionOf),
    dependencies: dependenciesOf(dependencies),
    verdict: verdictOf(outcome),
    limitChanges: limitChanges.map(({ kind, text, file }) => ({ kind, text, file })),
    notes: notes.map(({ code, text }) => ({ code, text })),
    timings: { ...outcome.timings },
  };
}

function sideOf({ snapshot, origin }: Side): Check['head'] {
  return { sha: snapshot.commit.sha, source: snapshot.commit.source === 'working-tree' ? 'working-tree' : origin };
}

function functionOf(row: FunctionComparison): Check['functions'][number] {
  const { zip, binary, text, dependencies } = row.metrics;
  return {
    name: row.name,
    crate: row.crate,
    status: row.status,
    sha256: pairOf(row.sha256),
    metrics: { zip: pairOf(zip), binary: pairOf(binary), text: pairOf(text), dependencies: pairOf(dependencies) },
    unmeasured: { ...row.unmeasured },
    crates: row.crates.map(rowOf),
    symbols: row.symbols.map(({ crate, name, base, head }) => ({ crate, name, base, head })),
    sections: row.sections.map(rowOf),
    package: row.package.map(rowOf),
    findings: row.findings.map((finding) => ({ ...finding })),
    causes: row.causes.map(causeOf),
    init: initReportOf(row.init),
    coldStart: coldStartReportOf(row.coldStart),
  };
}

function causeOf({ name, base, head, changes, via }: Cause): Check['functions'][number]['causes'][number] {
  return { name, base, head, changes: changes.map((change) => ({ ...change })), via: [...via] };
}

function dependenciesOf({ added, removed, changed, duplicates, count }: DependencyComparison): Check['dependencies'] {
  return {
    added: added.map(({ name, version }) => ({ name, version })),
    removed: removed.map(({ name, version }) => ({ name, version })),
    changed: changed.map(({ name, base, head }) => ({ name, base, head })),
    duplicates: duplicates.map(({ name, versions }) => ({ name, versions: [...versions] })),
    count: pairOf(count),
  };
}

function verdictOf(outcome: Outcome): Check['verdict'] {
  const { status, gate, acceptance, breaches, initBreaches, coldStartBreaches, unproven, unchecked } = outcome.verdict;
  return {
    status,
    gate,
    sentence: verdictSentence(outcome),
    acceptance: acceptance === null ? null : { label: acceptance.label, by: acceptance.by, at: acceptance.at },
    breaches: tightestFirst(breaches).map((judgement) => ({
      ...boundedOf(judgement),
      ...pairOf(judgement.figures),
      allowed: allowedBy(judgement),
      headroom: judgement.headroom,
    })),
    initBreaches: initBreaches.map(initBreachOf),
    coldStartBreaches: coldStartBreaches.map(coldStartBreachOf),
    unproven: unproven.map((limit) => ({ ...boundedOf(limit), ...unprovenFiguresOf(limit) })),
    unchecked: unchecked.map((limit) => ({ ...boundedOf(limit), reason: limit.reason })),
  };
}

function boundedOf({
  function: name,
  limit,
}: Pick<Judgement | Unchecked | Unproven, 'function' | 'limit'>): Pick<
  Check['verdict']['unchecked'][number],
  'function' | 'metric' | 'limit' | 'source'
> {
  return { function: name, metric: limit.metric, limit: boundsText(limit), source: sourceText(limit.source) };
}

function rowOf({ name, base, head }: Row): Check['functions'][number]['crates'][number] {
  return { name, base, head };
}

function pairOf<T>({ base, head }: Pair<T>): { base: T | null; head: T | null } {
  return { base, head };
}
