import { UsageError } from '../failures.ts';
import { meaning, type NamedFunction } from '../function-names.ts';
import type { Limit, LimitSet, LimitSource } from '../model/limits.ts';
import type { DeclaredLimit, Snapshot } from '../snapshot/snapshot.ts';
import { meant, nearestOf, quoted, shown } from '../text.ts';
import { DEFAULT_LIMITS, parseSet, type WrittenLine } from './limits.ts';
import { sinceText } from './since.ts';

/** The limits of one place: a package's `Cargo.toml`, or, with `package: null`, one that is for every function. */
export interface ScopedLimits {
  readonly package: string | null;
  readonly set: LimitSet;
}

/** The limits of a run, the nearest place first. */
export type Limits = { readonly kind: 'off' } | { readonly kind: 'limits'; readonly scopes: readonly ScopedLimits[] };

/** The limits that one commit's `Cargo.toml` files declare, packages before the workspace. A line that cannot be read is a UsageError. */
export function declaredLimits(snapshot: Pick<Snapshot, 'limits'>): readonly ScopedLimits[] {
  const packages = new Set(snapshot.limits.map((declared) => declared.package));
  const nearestFirst = [...packages].toSorted((a, b) => Number(a === null) - Number(b === null));
  return nearestFirst.map((name) => ({
    package: name,
    set: parseSet(snapshot.limits.filter((declared) => declared.package === name).map(lineOf)),
  }));
}

/**
 * The declared limits that count: base's, so that no change is excused by its own budget; none where base has none, and then inputs or the
 * defaults count. A line of base's that cannot be read does not stop the change that mends it, and its other lines count.
 */
export function lawOf(base: readonly DeclaredLimit[]): readonly ScopedLimits[] {
  const readable = base.filter((line) => isReadable([line]));
  const places = new Set(readable.map((declared) => declared.package));
  // `none` beside limits is a mistake of its own: the limits count.
  const contradicting = new Set([...places].filter((name) => !isReadable(readable.filter((declared) => declared.package === name))));
  return declaredLimits({ limits: readable.filter(({ text, package: name }) => text.trim() !== 'none' || !contradicting.has(name)) });
}

function isReadable(lines: readonly DeclaredLimit[]): boolean {
  try {
    declaredLimits({ limits: [...lines] });
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/**
 * Joins what was asked for with what is declared, inputs first; `off` where `none` leaves no function of the run with a limit.
 */
export function effectiveLimits(inputs: LimitSet, declared: readonly ScopedLimits[], functions: readonly LimitedFunction[]): Limits {
  const scopes = [{ package: null, set: inputs }, ...declared].filter(({ set }) => set.kind === 'off' || set.limits.length > 0);
  const limits: Limits = { kind: 'limits', scopes };
  const off = scopes.some(({ set }) => set.kind === 'off') && functions.every((fn) => limitsFor(fn, limits).length === 0);
  return off ? { kind: 'off' } : limits;
}

/** A function under its own name and, where base has another for it, under that: a new name takes off no limit. */
type LimitedFunction = NamedFunction & { readonly formerly?: NamedFunction | null };

/**
 * The limits that hold for one function: per metric those of the nearest place that bounds it; a `none` hides what is farther.
 * Within a place every line holds, but one that names the function takes the place of a general one of the same form, and one that names
 * its package too that of both. One that no line is for has `DEFAULT_LIMITS`: a budget of one function takes none off the others.
 */
export function limitsFor(fn: LimitedFunction, limits: Limits): readonly Limit[] {
  if (limits.kind === 'off') return [];
  const names = fn.formerly == null ? [fn] : [fn, fn.formerly];
  const chosen: Limit[] = [];
  for (const { package: name, set } of limits.scopes) {
    if (name !== null && names.every(({ crate }) => crate !== name)) continue;
    if (set.kind === 'off') return chosen;
    const bounded = new Set(chosen.map(({ metric }) => metric));
    const meant = set.limits.flatMap((limit) => {
      const rank = limit.function === null ? 0 : Math.max(...names.map((one) => meaning(limit.function ?? '', one) ?? -1));
      return rank < 0 ? [] : [{ limit, rank, form: formOf(limit) }];
    });
    const best = new Map<string, number>();
    for (const { rank, form } of meant) best.set(form, Math.max(rank, best.get(form) ?? 0));
    const nearest = meant.filter(({ rank, form }) => rank === best.get(form));
    chosen.push(...nearest.map(({ limit }) => limit).filter(({ metric }) => !bounded.has(metric)));
  }
  return chosen.length > 0 ? chosen : DEFAULT_LIMITS;
}

/** A limit in the inputs for a function that stands at neither side is a UsageError that lists those that do. */
export function checkFunctionNames(inputs: LimitSet, functions: readonly NamedFunction[]): void {
  if (inputs.kind === 'off') return;
  const known = [...new Set(functions.map(({ name }) => name))];
  for (const { function: name, text, source } of inputs.limits) {
    if (name === null || functions.some((fn) => meaning(name, fn) !== null)) continue;
    const option = source.kind === 'input' ? source.option : 'limit';
    throw new UsageError(
      `${option} ${shown(text)}: there is no function ${quoted(name)}${meant(nearestOf(name, known))} (functions: ${known.join(', ') || 'none'})`,
    );
  }
}

function lineOf({ text, package: name, file, line }: DeclaredLimit): WrittenLine {
  const source: LimitSource = name === null ? { kind: 'workspace', file, line } : { kind: 'package', package: name, file, line };
  return { line: text.trim(), source, where: `${line === null ? file : `${file}:${line}`} ${shown(text.trim())}` };
}

function formOf({ metric, bounds, since }: Limit): string {
  return [metric, ...bounds.map(({ kind }) => kind).toSorted(), ...(since === null ? [] : [sinceText(since)])].join(' ');
}
