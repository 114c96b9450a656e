import { partsOf } from '../../core/compare/parts.ts';
import type { Move, Root } from '../../core/did.ts';
import type { Cause, DependencyComparison, FunctionComparison } from '../../core/model/comparison.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { compareRows, deltaOf } from '../../core/pair.ts';
import type { Row } from '../../core/rows.ts';
import { commonText, rootText } from './did.ts';
import type { TextStyle } from './escape.ts';
import { changeText, counted, listed, sizeDelta } from './figures.ts';
import { toldFunctions } from './functions.ts';
import { initWhy } from './init-why.ts';
import { isNoticeable } from './noticed.ts';
import { stayingText } from './own-code.ts';
import { symbolsText } from './symbols.ts';

const FUNCTIONS = 5;
const ROOTS = 3;
const CRATES = 5;
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
    whys: told.slice(0, FUNCTIONS).map((row) => (isNoticeable(row) ? whyFunction(row, style) : whyLine(row, style))),
    more: changed.length - Math.min(told.length, FUNCTIONS),
  };
}

/** Nothing in it is worth more than a line: `health: package +432 B`. */
function whyLine(row: FunctionComparison, style: TextStyle): Why {
  return { heading: `${style.name(row.name)}: package ${sizeDelta(deltaOf(row.metrics.zip))}`, items: [] };
}

function whyFunction(row: FunctionComparison, style: TextStyle): Why {
  const isOwned = row.notOwned === null;
  const { base, head } = isOwned ? row.metrics.binary : row.metrics.text;
  const delta =
    base === null || head === null ? '' : `, ${isOwned ? 'binary' : 'code'} ${base === head ? 'of the same size' : sizeDelta(head - base)}`;
  const reason = row.notAttributed;
  const causes = row.causes.filter((cause) => deltaOf(cause) !== 0).toSorted(compareRows);
  const items = causes.slice(0, CRATES).map((cause) => ({ text: causeText(cause, row, style), symbols: symbolsText(cause, style) }));
  const left = causes.slice(CRATES);
  const sum = left.reduce((total, cause) => total + deltaOf(cause), 0);
  const rest = left.length === 0 ? [] : [{ text: `${counted(left.length, 'more crate')}, together ${sizeDelta(sum)}`, symbols: null }];
  const unknown = reason === null ? [] : [{ text: `crates not measured: ${style.prose(reason)}`, symbols: null }];
  const none = items.length === 0 && reason === null ? [{ text: 'no crate changed its size', symbols: null }] : [];
  const init = initWhy(row, style).map((text) => ({ text, symbols: null }));
  return { heading: `${style.name(row.name)}${delta}`, items: [...init, ...rootItems(row, style), ...items, ...rest, ...unknown, ...none] };
}

/** What a person did, before the crates: each with what came along and what it is of the binary, or of its code where no more is known. */
function rootItems(row: FunctionComparison, style: TextStyle): Why['items'] {
  const parts = (row.notOwned === null ? partsOf(row, 'binary') : null) ?? partsOf(row, 'text');
  const known = new Map(parts?.roots.map(({ root, delta }) => [root, delta]));
  const amount = (delta: number): string => (parts === null ? '' : `${sizeDelta(delta)} of ${parts.of === 'code' ? 'code' : 'the binary'}`);
  const common = parts?.common ?? [];
  // Of what several have under one name nobody knows whose it is: a root of nothing else has no figure of its own.
  const isApart = (root: Root): boolean => (known.get(root) ?? 0) !== 0 || !common.some(({ roots }) => roots.includes(root));
  const all: readonly { readonly text: string; readonly delta: number }[] = [
    ...row.roots
      .filter((root) => root.did.kind !== 'own' && isApart(root))
      .map((root) => {
        const delta = known.get(root) ?? 0;
        return { text: rootText(root, row, style, parts === null ? null : { delta, counts: () => true }), delta };
      }),
    ...common.map((one) => ({ text: commonText(one, style), delta: one.delta })),
  ];
  const sorted = all.toSorted((a, b) => Math.abs(b.delta) - Math.abs(a.delta));
  const items = sorted.slice(0, ROOTS).map(({ text, delta }) => `${text}${parts === null ? '' : `: ${amount(delta)}`}`);
  const more = sorted.slice(ROOTS);
  const sum = amount(more.reduce((total, { delta }) => total + delta, 0));
  const rest =
    more.length === 0 ? [] : [`${counted(more.length, 'more change')} of what is linked, or how${sum === '' ? '' : `, together ${sum}`}`];
  return [...items, ...rest].map((text) => ({ text, symbols: null }));
}

function causeText(cause: Cause, row: FunctionComparison, style: TextStyle): string {
  const why = cause.changes.length === 0 ? stayingText(cause, row, style) : broughtBy(cause, style);
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

function dependencyText(change: Move, style: TextStyle): string {
  switch (change.kind) {
    case 'added':
    case 'removed':
      return `${style.name(`${change.name} ${change.version}`)} ${change.kind}`;
    case 'changed':
      return style.name(`${change.name} ${change.base} → ${change.head}`);
    case 'features':
      return featuresText(change, style);
  }
}

/** `memchr 2.7.6 with std`. */
function featuresText({ name, version, enabled, disabled }: Extract<Move, { readonly kind: 'features' }>, style: TextStyle): string {
  const names = (features: readonly string[]): string => listed(features.map(style.name), 3);
  const on = enabled.length === 0 ? [] : [`with ${names(enabled)}`];
  const off = disabled.length === 0 ? [] : [`without ${names(disabled)}`];
  return [style.name(`${name} ${version}`), ...on, ...off].join(' ');
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
  const [before, after] = [count.base, count.head].map((side) => `${side ?? 'not measured'}`);
  const total = before === after ? `${after}` : `${before} → ${after}`;
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
