/** Where AWS may put functions, and what that does to their starts: for `scripts/simulate-cold-starts.mjs`. */

type Random = () => number;

/** What one function's hosts do. */
export interface Hosted {
  /** Its code was uploaded. */
  readonly uploaded: () => void;
  /** How many times as long its next start takes. */
  readonly start: () => number;
}

/** Makes a function; `pair` is the number of the pair that is being taken. */
export type Hosts = (random: Random) => (pair: () => number) => Hosted;

/** Published reports have processors of two generations behind one architecture. */
const FASTER = 0.85;

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const generation = (random: Random): number => (random() < 0.5 ? 1 : FASTER);
const lognormal =
  (sigma: number) =>
  (random: Random): number =>
    Math.exp(sigma * normal(random));

/** A host for the whole life of a function. */
const forLife =
  (draw: (random: Random) => number): Hosts =>
  (random) =>
  () => {
    const host = draw(random);
    return { uploaded: () => {}, start: () => host };
  };

/** Another host with each upload. */
const byUpload =
  (draw: (random: Random) => number): Hosts =>
  (random) =>
  () => {
    let host = draw(random);
    return {
      uploaded: () => {
        host = draw(random);
      },
      start: () => host,
    };
  };

/** Another host at a start, with this probability. */
const moving =
  (draw: (random: Random) => number, probability: number): Hosts =>
  (random) =>
  () => {
    let host = draw(random);
    return {
      uploaded: () => {},
      start: () => {
        if (random() < probability) host = draw(random);
        return host;
      },
    };
  };

/** Two hosts in turn, start by start. */
const inTurn: Hosts = (random) => () => {
  let next = random() < 0.5;
  return {
    uploaded: () => {},
    start: () => {
      next = !next;
      return next ? 1 : FASTER;
    },
  };
};

/** All slow down together, by a half within an hour of pairs, and each function by something of its own. */
const drifting: Hosts = (random) => (pair) => {
  const own = 0.002 * normal(random);
  return { uploaded: () => {}, start: () => Math.exp((Math.log(1.5) / 60 + own) * pair()) };
};

export const HOSTS = {
  'all alike': forLife(() => 1),
  'a host for life, 5 %': forLife(lognormal(0.05)),
  'a host for life, 12 %': forLife(lognormal(0.12)),
  'two generations, for life': forLife(generation),
  'two generations, by upload': byUpload(generation),
  'two generations, moving now and then': moving(generation, 0.05),
  'two generations, each start anew': moving(generation, 1),
  'two generations, in turn': inTurn,
  'drift of 50 %, each its own too': drifting,
} as const satisfies Readonly<Record<string, Hosts>>;
