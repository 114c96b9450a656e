import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { renderMillis } from '../../core/units.ts';
import type { SampledData, SideSamples } from '../../report/page/data.ts';
import { drawn, made, pushedAside } from './element.ts';

/** Pixels. */
const WIDEST = 860;
const MARGINS = 48;
const LEFT = 52;
const RIGHT = 24;
const ROW = 56;
const AXIS = 30;
const RADIUS = 3;
/** Dots are spread over so much of a row, up and down. */
const SPREAD = 17;
const BETWEEN_TICKS = 110;

interface NamedSide {
  readonly name: string;
  readonly samples: SideSamples;
}

type Scale = ScaleLinear<number, number>;

/** Samples of a time at both sides: a dot each, the median as a line, where it lies as a bar; and in words what the change is. */
export function dotsOf({ title, change, base, head }: SampledData): HTMLElement {
  const sides = [
    { name: 'base', samples: base },
    { name: 'head', samples: head },
  ].flatMap(({ name, samples }) => (samples === null ? [] : [{ name, samples }]));
  const hasInterval = sides.some(({ samples }) => samples.interval !== null);
  const key = `milliseconds; a dot is a start, the line the median${hasInterval ? ', the bar where the median lies' : ''}`;
  return made(
    'figure',
    {},
    made('figcaption', {}, made('strong', {}, title), change === '' ? '' : `: ${change}`),
    pictureOf(title, sides),
    made('p', { class: 'faint' }, key),
    pushedAside(`${title}, figures`, tableOf(sides, hasInterval)),
  );
}

function pictureOf(title: string, sides: readonly NamedSide[]): SVGElement {
  const width = Math.min(WIDEST, document.documentElement.clientWidth - MARGINS);
  const height = sides.length * ROW + AXIS;
  const ticks = Math.max(2, Math.floor(width / BETWEEN_TICKS));
  const all = sides.flatMap(({ samples }) => samples.values);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = most === least ? Math.max(most * 0.05, 0.01) : (most - least) * 0.04;
  const x = scaleLinear([Math.max(0, least - room), most + room], [LEFT, width - RIGHT]).nice(ticks);
  const lines = x
    .ticks(ticks)
    .map((value) =>
      drawn(
        'g',
        { class: 'tick' },
        drawn('line', { x1: x(value), x2: x(value), y1: 0, y2: height - AXIS }),
        drawn('text', { x: x(value), y: height - 10, 'text-anchor': 'middle' }, String(value)),
      ),
    );
  const rows = sides.map((side, at) => rowOf(side, at * ROW + ROW / 2, x));
  const spoken = sides.map(({ name, samples }) => `${name}: ${samples.values.length} samples, median ${renderMillis(samples.median)}`);
  const label = `${title}. ${spoken.join('; ')}`;
  return drawn(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, class: 'dots', role: 'img', 'aria-label': label },
    ...lines,
    ...rows,
  );
}

function rowOf({ name, samples: { values, median, interval } }: NamedSide, y: number, x: Scale): SVGElement {
  const dots = values.map((value, at) =>
    drawn('circle', { cx: x(value), cy: y + SPREAD * spread(at), r: RADIUS }, drawn('title', {}, renderMillis(value))),
  );
  const [from, to] = interval ?? [median, median];
  const bar = drawn('rect', { class: 'interval', x: x(from), y: y - 4, width: x(to) - x(from), height: 8 });
  const line = drawn('line', { class: 'median', x1: x(median), x2: x(median), y1: y - SPREAD - 6, y2: y + SPREAD + 6 });
  return drawn('g', { class: `row ${name}` }, drawn('text', { x: 4, y: y + 4 }, name), bar, ...dots, line);
}

/** From −1 to 1, never two near each other: multiples of the golden ratio. The same in every picture. */
function spread(at: number): number {
  return ((at * 0.618_034) % 1) * 2 - 1;
}

function tableOf(sides: readonly NamedSide[], hasInterval: boolean): HTMLElement {
  const heads = ['side', 'samples', 'median', ...(hasInterval ? ['median lies in'] : []), 'least', 'most'];
  const lies = (interval: SideSamples['interval']): string =>
    interval === null ? '–' : `${renderMillis(interval[0])} to ${renderMillis(interval[1])}`;
  const rows = sides.map(({ name, samples: { values, median, interval } }) => {
    const ends = [renderMillis(Math.min(...values)), renderMillis(Math.max(...values))];
    const cells = [String(values.length), renderMillis(median), ...(hasInterval ? [lies(interval)] : []), ...ends];
    return made('tr', {}, made('th', { scope: 'row' }, name), ...cells.map((text) => made('td', { class: 'number' }, text)));
  });
  const head = heads.map((text, at) => made('th', { scope: 'col', class: at === 0 ? null : 'number' }, text));
  return made('table', {}, made('thead', {}, made('tr', {}, ...head)), made('tbody', {}, ...rows));
}
