import type { Cause, DependencyChange, DependencyComparison, FunctionComparison, Outcome, Row } from '../../core/model.ts';
import { compareRows, deltaOf } from '../../core/pair.ts';
import { renderDelta } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { changeText, counted, listed } from './figures.ts';
import { toldFunctions } from './functions.ts';
import { initWhy } from './init-why.ts';
import { isNoticeable } from './noticed.ts';
import { type LockSides, ownCodeText, sidesOfLock } from './own-code.ts';

const FUNCTIONS = 5;
const CRATES = 5;
const SYMBOLS = 3;
const PACKAGES = 8;

/** Why one function changed. */
export interface Why {
  readonly heading: string;
  readonly items: readonly { readonly text: string; readonly symbols: string | null }[];
}

/**
 * For each changed function, the crates that changed most and what brought the change; one whose figures did not move noticeably is a line.
 * `more`: changed functions left out.
 */
export function whyOf(outcome: Outcome, style: TextStyle): { readonly whys: readonly Why[]; readonly more: number } {
  const changed = toldFunctions(outcome).filter(({ status }) => status === 'changed');
  const noticed = changed.filter(isNoticeable);
  const told = noticed.length === 0 ? changed.slice(0, 1) : noticed;
  return {
    whys: told.slice(0, FUNCTIONS).map((row) => (isNoticeable(row) ? whyFunction(row, sidesOfLock(outcome), style) : whyLine(row, style))),
    more: changed.length - Math.min(told.length, FUNCTIONS),
  };
}

/** Nothing in it is worth more than a line: `health: package +432 B`. */
function whyLine(row: FunctionComparison, style: TextStyle): Why {
  return { heading: `${style.name(row.name)}: package ${renderDelta(deltaOf(row.metrics.zip), 'size')}`, items: [] };
}

function whyFunction(row: FunctionComparison, lock: LockSides, style: TextStyle): Why {
  const { base, head } = row.metrics.text;
  const delta = base === null || head === null ? '' : `, code ${base === head ? 'of the same size' : renderDelta(head - base, 'size')}`;
  const reason = row.notAttributed;
  const causes = row.causes.filter((cause) => deltaOf(cause) !== 0).toSorted(compareRows);
  const items = causes.slice(0, CRATES).map((cause) => ({ text: causeText(cause, row, lock, style), symbols: symbolsText(cause, style) }));
  const left = causes.slice(CRATES);
  const sum = left.reduce((total, cause) => total + deltaOf(cause), 0);
  const rest =
    left.length === 0 ? [] : [{ text: `${counted(left.length, 'more crate')}, together ${renderDelta(sum, 'size')}`, symbols: null }];
  const unknown = reason === null ? [] : [{ text: `crates not measured: ${style.prose(reason)}`, symbols: null }];
  const none = items.length === 0 && reason === null ? [{ text: 'no crate changed its size', symbols: null }] : [];
  const init = initWhy(row, style).map((text) => ({ text, symbols: null }));
  return { heading: `${style.name(row.name)}${delta}`, items: [...init, ...items, ...rest, ...unknown, ...none] };
}

function causeText(cause: Cause, row: FunctionComparison, lock: LockSides, style: TextStyle): string {
  const why = cause.changes.length === 0 ? ownCodeText(cause, row, lock) : broughtBy(cause, style);
  return `${style.name(cause.name)} ${crateText(cause)}: ${why}`;
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
