import * as z from 'zod';

// What every part of the JSON report is made of. Sizes are bytes, times milliseconds; `null` where that side has no figure.

export const figure = z.number().nullable();
export const pair = z.object({ base: figure, head: figure });
export const row = z.object({ name: z.string(), ...pair.shape });

/** Measured several times: the median, and how far the figures lie apart. */
export const repeated = z.object({ median: z.number(), low: z.number(), high: z.number(), count: z.number() });

/** JSON has no infinity: an end that a small sample leaves open is `null`. */
export const interval = z.object({
  lower: z.number(),
  upper: z.preprocess((end) => (end === Number.POSITIVE_INFINITY ? null : end), z.number().nullable()),
});

/** Ratios head / base, over pairs. */
export const change = z.object({ ratio: z.number(), interval, pairs: z.number() }).nullable();
