import { UsageError } from './failures.ts';
import type { Bound, Limit, LimitChange, LimitSet, LimitSource, Metric } from './model.ts';
import { NO_SYMBOL } from './model.ts';
import type { DeclaredLimit, Snapshot } from './snapshot.ts';
import type { Dimension } from './units.ts';
import { parseAmount, renderExactAmount } from './units.ts';

type CrateMetric = `crate:${string}`;
type PlainMetric = Exclude<Metric, CrateMetric>;

const DIMENSIONS: Readonly<Record<PlainMetric, Dimension>> = {
  zip: 'size',
  binary: 'size',
  text: 'size',
  dependencies: 'count',
  'init.instructions': 'count',
  'init.faults': 'count',
  'init.connects': 'count',
  'init.memory': 'size',
  'cold-start.memory': 'size',
  'cold-start.p50': 'time',
};

const METRICS = Object.keys(DIMENSIONS).toSpliced(3, 0, 'crate:<glob>').join(', ');

/** A maximum and a growth of each dimension, for messages. */
const EXAMPLES: Readonly<Record<Dimension, readonly [maximum: string, growth: string]>> = {
  size: ['5 MB', '+20 kB'],
  count: ['200', '+5'],
  time: ['50 ms', '+5 ms'],
};

/** More growth than this is a slip of the pen; it also keeps percent × bytes exact. */
const MAX_PERCENT = 1_000_000;

/** Longer than any limit; what is longer is no limit. */
const MAX_LINE = 500;

/** What applies when nobody wrote a limit: a package that grows by more than 5 % and by more than 50 kB. */
export const DEFAULT_LIMITS: readonly Limit[] = [parseLimit('zip: +5% & +50 kB', { kind: 'default' }, 'default')];

/**
 * Reads one line, `[function/]metric: bound [& bound]`: `zip: 5 MB`, `health/crate:serde*: +10 kB & +2%`.
 * Throws a UsageError that names `where` (an option with its value, or a file and line), what is wrong and what is allowed.
 */
export function parseLimit(line: string, source: LimitSource, where: string): Limit {
  const text = line.trim();
  if (text.length > MAX_LINE) throw mistake(where, `a limit has at most ${MAX_LINE} characters`);
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text.replaceAll('\t', ' ')))
    throw mistake(where, 'a limit is one line of plain text, without control characters');
  // A crate's glob has a colon before it: the longest form is tried first.
  const match = /^(?:([^/:]*)\/)?(crate:[^:]*|[^:]*):([^:]*)$/.exec(text);
  if (match === null) throw mistake(where, `${quote(text)} is not "metric: bound" (one colon after the metric); for example "zip: 5 MB"`);
  const [, prefix, written = '', rest = ''] = match;
  const functionName = prefix === undefined ? null : parseFunctionName(prefix.trim(), where);
  const metric = parseMetric(written.trim(), where);
  const dimension = dimensionOf(metric);
  const [first, ...others] = rest.split('&').map((bound) => parseBound(bound.trim(), dimension, where));
  if (first === undefined) throw mistake(where, `${quote(text)} has no bound`);
  const bounds: readonly [Bound, ...Bound[]] = [first, ...others];
  if (new Set(bounds.map(({ kind }) => kind)).size < bounds.length) {
    throw mistake(where, 'two bounds of one kind joined by "&": only the laxer could ever count; write one of them, or two lines');
  }
  return { function: functionName, metric, dimension, bounds, text, source };
}

/**
 * Reads the lines of an input: each element may hold several lines; blank ones and `#` comments are left out.
 * `none` on its own is the gate turned off; beside limits it is a UsageError, as is every mistake of `parseLimit`.
 */
export function parseLimits(lines: readonly string[], source: LimitSource, where: string): LimitSet {
  const written = lines.flatMap((text) => text.split(/\r\n|[\r\n]/)).map((line) => line.replace(/(?:^|\s)#.*$/, '').trim());
  return parseSet(written.filter((line) => line !== '').map((line) => ({ line, source, where: `${where} ${shown(line)}` })));
}

/** A line in the grammar of `parseLimit` that means exactly this limit, in its shortest form. */
export function renderLimit({ function: name, metric, dimension, bounds }: Limit): string {
  return `${name === null ? '' : `${name}/`}${metric}: ${bounds.map((bound) => renderBound(bound, dimension)).join(' & ')}`;
}

/** `5 MB`, `+20 kB`, `+2%`: exact, never rounded. */
export function renderBound(bound: Bound, dimension: Dimension): string {
  switch (bound.kind) {
    case 'maximum':
      return renderExactAmount(bound.value, dimension);
    case 'growth':
      return `+${renderExactAmount(bound.value, dimension)}`;
    case 'growth-percent':
      return `+${bound.percent}%`;
  }
}

/**
 * Whether a `crate:<glob>` covers a crate as cargo bloat names it. `*` is any run of characters, `?` any one; `-` and `_` are the same.
 * A trailing `?` in the crate's name marks cargo bloat's guess and is no part of it.
 */
export function matchesCrate(glob: string, crate: string): boolean {
  if (crate === NO_SYMBOL) return false;
  const pattern = normalizeCrate(glob);
  const name = normalizeCrate(crate.replace(/\?$/, ''));
  // Two pointers and one place to return to: at worst pattern × name steps, where a regular expression of many stars backtracks without end.
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') [star, mark, p] = [p, n, p + 1];
    else if (pattern[p] === '?' || pattern[p] === name[n]) [p, n] = [p + 1, n + 1];
    else if (star >= 0) [p, n, mark] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}

/** The limits of one place: a package's `Cargo.toml`, or, with `package: null`, one that is for every function. */
export interface ScopedLimits {
  readonly package: string | null;
  readonly set: LimitSet;
}

const DEFAULT_SCOPE: ScopedLimits = { package: null, set: { kind: 'limits', limits: DEFAULT_LIMITS } };

/** The limits of a run, the nearest place first. */
export type Limits = { readonly kind: 'off' } | { readonly kind: 'limits'; readonly scopes: readonly ScopedLimits[] };

/** What a limit needs to know of a function to tell whether it is meant. */
export interface LimitedFunction {
  readonly name: string;
  /** The cargo package it belongs to. */
  readonly crate: string;
}

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
 * Base's declared limits, so that a change is not excused by its own budget; head's where base has none yet.
 * Head's are read in any case, so a mistake stops the change that makes it; base's mistake does not stop the change that mends it.
 */
export function chooseDeclared(base: Snapshot | null, head: Snapshot): readonly ScopedLimits[] {
  const ofHead = declaredLimits(head);
  if (base === null || base.limits.length === 0) return ofHead;
  try {
    return declaredLimits(base);
  } catch (error) {
    if (error instanceof UsageError) return ofHead;
    throw error;
  }
}

/** The declared lines that only one of the sides has, by file and text. Nothing without a base. */
export function limitChanges(base: Pick<Snapshot, 'limits'> | null, head: Pick<Snapshot, 'limits'>): readonly LimitChange[] {
  if (base === null) return [];
  const removed = without(base.limits, head.limits).map(({ text, file }) => ({ kind: 'removed', text, file }) as const);
  const added = without(head.limits, base.limits).map(({ text, file }) => ({ kind: 'added', text, file }) as const);
  return [...removed, ...added];
}

/**
 * Joins what was asked for with what is declared, inputs first. With no limit written anywhere `DEFAULT_LIMITS` apply, to all that no `none` covers;
 * `off` where `none` leaves no function of the run with a limit.
 */
export function effectiveLimits(inputs: LimitSet, declared: readonly ScopedLimits[], functions: readonly LimitedFunction[]): Limits {
  const written = [{ package: null, set: inputs }, ...declared].filter(({ set }) => set.kind === 'off' || set.limits.length > 0);
  const scopes = written.every(({ set }) => set.kind === 'off') ? [...written, DEFAULT_SCOPE] : written;
  const limits: Limits = { kind: 'limits', scopes };
  const off = scopes.some(({ set }) => set.kind === 'off') && functions.every((fn) => limitsFor(fn, limits).length === 0);
  return off ? { kind: 'off' } : limits;
}

/**
 * The limits that hold for one function: per metric those of the nearest place that bounds it; a `none` hides what is farther.
 * Within a place every line holds, but one that names the function takes the place of a general one of the same form.
 */
export function limitsFor(fn: LimitedFunction, limits: Limits): readonly Limit[] {
  if (limits.kind === 'off') return [];
  const chosen: Limit[] = [];
  for (const { package: name, set } of limits.scopes) {
    if (name !== null && name !== fn.crate) continue;
    if (set.kind === 'off') break;
    const bounded = new Set(chosen.map(({ metric }) => metric));
    const meant = set.limits.filter((limit) => limit.function === null || limit.function === fn.name);
    const own = new Set(meant.filter((limit) => limit.function !== null).map(formOf));
    chosen.push(...meant.filter((limit) => !bounded.has(limit.metric) && (limit.function !== null || !own.has(formOf(limit)))));
  }
  return chosen;
}

/** A limit in the inputs for a function that stands at neither side is a UsageError that lists those that do. */
export function checkFunctionNames(inputs: LimitSet, names: readonly string[]): void {
  if (inputs.kind === 'off') return;
  const known = [...new Set(names)];
  for (const { function: name, text } of inputs.limits) {
    if (name === null || known.includes(name)) continue;
    const near = known.find((other) => editDistance(name, other) <= 2);
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    throw new UsageError(`limit '${text}': there is no function ${quote(name)}${hint} (functions: ${known.join(', ') || 'none'})`);
  }
}

/** Whether a metric is the sum of the crates that a glob matches. */
export function isCrateMetric(metric: Metric): metric is CrateMetric {
  return metric.startsWith('crate:');
}

/** Crate names have `_` where package names may have `-`. */
export function normalizeCrate(name: string): string {
  return name.replaceAll('-', '_');
}

interface WrittenLine {
  readonly line: string;
  readonly source: LimitSource;
  readonly where: string;
}

function parseSet(lines: readonly WrittenLine[]): LimitSet {
  const none = lines.find(({ line }) => line === 'none');
  if (none === undefined) return { kind: 'limits', limits: lines.map(({ line, source, where }) => parseLimit(line, source, where)) };
  if (lines.some(({ line }) => line !== 'none'))
    throw mistake(none.where, '"none" turns the gate off and cannot stand beside limits; drop one or the other');
  return { kind: 'off' };
}

function lineOf({ text, package: name, file, line }: DeclaredLimit): WrittenLine {
  const source: LimitSource = name === null ? { kind: 'workspace', file, line } : { kind: 'package', package: name, file, line };
  return { line: text.trim(), source, where: `${line === null ? file : `${file}:${line}`} ${shown(text.trim())}` };
}

function without(these: readonly DeclaredLimit[], those: readonly DeclaredLimit[]): readonly DeclaredLimit[] {
  const keyOf = ({ text, package: name, file }: DeclaredLimit) => JSON.stringify([file, name, text.trim()]);
  const known = new Set(those.map(keyOf));
  return these.filter((limit) => !known.has(keyOf(limit)));
}

function formOf({ metric, bounds }: Limit): string {
  return [metric, ...bounds.map(({ kind }) => kind).toSorted()].join(' ');
}

function parseFunctionName(name: string, where: string): string {
  if (/^[\p{L}\p{N}_.-]+$/u.test(name)) return name;
  throw mistake(where, `${quote(name)} is not the name of a function; write function/metric: bound, for example "health/zip: 5 MB"`);
}

function parseMetric(name: string, where: string): Metric {
  if (isPlainMetric(name)) return name;
  if (name.startsWith('crate:')) {
    const glob = name.slice('crate:'.length).trim();
    if (/^[\w\-*?[\]]+$/.test(glob)) return `crate:${glob}`;
    throw mistake(where, `${quote(glob)} is not the name of a crate; write crate:<glob> with * and ?, for example "crate:serde*: +10 kB"`);
  }
  if (name === 'crate')
    throw mistake(where, '"crate" needs a name and a bound; write crate:<glob>: bound, for example "crate:serde*: +10 kB"');
  const near = Object.keys(DIMENSIONS).find((metric) => editDistance(name.toLowerCase(), metric) <= 2);
  throw mistake(where, `unknown metric ${quote(name)}${near === undefined ? '' : `; did you mean "${near}"?`} (metrics: ${METRICS})`);
}

function isPlainMetric(name: string): name is PlainMetric {
  return Object.hasOwn(DIMENSIONS, name);
}

function dimensionOf(metric: Metric): Dimension {
  return isCrateMetric(metric) ? 'size' : DIMENSIONS[metric];
}

function parseBound(text: string, dimension: Dimension, where: string): Bound {
  const [maximum, growth] = EXAMPLES[dimension];
  if (text === '')
    throw mistake(where, `a bound is missing; write a maximum ("${maximum}"), a growth ("${growth}", "+2%"), or some joined by "&"`);
  if (/^[-−]/.test(text))
    throw mistake(where, `${quote(text)} is negative; write a maximum ("${maximum}") or a growth ("${growth}", "+2%")`);
  const grows = text.startsWith('+');
  const amount = grows ? text.slice(1).trim() : text;
  if (!amount.endsWith('%')) {
    const read = parseAmount(amount, dimension);
    if (read.kind === 'mistake') throw mistake(where, read.message);
    return { kind: grows ? 'growth' : 'maximum', value: read.value };
  }
  const digits = amount.slice(0, -1).trim();
  if (!/^\d+(?:\.\d{1,3})?$/.test(digits))
    throw mistake(where, `${quote(text)} is not a percentage with at most three decimals, such as "+2%"`);
  if (!grows) throw mistake(where, `a maximum in percent has no meaning; write +${digits}% for growth`);
  if (Number(digits) > MAX_PERCENT) throw mistake(where, `${quote(text)} is too large`);
  return { kind: 'growth-percent', percent: Number(digits) };
}

function mistake(where: string, what: string): UsageError {
  return new UsageError(`${where}: ${what}`);
}

/** In double quotes on one line, whatever it holds. */
function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** In single quotes on one line, as in a shell. */
function shown(line: string): string {
  return `'${quote(line).slice(1, -1).replaceAll('\\"', '"')}'`;
}

/** Levenshtein's distance; anything far apart in length is called far without counting. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, character] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (character === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
