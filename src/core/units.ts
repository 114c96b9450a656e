/** A size in bytes: a whole number; growth may be negative. */
export type Bytes = number & { readonly unit: 'bytes' };
/** A duration in milliseconds. */
export type Millis = number & { readonly unit: 'milliseconds' };

/** Marks a whole number as a size. Throws a RangeError for what cannot be one (a programming mistake, not bad input). */
export function bytes(value: number): Bytes {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a size in bytes: ${value}`);
  return value as Bytes;
}

export function millis(value: number): Millis {
  return value as Millis;
}

/** What a metric counts; decides which units a limit on it may use and how it is printed. */
export type Dimension = 'size' | 'count' | 'time';

interface Unit {
  readonly dimension: Dimension;
  readonly factor: number;
}

/** Every unit a limit may be written in. SI units are 1000-based, IEC units 1024-based, as in ISO/IEC 80000-13. */
const UNITS: Readonly<Record<string, Unit>> = {
  B: { dimension: 'size', factor: 1 },
  kB: { dimension: 'size', factor: 1e3 },
  MB: { dimension: 'size', factor: 1e6 },
  GB: { dimension: 'size', factor: 1e9 },
  KiB: { dimension: 'size', factor: 2 ** 10 },
  MiB: { dimension: 'size', factor: 2 ** 20 },
  GiB: { dimension: 'size', factor: 2 ** 30 },
  '': { dimension: 'count', factor: 1 },
  k: { dimension: 'count', factor: 1e3 },
  M: { dimension: 'count', factor: 1e6 },
  ms: { dimension: 'time', factor: 1 },
  s: { dimension: 'time', factor: 1e3 },
};

/** The units of one dimension as a person would list them. */
export function unitsOf(dimension: Dimension): string {
  const names = Object.entries(UNITS)
    .filter(([, unit]) => unit.dimension === dimension)
    .map(([name]) => (name === '' ? 'a bare number' : name));
  return names.join(', ');
}

/** Times are kept to the microsecond. */
const MICROS_PER_MILLI = 1e3;

export type ParsedAmount = { readonly kind: 'amount'; readonly value: number } | { readonly kind: 'mistake'; readonly message: string };

/**
 * Reads `5 MB`, `1.5k`, `800 ms` as bytes, a count or milliseconds. Sizes and counts come out whole, times in whole microseconds (rounded to nearest).
 * A mistake names the unit and lists the ones this dimension allows.
 */
export function parseAmount(text: string, dimension: Dimension): ParsedAmount {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim());
  if (match === null) return { kind: 'mistake', message: `"${text.trim()}" is not a number with a unit (${unitsOf(dimension)})` };
  const [, digits = '', name = ''] = match;
  const unit = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
  if (unit === undefined) return { kind: 'mistake', message: `unknown unit "${name}"; allowed here: ${unitsOf(dimension)}` };
  if (unit.dimension !== dimension) {
    const what = name === '' ? `"${digits}" has no unit` : `"${name}" is a unit of ${unit.dimension}`;
    return { kind: 'mistake', message: `${what}, but this is a ${dimension}; allowed here: ${unitsOf(dimension)}` };
  }
  const value = Number(digits) * unit.factor;
  const steps = dimension === 'time' ? MICROS_PER_MILLI : 1;
  const rounded = Math.round(value * steps);
  if (!Number.isSafeInteger(rounded)) return { kind: 'mistake', message: `"${text.trim()}" is too large` };
  return { kind: 'amount', value: rounded / steps };
}

/** `1892672` → `1,892,672`: exact figures, for tables that must add up. The middle of an even number of them may be a half: `9.5`. */
export function renderInteger(value: number): string {
  const [whole = '', part] = String(Math.round(value * 100) / 100).split('.');
  return `${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}${part === undefined ? '' : `.${part}`}`;
}

/** Writes a figure; `more`: with so many decimals beyond those that it always has. */
export type Render = (value: number, more?: number) => string;

/** Decimals beyond those of a figure that stands alone: one of 10,000,000,000. */
const MOST_MORE = 9;

/** Two figures beside each other, with as many digits as tell them apart: `919.01 kB` and `919.02 kB`. */
export function renderApart(one: number, other: number, render: Render): readonly [string, string] {
  const bare = (text: string): string => text.replace(/\.0+(?!\d)/, '');
  for (let more = 0; more <= MOST_MORE; more += 1) {
    const [left, right] = [render(one, more), render(other, more)];
    if (one === other || bare(left) !== bare(right)) return [left, right];
  }
  return [render(one), render(other)];
}

/** What is more than nothing, with as many digits as show it: `0.004 ms`. */
export function renderNonzero(value: number, render: Render): string {
  for (let more = 0; more <= MOST_MORE; more += 1) {
    const text = render(value, more);
    if (/[1-9]/.test(text)) return text;
  }
  return render(0);
}

/** Three significant figures with an SI prefix: `1.89 MB`, `919 kB`, `32 B`. */
export function renderBytes(value: number, more = 0): string {
  return scaled(value, more, [
    [1e15, ' PB'],
    [1e12, ' TB'],
    [1e9, ' GB'],
    [1e6, ' MB'],
    [1e3, ' kB'],
    [1, ' B'],
  ]);
}

/** `25.6 M`, `398 k`, `12`. */
export function renderCount(value: number, more = 0): string {
  return scaled(value, more, [
    [1e9, ' G'],
    [1e6, ' M'],
    [1e4, ' k', 1e3],
    [1, ''],
  ]);
}

export function renderMillis(value: number, more = 0): string {
  return scaled(value, more, [
    [1e3, ' s'],
    [1, ' ms'],
  ]);
}

export function renderAmount(value: number, dimension: Dimension, more = 0): string {
  switch (dimension) {
    case 'size':
      return renderBytes(value, more);
    case 'count':
      return renderCount(value, more);
    case 'time':
      return renderMillis(value, more);
  }
}

/** As `renderAmount`, always with its sign; zero is `0` without a unit, so that an exact zero is seen at once. */
export function renderDelta(value: number, dimension: Dimension): string {
  const size = renderNonzero(Math.abs(value), (one, more) => renderAmount(one, dimension, more));
  // Two sums of the same times may differ in their sixteenth digit.
  return /[1-9]/.test(size) ? `${value > 0 ? '+' : '−'}${size}` : '0';
}

/** What a figure became, as a ratio of its base. `null` where the base is 0: nothing has no ratio. */
export function ratioOf(base: number, head: number): number | null {
  return base === 0 ? null : head / base;
}

/** A ratio as a person reads it, to two digits: `+6.9 %`, `−49 %`, from twice on a factor: `×2.3`, `×64`. Below 0.01 % it is `0 %`. */
export function renderRatio(ratio: number): string {
  if (ratio >= 1.995) return `×${ratio < 9.95 ? ratio.toFixed(1) : renderInteger(Math.round(ratio))}`;
  const percent = (ratio - 1) * 100;
  const size = Math.abs(percent);
  // A figure that shrank to almost nothing is not gone.
  const digits = size < 0.095 ? 2 : size < 9.95 || (size >= 99.5 && size < 100) ? 1 : 0;
  const shown = ratio > 0 && size > 99.9 && percent < 0 ? '99.9' : size.toFixed(digits);
  return Number(shown) === 0 ? '0 %' : `${percent > 0 ? '+' : '−'}${shown} %`;
}

/** Picks the largest step not above the value, then three significant figures; a value that rounds up to the next step moves there. */
function scaled(value: number, more: number, steps: readonly (readonly [number, string, number?])[]): string {
  const size = Math.abs(value);
  for (const [index, [step, suffix, divisor = step]] of steps.entries()) {
    const last = index === steps.length - 1;
    if (size < step * (last ? 0 : 0.9995)) continue;
    const amount = size / divisor;
    const digits =
      divisor === 1 && Number.isInteger(size)
        ? renderInteger(size)
        : amount.toFixed(more + (amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2));
    return `${value < 0 && /[1-9]/.test(digits) ? '−' : ''}${digits}${suffix}`;
  }
  return String(value);
}

/** What a step took: `<0.1 s`, `1.2 s`, `42 s`, `1 min 12 s`. */
export function lastedText(milliseconds: number): string {
  if (milliseconds < 50) return '<0.1 s';
  if (milliseconds < 9_950) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
