import { normalizeCrate } from '../../core/crates.ts';
import type { CostRow, FunctionComparison, InitComparison, Row } from '../../core/model.ts';
import { compareRows, compareText, deltaOf } from '../../core/pair.ts';
import type { Connection } from '../../core/snapshot/init.ts';
import { renderCount, renderDelta } from '../../core/units.ts';
import type { TextStyle } from './escape.ts';
import { counted, listed } from './figures.ts';

const CRATES = 4;
const ADDRESSES = 5;
/** The phase whose code is the loader's alone. */
const LOADING = 'code loading';
/** Below either of these a count has not changed for a reader. */
const NOTICEABLE = { instructions: 1_000, share: 0.001 };
/** A function explains a phase whose change is mostly its own or of what it calls. */
const EXPLAINS = 0.8;
const WHOLE = 1.1;
/** What is less than this share of the whole change is not worth its words. */
const WORTH = 0.01;

/** Why a function's init changed: its phases and the code in them, then crates, then connections. Empty where nothing noticeable did. */
export function initWhy(fn: FunctionComparison, style: TextStyle): readonly string[] {
  return [...instructionLines(fn, style), ...connectionLines(fn.init, style)];
}

/** The same in a line or two: the deepest function that explains the growth, else the phase; and what init newly waits for. */
export function initReason(fn: FunctionComparison, style: TextStyle): readonly string[] {
  const [first] = instructionLines(fn, style);
  const change = deltaOf(fn.metrics['init.instructions']);
  const deepest = deepestOf(fn);
  if (deepest === null) return [...(first === undefined ? [] : [first]), ...connectionLines(fn.init, style)];
  const cost = renderCount(deltaOf(deepest.inclusive));
  const own = isOwn(deepest, fn) ? null : callerOf(fn, deepest);
  const called = own === null ? '' : `, called by ${style.name(own.name)},`;
  const text = `${style.name(deepest.name)}${called} runs before the first request: ${cost} of the ${renderDelta(change, 'count')} instructions`;
  return [text, ...connectionLines(fn.init, style)];
}

/** The function's own code through which another is reached that explains a growth; `null` where it cannot be told. */
function callerOf(fn: FunctionComparison, deepest: CostRow): CostRow | null {
  const least = deltaOf(deepest.inclusive);
  const callers = fn.init.functions.filter((row) => isOwn(row, fn) && deltaOf(row.inclusive) >= least);
  return callers.toSorted(deepestFirst)[0] ?? null;
}

function instructionLines(fn: FunctionComparison, style: TextStyle): readonly string[] {
  const figures = fn.metrics['init.instructions'];
  const change = deltaOf(figures);
  if (figures.base === null || Math.abs(change) <= NOTICEABLE.instructions || Math.abs(change) <= figures.base * NOTICEABLE.share)
    return [];
  const [main, ...others] = worthTelling(fn.init.phases, change);
  const phase = main ?? { name: 'init', base: figures.base, head: figures.head };
  const rest = others.map((row) => `; ${row.name} ${renderDelta(deltaOf(row), 'count')}`).join('');
  const reason = change > 0 ? reasonText(fn, phase, style) : '';
  const crates = worthTelling(fn.init.crates, change).map((row) => `${style.name(row.name)} ${renderDelta(deltaOf(row), 'count')}`);
  return [
    `${phase.name} ${renderDelta(deltaOf(phase), 'count')} instructions${reason}${rest}`,
    ...(crates.length < 2 ? [] : [`instructions by crate: ${listed(crates, CRATES)}`]),
  ];
}

/** The rows that changed in the direction of the whole, the largest first. */
function worthTelling(rows: readonly Row[], change: number): readonly Row[] {
  return rows.filter((row) => deltaOf(row) * Math.sign(change) > Math.abs(change) * WORTH).toSorted(compareRows);
}

/** The deepest function in which the growth of a whole init happened; `null` where no one function explains it. */
export function deepestOf(fn: FunctionComparison): CostRow | null {
  const change = deltaOf(fn.metrics['init.instructions']);
  if (change <= 0) return null;
  const [deepest] = fn.init.functions.filter((row) => !startsMain(row) && explains(deltaOf(row.inclusive) / change)).toSorted(deepestFirst);
  return deepest ?? null;
}

/** `, of which HashMap::insert 24.9 M under health::main`: the deepest function that explains a phase, and where the function's own code calls it. */
function reasonText(fn: FunctionComparison, phase: Row, style: TextStyle): string {
  const loading = phase.name === LOADING;
  const explaining = fn.init.functions
    .filter((row) => !startsMain(row) && isLoader(row) === loading && explains(deltaOf(row.inclusive) / deltaOf(phase)))
    .toSorted(deepestFirst);
  const [deepest] = explaining;
  if (deepest === undefined) return '';
  const caller = isOwn(deepest, fn) ? undefined : explaining.find((row) => isOwn(row, fn));
  const under = caller === undefined ? '' : ` under ${style.name(caller.name)}`;
  return `, of which ${style.name(deepest.name)} ${renderCount(deltaOf(deepest.inclusive))}${under}`;
}

/** What starts a program and calls `main`: everything is below it. */
const STARTS =
  /^(?:\(below main\)|_start|__libc_start_main.*|__libc_start_call_main|main|std::rt::.*|std::sys::backtrace::.*|core::ops::function::FnOnce::call_once.*)$/;

function startsMain({ name }: CostRow): boolean {
  return STARTS.test(name);
}

/** More than the whole is no part of it: a function that base does not list among its largest may have cost something there too. */
function explains(share: number): boolean {
  return share >= EXPLAINS && share <= WHOLE;
}

/** What calls has at least the cost of what it calls, so the least of those that explain is the deepest; of two alike, the one that works. */
function deepestFirst(a: CostRow, b: CostRow): number {
  return (
    deltaOf(a.inclusive) - deltaOf(b.inclusive) ||
    deltaOf(b.self) - deltaOf(a.self) ||
    compareText(`${a.crate} ${a.name}`, `${b.crate} ${b.name}`)
  );
}

/** The dynamic loader, which stands with its file name as a crate: `ld-linux-x86-64.so.2`. */
function isLoader({ crate }: CostRow): boolean {
  return /^ld-(?:linux|musl)/.test(crate);
}

function isOwn({ crate }: CostRow, fn: FunctionComparison): boolean {
  return normalizeCrate(crate) === normalizeCrate(fn.crate);
}

function connectionLines({ connections: { base, head } }: InitComparison, style: TextStyle): readonly string[] {
  if (base === null || head === null) return [];
  const key = ({ kind, address }: Connection): string => `${kind}\0${address}`;
  const more = beyond(head, base, key);
  const fewer = beyond(base, head, key);
  const texts = (all: readonly Connection[], kind: Connection['kind']): readonly string[] =>
    all.flatMap((connection) => (connection.kind === kind ? [style.name(connection.address)] : []));
  const line = (names: readonly string[], what: string, unit: string): readonly string[] =>
    names.length === 0 ? [] : [`${what} ${counted(names.length, unit)}: ${listed(names, ADDRESSES)}`];
  return [
    ...line(texts(more, 'connect'), 'init now waits for', 'more connection'),
    ...line(texts(more, 'lookup'), 'init now looks up', 'more name'),
    ...line(texts(fewer, 'connect'), 'init no longer waits for', 'connection'),
    ...line(texts(fewer, 'lookup'), 'init no longer looks up', 'name'),
  ];
}

/** Those of `all` that `others` has no counterpart for: the same address can be connected to twice. */
function beyond<T>(all: readonly T[], others: readonly T[], keyOf: (value: T) => string): readonly T[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(keyOf(other), (left.get(keyOf(other)) ?? 0) + 1);
  return all.filter((value) => {
    const count = left.get(keyOf(value)) ?? 0;
    left.set(keyOf(value), count - 1);
    return count <= 0;
  });
}
