import { crateMetricRow, dimensionOf, METRIC_NAMES, METRICS, type Metric, metricNamed } from '../metrics.ts';
import type { Bound, Limit, LimitSet, LimitSource } from '../model/limits.ts';
import { meant, nearestOf, quoted, shown } from '../text.ts';
import type { Dimension } from '../units.ts';
import { parseAmount } from '../units.ts';
import { mistake, parseSince } from './since.ts';

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

/** Before a limit that only warns. */
const WARN = /^warn\s*:\s*/;

/** What applies when nobody wrote a limit: no package grows by more than 5 % and 50 kB, no init by more than 10 % and 500,000 instructions. */
export const DEFAULT_LIMITS: readonly Limit[] = ['zip: +5% & +50 kB', 'init.instructions: +10% & +500k'].map((line) =>
  parseLimit(line, { kind: 'default' }, 'default'),
);

/**
 * Reads one line, `[warn:] [function/]metric: bound [& bound] [since tag or day]`: `zip: 5 MB`, `health/crate:serde*: +10 kB & +2%`,
 * `warn: zip: +5%`, `zip: +10% since v*`; a function is a binary, or a package's binary: `orders/bootstrap/zip: 5 MB`.
 * Throws a UsageError that names `where` (an option with its value, or a file and line), what is wrong and what is allowed.
 */
export function parseLimit(line: string, source: LimitSource, where: string): Limit {
  const text = line.trim();
  if (text.length > MAX_LINE) throw mistake(where, `a limit has at most ${MAX_LINE} characters`);
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text.replaceAll('\t', ' ')))
    throw mistake(where, 'a limit is one line of plain text, without control characters');
  const plain = text.replace(WARN, '');
  const gate = plain === text ? 'fail' : 'warn';
  // A crate's glob has a colon before it: the longest form is tried first.
  const match = /^(?:([^:]*)\/)?(crate(?:-text|-zip)?:[^:]*|[^:/]*):([^:]*)$/.exec(plain);
  if (match === null)
    throw mistake(
      where,
      `${quoted(text)} is not "metric: bound" (one colon after the metric); for example "${gate === 'warn' ? 'warn: ' : ''}zip: 5 MB"`,
    );
  const [, prefix, written = '', rest = ''] = match;
  const functionName = prefix === undefined ? null : parseFunctionName(prefix.trim(), where);
  const metric = parseMetric(written.trim(), where);
  const dimension = dimensionOf(metric);
  const [growth = '', ...from] = rest.split(/(?:^|\s)since(?=\s|$)/);
  const [first, ...others] = growth.split('&').map((bound) => parseBound(bound.trim(), dimension, where));
  if (first === undefined) throw mistake(where, `${quoted(text)} has no bound`);
  const bounds: readonly [Bound, ...Bound[]] = [first, ...others];
  if (new Set(bounds.map(({ kind }) => kind)).size < bounds.length) {
    throw mistake(where, 'two bounds of one kind joined by "&": only the laxer could ever count; write one of them, or two lines');
  }
  const since = from.length === 0 ? null : parseSince(from.join(' since').trim(), { metric, bounds }, where);
  return { function: functionName, metric, dimension, bounds, since, gate, text, source };
}

/**
 * Reads the lines of an option: each element may hold several lines; blank ones and `#` comments are left out.
 * `none` on its own is the gate turned off; beside limits it is a UsageError, as is every mistake of `parseLimit`.
 */
export function parseLimits(lines: readonly string[], option: string): LimitSet {
  const source = { kind: 'input', option } as const;
  const written = lines.flatMap((text) => text.split(/\r\n|[\r\n]/)).map((line) => line.replace(/(?:^|\s)#.*$/, '').trim());
  return parseSet(written.filter((line) => line !== '').map((line) => ({ line, source, where: `${option} ${shown(line)}` })));
}

/** A limit as it stands somewhere, with the words that lead to it. */
export interface WrittenLine {
  readonly line: string;
  readonly source: LimitSource;
  readonly where: string;
}

/** Reads the lines of one place; `none` on its own is the gate turned off. */
export function parseSet(lines: readonly WrittenLine[]): LimitSet {
  const none = lines.find(({ line }) => line === 'none');
  if (none === undefined) return { kind: 'limits', limits: lines.map(({ line, source, where }) => parseLimit(line, source, where)) };
  if (lines.some(({ line }) => line !== 'none'))
    throw mistake(none.where, '"none" turns the gate off and cannot stand beside limits; drop one or the other');
  return { kind: 'off' };
}

function parseFunctionName(name: string, where: string): string {
  if (/^(?:[\p{L}\p{N}_.-]+\/)?[\p{L}\p{N}_.-]+$/u.test(name)) return name;
  throw mistake(where, `${quoted(name)} is not the name of a function; write function/metric: bound, for example "health/zip: 5 MB"`);
}

function parseMetric(name: string, where: string): Metric {
  const known = metricNamed(name);
  if (known !== null) return known;
  const crates = crateMetricRow(`${name}:`);
  if (crates !== null) {
    const { prefix } = crates;
    const example = `for example "${prefix}:serde*: +10 kB"`;
    if (name === prefix) throw mistake(where, `"${prefix}" needs a name and a bound; write ${prefix}:<glob>: bound, ${example}`);
    const glob = name.slice(prefix.length + 1).trim();
    if (/^[\w\-*?]+$/.test(glob)) return `${prefix}:${glob}`;
    throw mistake(where, `${quoted(glob)} is not the name of a crate; write ${prefix}:<glob> with * and ?, ${example}`);
  }
  throw mistake(where, `unknown metric ${quoted(name)}${meant(nearestMetric(name))} (metrics: ${METRIC_NAMES.join(', ')})`);
}

/** By its name, by the word at the head of its column (`package`, `page faults`), or by what its name ends in (`instructions`). */
function nearestMetric(name: string): string | null {
  const word = name.toLowerCase();
  const titled = METRICS.find((row) => row.word === word || row.name.endsWith(`.${word}`));
  return (
    titled?.name ??
    nearestOf(
      word,
      METRICS.map((row) => row.name),
    )
  );
}

function parseBound(text: string, dimension: Dimension, where: string): Bound {
  const [maximum, growth] = EXAMPLES[dimension];
  if (text === '')
    throw mistake(where, `a bound is missing; write a maximum ("${maximum}"), a growth ("${growth}", "+2%"), or some joined by "&"`);
  if (/^[-−]/.test(text))
    throw mistake(where, `${quoted(text)} is negative; write a maximum ("${maximum}") or a growth ("${growth}", "+2%")`);
  const grows = text.startsWith('+');
  const amount = grows ? text.slice(1).trim() : text;
  if (!amount.endsWith('%')) {
    const read = parseAmount(amount, dimension);
    if (read.kind === 'mistake') throw mistake(where, read.message);
    return { kind: grows ? 'growth' : 'maximum', value: read.value };
  }
  const digits = amount.slice(0, -1).trim();
  if (!/^\d+(?:\.\d{1,3})?$/.test(digits))
    throw mistake(where, `${quoted(text)} is not a percentage with at most three decimals, such as "+2%"`);
  if (!grows) throw mistake(where, `a maximum in percent has no meaning; write +${digits}% for growth`);
  if (Number(digits) > MAX_PERCENT) throw mistake(where, `${quoted(text)} is too large`);
  return { kind: 'growth-percent', percent: Number(digits) };
}
