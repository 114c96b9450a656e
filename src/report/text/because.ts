import { breachesOf } from '../../core/judge/judge.ts';
import { metricRow } from '../../core/metrics.ts';
import { type Breach, type Cause, type DependencyChange, type FunctionComparison, type Outcome, OVERHEAD } from '../../core/model.ts';
import { compareRows, deltaOf, groupBy } from '../../core/pair.ts';
import { renderDelta } from '../../core/units.ts';
import { missingText } from './base-reason.ts';
import { worstFirst } from './breach.ts';
import { functionNamed } from './cold-start.ts';
import type { TextStyle } from './escape.ts';
import { listed } from './figures.ts';
import { tellingLine } from './init-failure.ts';
import { initReason } from './init-why.ts';
import { mostNoticed } from './noticed.ts';
import { projectsText, sidesOfLock } from './own-code.ts';

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
  const { base } = outcome.comparison;
  if (base.kind === 'missing' && base.why.kind === 'does-not-build') return [missingText(base.why, style)];
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
  // Code that moved the other way is no cause.
  if (deltaOf(fn.metrics.text) * deltaOf(fn.metrics.zip) < 0) return dataReason(outcome, fn, style);
  const texts = causesOf(outcome, fn, style).map(({ root: { text, verb }, brought, sum, ofCode }) => {
    const what = [...(verb === null ? [] : [verb]), ...(brought.length === 0 ? [] : [`brings ${listed(brought, BROUGHT)}`])].join(' and ');
    return `${text}${what === '' ? '' : ` ${what}`}: ${renderDelta(sum, 'size')}${ofCode ? OF_CODE : ''}`;
  });
  return texts.length === 0 ? dataReason(outcome, fn, style) : [texts.join('; ')];
}

/** What brought most of a function's growth: `regex 1.8.4 → 1.9.6 is +210 kB of code`; `null` where nothing did. */
export function mainCause(outcome: Outcome, fn: FunctionComparison, style: TextStyle): string | null {
  if (fn.notAttributed !== null || deltaOf(fn.metrics.text) <= 0) return null;
  const [main] = causesOf(outcome, fn, style);
  return main === undefined ? null : `${main.root.text} is ${renderDelta(main.sum, 'size')}${OF_CODE}`;
}

/** What a person did: `regex 1.12.2`, and what became of it where its text does not say that: `was added`. */
interface Root {
  readonly text: string;
  readonly verb: string | null;
}

/** A package is packed: it grows by less. */
const OF_CODE = ' of code, unpacked';

interface MainCause {
  readonly root: Root;
  /** The crates that came with it. */
  readonly brought: readonly string[];
  readonly sum: number;
  readonly ofCode: boolean;
}

/** The first two that are worth telling, each with all crates that it brought: what it took away is taken off. */
function causesOf(outcome: Outcome, fn: FunctionComparison, style: TextStyle): readonly MainCause[] {
  const change = deltaOf(fn.metrics.text);
  const rooted = fn.causes.map((cause) => ({ cause, root: rootOf(outcome, fn, cause, style) }));
  return [...groupBy(rooted, ({ root }) => root.text).values()]
    .flatMap((group): readonly MainCause[] => {
      const [first] = group;
      if (first === undefined) return [];
      const causes = group.map(({ cause }) => cause);
      return [
        {
          root: first.root,
          brought: causes.filter(({ via }) => via.length > 2).map(({ name }) => style.name(name)),
          sum: causes.reduce((total, cause) => total + deltaOf(cause), 0),
          ofCode: causes.some(({ changes }) => changes.length > 0),
        },
      ];
    })
    .filter(({ sum }) => sum * Math.sign(change) > Math.abs(change) * SHARE)
    .toSorted((one, other) => Math.abs(other.sum) - Math.abs(one.sum))
    .slice(0, 2);
}

/** No crate's code explains it: what else of the package grew most, a file beside the binary or a part of the binary that is no code. */
function dataReason(outcome: Outcome, fn: FunctionComparison, style: TextStyle): readonly string[] {
  const [file] = fn.package.filter(({ name }) => name !== OVERHEAD).toSorted(compareRows);
  const [section] = fn.sections.filter(({ name }) => name !== '.text').toSorted(compareRows);
  if (file !== undefined && file.name !== 'bootstrap' && deltaOf(file) !== 0)
    return [`${style.name(file.name)} in the package: ${renderDelta(deltaOf(file), 'size')}`];
  if (section === undefined || deltaOf(section) === 0) return [];
  const { changed } = outcome.comparison.dependencies;
  const moved = changed.slice(0, BROUGHT).map(({ name, base, head }) => style.name(`${name} ${base} → ${head}`));
  const lock = moved.length === 0 ? '' : `; ${moved.join(', ')} changed in ${style.name('Cargo.lock')}`;
  return [`data in the binary, not code (${style.name(section.name)}): ${renderDelta(deltaOf(section), 'size')}${lock}`];
}

/** What a person did that brought a crate's change. */
function rootOf(outcome: Outcome, fn: FunctionComparison, cause: Cause, style: TextStyle): Root {
  const [change] = cause.changes;
  if (change === undefined)
    return { text: projectsText(cause, fn, sidesOfLock(outcome)) ?? 'unchanged crates, compiled differently', verb: null };
  const root = cause.via[1];
  if (change.kind !== 'added' || root === undefined) return changeOf(change, style);
  const { added, changed } = outcome.comparison.dependencies;
  const asked = added.find(({ name }) => name === root);
  if (asked !== undefined) return changeOf({ kind: 'added', name: root, version: asked.version }, style);
  const moved = changed.find(({ name }) => name === root);
  return changeOf(moved === undefined ? change : { kind: 'changed', ...moved }, style);
}

function changeOf(change: DependencyChange, style: TextStyle): Root {
  if (change.kind === 'changed') return { text: style.name(`${change.name} ${change.base} → ${change.head}`), verb: null };
  return { text: style.name(`${change.name} ${change.version}`), verb: `was ${change.kind}` };
}
