import { breachesOf } from '../../core/judge/judge.ts';
import { metricRow } from '../../core/metrics.ts';
import { type Breach, type Cause, type DependencyChange, type FunctionComparison, type Outcome, OVERHEAD } from '../../core/model.ts';
import { compareRows, deltaOf, groupBy } from '../../core/pair.ts';
import { renderDelta } from '../../core/units.ts';
import { worstFirst } from './breach.ts';
import { functionNamed } from './cold-start.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';
import { tellingLine } from './init-failure.ts';
import { initReason } from './init-why.ts';
import { mostNoticed } from './noticed.ts';
import { ownCodeText, sidesOfLock } from './own-code.ts';

const FUNCTIONS = 50;
const LINES = 3;
const BROUGHT = 3;
const NAMES = 3;
/** What brought less of a change than this is not its cause. */
const SHARE = 0.1;

/**
 * Who did it, in three lines at most: what the worst figure of each function over its limit comes from, else that of the function that moved most.
 * Functions with the same cause share a line. Empty where nothing moved.
 */
export function becauseLines(outcome: Outcome, style: TextStyle): readonly string[] {
  const told = subjects(outcome).flatMap(({ fn, about }) => reasonsOf(outcome, fn, about, style).map((text) => ({ name: fn.name, text })));
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
}

/** The functions that the report's title and table are about, and which of their figures. */
function subjects(outcome: Outcome): readonly Subject[] {
  const over = [...worstFirst(outcome.verdict), ...breachesOf({ breaches: outcome.verdict.warned.map(asBreach) }, 'limit')];
  const byName = [...groupBy(over, (breach) => breach.function)].slice(0, FUNCTIONS);
  const told = byName.flatMap(([name, breaches]): readonly Subject[] => {
    const fn = functionNamed(outcome, name);
    return fn === null ? [] : [{ fn, about: new Set(breaches.map(aboutOf)) }];
  });
  if (told.length > 0) return told;
  const most = mostNoticed(outcome);
  return most === null ? [] : [{ fn: most.fn, about: new Set([most.about]) }];
}

function asBreach(judgement: Outcome['verdict']['warned'][number]): Breach {
  return { kind: 'limit', ...judgement };
}

function aboutOf(breach: Breach): About {
  if (breach.kind !== 'limit') return 'failure';
  const row = metricRow(breach.limit.metric);
  return row?.of === 'init' || row?.of === 'cold-start' ? 'init' : 'size';
}

function reasonsOf(outcome: Outcome, fn: FunctionComparison, about: ReadonlySet<About>, style: TextStyle): readonly string[] {
  const init = about.has('init') ? initReason(fn, style) : [];
  // What makes a function start slower without more work is what has to be loaded.
  const size = about.has('size') || (about.has('init') && init.length === 0) ? sizeReason(outcome, fn, style) : [];
  return [...(about.has('failure') ? failureReason(fn, style) : []), ...init, ...size];
}

function failureReason({ init: { state }, coldStart }: FunctionComparison, style: TextStyle): readonly string[] {
  const lines = state.kind === 'broken' ? state.lastLines : coldStart.state.kind === 'broken' ? coldStart.state.lastLines : [];
  const said = tellingLine(lines);
  return said === null ? [] : [`it wrote "${style.prose(said)}"`];
}

/** `regex 1.12.2 was added and brings regex_automata, aho_corasick: +122 kB of code; health's own code +2.06 kB`. */
function sizeReason(outcome: Outcome, fn: FunctionComparison, style: TextStyle): readonly string[] {
  if (fn.notAttributed !== null) return [`which crates it is was not measured (${style.prose(fn.notAttributed)})`];
  const change = deltaOf(fn.metrics.text);
  // Code that moved the other way is no cause.
  if (change * deltaOf(fn.metrics.zip) < 0) return dataReason(outcome, fn, style);
  const sums = [...groupBy(fn.causes, (cause) => rootOf(outcome, fn, cause, style)).values()].map((causes) => ({
    causes,
    sum: causes.reduce((total, cause) => total + deltaOf(cause), 0),
  }));
  const worth = sums
    .filter(({ sum }) => sum * Math.sign(change) > Math.abs(change) * SHARE)
    .toSorted((a, b) => Math.abs(b.sum) - Math.abs(a.sum))
    .slice(0, 2);
  const texts = worth.flatMap(({ causes: [first, ...others], sum }) => {
    if (first === undefined) return [];
    const root = rootOf(outcome, fn, first, style);
    const brought = [first, ...others].filter(({ via }) => via.length > 2).map(({ name }) => style.name(name));
    const brings = brought.length === 0 ? '' : `${root.endsWith('was added') ? ' and' : ', which'} brings ${listed(brought, BROUGHT)}`;
    return [`${root}${brings}: ${renderDelta(sum, 'size')}${first.changes.length === 0 ? '' : ' of code'}`];
  });
  return texts.length === 0 ? dataReason(outcome, fn, style) : [texts.join('; ')];
}

/** No crate's code explains it: what else of the package grew most, a file beside the binary or a part of the binary that is no code. */
function dataReason(outcome: Outcome, fn: FunctionComparison, style: TextStyle): readonly string[] {
  const [file] = fn.package.filter(({ name }) => name !== OVERHEAD).toSorted(compareRows);
  const [section] = fn.sections.filter(({ name }) => name !== '.text').toSorted(compareRows);
  if (file !== undefined && file.name !== 'bootstrap' && deltaOf(file) !== 0)
    return [`${style.name(file.name)} in the package: ${renderDelta(deltaOf(file), 'size')}`];
  if (section === undefined || deltaOf(section) === 0) return [];
  const { added, removed, changed } = outcome.comparison.dependencies;
  const moved = [
    ...changed.map(({ name, base, head }) => style.name(`${name} ${base} → ${head}`)),
    ...added.map(({ name, version }) => `${style.name(`${name} ${version}`)} added`),
    ...removed.map(({ name, version }) => `${style.name(`${name} ${version}`)} removed`),
  ];
  const lock = moved.length === 0 ? '' : `; Cargo.lock: ${listed(moved, BROUGHT)}`;
  return [`data, not code: of the binary, ${style.name(section.name)} is ${renderDelta(deltaOf(section), 'size')}${lock}`];
}

/** What a person did that brought a crate's change: `regex 1.12.2 was added`, `serde 1.0.1 → 1.0.2`, `the function's own code`. */
function rootOf(outcome: Outcome, fn: FunctionComparison, cause: Cause, style: TextStyle): string {
  const [change] = cause.changes;
  if (change === undefined) {
    const text = ownCodeText(cause, fn, sidesOfLock(outcome));
    return text.startsWith('same version') ? `crates of the ${text}` : text;
  }
  const root = cause.via[1];
  if (change.kind !== 'added' || root === undefined) return dependencyText(change, style);
  const { added, changed } = outcome.comparison.dependencies;
  const asked = added.find(({ name }) => name === root);
  if (asked !== undefined) return `${style.name(`${root} ${asked.version}`)} was added`;
  const moved = changed.find(({ name }) => name === root);
  return moved === undefined ? dependencyText(change, style) : style.name(`${root} ${moved.base} → ${moved.head}`);
}

function dependencyText(change: DependencyChange, style: TextStyle): string {
  switch (change.kind) {
    case 'added':
    case 'removed':
      return `${style.name(`${change.name} ${change.version}`)} was ${change.kind}`;
    case 'changed':
      return style.name(`${change.name} ${change.base} → ${change.head}`);
  }
}
