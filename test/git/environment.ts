import type { Environment } from '../../src/exec/run.ts';

/** This process's, as the entries hand it down. */
export const ENV: Environment = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);
