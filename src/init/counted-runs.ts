import { ROUNDS } from '../core/spread.ts';
import { howItEnded } from './failure.ts';
import { type CountedRun, countInstructions, type InstructionsOptions } from './instructions.ts';
import type { FirstEvent } from './response/answering.ts';
import { sideBySide } from './side-by-side.ts';

/** More beside each other would take more memory than they save time. */
const MOST_LANES = 8;

/** One side, ready to be started under callgrind. */
export interface CountedSide {
  readonly options: InstructionsOptions;
  /** What it is handed in each run; `null`: nothing. */
  readonly event: FirstEvent | null;
}

/** Every run of every side. */
export type Runs = readonly (readonly CountedRun[])[];

interface RunsOptions {
  /** Of each side, whether its runs so far agree. */
  readonly isEnough: (runs: Runs) => readonly boolean[];
  readonly onStep: (text: string) => void;
  /** At most so many runs at once. */
  readonly lanes: number;
}

/**
 * Counts every side as often as it takes, each side in turn and as many at once as the machine has cores. What listens for connections, and what
 * does not start beside another, is counted alone. A string says why a side cannot be counted at all.
 */
export async function runsOf(sides: readonly CountedSide[], options: RunsOptions): Promise<Runs | string> {
  const lanes = Math.min(options.lanes, MOST_LANES);
  const beside = lanes > 1 ? await roundsOf(sides, lanes, options) : 'alone';
  // A long init is many runs' time: the second attempt is for what the first one can have disturbed.
  return typeof beside === 'string' ? roundsOf(sides, 1, options) : beside;
}

async function roundsOf(sides: readonly CountedSide[], lanes: number, { isEnough, onStep }: RunsOptions): Promise<Runs | string> {
  const runs: CountedRun[][] = sides.map(() => []);
  for (const count of ROUNDS) {
    const enough = count === ROUNDS[0] ? sides.map(() => false) : isEnough(runs);
    const places = [...sides.keys()].filter((place) => enough[place] !== true);
    let done = 0;
    const jobs = Array.from({ length: count }, () => places)
      .flat()
      .map((place) => async (): Promise<string | null> => {
        const side = sides[place];
        if (side === undefined) return null;
        onStep(`instructions, run ${Math.floor(done / places.length) + 1} of ${count}`);
        const run = await countInstructions(side.options, side.event);
        done += 1;
        if (run.kind !== 'reached') return `under valgrind ${howItEnded(run)}`;
        if (lanes > 1 && run.value.init.kind === 'threads' && run.value.init.listens) return 'it listens for connections';
        runs[place]?.push(run.value);
        return null;
      });
    const failed = (await sideBySide(jobs, lanes, (reason) => reason !== null)).find((reason) => reason !== null);
    if (failed !== undefined && failed !== null) return failed;
  }
  return runs;
}
