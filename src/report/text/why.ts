import { normalizeCrate } from '../../core/crates.ts';
import type { Cause, DependencyChange, DependencyComparison, FunctionComparison, Outcome, Row } from '../../core/model.ts';
import { compareRows, deltaOf } from '../../core/pair.ts';
import type { Lockfile } from '../../core/snapshot/snapshot.ts';
import { renderDelta } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { changeText, counted, listed } from './figures.ts';
import { toldFunctions } from './functions.ts';
import { initWhy } from './init-why.ts';

const FUNCTIONS = 5;
const CRATES = 5;
const SYMBOLS = 3;
const PACKAGES = 8;

/** Why one function changed. */
export interface Why {
  readonly heading: string;
  readonly items: readonly { readonly text: string; readonly symbols: string | null }[];
}

/** For each changed function, the crates that changed most and what brought the change. `more`: changed functions left out. */
export function whyOf(outcome: Outcome, style: TextStyle): { readonly whys: readonly Why[]; readonly more: number } {
  const changed = toldFunctions(outcome).filter(({ status }) => status === 'changed');
  const { base, head } = outcome.comparison;
  const sameRustc = base.kind === 'missing' || base.snapshot.invocation.rustc === head.snapshot.invocation.rustc;
  const unexplained = sameRustc ? 'same version, other code generated' : 'same version, built by another rustc';
  const [before, after] = [base.kind === 'missing' ? null : base.snapshot.lockfile, head.snapshot.lockfile].map(pathCrates);
  const reasonOf = (crate: string): string => ownCrateText(crate, before, after) ?? unexplained;
  return {
    whys: changed.slice(0, FUNCTIONS).map((row) => whyFunction(row, reasonOf, style)),
    more: Math.max(0, changed.length - FUNCTIONS),
  };
}

/** The crates of workspace members and path dependencies, which no version tells apart; `null` without a lock file. */
function pathCrates(lock: Lockfile | null): ReadonlySet<string> | null {
  return lock === null ? null : new Set(lock.packages.filter(({ source }) => source === null).map(({ name }) => normalizeCrate(name)));
}

/** Of a crate of the project itself; `null` of others, and where a lock file is missing. */
function ownCrateText(crate: string, before?: ReadonlySet<string> | null, after?: ReadonlySet<string> | null): string | null {
  if (!before || !after) return null;
  const name = normalizeCrate(crate.replace(/\?$/, ''));
  if (before.has(name)) return after.has(name) ? "the project's own code" : "the project's own crate, removed";
  return after.has(name) ? "the project's own crate, added" : null;
}

function whyFunction(row: FunctionComparison, reasonOf: (crate: string) => string, style: TextStyle): Why {
  const { base, head } = row.metrics.text;
  const delta =
    base === null || head === null
      ? ''
      : `, ${style.name('.text')} ${base === head ? 'of the same size' : renderDelta(head - base, 'size')}`;
  const reason = row.notAttributed;
  const causes = row.causes.filter((cause) => deltaOf(cause) !== 0).toSorted(compareRows);
  const items = causes
    .slice(0, CRATES)
    .map((cause) => ({ text: causeText(cause, row, reasonOf, style), symbols: symbolsText(cause, style) }));
  const left = causes.slice(CRATES);
  const sum = left.reduce((total, cause) => total + deltaOf(cause), 0);
  const rest =
    left.length === 0 ? [] : [{ text: `${counted(left.length, 'more crate')}, together ${renderDelta(sum, 'size')}`, symbols: null }];
  const unknown = reason === null ? [] : [{ text: `crates not measured: ${style.prose(reason)}`, symbols: null }];
  const none = items.length === 0 && reason === null ? [{ text: 'no crate changed its size', symbols: null }] : [];
  const init = initWhy(row, style).map((text) => ({ text, symbols: null }));
  return { heading: `${style.name(row.name)}${delta}`, items: [...init, ...items, ...rest, ...unknown, ...none] };
}

function causeText(cause: Cause, row: FunctionComparison, reasonOf: (crate: string) => string, style: TextStyle): string {
  const own = normalizeCrate(cause.name) === normalizeCrate(row.crate) ? "the function's own code" : reasonOf(cause.name);
  return `${style.name(cause.name)} ${crateText(cause)}: ${cause.changes.length === 0 ? own : broughtBy(cause, style)}`;
}

/** A crate that has no code at a side is new or gone, whether the side lists it with 0 or not at all. */
function crateText({ base, head }: Row): string {
  return changeText({ base: base === 0 ? null : base, head: head === 0 ? null : head }, 'size');
}

function broughtBy({ changes, via }: Cause, style: TextStyle): string {
  const path = via.length === 0 ? '' : `, via ${style.name(via.join(' → '))}`;
  return `${listed(
    changes.map((change) => dependencyText(change, style)),
    3,
  )}${path}`;
}

function dependencyText(change: DependencyChange, style: TextStyle): string {
  switch (change.kind) {
    case 'added':
    case 'removed':
      return `${style.name(`${change.name} ${change.version}`)} ${change.kind}`;
    case 'changed':
      return style.name(`${change.name} ${change.base} → ${change.head}`);
  }
}

function symbolsText({ symbols }: Cause, style: TextStyle): string | null {
  const top = symbols.filter((symbol) => deltaOf(symbol) !== 0).toSorted(compareRows);
  if (top.length === 0) return null;
  return top
    .slice(0, SYMBOLS)
    .map((symbol) => `${style.name(symbol.name)} ${renderDelta(deltaOf(symbol), 'size')}`)
    .join(', ');
}

/** `41 → 44: 3 added (…), 1 changed (…), 2 in more than one version (…)`; `null` where nothing of it changed. */
export function dependenciesText({ comparison }: Outcome, style: TextStyle): string | null {
  const { added, removed, changed, duplicates, count }: DependencyComparison = comparison.dependencies;
  const doubled = part(
    duplicates.map(({ name, versions }) => style.name(`${name} ${versions.join(', ')}`)),
    'in more than one version',
  );
  if (comparison.base.kind === 'missing') return count.head === null ? null : [`${count.head}`, ...doubled].join('; ');
  if (added.length + removed.length + changed.length === 0) return null;
  const total = count.base === count.head ? `${count.head ?? '–'}` : `${count.base ?? '–'} → ${count.head ?? '–'}`;
  const parts = [
    ...part(
      added.map(({ name, version }) => style.name(`${name} ${version}`)),
      'added',
    ),
    ...part(
      removed.map(({ name, version }) => style.name(`${name} ${version}`)),
      'removed',
    ),
    ...part(
      changed.map(({ name, base, head }) => style.name(`${name} ${base} → ${head}`)),
      'changed',
    ),
    ...doubled,
  ];
  return `${total}: ${parts.join('; ')}`;
}

function part(names: readonly string[], what: string): readonly string[] {
  return names.length === 0 ? [] : [`${names.length} ${what} (${listed(names, PACKAGES)})`];
}
