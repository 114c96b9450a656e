import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { readShape } from '../core/shape.ts';
import { shortened } from '../core/text.ts';
import { type Millis, millis } from '../core/units.ts';

/** What steps took the last time on this machine, for those who wait. Nothing depends on it, so nothing of it is ever an error. */
export interface Durations {
  /** `null`: not known. `step`: its kind, and what decides how long it takes (`link`, `release`, `health`). */
  readonly expect: (step: readonly string[]) => Millis | null;
  readonly note: (step: readonly string[], took: Millis) => Promise<void>;
}

/** Where nothing is kept. */
export const NO_DURATIONS: Durations = { expect: () => null, note: async () => {} };

const MOST_STEPS = 200;
const MOST_BYTES = 64_000;
const MOST_NAME = 120;
const DAY_MS = 86_400_000;

/** The newest last. */
const shape = z.array(z.tuple([z.string().max(MOST_NAME), z.int().min(0).max(DAY_MS)])).max(MOST_STEPS);

/**
 * Opens a repository's file of durations, written by the run that holds its lock alone. One that is not there, is damaged or too large is
 * begun anew; of more than two hundred steps the oldest go. It holds names of functions and milliseconds.
 */
export async function openDurations(file: string): Promise<Durations> {
  const known = new Map(await read(file));
  let written = Promise.resolve();
  const nameOf = (step: readonly string[]): string => shortened(step.join(' '), MOST_NAME);
  return {
    expect: (step) => {
      const found = known.get(nameOf(step));
      return found === undefined ? null : millis(found);
    },
    note: async (step, took) => {
      const name = nameOf(step);
      // At the end again.
      known.delete(name);
      known.set(name, Math.min(DAY_MS, Math.max(0, Math.round(took))));
      const [oldest] = known.keys();
      if (known.size > MOST_STEPS && oldest !== undefined) known.delete(oldest);
      // One after the other: all write to one name first.
      written = written.then(() => write(file, JSON.stringify([...known])));
      await written;
    },
  };
}

async function read(file: string): Promise<readonly (readonly [string, number])[]> {
  try {
    const { size } = await stat(file);
    return size > MOST_BYTES ? [] : (readShape(shape, await readFile(file, 'utf8')) ?? []);
  } catch {
    return [];
  }
}

/** By a name of its own first: a run that is killed leaves no half a file. */
async function write(file: string, text: string): Promise<void> {
  const whole = `${file}.new`;
  try {
    await writeFile(whole, text);
    await rename(whole, file);
  } catch {
    await rm(whole, { force: true }).catch(() => {});
  }
}
