import type { ColdStartFunction, ColdStartPlan } from './options.ts';

/**
 * What each step is assumed to take, in seconds: coldgate has not been run against AWS itself. An update (or a creation) takes 1 to 5 until
 * it is `Successful`; of two at once the later one counts, and that is seen at the next look, up to two seconds later.
 */
const UPLOAD = 1;
const SETTLED = 4.6;
const COLD_INVOKE = 0.7;
/** Of a new function's one. */
const SETTLED_ALONE = 3.9;

export interface Estimate {
  /** Functions × memory sizes. */
  readonly sizes: number;
  readonly lanes: number;
  /** Milliseconds: where the first look decides everywhere, and where every look is needed. */
  readonly least: number;
  readonly most: number;
}

/** How long sampling may take, by the assumptions above: a function's one size is a job, `lanes` of them side by side. Pure. */
export function estimateOf(
  jobs: readonly { readonly wanted: Pick<ColdStartFunction, 'base' | 'kind'> }[],
  looks: readonly number[],
  lanes: number,
): Estimate {
  const all = jobs.map(({ wanted: { base, kind } }) => ({ hasBase: base !== null, hasHost: kind === 'extension' }));
  const until = (count: number): number => {
    const seconds = all.map((one) => secondsOf(looks.slice(0, count), one));
    // As the lanes take them: each as soon as one is free.
    const busy = new Array<number>(Math.max(1, lanes)).fill(0);
    for (const one of seconds) {
      const free = busy.indexOf(Math.min(...busy));
      busy[free] = (busy[free] ?? 0) + one;
    }
    return Math.round(Math.max(...busy) * 1_000);
  };
  return { sizes: all.length, lanes, least: until(1), most: until(looks.length) };
}

interface Slots {
  readonly hasBase: boolean;
  /** An extension's, which is sampled alone, too. */
  readonly hasHost: boolean;
}

function secondsOf(looks: readonly number[], { hasBase, hasHost }: Slots): number {
  const pairs = looks.at(-1) ?? 0;
  const settled = hasBase ? SETTLED : SETTLED_ALONE;
  const made = looks.length * (UPLOAD + settled);
  const started = looks.length * COLD_INVOKE;
  const exchanged = hasBase || hasHost ? (pairs - looks.length) * (UPLOAD + settled + COLD_INVOKE) : 0;
  const alone = hasHost ? (looks[0] ?? 0) * 2 * (SETTLED_ALONE + COLD_INVOKE) : 0;
  return alone + made + started + exchanged + pairs * (settled + COLD_INVOKE * (hasBase ? 2 : 1));
}

/** The estimate as a person is told it before anything is made. */
export function estimateSentence(
  estimate: Estimate,
  { functions, looks, cap }: Pick<ColdStartPlan, 'functions' | 'looks' | 'cap'>,
): string {
  const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const what = `${many(functions.length, 'function')}, ${many(estimate.sizes, 'memory size')} in all`;
  const beyond = estimate.most > cap ? `, and the cap is ${minutes(cap)}: what it leaves out is named` : '';
  const together = estimate.sizes < 2 ? '' : ` each, ${Math.min(estimate.lanes, estimate.sizes)} at once`;
  return `cold starts: ${what}, up to ${looks.at(-1) ?? 0} pairs${together}: ${spanOf(estimate)} expected${beyond}`;
}

/** `8 to 12 min` */
export function spanOf({ least, most }: Estimate): string {
  const [from, to] = [minutes(least), minutes(most)];
  return from === to ? `about ${to}` : `${from.replace(/ min$/, '')} to ${to}`;
}

export function minutes(milliseconds: number): string {
  return milliseconds < 60_000 ? `${Math.ceil(milliseconds / 1_000)} s` : `${Math.ceil(milliseconds / 60_000)} min`;
}
