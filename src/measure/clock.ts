import { type Millis, millis } from '../core/units.ts';

/** What each step of a measurement took. */
export interface Clock {
  readonly lap: (name: string) => void;
  readonly laps: () => Record<string, Millis>;
}

export function startClock(): Clock {
  const laps: Record<string, Millis> = {};
  let last = performance.now();
  return {
    lap: (name) => {
      const now = performance.now();
      laps[name] = millis(Math.round(now - last));
      last = now;
    },
    laps: () => laps,
  };
}
