import type { Common } from '../../core/compare/parts.ts';
import { crateOf } from '../../core/crates.ts';
import type { Did, Move, Place, Root } from '../../core/did.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import { deltaOf } from '../../core/pair.ts';
import type { TextStyle } from './escape.ts';
import { enumerated, listed } from './figures.ts';

const NAMES = 3;

/** What a person did, in words. */
export interface DidText {
  /** `regex 1.12.2`. */
  readonly subject: string;
  /** `was added`; `null` where the subject says it. */
  readonly verb: string | null;
  /** `Cargo.toml, line 9`; `null` where nothing says more. */
  readonly where: string | null;
}

export function didText(did: Did, style: TextStyle): DidText {
  switch (did.kind) {
    case 'added':
    case 'removed':
      return {
        subject: style.name(`${did.name} ${did.version}`),
        verb: `was ${did.kind}`,
        where: did.place === null ? askingText(did.by, style) : placeText(did.place, style),
      };
    case 'changed': {
      const asking = askingText(did.by, style);
      const locked = [style.name('Cargo.lock'), ...(asking === null ? [] : [asking])].join(', ');
      return {
        subject: style.name(`${did.name} ${did.base} → ${did.head}`),
        verb: null,
        where: did.place === null ? locked : placeText(did.place, style),
      };
    }
    case 'features':
      return { ...featuresText(did, style), where: did.place === null ? askingText(did.by, style) : placeText(did.place, style) };
    case 'own':
      return { subject: did.of === 'function' ? "the function's own code" : "the project's own code", verb: null, where: null };
    case 'toolchain':
      return { subject: style.name(`${compiler(did.base)} → ${compiler(did.head)}`), verb: null, where: null };
    case 'profile': {
      const settings = did.settings.map(({ key, base, head }) => style.name(`${key}: ${base ?? 'not set'} → ${head ?? 'not set'}`));
      return { subject: listed(settings, NAMES), verb: null, where: did.place === null ? null : placeText(did.place, style) };
    }
  }
}

/** The figure that is told of a root. */
export interface Told {
  readonly delta: number;
  /** Whether a crate's bytes are in it. */
  readonly counts: (crate: string) => boolean;
}

/** The whole of it: `regex 1.12.2 was added (Cargo.toml, line 9) and brings regex-automata, a second memchr`. `told`: `null` without a figure. */
export function rootText(root: Root, fn: FunctionComparison, style: TextStyle, told: Told | null): string {
  const { verb } = didText(root.did, style);
  const did = doneText(root, style);
  const along = alongText(root, fn, style, told);
  return along === null ? did : `${did}${verb === null ? '' : ' and'} ${along}`;
}

/** Without what came along: `regex 1.12.2 was added (Cargo.toml, line 9)`. */
function doneText({ did }: Root, style: TextStyle): string {
  const { subject, verb, where } = didText(did, style);
  return [subject, ...(verb === null ? [] : [verb]), ...(where === null ? [] : [`(${where})`])].join(' ');
}

/** `regex_syntax, which regex 1.13.2 (Cargo.toml, line 7) and regex-syntax 0.7.5 (Cargo.toml, line 8) have in common`. */
export function commonText({ roots, crates }: Pick<Common, 'roots' | 'crates'>, style: TextStyle): string {
  const who = roots.map(({ did }) => {
    const { subject, where } = didText(did, style);
    return where === null ? subject : `${subject} (${where})`;
  });
  return `${listed(crates.map(style.name), NAMES)}, which ${enumerated(who, NAMES)} have in common`;
}

/** What came along and what went, the largest first; of a figure that shrank what went comes first. */
function alongText({ did, moves, common }: Root, fn: FunctionComparison, style: TextStyle, told: Told | null): string | null {
  const own = 'name' in did ? did.name : null;
  const owners = fn.owners.filter(({ kind }) => kind === 'crate');
  const sizes = new Map((owners.length > 0 ? owners : fn.crates).map((row) => [crateOf(row.name), Math.abs(deltaOf(row))]));
  const sizeOf = ({ name }: Move): number => sizes.get(crateOf(name)) ?? 0;
  const apart = new Set(common);
  const isTold = ({ name }: Move): boolean => told === null || (!apart.has(crateOf(name)) && told.counts(crateOf(name)));
  const others = moves
    .filter((move) => move.kind !== 'features' && (move.name !== own || move.kind !== did.kind) && isTold(move))
    .toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const twice = new Set(fn.findings.flatMap((finding) => (finding.kind === 'two-versions' ? [finding.name] : [])));
  const names = (these: readonly Move[]): string =>
    listed(
      these.map((move, index) => (index < NAMES ? alongName(move, twice, style) : '')),
      NAMES,
    );
  // `http1, http2 of hyper were switched on and bring h2`.
  const s = did.kind === 'features' && (did.enabled.length || did.disabled.length) > 1 ? '' : 's';
  const came = others.filter(({ kind }) => kind !== 'removed');
  const gone = others.filter(({ kind }) => kind === 'removed');
  const brings = came.length === 0 ? [] : [`bring${s} ${names(came)}`];
  const drops = gone.length === 0 ? [] : [did.kind === 'removed' ? `takes ${names(gone)} along` : `drop${s} ${names(gone)}`];
  const isLess = told === null ? did.kind === 'removed' : told.delta < 0;
  const texts = isLess ? [...drops, ...brings] : [...brings, ...drops];
  return texts.length === 0 ? null : texts.join(' and ');
}

function alongName(move: Move, twice: ReadonlySet<string>, style: TextStyle): string {
  if (move.kind === 'changed') return style.name(`${move.name} ${move.base} → ${move.head}`);
  return move.kind === 'added' && twice.has(move.name) ? `another ${style.name(`${move.name} ${move.version}`)}` : style.name(move.name);
}

function featuresText(
  { name, enabled, disabled }: Extract<Did, { readonly kind: 'features' }>,
  style: TextStyle,
): Pick<DidText, 'subject' | 'verb'> {
  const [features, how] = enabled.length > 0 ? [enabled, 'on'] : [disabled, 'off'];
  if (features.length === 0) return { subject: `the features of ${style.name(name)}`, verb: 'changed' };
  const [what, are] = features.length === 1 ? ['feature', 'was'] : ['features', 'were'];
  const off = enabled.length > 0 && disabled.length > 0 ? ` and ${listed(disabled.map(style.name), NAMES)} off` : '';
  return { subject: `${style.name(name)}'s ${what} ${listed(features.map(style.name), NAMES)}`, verb: `${are} switched ${how}${off}` };
}

function askingText(by: readonly string[], style: TextStyle): string | null {
  return by.length === 0 ? null : `for ${listed(by.map(style.name), 2)}`;
}

function placeText({ file, line }: Place, style: TextStyle): string {
  return line === null ? style.name(file) : `${style.name(file)}, line ${line}`;
}

/** `rustc 1.95.0 (59807616e 2026-04-14)` without what stands in brackets. */
function compiler(version: string): string {
  return version.replace(/ \(.*$/, '');
}
