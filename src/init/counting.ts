import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ToolError } from '../core/failures.ts';
import type { CountedInstructions } from '../core/snapshot/counted.ts';
import type { MeasuredInit } from '../core/snapshot/init.ts';
import { agree, looked } from '../core/spread.ts';
import { shortened } from '../core/text.ts';
import { type CountedSide, type Runs, runsOf } from './counted-runs.ts';
import type { CountedWindow } from './counter.ts';
import type { CountedRun } from './instructions.ts';
import { attributeProfile, programOf } from './profile/attribution.ts';
import type { CostGraph } from './profile/graph.ts';
import { mergeProfiles } from './profile/merged.ts';
import { type CountedThread, type SettledRun, settle } from './profile/threads.ts';
import { reasonOf } from './restless.ts';
import type { SessionOptions, Starter } from './starter.ts';

/** What was counted of one side. */
export interface Counted extends CountedPart {
  /** Whether the twin ran: the program's functions have names. */
  readonly isNamed: boolean;
  /** From the event to its answer; `null`: it was handed none. */
  readonly response: CountedPart | null;
}

/** What was counted in one window. */
export interface CountedPart {
  readonly instructions: MeasuredInit['instructions'];
  /** Of the run that is split up. */
  readonly graph: CostGraph | null;
}

type Window = keyof CountedRun;

/**
 * Counts the instructions of each side, side by side as far as the machine has cores: what shares them executes the same. Where it cannot be done
 * the reason stands in the figures' place.
 */
export async function countAll(starters: readonly Starter[], options: SessionOptions): Promise<readonly Counted[]> {
  const none = (reason: string): readonly Counted[] =>
    starters.map(({ event }) => ({ ...nothing(reason), isNamed: false, response: event === null ? null : nothing(reason) }));
  const { valgrind } = options.tools;
  if (valgrind.kind === 'missing') return none(valgrind.reason);
  // Like is counted with like: the twin only where each side has one.
  const of = starters.every(({ side }) => side.twin !== null) ? 'twin' : 'binary';
  try {
    const sides: CountedSide[] = [];
    for (const starter of starters) {
      const side = await starter.counted(of === 'twin');
      sides.push({ options: { ...side, valgrind }, event: starter.event });
    }
    const isEnough = (all: Runs): readonly boolean[] => {
      const [init, response] = [settledWindow(sides, all, 'init'), settledWindow(sides, all, 'response')];
      return sides.map((_, place) =>
        [init, response].every((one) => typeof one === 'string' || agree((one[place] ?? []).map(({ total }) => total))),
      );
    };
    const runs = await runsOf(sides, { isEnough, onStep: options.onStep, lanes: options.lanes ?? availableParallelism() });
    if (typeof runs === 'string') return none(runs);
    const [init, response] = [settledWindow(sides, runs, 'init'), settledWindow(sides, runs, 'response')];
    return sides.map((side, place) => ({
      ...partOf(init, place, binaryOf(side), of),
      isNamed: of === 'twin',
      response: side.event === null ? null : withoutPhases(partOf(response, place, binaryOf(side), of)),
    }));
  } catch (error) {
    if (error instanceof ToolError) return none(error.message);
    throw error;
  }
}

/** What comes after init has none of its phases. */
function withoutPhases(part: CountedPart): CountedPart {
  return part.instructions.kind === 'counted' ? { ...part, instructions: { ...part.instructions, phases: null } } : part;
}

function nothing(reason: string): CountedPart {
  return { instructions: { kind: 'none', reason }, graph: null };
}

function binaryOf({ options: { taskRoot, entry } }: CountedSide): string {
  return join(taskRoot, entry);
}

/** The runs of each side in one window; or why there is no figure of any. */
type Settled = readonly (readonly SettledRun[])[] | string;

function settledWindow(sides: readonly CountedSide[], runs: Runs, window: Window): Settled {
  const windows = runs.map((side) =>
    side.flatMap((run): readonly CountedWindow[] => {
      const one = run[window];
      return one === null ? [] : [one];
    }),
  );
  for (const one of windows.flat()) if (one.kind !== 'threads') return reasonOf(one);
  const threads = windows.map((side) => side.map((one): readonly CountedThread[] => (one.kind === 'threads' ? one.threads : [])));
  return settle(threads, (profile, side) => {
    const counted = sides[side];
    return counted === undefined ? () => false : programOf(profile, binaryOf(counted));
  });
}

function partOf(settled: Settled, place: number, binary: string, of: CountedInstructions['of']): CountedPart {
  if (typeof settled === 'string') return nothing(settled);
  const runs = settled[place] ?? [];
  const totals = runs.map(({ total }) => total);
  // Of the runs the one in the middle is split up, so that the parts add up to a figure that is shown.
  const kept = looked(totals).toSorted((a, b) => a - b);
  const middle = kept[Math.floor((kept.length - 1) / 2)];
  const run = runs.find(({ total }) => total === middle);
  if (run === undefined) return nothing('it was not counted');
  const { figures, graph } = attributeProfile(mergeProfiles(run.profiles), { of, binary });
  const instructions = {
    kind: 'counted',
    runs: totals,
    ...figures,
    growth: null,
    leftOut: toldOf(run, runs, 'leftOut'),
    background: toldOf(run, runs, 'background'),
  } as const;
  return { instructions, graph };
}

const MOST_TOLD = 50;
const LONGEST = 1_000;

/** Of the run that is shown, or of another where that one was done before. */
function toldOf(run: SettledRun, runs: readonly SettledRun[], what: 'leftOut' | 'background'): CountedInstructions['leftOut'] {
  const threads = [run, ...runs].find((one) => one[what].length > 0)?.[what] ?? [];
  return threads.slice(0, MOST_TOLD).map(({ under, instructions }) => ({
    under: under === null ? null : { crate: under.crate, name: shortened(under.name, LONGEST) },
    instructions,
  }));
}
